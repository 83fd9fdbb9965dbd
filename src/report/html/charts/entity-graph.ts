import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from 'd3-force'
import type { SimulationLinkDatum, SimulationNodeDatum } from 'd3-force'
import { entityKey } from '../../model/common.ts'
import type { EntityName, Report, ReportedEntity } from '../../model/report.ts'
import { count } from '../../formats/words.ts'
import { markup, px } from '../markup.ts'
import type { Html } from '../markup.ts'
import { cut } from './bars.ts'

const WIDTH = 1100
const HEIGHT = 600
/** More cannot be told apart; the table has all. */
const MOST_NODES = 40
const LABELS = 30
const STEPS = 400

interface Node extends SimulationNodeDatum {
  readonly key: string
  readonly entity: ReportedEntity
  readonly size: number
}

interface Link extends SimulationLinkDatum<Node> {
  readonly source: Node
  readonly target: Node
  alerts: number
}

/** Entities that alerts name together. The layout is computed here and is the same each time. */
export function entityGraph({ entities, alerts }: Report): Html {
  const shown = [...entities].sort((a, b) => Number(isDetail(a)) - Number(isDetail(b))).slice(0, MOST_NODES)
  if (shown.length < 2) return markup`<p class="note">Too few entities for a graph.</p>`
  const nodes = shown.map((entity): Node => ({
    key: entityKey(entity),
    entity,
    size: 6 + Math.min(14, Math.sqrt(entity.alerts) * 2.2),
  }))
  const links = linksBetween(nodes, alerts)
  layOut(nodes, links)
  const labelled = new Set([...nodes].sort((a, b) => b.size - a.size).slice(0, LABELS))
  const left = entities.length - shown.length
  return markup`<svg
      class="chart graph"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="group"
      aria-labelledby="graph-title"
      aria-describedby="graph-desc"
    >
      <title id="graph-title">Entities that alerts name together</title>
      <desc id="graph-desc">
        ${count(nodes.length, 'entity', 'entities')} and ${count(links.length, 'connection')}; the table of entities has
        the same in words.
      </desc>
      ${links.map((link) => line(link))} ${nodes.map((node, index) => mark(node, index, labelled.has(node)))}</svg
    >${left > 0 ? markup`<p class="note">The ${MOST_NODES} gravest and most named of ${entities.length} entities; the table has all.</p>` : undefined}`
}

/** Says what somebody did rather than who or where, and is nearly as often another as there are alerts. */
function isDetail({ type }: ReportedEntity): boolean {
  return type === 'Process' || type === 'File' || type === 'FileHash'
}

/** A star around the account of each alert, or around its first entity: all with all would be a ball of wool. */
function linksBetween(nodes: readonly Node[], alerts: Report['alerts']): readonly Link[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]))
  const links = new Map<string, Link>()
  for (const { entities } of alerts) {
    const centre = entities.find(({ type }) => type === 'Account') ?? entities[0]
    for (const other of entities) {
      const [source, target] = [nodeOf(centre), nodeOf(other)]
      if (source === undefined || target === undefined || source === target) continue
      const key = `${source.key}\0${target.key}`
      const known = links.get(key)
      if (known === undefined) links.set(key, { source, target, alerts: 1 })
      else known.alerts += 1
    }
  }
  return [...links.values()]

  function nodeOf(name: EntityName | undefined): Node | undefined {
    return name === undefined ? undefined : byKey.get(entityKey(name))
  }
}

function layOut(nodes: Node[], links: readonly Link[]): void {
  forceSimulation(nodes)
    .force(
      'link',
      forceLink<Node, Link>([...links])
        .distance(62)
        .strength(0.7),
    )
    .force('charge', forceManyBody<Node>().strength(-520))
    .force('centre', forceCenter(WIDTH / 2, HEIGHT / 2))
    .force('x', forceX<Node>(WIDTH / 2).strength(0.07))
    .force('y', forceY<Node>(HEIGHT / 2).strength(0.14))
    .force(
      'apart',
      forceCollide<Node>(({ size }) => size + 20),
    )
    .stop()
    .tick(STEPS)
  for (const node of nodes) {
    node.x = clamp(node.x, 70, WIDTH - 70)
    node.y = clamp(node.y, 24, HEIGHT - 30)
  }
}

function clamp(value: number | undefined, least: number, most: number): number {
  return Math.min(most, Math.max(least, value ?? least))
}

function line({ source, target, alerts }: Link): Html {
  const width = 1 + Math.min(4, Math.log2(alerts))
  return markup`<line
    class="edge"
    data-ends="${indexOf(source)} ${indexOf(target)}"
    x1="${px(source.x ?? 0)}"
    y1="${px(source.y ?? 0)}"
    x2="${px(target.x ?? 0)}"
    y2="${px(target.y ?? 0)}"
    stroke-width="${px(width)}"
    ><title>${source.entity.label} – ${target.entity.label}: ${count(alerts, 'alert')}</title></line
  >`
}

function indexOf({ index }: Node): number {
  return index ?? 0
}

function mark({ entity, size, x = 0, y = 0 }: Node, index: number, isLabelled: boolean): Html {
  const { type, label, alerts, severity, isNew } = entity
  const text = isLabelled
    ? markup`<text class="node-label" x="${px(x)}" y="${px(y + size + 13)}" text-anchor="middle">${cut(label, 24)}</text>`
    : undefined
  const words = `${type} ${label}: ${count(alerts, 'alert')}, gravest ${severity}${isNew ? ', new' : ''}`
  return markup`<a class="node" href="#incidents" data-search="${label}" data-node="${index}" aria-label="${words}"
    ><title>${words}</title>${shape(type, x, y, size, severity)}${text}</a
  >`
}

/** Kinds differ in shape, so that colour is left for the severity. */
export function shape(type: string, x: number, y: number, size: number, severity: string): Html {
  const fill = `shape fill-${severity.toLowerCase()}`
  const at = (dx: number, dy: number): string => `${px(x + dx * size)},${px(y + dy * size)}`
  switch (type) {
    case 'Account':
      return markup`<circle class="${fill}" cx="${px(x)}" cy="${px(y)}" r="${px(size)}" />`
    case 'Host':
      return markup`<rect
        class="${fill}"
        x="${px(x - size * 0.9)}"
        y="${px(y - size * 0.9)}"
        width="${px(size * 1.8)}"
        height="${px(size * 1.8)}"
        rx="2"
      />`
    case 'IP':
      return markup`<polygon class="${fill}" points="${at(0, -1.15)} ${at(1.15, 0)} ${at(0, 1.15)} ${at(-1.15, 0)}" />`
    default:
      return markup`<polygon class="${fill}" points="${at(0, -1.1)} ${at(1.1, 0.85)} ${at(-1.1, 0.85)}" />`
  }
}
