import { groupBy } from '../../domain/sequence.ts'
import type { RunOutcome } from '../../domain/run.ts'
import type { RunAllResult, RunResult } from '../../run/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { paintSeverity } from './paint.ts'
import { paintStatus } from './progress.ts'
import { excludedLines, fileLines, incidentLines } from './run-summary.ts'
import type { SummaryFacts } from './run-summary.ts'
import { layOutTable } from './table.ts'
import type { TableCell, TableColumn } from './table.ts'
import { grouped } from './words.ts'

/** The runs of one rule on one workspace: after an outage they are many. */
interface Group {
  readonly first: RunResult
  readonly results: readonly RunResult[]
  readonly outcomes: readonly RunOutcome[]
}

/** What a person wants to know after a pass: a line for each rule and workspace, the incidents, the files. */
export function passSummaryLines({ results }: RunAllResult, facts: SummaryFacts): readonly string[] {
  if (results.length === 0) return ['Nothing was due to run.']
  const outcomes = results.flatMap(outcomeOf)
  return [
    ...tableLines(groupsOf(results), facts.terminal),
    ...excludedLines(outcomes, facts.terminal),
    ...incidentLines(results, facts),
    ...fileLines(results, facts),
  ]
}

function outcomeOf(result: RunResult): readonly RunOutcome[] {
  return result.kind === 'finished' ? [result.outcome] : []
}

function groupsOf(results: readonly RunResult[]): readonly Group[] {
  const groups = groupBy(results, ({ request: { rule, workspace } }) => `${rule.id}\0${workspace}`)
  return [...groups.values()].flatMap((members) => {
    const [first] = members
    return first === undefined ? [] : [{ first, results: members, outcomes: members.flatMap(outcomeOf) }]
  })
}

type Column = TableColumn & { cell(group: Group): TableCell }

function tableLines(groups: readonly Group[], terminal: Terminal): readonly string[] {
  const columns = columnsFor(groups, terminal)
  for (const without of [[], ['Latest slot'], ['Latest slot', 'Severity', 'Rows']]) {
    const shown = columns.filter(({ title }) => !without.includes(title))
    const rows = groups.map((group) => shown.map((column) => column.cell(group)))
    const lines = layOutTable(shown, rows, terminal.width, terminal.styles.dim)
    if (lines !== undefined) return lines
  }
  return groups.map((group) => `${statusOf(group)} ${terminalSafe(group.first.request.rule.name)}`)
}

function columnsFor(groups: readonly Group[], { styles }: Terminal): readonly Column[] {
  const workspaces = new Set(groups.map(({ first }) => first.request.workspace))
  const number = (title: string, count: (outcome: RunOutcome) => number): Column => ({
    title,
    align: 'right',
    cell: ({ outcomes }) => {
      const value = outcomes.reduce((sum, outcome) => sum + count(outcome), 0)
      return { text: grouped(value), paint: value === 0 ? styles.dim : styles.bold }
    },
  })
  return [
    { title: 'Rule', least: 20, cell: ({ first }) => ({ text: terminalSafe(first.request.rule.name) }) },
    ...(workspaces.size > 1
      ? [{ title: 'Workspace', least: 8, cell: ({ first }: Group) => ({ text: first.request.workspace }) }]
      : []),
    {
      title: 'Severity',
      cell: ({ first: { request } }) => ({
        text: request.rule.severity ?? '–',
        paint: paintSeverity(request.rule.severity, styles),
      }),
    },
    { title: 'Slots', align: 'right', cell: ({ results }) => ({ text: grouped(results.length) }) },
    { title: 'Latest slot', cell: ({ results }) => ({ text: latestSlot(results) }) },
    number('Rows', ({ statistics }) => statistics.rowCount),
    number('New', ({ statistics }) => statistics.newFindingCount),
    number('Incidents', ({ opened, updated }) => opened.length + updated.length),
    { title: 'Status', cell: (group) => ({ text: statusOf(group), paint: paintOf(group, styles) }) },
  ]
}

function latestSlot(results: readonly RunResult[]): string {
  const slots = results.map(({ request }) => request.slot)
  const [first, ...rest] = slots
  if (first === undefined) return '–'
  return formatInstant(rest.reduce((latest, slot) => (slot > latest ? slot : latest), first)).replace(/:00Z$/, 'Z')
}

/** `complete`, or how many were not and the worst that happened: `3 failed`. */
function statusOf({ results }: Group): string {
  const statuses = results.map((result) => (result.kind === 'finished' ? result.outcome.status : result.kind))
  const worst = (['failed', 'partial', 'stopped'] as const).find((status) => statuses.includes(status))
  if (worst === undefined) return 'complete'
  const count = statuses.filter((status) => status === worst).length
  return results.length === 1 ? worst : `${grouped(count)} ${worst}`
}

function paintOf(group: Group, styles: Terminal['styles']): (text: string) => string {
  const status = statusOf(group)
  if (status === 'complete') return paintStatus('complete', styles)
  return status.endsWith('failed') ? styles.red : styles.yellow
}
