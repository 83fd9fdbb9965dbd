import type { ResultTable } from '../domain/kusto.ts'
import type { Backend, Ledger, QueryRequest, ResultWriter } from '../domain/ports.ts'
import type { RowConditions } from '../domain/row-conditions.ts'
import { isTimed } from '../domain/rule.ts'
import type { Rule } from '../domain/rule.ts'
import type { RunOutcome, RunRequest } from '../domain/run.ts'
import type { Clock, Duration } from '../domain/time.ts'
import { executeRun, ruleQuery } from '../run/index.ts'
import { minutes } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import { delayOf, windowAt } from '../time/rule-times.ts'
import { compare } from './compare.ts'
import type { Difference } from './compare.ts'
import { writeFixtureFolder } from './fixture-folder.ts'
import type { RuleTest } from './test-file.ts'

/** What the query did on its way: for the reader of a difference. */
export interface QueryTrace {
  /** SQL that the query became. */
  readonly sql: string | undefined
  /** After each operator of the main pipeline, in order: how many rows there were, and the first of them. */
  readonly steps: readonly { readonly operator: string; readonly table: ResultTable; readonly rowCount: number }[]
}

/** A backend that can also show its steps. */
export interface TracingBackend extends Backend {
  trace(request: QueryRequest, signal: AbortSignal): Promise<QueryTrace>
}

/** Everything outside that a rule test touches. */
export interface RuleTestPorts {
  openBackend(dataFolder: string): Promise<TracingBackend>
  /** A ledger that nothing else sees. */
  openLedger(): Ledger
  readonly clock: Clock
  readonly conditions: RowConditions
  /** Where fixture folders are made. */
  readonly temporaryFolder: string
  /** Undefined leaves it to the kind of rule, as `hunt run` does. */
  readonly delay: Duration | undefined
  readonly tableDelays?: ReadonlyMap<string, Duration> | undefined
}

export interface RuleTestResult {
  readonly test: RuleTest
  readonly rule: Rule
  readonly outcome: RunOutcome
  /** Empty when the test passes. */
  readonly differences: readonly Difference[]
  /** Only for a test that differs, and whose query did not fail: it would fail in the same way again. */
  readonly trace: QueryTrace | undefined
}

/** Files are not what a rule test is about; the pipeline asks for a writer all the same. */
const noFiles: ResultWriter = { write: async () => ({ paths: [] }) }

/** Runs a rule over the tables of a test, through the very pipeline of `hunt run`, and compares. */
export async function runRuleTest(
  test: RuleTest,
  rule: Rule,
  ports: RuleTestPorts,
  signal: AbortSignal,
): Promise<RuleTestResult> {
  const folder = await writeFixtureFolder(test.tables, ports.temporaryFolder)
  try {
    const backend = await ports.openBackend(folder.path)
    const ledger = ports.openLedger()
    try {
      const { rule: judged, unknown } = withTestExclusions(rule, test.exclusions)
      const request = requestFor(test, judged, ports)
      const { error, warnings, ...rest } = await executeRun(
        request,
        { backend, ledger, writer: noFiles, sinks: [], clock: ports.clock, conditions: ports.conditions },
        signal,
      )
      const outcome = { ...rest, error: error && folder.retellError(error), warnings: warnings.map(folder.retell) }
      const differences = [...unknown, ...compare(test.expect, outcome)]
      const isTraced = differences.length > 0 && outcome.error === undefined
      const trace = isTraced ? await traceOf(request, backend, signal) : undefined
      return { test, rule, outcome, differences, trace }
    } finally {
      ledger.close()
      await backend.close()
    }
  } finally {
    await folder.remove()
  }
}

/** The rule with just the exclusions in force that a test names: also one that is disabled should be known to work. */
function withTestExclusions(
  rule: Rule,
  names: readonly string[] | undefined,
): { readonly rule: Rule; readonly unknown: readonly Difference[] } {
  if (names === undefined) return { rule, unknown: [] }
  const own = rule.exclusions ?? []
  const missing = names.filter((name) => !own.some((exclusion) => exclusion.name === name))
  const listed = own.length === 0 ? ['the rule has none'] : own.map(({ name }) => name)
  return {
    rule: {
      ...rule,
      exclusions: own.map((exclusion) => ({
        ...exclusion,
        enabled: names.includes(exclusion.name),
        expires: undefined,
      })),
    },
    unknown: missing.length === 0 ? [] : [{ what: 'exclusions', expected: missing, actual: listed }],
  }
}

function requestFor({ time }: RuleTest, rule: Rule, settings: RuleTestPorts): RunRequest {
  const workspace = 'local'
  if (time.kind === 'window') {
    const { start, end } = time.window
    const windowOverride = `${formatInstant(start)}/${formatInstant(end)}`
    const delay = isTimed(rule) ? { delay: delayOf(rule, settings) } : {}
    return { rule, workspace, slot: end, window: time.window, windowOverride, ...delay }
  }
  if (!isTimed(rule)) throw new RangeError('a rule without a schedule has no slots; the reader of the test checks this')
  return {
    rule,
    workspace,
    slot: time.at,
    window: windowAt(rule, time.at, delayOf(rule, settings)),
    windowOverride: '',
  }
}

async function traceOf(run: RunRequest, backend: TracingBackend, signal: AbortSignal): Promise<QueryTrace> {
  return backend.trace(ruleQuery(run, minutes(10)), signal)
}
