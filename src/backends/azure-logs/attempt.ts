import type { LogsQueryClient, LogsQueryOptions } from '@azure/monitor-query'
import { HuntError } from '../../domain/errors.ts'
import type { QueryResult } from '../../domain/ports.ts'
import type { Clock, Duration, Window } from '../../domain/time.ts'
import { seconds } from '../../time/duration.ts'
import { AnswerProblem } from '../../kusto-service/answer-problem.ts'
import { networkText, problemText } from '../../kusto-service/ask-once.ts'
import { failureOfAnswer, failureOfStatus } from '../../kusto-service/failures.ts'
import { FAILURES, type CallContext } from './failures.ts'
import type { Exchange, ResponseTap } from './response-tap.ts'
import { toQueryResult } from './result.ts'
import { failedBeforeSending } from '../../azure/index.ts'

/** Everything that one request needs; the same for each attempt of a query. */
export interface Attempt {
  readonly client: LogsQueryClient
  readonly tap: ResponseTap
  readonly call: CallContext
  readonly window: Window | undefined
  /** Beyond the service's own timeout. */
  readonly grace: Duration
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Sends one request. Returns a complete or partial result, or throws FailedAttempt (retry.ts) or HuntError. */
export async function tryOnce(attempt: Attempt): Promise<QueryResult> {
  const exchange: Exchange = { omitTimespan: attempt.window === undefined }
  try {
    return judge(await send(attempt, exchange), exchange, attempt)
  } catch (error) {
    exchange.answer?.release()
    throw error
  }
}

function judge({ fault, isSilent }: Sent, exchange: Exchange, { call, clock }: Attempt): QueryResult {
  if (fault instanceof HuntError) throw failedBeforeSending(fault, clock)
  if (fault instanceof AnswerProblem) throw failureOfAnswer(fault.kind, problemText(fault), exchange, call)
  if (isSilent) throw failureOfAnswer('silent', `nothing came within ${call.timeoutSeconds} s`, exchange, call)
  if (exchange.status === undefined) throw failureOfAnswer('network', networkText(fault), exchange, call)
  if (exchange.status !== 200) throw failureOfStatus(FAILURES, exchange, call, clock)
  if (exchange.answer === undefined) throw failureOfAnswer('cut', networkText(fault), exchange, call)
  const age = exchange.headers?.['age'] ?? '0'
  // Several caches may say several ages, and a cache that says no number is one, too.
  if (!/^\s*0*\s*$/.test(age))
    throw failureOfAnswer('stale', `it comes from a cache and ${ageText(age)}`, exchange, call)
  return toQueryResult(exchange.answer, exchange, call)
}

interface Sent {
  /** What the client threw, if anything; the exchange holds the rest. */
  readonly fault: unknown
  /** No status came in the time given to the service and the grace. */
  readonly isSilent: boolean
}

async function send({ client, tap, call, window, grace, signal }: Attempt, exchange: Exchange): Promise<Sent> {
  const silence = new AbortController()
  // Real time, not the clock of the run: it bounds a connection until its status comes; a body has a bound of its own
  // in response-tap.ts. The client's own timeout would keep the process alive to its end after every failed
  // connection, since the client forgets the timer; this one holds nothing.
  const patience = AbortSignal.timeout(seconds(call.timeoutSeconds) + grace)
  patience.addEventListener('abort', () => {
    if (exchange.status === undefined) silence.abort()
  })
  const options: LogsQueryOptions = {
    serverTimeoutInSeconds: call.timeoutSeconds,
    includeQueryStatistics: true,
    ...(call.furtherIds.length === 0 ? {} : { additionalWorkspaces: [...call.furtherIds] }),
    abortSignal: AbortSignal.any([signal, silence.signal]),
  }
  // Without a window the tap removes the member again; the client's types want one.
  const timespan =
    window === undefined ? { duration: '' } : { startTime: new Date(window.start), endTime: new Date(window.end) }
  try {
    await tap.observe(exchange, () => client.queryWorkspace(call.workspaceId, call.query.text, timespan, options))
    return { fault: undefined, isSilent: false }
  } catch (error) {
    // The user's own cancellation is no failure of the service: it goes up as it is.
    signal.throwIfAborted()
    return { fault: error, isSilent: silence.signal.aborted }
  }
}

function ageText(age: string): string {
  return /^\d+(?:\.\d+)?$/.test(age) ? `is ${Number(age)} s old` : `says "${age.slice(0, 20)}" of its age`
}
