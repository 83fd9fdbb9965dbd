import type {
  Backend,
  Delivery,
  QueryRequest,
  QueryResult,
  Receipt,
  ResultWriter,
  RunEvent,
  Sink,
} from '../../src/domain/ports.ts'
import type { ResultTable } from '../../src/domain/kusto.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { RunOutcome, RunRequest } from '../../src/domain/run.ts'
import { openLedger } from '../../src/ledger/index.ts'
import type { LedgerWithHistory } from '../../src/ledger/index.ts'
import type { RunPorts } from '../../src/run/index.ts'
import { minutes } from '../../src/time/duration.ts'
import { minus } from '../../src/time/instant.ts'
import { windowAt } from '../../src/time/rule-times.ts'
import { defaultDelay } from '../../src/time/default-times.ts'
import { fakeClock } from './instants.ts'
import type { FakeClock } from './instants.ts'
import { SLOT } from './outcomes.ts'
import { scheduledRule } from './rules.ts'
import { namesTable } from './tables.ts'

export type Answer = QueryResult | Error | ((request: QueryRequest, signal: AbortSignal) => Promise<QueryResult>)

export function complete(table: ResultTable, changes: Partial<QueryResult> = {}): QueryResult {
  return { status: 'complete', table, warnings: [], ...changes }
}

export function partial(table: ResultTable): QueryResult {
  const partialError = { code: 'backend/partial', message: 'the result was cut', retryable: false, context: {} }
  return { status: 'partial', table, partialError, warnings: [] }
}

/** A backend that answers by the query's text and keeps what it was asked. */
export interface ScriptedBackend extends Backend {
  readonly asked: readonly QueryRequest[]
  answers: Readonly<Record<string, Answer>>
}

/** Queries without an answer of their own get one row, `vm-1`. */
export function scriptedBackend(answers: Readonly<Record<string, Answer>> = {}): ScriptedBackend {
  const asked: QueryRequest[] = []
  return {
    name: 'local',
    asked,
    answers,
    async query(request, signal) {
      asked.push(request)
      signal.throwIfAborted()
      const answer = this.answers[request.query] ?? complete(namesTable('vm-1'))
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? answer(request, signal) : answer
    },
    close: async () => undefined,
  }
}

/** A sink in memory that behaves like a good receiver, and fails as long as it is told to. */
export interface MemorySink extends Sink {
  readonly deliveries: readonly Delivery[]
  failure: Error | undefined
}

export function memorySink(name = 'memory'): MemorySink {
  const deliveries: Delivery[] = []
  return {
    name,
    deliveries,
    failure: undefined,
    async deliver(delivery): Promise<Receipt> {
      if (this.failure !== undefined) throw this.failure
      const duplicate = deliveries.some(({ key }) => key === delivery.key)
      if (!duplicate) deliveries.push(delivery)
      return { location: `memory:${delivery.incident.id}`, duplicate }
    },
  }
}

/** Keeps outcomes instead of writing them. */
export interface MemoryWriter extends ResultWriter {
  readonly written: readonly RunOutcome[]
  failure: Error | undefined
}

export function memoryWriter(): MemoryWriter {
  const written: RunOutcome[] = []
  return {
    written,
    failure: undefined,
    async write(outcome) {
      if (this.failure !== undefined) throw this.failure
      written.push(outcome)
      return { paths: [`memory/${written.length}`] }
    },
  }
}

/** A whole set of ports over a ledger in memory, with everything that a test wants to look at. */
export interface TestPorts extends RunPorts {
  readonly backend: ScriptedBackend
  readonly ledger: LedgerWithHistory
  readonly writer: MemoryWriter
  readonly sinks: readonly MemorySink[]
  readonly clock: FakeClock
  readonly events: readonly RunEvent[]
}

export function testPorts(
  changes: Partial<Pick<TestPorts, 'backend' | 'ledger' | 'writer' | 'sinks' | 'clock'>> = {},
): TestPorts {
  const events: RunEvent[] = []
  return {
    backend: scriptedBackend(),
    ledger: openLedger(':memory:'),
    writer: memoryWriter(),
    sinks: [memorySink()],
    clock: fakeClock(),
    ...changes,
    events,
    observer: (event) => void events.push(event),
  }
}

export function runRequest(rule: Rule = scheduledRule(), changes: Partial<RunRequest> = {}): RunRequest {
  const slot = changes.slot ?? SLOT
  const window =
    rule.kind === 'Hunting' ? { start: minus(slot, minutes(60)), end: slot } : windowAt(rule, slot, defaultDelay(rule))
  return { rule, workspace: 'local', slot, window, windowOverride: '', ...changes }
}
