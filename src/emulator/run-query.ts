import { BackendError, HuntError, KqlError } from '../domain/errors.ts'
import { loadedAnswer, type LoadedAnswer } from '../domain/loaded-answer.ts'
import type { QueryResult, ResultSize } from '../domain/ports.ts'
import type { Duration, Window } from '../domain/time.ts'
import type { Call, EmulatorState } from './operations/operation.ts'
import { internalError } from './service-errors.ts'

/** By the time of the query, not by the one that the service waits for. */
const TOO_LONG: ReadonlySet<string> = new Set(['local/timeout', 'local/lost-query'])

export interface EmulatedQuery {
  readonly query: string
  readonly window: Window | undefined
  /** How long the service lets a query run. */
  readonly wait: Duration
  /** What of the result can be used. */
  readonly enough: ResultSize
}

export interface TimedResult {
  readonly result: LoadedAnswer
  readonly elapsed: Duration
}

/** The query ran for longer than the service lets it. */
export class QueryTookTooLong extends Error {}

/** For services that know no workspaces: all logs are those of the one data folder. */
export function firstWorkspace({ settings }: Pick<EmulatorState, 'settings'>): string {
  return [...(settings.workspaces?.values() ?? [])][0] ?? 'local'
}

/**
 * Asks the engine, as a service that has time limits and faults. Rejects with QueryTookTooLong, with KqlError for an error of the
 * query, and with a ServiceFault 500 for what is a fault of the emulator.
 */
export async function runQuery(
  { query, window, wait, enough }: EmulatedQuery,
  workspace: string,
  call: Pick<Call, 'signal' | 'distortion'>,
  state: EmulatorState,
): Promise<TimedResult> {
  const { backend, clock, now, openPoints } = state.settings
  const started = clock.now()
  const timer = new AbortController()
  const deadline = new AbortController()
  // Ends with the client too: an engine that does not listen to the signal must not keep us waiting.
  const late = clock.sleep(wait, AbortSignal.any([timer.signal, call.signal])).then(() => {
    deadline.abort()
    throw new QueryTookTooLong()
  })
  const work = async (): Promise<QueryResult> => {
    const signal = AbortSignal.any([call.signal, deadline.signal])
    if (call.distortion.delay !== undefined) await clock.sleep(call.distortion.delay, signal)
    const { timeScope } = openPoints
    return backend.query({ query, window, timeScope, now, workspace, timeout: wait, enough }, signal)
  }
  try {
    const result = loadedAnswer(await Promise.race([work(), late]))
    return { result, elapsed: (clock.now() - started) as Duration }
  } catch (error) {
    if (error instanceof BackendError && TOO_LONG.has(error.code)) throw new QueryTookTooLong()
    if (error instanceof HuntError && !(error instanceof KqlError))
      throw internalError(`${error.message} [${error.code}]`)
    throw error
  } finally {
    timer.abort()
  }
}
