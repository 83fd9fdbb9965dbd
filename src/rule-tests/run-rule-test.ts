import type { ErrorRecord } from '../domain/errors.ts'
import type { ResultTable } from '../domain/kusto.ts'
import type { Backend, Ledger, QueryRequest, ResultWriter } from '../domain/ports.ts'
import type { Rule } from '../domain/rule.ts'
import type { RunOutcome, RunRequest } from '../domain/run.ts'
import type { Clock, Duration } from '../domain/time.ts'
import { executeRun } from '../run/index.ts'
import { minutes } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'
import { windowFor } from '../time/slots.ts'
import { compare } from './compare.ts'
import type { Difference } from './compare.ts'
import { writeFixtureFolder } from './fixture-folder.ts'
import type { RuleTest } from './test-file.ts'

/** What the query did on its way: for the reader of a difference. */
export interface QueryTrace {
  /** SQL that the query became; undefined when it could not be translated. */
  readonly sql: string | undefined
  /** Rows after each operator of the main pipeline, in order. */
  readonly steps: readonly { readonly operator: string; readonly table: ResultTable }[]
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
  /** Where fixture folders are made. */
  readonly temporaryFolder: string
  /** Undefined leaves it to the kind of rule, as `hunt run` does. */
  readonly delay: Duration | undefined
}

export interface RuleTestResult {
  readonly test: RuleTest
  readonly rule: Rule
  readonly outcome: RunOutcome
  /** Empty when the test passes. */
  readonly differences: readonly Difference[]
  /** Only for a test that differs. */
  readonly trace: QueryTrace | undefined
  /** Why there is no trace, when the query cannot be traced. */
  readonly traceError: ErrorRecord | undefined
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
      const request = requestFor(test, rule, ports)
      const outcome = await executeRun(
        request,
        { backend, ledger, writer: noFiles, sinks: [], clock: ports.clock },
        signal,
      )
      const differences = compare(test.expect, outcome)
      const explained = differences.length === 0 ? NO_TRACE : await traceOf(request, outcome, backend, signal)
      return { test, rule, outcome, differences, ...explained }
    } finally {
      ledger.close()
      await backend.close()
    }
  } finally {
    await folder.remove()
  }
}

function requestFor({ time }: RuleTest, rule: Rule, { delay }: RuleTestPorts): RunRequest {
  const workspace = 'local'
  if (time.kind === 'window') {
    const { start, end } = time.window
    const windowOverride = `${formatInstant(start)}/${formatInstant(end)}`
    return { rule, workspace, slot: end, window: time.window, windowOverride }
  }
  if (rule.kind === 'Hunting') throw new RangeError('a hunting query has no slots; the reader of the test checks this')
  return { rule, workspace, slot: time.at, window: windowFor(rule, time.at, delay), windowOverride: '' }
}

const NO_TRACE = { trace: undefined, traceError: undefined }

async function traceOf(
  { rule, window, slot, workspace }: RunRequest,
  outcome: RunOutcome,
  backend: TracingBackend,
  signal: AbortSignal,
): Promise<Pick<RuleTestResult, 'trace' | 'traceError'>> {
  // A query that failed would fail in the same way again.
  if (outcome.error !== undefined) return { trace: undefined, traceError: outcome.error }
  const request = { query: rule.query, window, now: slot, workspace, timeout: minutes(10) }
  return { trace: await backend.trace(request, signal), traceError: undefined }
}
