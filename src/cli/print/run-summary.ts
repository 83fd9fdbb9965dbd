import { isAbsolute } from 'node:path'
import type { RunAllResult, RunResult } from '../../run/index.ts'
import type { RunEvent } from '../../domain/ports.ts'
import type { Incident, RunOutcome } from '../../domain/run.ts'
import type { Rule, Severity } from '../../domain/rule.ts'
import { groupBy } from '../../domain/sequence.ts'
import { targetText } from '../../domain/silence.ts'
import type { SilencedIncident } from '../../domain/silence.ts'
import { elide, terminalSafe } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { formatInstant, lengthOf } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { minuteOf } from './gaps.ts'
import { paintSeverity } from './paint.ts'
import { paintStatus } from './progress.ts'
import { layOutTable } from './table.ts'
import type { TableCell, TableColumn } from './table.ts'
import { countOf, elapsed, grouped, wrapped } from './words.ts'

/** Longer lists are cut: the files have all of it. */
const MOST_INCIDENTS = 16
const MOST_FILES = 12
const MOST_PLACES = 3

export type Delivered = Extract<RunEvent, { readonly kind: 'delivered' }>

export interface SummaryFacts {
  readonly terminal: Terminal
  /** What sinks have taken meanwhile, and where they put it. */
  readonly delivered: readonly Delivered[]
  /** Path of a file as the user would type it. */
  shown(path: string): string
}

/** What a person wants to know after a run: a line for each rule, the incidents, the files. */
export function summaryLines({ results }: RunAllResult, facts: SummaryFacts): readonly string[] {
  return [
    ...tableLines(results, facts.terminal),
    ...excludedLines(results.flatMap(outcomeOf), facts.terminal),
    ...incidentLines(results, facts),
    ...fileLines(results, facts),
  ]
}

/** What is hidden must be seen to be hidden: one line for each exclusion that hid something. */
export function excludedLines(outcomes: readonly RunOutcome[], { styles, width }: Terminal): readonly string[] {
  const counts = new Map<string, { rule: string; name: string; rows: number }>()
  for (const { rule, exclusions } of outcomes) {
    for (const { name, rowCount } of exclusions) {
      if (rowCount === 0) continue
      const key = `${rule.id}\0${name}`
      const rows = (counts.get(key)?.rows ?? 0) + rowCount
      counts.set(key, { rule: rule.name, name, rows })
    }
  }
  if (counts.size === 0) return []
  const total = outcomes.reduce((sum, { statistics }) => sum + statistics.excludedRowCount, 0)
  const lines = [...counts.values()].map(({ rule, name, rows }) => {
    const text = `  ${grouped(rows).padStart(6)}  ${terminalSafe(name)} (${terminalSafe(rule)})`
    return width === undefined ? text : elide(text, width)
  })
  return ['', styles.bold(`${countOf(total, 'row')} excluded`), ...lines]
}

function outcomeOf(result: RunResult): readonly RunOutcome[] {
  return result.kind === 'finished' ? [result.outcome] : []
}

/** A column of the summary: how wide it is to be, and its cell for a result. */
interface SummaryColumn extends TableColumn {
  cell(result: RunResult): TableCell
}

function tableLines(results: readonly RunResult[], terminal: Terminal): readonly string[] {
  const all = summaryColumns(results, terminal)
  for (const mayCut of [false, true]) {
    for (const without of EXPENDABLE) {
      const columns = all
        .filter(({ title }) => !without.includes(title))
        .map((column) => (mayCut ? column : { ...column, least: Number.POSITIVE_INFINITY }))
      const rows = results.map((result) => columns.map((column) => column.cell(result)))
      const lines = layOutTable(columns, rows, terminal.width, terminal.styles.dim)
      if (lines !== undefined) return lines
    }
  }
  return results.map((result) => `${statusOf(result)} ${terminalSafe(result.request.rule.name)}`)
}

/**
 * What a narrow terminal loses, step by step, before any name is cut: the window, which the notice before the run has said;
 * severity and time; at last the counts that New does not need.
 */
