import { BackendError } from '../../domain/errors.ts'
import type { Clock, Duration } from '../../domain/time.ts'
import { formatDuration } from '../../time/duration.ts'
import { LostQueryError } from './lost-query.ts'

/**
 * Runs `work` with a signal that also fires after `timeout`.
 *
 * @throws BackendError `local/timeout` when it was the time that ended it, `local/lost-query` when that did not end it; the signal's reason when the caller did.
 */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { timeout, clock, signal }: { readonly timeout: Duration; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result> {
  signal.throwIfAborted()
  const begun = clock.now()
  const late = new AbortController()
  const timer = new AbortController()
  const waiting = clock.sleep(timeout, timer.signal).then(
    () => late.abort(timeoutError(timeout)),
    // The timer was called off: the work ended first.
    () => undefined,
  )
  try {
    return await work(AbortSignal.any([signal, late.signal]))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LostQueryError) throw lostError(timeout, error)
    // What held the thread kept the timer waiting, too.
    if (late.signal.aborted || clock.now() - begun >= timeout) throw timeoutError(timeout)
    throw error
  } finally {
    timer.abort()
    await waiting
  }
}

function timeoutError(timeout: Duration): BackendError {
  return new BackendError({
    code: 'local/timeout',
    message: `the query took longer than ${formatDuration(timeout)} and was stopped`,
    hint: 'narrow the window or the query, or raise hunt.timeout of the rule or, where it has none, --timeout',
    retryable: true,
  })
}

function lostError(timeout: Duration, cause: LostQueryError): BackendError {
  return new BackendError({
    code: 'local/lost-query',
    message: `the query took longer than ${formatDuration(timeout)} and cannot be stopped: DuckDB does not stop while it plans, nor inside one value`,
    hint: 'hunt does the rest and ends by force (exit code 137); split the query, or have shorter lists, texts and arrays in single values, and report it: no query should do this',
    cause,
  })
}
