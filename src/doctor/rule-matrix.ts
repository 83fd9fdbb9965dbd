import type { Rule } from '../domain/rule.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import { formatInstant, minus } from '../time/instant.ts'
import type { MatrixCell } from './diagnosis.ts'
import type { DoctorPorts, DoctorRequest, DoctorWorkspace, QueryFault } from './doctor-ports.ts'
import { schemaOfWorkspace } from './needed-tables.ts'
import type { RuleNeeds } from './needed-tables.ts'
import type { Retention } from './probe-retention.ts'
import type { TableRecords, TableState } from './probe-table.ts'
import { timesOf } from './rule-times.ts'

/** Faults that are shown for one rule; more of them say nothing new. */
const SHOWN_FAULTS = 3

/** The first part of a period that may be without records before a rule is told of it. */
const MISSING_SHARE = 0.1

/** A silence this many times as long as the mean pause between records is no chance: 1 in 150, were they independent. */
const PAUSES = 5

export interface MatrixInput {
  readonly needs: RuleNeeds
  readonly workspace: DoctorWorkspace
  readonly retention: Retention
  readonly states: ReadonlyMap<string, TableState>
  /** Aliases of watchlists that the workspace lacks, without which a query fails. */
  readonly missingLists: ReadonlySet<string>
  readonly at: Instant
  readonly request: Pick<DoctorRequest, 'delay' | 'overlap' | 'tableDelays'>
}

/** Binds a rule's query against what the workspace really has, and compares its period with the records there. */
export async function matrixCell(
  input: MatrixInput,
  { analyze, schema }: Pick<DoctorPorts, 'analyze' | 'schema'>,
): Promise<MatrixCell> {
  const { rule } = input.needs
  const actual: WorkspaceSchema = schemaOfWorkspace(schema, input.states)
  const { diagnostics } = await analyze(rule.query, actual)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const failures = [...retentionFaults(input), ...bindingFaults(rule, errors), ...listFaults(input)]
  const warnings =
    failures.length > 0 ? [] : [...legWarnings(rule, diagnostics), ...planWarnings(input), ...recordWarnings(input)]
  return {
    ruleId: rule.id,
    ruleName: rule.name,
    workspace: input.workspace.name,
    status: failures.length > 0 ? 'failure' : warnings.length > 0 ? 'warning' : 'ok',
    reasons: [...failures, ...warnings],
  }
}

function bindingFaults(rule: Rule, faults: readonly QueryFault[]): readonly string[] {
  return faults.slice(0, SHOWN_FAULTS).map(({ message, offset, length }) => {
    const { file, line, column } = rule.source.querySpan(offset, length)
    return `${message.replace(/\.$/, '')} (${file}:${line}:${column})`
  })
}

function listFaults({ needs, missingLists }: MatrixInput): readonly string[] {
  return needs.watchlists.filter((alias) => missingLists.has(alias)).map((alias) => `there is no watchlist ${alias}`)
}

/** The query runs, and nobody hears of what these legs would have found. */
function legWarnings(rule: Rule, diagnostics: readonly QueryFault[]): readonly string[] {
  const faulty = diagnostics.filter(({ leftOutLeg }) => leftOutLeg === 'faulty')
  return bindingFaults(rule, faulty).map((fault) => `a fuzzy union goes on without a leg: ${fault}`)
}

/** A rule whose tables are not known is compared with what the workspace keeps. */
function retentionFaults({ needs, retention, request }: MatrixInput): readonly string[] {
  const { period, reach } = timesOf(needs.rule, request)
  const places = needs.tables.length === 0 ? [''] : needs.tables
  const faults = places.flatMap((table) => {
    const kept = retention.keptOf(table)
    if (kept === undefined || reach <= kept) return []
    return [{ table, kept }]
  })
  const [first, ...others] = faults
  if (first === undefined) return []
  const isCommon = faults.length === places.length && others.every(({ kept }) => kept === first.kept)
  if (isCommon) return [`it reads ${formatDuration(period)}, and the workspace keeps ${formatDuration(first.kept)}`]
  return faults.map(
    ({ table, kept }) => `it reads ${formatDuration(period)}, and ${table} keeps ${formatDuration(kept)}`,
  )
}

/** Queries over other plans know part of the language only, and Sentinel runs no rules over them. */
function planWarnings({ needs, retention }: MatrixInput): readonly string[] {
  return needs.tables.flatMap((table) => {
    const plan = retention.planOf(table)
    return plan === undefined || plan === 'Analytics'
      ? []
      : [`${table} has the plan ${plan}, over which queries are limited and charged by what they read`]
  })
}

function recordWarnings({ needs, states, at, request }: MatrixInput): readonly string[] {
  const { period, patience = 0 } = timesOf(needs.rule, request)
  const start = minus(at, period)
  return needs.tables.flatMap((table) => {
    const state = states.get(table)
    if (state === undefined) return []
    if (state.kind === 'missing') return [`${table} is not there; the query goes on without it`]
    if (state.kind === 'unknown') return [`${table} could not be looked at: ${state.error.message}`]
    const { records } = state
    if (records === undefined) return []
    if (records.newest === undefined || records.newest < minus(start, patience as typeof period)) {
      return [`${table} has no record in the ${formatDuration(period)} that it reads`]
    }
    const begins = beginningWithin(records, start, period)
    return begins === undefined
      ? []
      : [`${table} begins at ${formatInstant(begins)}, within the ${formatDuration(period)} that it reads`]
  })
}

/** The oldest record, where the table is younger than what the rule wants to read, or keeps less. */
function beginningWithin(
  { count, oldest, newest }: TableRecords,
  start: Instant,
  period: Duration,
): Instant | undefined {
  if (oldest === undefined || newest === undefined || count < 2) return undefined
  const silence = oldest - start
  const meanPause = (newest - oldest) / (count - 1)
  return silence > period * MISSING_SHARE && silence > PAUSES * meanPause ? oldest : undefined
}