const EXPENDABLE: readonly (readonly string[])[] = [
  [],
  ['Window'],
  ['Window', 'Severity'],
  ['Window', 'Severity', 'Time'],
  ['Window', 'Severity', 'Time', 'Known'],
  ['Window', 'Severity', 'Time', 'Known', 'Rows'],
]

function summaryColumns(results: readonly RunResult[], { styles }: Terminal): readonly SummaryColumn[] {
  const workspaces = new Set(results.map(({ request }) => request.workspace))
  const windows = new Set(results.map(({ request: { window } }) => `${window.start}/${window.end}`))
  const number = (
    title: string,
    count: (outcome: RunOutcome) => number,
    paint: Paint = styles.bold,
  ): SummaryColumn => ({
    title,
    align: 'right',
    cell: (result) => {
      const [outcome] = outcomeOf(result)
      if (outcome === undefined || outcome.status === 'failed') return { text: '–', paint: styles.dim }
      const value = count(outcome)
      return { text: grouped(value), paint: value === 0 ? styles.dim : paint }
    },
  })
  const plain: Paint = (text) => text
  return [
    { title: 'Rule', least: 20, cell: ({ request }) => ({ text: terminalSafe(request.rule.name) }) },
    ...(workspaces.size > 1
      ? [{ title: 'Workspace', least: 8, cell: ({ request }: RunResult) => ({ text: request.workspace }) }]
      : []),
    { title: 'Severity', cell: ({ request: { rule } }) => severityCell(rule, styles) },
    ...(windows.size > 1 ? [{ title: 'Window', cell: windowCell }] : []),
    number('Rows', ({ statistics }) => statistics.rowCount, plain),
    number('New', ({ statistics }) => statistics.newFindingCount),
    number('Known', ({ statistics }) => statistics.findingCount - statistics.newFindingCount, plain),
    number('Incidents', ({ opened, updated }) => opened.length + updated.length),
    { title: 'Time', align: 'right', cell: (result) => ({ text: timeOf(result) }) },
    { title: 'Status', cell: (result) => statusCell(result, styles) },
  ]
}

type Paint = (text: string) => string

function severityCell(rule: Rule, styles: Terminal['styles']): TableCell {
  return { text: shortSeverity(rule.severity), paint: paintSeverity(rule.severity, styles) }
}

function shortSeverity(severity: Severity | undefined): string {
  return severity === 'Informational' ? 'Info' : (severity ?? '–')
}

/** `1d to 2026-03-02T09:55Z` */
function windowCell({ request: { window } }: RunResult): TableCell {
  const end = formatInstant(window.end).replace(/:00Z$/, 'Z')
  return { text: `${formatDuration(lengthOf(window))} to ${end}` }
}

function timeOf(result: RunResult): string {
  const [outcome] = outcomeOf(result)
  return outcome === undefined ? '–' : elapsed(outcome.statistics.queryDuration)
}

function statusOf(result: RunResult): string {
  return result.kind === 'finished' ? result.outcome.status : result.kind
}

function statusCell(result: RunResult, styles: Terminal['styles']): TableCell {
  if (result.kind === 'finished') {
    const { status } = result.outcome
    return { text: status, paint: paintStatus(status, styles) }
  }
  return { text: result.kind, paint: result.kind === 'failed' ? styles.red : styles.yellow }
}

const RANK: Readonly<Record<Severity, number>> = { High: 0, Medium: 1, Low: 2, Informational: 3 }

export function incidentLines(results: readonly RunResult[], facts: SummaryFacts): readonly string[] {
  const { terminal } = facts
  const outcomes = results.flatMap(outcomeOf)
  const silenced = results.flatMap((result) => (result.kind === 'finished' ? result.silenced : []))
  const silent = new Set(silenced.map(({ incidentId }) => incidentId))
  const opened = outcomes.flatMap((outcome) => outcome.opened)
  const updated = outcomes.flatMap((outcome) => outcome.updated)
  if (opened.length + updated.length === 0) return []
  return [
    '',
    ...listIncidents('opened', opened, silent, terminal),
    ...listIncidents('updated', updated, silent, terminal),
    ...silencedLines(silenced, terminal),
    ...toldLines(facts),
  ]
}

