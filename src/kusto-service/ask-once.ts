import { failedBeforeSending, readErrorBody } from '../azure/index.ts'
import type { FailedAttempt, StreamedReply } from '../azure/index.ts'
import { HuntError } from '../domain/errors.ts'
import type { Clock, Duration } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'
import { AnswerProblem } from './answer-problem.ts'
import { failureOfAnswer, failureOfStatus } from './failures.ts'
import type { FailureRule, KustoCall, KustoExchange } from './failures.ts'

/** One request to a service whose answers are read from the wire. */
export interface Question<Answer> {
  /** Rejects with what the network or the login says, or the signal's reason. */
  readonly send: (signal: AbortSignal) => Promise<StreamedReply>
  readonly requestId: string
  readonly call: KustoCall
  /** What the service means by a status other than 200. */
  readonly failures: readonly FailureRule<KustoCall>[]
  /** Throws AnswerProblem. */
  readonly read: (body: AsyncIterable<Uint8Array>) => Promise<Answer>
  /** Beyond the query's timeout. */
  readonly grace: Duration
  readonly clock: Clock
  readonly signal: AbortSignal
}

export type Asked<Answer> =
  | { readonly exchange: KustoExchange; readonly answer: Answer }
  /** A status other than 200; `failure` is what it means unless the caller knows better. */
  | { readonly exchange: KustoExchange; readonly answer: undefined; readonly failure: FailedAttempt }

/** Sends one request. Throws FailedAttempt for what is no answer, HuntError, or the signal's reason. */
export async function askOnce<Answer>(question: Question<Answer>): Promise<Asked<Answer>> {
  const { call, failures, read, clock, signal } = question
  let exchange: KustoExchange = { clientRequestId: question.requestId }
  const reply = await sendOnce(question, exchange)
  exchange = { ...exchange, status: reply.status, headers: reply.headers }
  try {
    if (reply.status === 200) return { exchange, answer: await read(reply.body) }
    exchange = { ...exchange, errorBody: await readErrorBody(reply.body) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AnswerProblem) throw failureOfAnswer(error.kind, problemText(error), exchange, call)
    if (error instanceof HuntError) throw error
    throw failureOfAnswer('network', networkText(error), exchange, call)
  }
  return { exchange, answer: undefined, failure: failureOfStatus(failures, exchange, call, clock) }
}

async function sendOnce(
  { send, call, grace, clock, signal }: Question<unknown>,
  exchange: KustoExchange,
): Promise<StreamedReply> {
  const silence = new AbortController()
  // Real time, not the clock of the run: it bounds a connection until its status comes; a body has a bound of its own.
  const patience = AbortSignal.timeout(seconds(call.timeoutSeconds) + grace)
  const giveUp = (): void => silence.abort()
  patience.addEventListener('abort', giveUp)
  try {
    return await send(AbortSignal.any([signal, silence.signal]))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof HuntError) throw failedBeforeSending(error, clock)
    if (silence.signal.aborted) {
      throw failureOfAnswer('silent', `nothing came within ${call.timeoutSeconds} s`, exchange, call)
    }
    throw failureOfAnswer('network', networkText(error), exchange, call)
  } finally {
    patience.removeEventListener('abort', giveUp)
  }
}

export function problemText(problem: AnswerProblem): string {
  return problem.cause instanceof Error ? `${problem.message} (${problem.cause.message})` : problem.message
}

/** The words of Node's network errors; the error object itself holds the request with its token and is dropped. */
export function networkText(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
