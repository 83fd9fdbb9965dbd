import { KqlError } from '../domain/errors.ts'
import type { WorkGuard } from '../domain/ports.ts'
import type { Duration } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import { forgetBindings } from './bind/bind-query.ts'

/** Without a request's own limit. Published rules compile in 5 to 60 ms. */
export const DEFAULT_LIMIT = 60_000 as Duration

export interface WorkBounds {
  /** Undefined where nobody waits for the thread, as in tests. */
  readonly guard: WorkGuard | undefined
  readonly limit: Duration | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Compiles under the guard: a hostile query ends in an error of its own, not in a hang or an empty stack.
 *
 * @throws KqlError `kql/too-complex`; the signal's reason, or an AbortError, when the user interrupts.
 */
export function boundedWork<Result>(work: () => Result, { guard, limit = DEFAULT_LIMIT, signal }: WorkBounds): Result {
  signal?.throwIfAborted()
  if (guard === undefined) return withinStack(work)
  const outcome = guard.run(() => withinStack(work), limit)
  if (outcome.kind !== 'done') forgetBindings()
  switch (outcome.kind) {
    case 'done':
      return outcome.value
    case 'late':
      throw tooComplex(`reading the query took longer than ${formatDuration(limit)} and was stopped`)
    case 'interrupted':
      signal?.throwIfAborted()
      throw new DOMException('interrupted', 'AbortError')
  }
}

function withinStack<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof RangeError) || !cause.message.includes('call stack')) throw cause
    forgetBindings()
    throw tooComplex('the query goes deeper than the stack', cause)
  }
}

export function tooComplex(message: string, cause?: unknown): KqlError {
  return new KqlError({
    code: 'kql/too-complex',
    message,
    hint: 'shorten long lists and chains of operators, and have fewer lets that build on each other',
    cause,
  })
}