/** The gravest first, and among equals those of rules that opened few: where a rule opens many, each says less. */
function mostTellingFirst(incidents: readonly Incident[]): readonly Incident[] {
  const counts = new Map<string, number>()
  for (const { ruleId } of incidents) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1)
  const countOfRule = ({ ruleId }: Incident): number => counts.get(ruleId) ?? 0
  return [...incidents].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] || countOfRule(a) - countOfRule(b) || a.firstActivity - b.firstActivity,
  )
}

/** Which silence kept how many of them from everybody. */
function silencedLines(silenced: readonly SilencedIncident[], terminal: Terminal): readonly string[] {
  return [...groupBy(silenced, ({ silence }) => silence.id).values()].flatMap((held) => {
    const [first] = held
    if (first === undefined) return []
    const { id, target, until, author, reason } = first.silence
    const count = `${countOf(held.length, 'incident')} ${held.length === 1 ? 'is' : 'are'} held back`
    const why = terminalSafe(`${targetText(target)}, by ${author}: ${reason}`)
    return wrapped(
      `${terminal.styles.yellow('silent')}: ${count} until ${minuteOf(until)} (silence ${id} of ${why})`,
      terminal,
    )
  })
}

function listIncidents(
  verb: string,
  incidents: readonly Incident[],
  silent: ReadonlySet<string>,
  { styles, width }: Terminal,
): readonly string[] {
  if (incidents.length === 0) return []
  const lines = mostTellingFirst(incidents)
    .slice(0, MOST_INCIDENTS)
    .map(({ id, severity, title, alerts }) => {
      const tail = `${alerts.length > 1 ? `  ${countOf(alerts.length, 'alert')}` : ''}${silent.has(id) ? '  silent' : ''}`
      const text = terminalSafe(title)
      const room = width === undefined ? text : elide(text, Math.max(20, width - 10 - tail.length))
      return `  ${paintSeverity(severity, styles)(shortSeverity(severity).padEnd(6))}  ${room}${styles.dim(tail)}`
    })
  const rest = incidents.length - lines.length
  const more = rest === 0 ? [] : [styles.dim(`  … and ${grouped(rest)} more`)]
  return [styles.bold(`${countOf(incidents.length, 'incident')} ${verb}`), ...lines, ...more]
}

export function fileLines(results: readonly RunResult[], facts: SummaryFacts): readonly string[] {
  const { styles } = facts.terminal
  const paths = results.flatMap((result) => (result.kind === 'finished' ? (result.files?.paths ?? []) : []))
  if (paths.length === 0) return []
  const listed = results.length === 1 ? paths.map(facts.shown) : foldersOf(paths.map(facts.shown))
  const rest = listed.length - MOST_FILES
  return [
    '',
    styles.bold(`${countOf(paths.length, 'file')} written`),
    ...listed.slice(0, MOST_FILES).map((path) => `  ${terminalSafe(path)}`),
    ...(rest > 0 ? [styles.dim(`  … and in ${countOf(rest, 'more folder', 'more folders')}`)] : []),
  ]
}

/** Folders of files are places to look into; what others give is an address of one incident, or the id of a mail. */
function toldLines({ delivered, shown, terminal }: SummaryFacts): readonly string[] {
  const isFile = ({ receipt }: Delivered): boolean => isAbsolute(receipt.location)
  const places = placesOf(delivered.filter(isFile).map(({ receipt }) => shown(receipt.location)))
  const told = [...new Set(delivered.filter((each) => !isFile(each)).map(({ sink }) => sink))]
  return [
    ...places.map((place) => `  in ${terminalSafe(place)}`),
    ...(told.length === 0 ? [] : wrapped(`  told: ${told.map(terminalSafe).join(', ')}`, terminal)),
  ].map(terminal.styles.dim)
}

/** Many folders of days say less than the one that holds them. */
function placesOf(paths: readonly string[]): readonly string[] {
  const folders = foldersOf(paths)
  return folders.length <= MOST_PLACES ? folders : foldersOf(folders.map((folder) => folder.replace(/\/$/, '')))
}

/** Of several rules only the folders are named: the files in them have long names that follow from window and slot. */
function foldersOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => path.replace(/[^/]*$/, '')))]
}
