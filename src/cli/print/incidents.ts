import { labelOf } from '../../detect/entity-label.ts'
import { alertDocument, eventDocument, incidentDocument, ruleAsRunDocument } from '../../detect/index.ts'
import { mergedDetails } from '../../detect/merged-details.ts'
import type { EntityType } from '../../domain/entity.ts'
import type { IncidentEvent, IncidentRecord } from '../../domain/ports.ts'
import { findingCountOf } from '../../domain/run.ts'
import type { Alert, Incident } from '../../domain/run.ts'
import type { Instant } from '../../domain/time.ts'
import { isPartialFile } from '../../files/result-file.ts'
import { elide, terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { wholeMinuteOf } from './gaps.ts'
import { paintSeverity } from './paint.ts'
import { fitTable } from './table.ts'
import type { TableColumn } from './table.ts'
import { countOf, grouped, wrapped } from './words.ts'

const COLUMNS: readonly TableColumn[] = [
  { title: 'Incident' },
  { title: 'Severity' },
  { title: 'Title', least: 48, cut: 'middle' },
  { title: 'Workspace', least: 8 },
  { title: 'Alerts', align: 'right' },
  { title: 'Changed' },
  { title: 'State' },
]

/** What a narrow terminal loses when the title cannot be cut further; `show` has all of it. */
const VARIANTS: readonly (readonly string[])[] = [
  [],
  ['Workspace'],
  ['Workspace', 'Alerts'],
  ['Workspace', 'Alerts', 'Changed'],
]

/** A line for each incident. */
export function incidentLines(records: readonly IncidentRecord[], terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const rows = records.map(({ incident, updatedAt, closedAt, events }) => [
    { text: incident.id.slice(0, 8) },
    { text: incident.severity, paint: paintSeverity(incident.severity, styles) },
    { text: terminalSafe(incident.title) },
    { text: terminalSafe(incident.workspace) },
    { text: grouped(incident.alerts.length) },
    { text: wholeMinuteOf(updatedAt) },
    {
      text:
        closedAt === undefined
          ? 'open'
          : (events.findLast(({ kind }) => kind === 'closed')?.classification ?? 'closed'),
    },
  ])
  return fitTable(COLUMNS, rows, terminal, VARIANTS)
}

/** One thing that happened to an incident, and why. */
interface Step {
  readonly at: Instant
  readonly what: string
}

/** What happened, oldest first: opened because, alert added because, closed by. */
export function storyOf({ incident, events }: IncidentRecord): readonly Step[] {
  const [first, ...later] = incident.alerts
  const opened =
    first === undefined
      ? []
      : [{ at: first.raisedAt, what: `opened by ${alertWords(first)}, because ${triggerWords(incident)}` }]
  const shared = sharedWords(incident)
  const added = later.map((alert) => ({ at: alert.raisedAt, what: `${alertWords(alert)} joined, because ${shared}` }))
  return [...opened, ...added, ...events.map((event) => ({ at: event.at, what: eventWords(event) }))].sort(
    (a, b) => a.at - b.at,
  )
}

function alertWords(alert: Alert): string {
  return `the alert "${alert.title}" (${countOf(findingCountOf(alert), 'row')})`
}

const OPERATORS = { gt: 'more than', lt: 'fewer than', eq: 'exactly', ne: 'other than' } as const

function triggerWords({ rule, ruleName }: Incident): string {
  if (rule === undefined) return `the rule "${ruleName}" fired`
  const { operator, threshold } = rule.trigger
  return `the rule "${ruleName}" fires on ${OPERATORS[operator]} ${countOf(threshold, 'row')}`
}

/** The group key (detect/incidents.ts) in words. */
function sharedWords({ groupKey }: Incident): string {
  if (groupKey === 'any alert') return 'the rule puts all its alerts into one incident'
  const shared = sharedIn(groupKey)
  return shared.length === 0 ? 'it belongs to the same group' : `it shares ${shared.join(', ')}`
}

function sharedIn(groupKey: string): readonly string[] {
  try {
    return sharedParts(JSON.parse(groupKey) as unknown)
  } catch {
    // An alert's id: it stands alone.
    return []
  }
}

/** Entities as `[type, [[identifier, value] …]]`, details as `[name, value …]`, and lists of these. */
function sharedParts(part: unknown): readonly string[] {
  if (!Array.isArray(part)) return []
  const [name, identifiers] = part as readonly unknown[]
  if (typeof name !== 'string') return part.flatMap(sharedParts)
  if (Array.isArray(identifiers)) {
    const pairs = identifiers as readonly (readonly [string, string])[]
    return [`${name} ${labelOf({ type: name as EntityType, identifiers: Object.fromEntries(pairs) })}`]
  }
  return [part.length === 1 ? `no ${name}` : `${name} ${part.slice(1).join(', ')}`]
}

function eventWords({ kind, author, classification, text }: IncidentEvent): string {
  const said = text === '' ? '' : `: ${text}`
  if (kind === 'closed') return `closed by ${author} as ${classification ?? 'Undetermined'}${said}`
  return kind === 'reopened' ? `opened again, because ${text}` : `${author} says${said}`
}

const INCOMPLETE =
  '  The search was not complete: rows may be missing from a .partial file until its slot has been searched again.'

/** More say nothing at a glance: the files have them. */
const MOST_VALUES = 10

/** The custom details of its alerts, each with the values that any of them has. */
function detailsOf({ alerts }: Incident): readonly (readonly [name: string, values: string])[] {
  return mergedDetails(alerts).map(([name, values]) => {
    const rest = values.length - MOST_VALUES
    const shown = values.slice(0, MOST_VALUES).map((value) => elide(value, 200))
    return [name, [...shown, ...(rest > 0 ? [`and ${grouped(rest)} more`] : [])].join(', ')]
  })
}

/** An incident to read; `standing` says where a result file is now. */
export function storyLines(
  record: IncidentRecord,
  standing: (path: string) => string,
  terminal: Terminal,
): readonly string[] {
  const { incident, closedAt } = record
  const facts = [
    ['Incident', incident.id],
    ['Severity', incident.severity],
    ['State', closedAt === undefined ? 'open' : `closed ${formatInstant(closedAt)}`],
    ['Rule', `${incident.ruleName} (${incident.ruleId})`],
    ['Workspace', incident.workspace],
    ['Activity', `${formatInstant(incident.firstActivity)} to ${formatInstant(incident.lastActivity)}`],
    ['ATT&CK', [...incident.tactics, ...incident.techniques].join(', ')],
  ].filter(([, value]) => value !== '')
  const files = new Set(incident.alerts.flatMap(({ resultFile }) => resultFile ?? []).map(standing))
  const cut = [...files].some(isPartialFile) ? [INCOMPLETE] : []
  const entities = incident.entities.map(
    ({ type, identifiers }) =>
      `  ${type}: ${Object.entries(identifiers)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`,
  )
  const details = detailsOf(incident).map(([name, values]) => `  ${name}: ${values}`)
  const line = (text: string): readonly string[] => wrapped(terminalSafe(text), terminal)
  return [
    terminal.styles.bold(terminalSafe(incident.title)),
    ...facts.flatMap(([name = '', value = '']) => {
      const lines = line(`${name.padEnd(10)}${value}`)
      const paint = paintSeverity(incident.severity, terminal.styles)
      return name === 'Severity' ? lines.map((text) => text.replace(value, paint(value))) : lines
    }),
    ...(incident.description === ''
      ? []
      : ['', ...incident.description.split('\n').flatMap((text) => line(text.trimEnd()))]),
    ...(entities.length === 0 ? [] : ['', 'Entities', ...entities.flatMap(line)]),
    ...(details.length === 0 ? [] : ['', 'Details', ...details.flatMap(line)]),
    '',
    'What happened',
    ...storyOf(record).flatMap(({ at, what }) => line(`  ${formatInstant(at)}  ${what}`)),
    ...(files.size === 0
      ? [] // Whole, so that they can be copied.
      : ['', 'Rows', ...[...files].map((file) => `  ${terminalSafe(file)}`), ...cut.flatMap(line)]),
  ]
}

/** As the file sink writes it, with state and story; docs/schema/incidents.schema.json describes it. */
export function incidentJson(record: IncidentRecord): unknown {
  const { incident, updatedAt, closedAt, events } = record
  return {
    ...incidentDocument(incident),
    state: closedAt === undefined ? 'open' : 'closed',
    updatedAt: formatInstant(updatedAt),
    closedAt: closedAt === undefined ? null : formatInstant(closedAt),
    classification:
      closedAt === undefined ? null : (events.findLast(({ kind }) => kind === 'closed')?.classification ?? null),
    rule: incident.rule === undefined ? null : ruleAsRunDocument(incident.rule),
    alerts: incident.alerts.map(alertDocument),
    events: events.map(eventDocument),
    story: storyOf(record).map(({ at, what }) => ({ at: formatInstant(at), what })),
  }
}
