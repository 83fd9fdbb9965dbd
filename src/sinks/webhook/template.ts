import type * as Liquidjs from 'liquidjs'
import type { Liquid, Template } from 'liquidjs'
import { DeliveryError, InternalError } from '../../domain/errors.ts'
import { short, shortJson } from '../common/short.ts'
import { parseJson } from '../http/json.ts'

/** Bounds of a template, so that a mistake in one costs a delivery and not the program. */
const LIMITS = { parseLimit: 200_000, renderLimit: 2_000, memoryLimit: 50_000_000 }

/**
 * Liquid (https://liquidjs.com): no code, no files, no network. Every output is written as a JSON value, quotes included,
 * whether the author thinks of it or not: `"title": {{ incident.title }}`. What comes out must be JSON.
 */
function createEngine({ Liquid: Engine }: typeof Liquidjs): Liquid {
  const engine = new Engine({
    outputEscape: (value: unknown) => JSON.stringify(value ?? null),
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    templates: {},
    ...LIMITS,
  })
  engine.registerFilter('short', (value: unknown, most: number) => short(textOf(value), most))
  engine.registerFilter('short_bytes', (value: unknown, most: number) => shortJson(textOf(value), most))
  engine.registerFilter('mrkdwn', (value: unknown) => slackSafe(textOf(value)))
  engine.registerFilter('markdown', (value: unknown) => markdownSafe(textOf(value)))
  engine.registerFilter('epoch_ms', (value: unknown) => Date.parse(textOf(value)))
  // Liquid's own filter of this name would switch the escaping off.
  engine.registerFilter('raw', (value: unknown) => value)
  return engine
}

let engine: Liquid | undefined

/** Loads the template engine, for a configuration with webhooks; without them nobody waits for it. */
export async function loadTemplateEngine(): Promise<void> {
  engine ??= createEngine(await import('liquidjs'))
}

function loadedEngine(): Liquid {
  if (engine !== undefined) return engine
  throw new InternalError({ code: 'sink/bug', message: 'a template is used before loadTemplateEngine' })
}

/** A template that gives JSON. */
export interface JsonTemplate {
  /** @throws DeliveryError `sink/template` when it fails or gives no JSON */
  render(sink: string, values: object): string
}

/** @throws an Error of liquidjs with line and column for what does not parse */
export function parseTemplate(text: string): JsonTemplate {
  const parsed = loadedEngine().parse(text)
  return { render: (sink, values) => renderJson(parsed, sink, values) }
}

function renderJson(template: Template[], sink: string, values: object): string {
  let text: string
  try {
    text = String(loadedEngine().renderSync(template, values))
  } catch (error) {
    throw templateError(sink, `fails: ${error instanceof Error ? error.message : String(error)}`)
  }
  const value = parseJson(text)
  if (value === undefined) throw templateError(sink, 'gives no JSON')
  return JSON.stringify(value)
}

function templateError(sink: string, what: string): DeliveryError {
  return new DeliveryError({
    code: 'sink/template',
    message: `the template of sink ${sink} ${what}`,
    hint: 'Mend the template (docs/sinks.md), then hunt outbox retry.',
    fault: 'delivery',
  })
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return value === undefined || value === null ? '' : String(value)
}

/** https://api.slack.com/reference/surfaces/formatting#escaping: so that no cell mentions a channel or makes a link. */
function slackSafe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Punctuation of CommonMark escaped by a backslash, HTML by entities. */
function markdownSafe(text: string): string {
  return slackSafe(text.replace(/[\\`*_{}[\]()#+!|~^$-]/g, '\\$&'))
}
