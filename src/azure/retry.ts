import pRetry from 'p-retry'
import type { HuntError } from '../domain/errors.ts'
import type { Clock, Duration } from '../domain/time.ts'
import { milliseconds, minutes, seconds } from '../time/duration.ts'

/** What kind of misfortune it was, as far as trying again is concerned. */
export type FailureClass = 'throttled' | 'unavailable' | 'network' | 'unreadable' | 'timeout' | 'stale' | 'permanent'

export interface RetryRule {
  /** How often a failure of this class is tried again in one call. */
  readonly retries: number
  /** Wait before the first of them. */
  readonly delay: Duration
  /** Each further wait is this many times longer. */
  readonly factor: number
  /** A random part of up to this much is added, so that rules which failed together do not return together. */
  readonly jitter: Duration
}

/**
 * `shared/reference/azure-contract.md` A6 and A9. The client's own retries are off: it leaves a 429 without
 * `Retry-After` and a cut body alone, and repeats a 504, which is the heaviest query of all, three times.
 */
export const RETRY_RULES: Readonly<Record<FailureClass, RetryRule>> = {
  /** The rate window is 30 s (A7, H1). */
  throttled: { retries: 5, delay: seconds(30), factor: 1, jitter: seconds(5) },
  unavailable: { retries: 4, delay: seconds(2), factor: 2, jitter: seconds(1) },
  network: { retries: 4, delay: seconds(1), factor: 2, jitter: seconds(1) },
  unreadable: { retries: 2, delay: seconds(2), factor: 2, jitter: seconds(1) },
  /** The query ran to its limit: once more in case the service was busy, no oftener. */
  timeout: { retries: 1, delay: seconds(5), factor: 1, jitter: seconds(5) },
  /** The service's cache lives two minutes (A2). */
  stale: { retries: 3, delay: seconds(45), factor: 1, jitter: seconds(5) },
  permanent: { retries: 0, delay: seconds(0), factor: 1, jitter: seconds(0) },
}

/** A service that asks for more patience than this is treated as unavailable for this run. */
const LONGEST_WAIT = minutes(10)
/** A service that says 0 seconds, or a time that has passed, would get all attempts within a moment, and count them. */
const LEAST_WAIT = milliseconds(500)

/** All classes together. */
const MOST_RETRIES = 8

/** One failed attempt: what it would mean for the run, and whether it may be repeated. */
export class FailedAttempt extends Error {
  readonly failure: FailureClass
  /** Wait that the service asked for. */
  readonly retryAfter: Duration | undefined
  /** Builds the error for the caller, once the number of attempts is known. */
  readonly toError: (attempts: number) => HuntError

  constructor(failure: FailureClass, retryAfter: Duration | undefined, toError: (attempts: number) => HuntError) {
    super(failure)
    this.failure = failure
    this.retryAfter = retryAfter
    this.toError = toError
  }
}

export interface RetryTools {
  readonly clock: Clock
  readonly random: () => number
}

/**
 * Repeats `attempt` as RETRY_RULES allow. `attempt` throws FailedAttempt for what may be repeated; any other error ends
 * the matter. p-retry counts and obeys the signal; its own timers stay unused, so that the clock decides about waits.
 */
export async function withRetries<T>(attempt: () => Promise<T>, tools: RetryTools, signal: AbortSignal): Promise<T> {
  const counts = new Map<FailureClass, number>()
  let attempts = 0
  const run = (): Promise<T> => {
    attempts += 1
    return attempt()
  }
  try {
    return await pRetry(run, {
      retries: MOST_RETRIES,
      minTimeout: 0,
      factor: 1,
      signal,
      async shouldRetry({ error }) {
        if (!(error instanceof FailedAttempt)) return false
        const count = counts.get(error.failure) ?? 0
        counts.set(error.failure, count + 1)
        const wait = waitBefore(error, count, tools.random)
        if (wait === undefined) return false
        await tools.clock.sleep(wait, signal)
        return true
      },
    })
  } catch (error) {
    throw error instanceof FailedAttempt ? error.toError(attempts) : error
  }
}

/** Undefined: not again. `count` earlier failures of this class in this call. */
export function waitBefore(failed: FailedAttempt, count: number, random: () => number): Duration | undefined {
  const rule = RETRY_RULES[failed.failure]
  if (count >= rule.retries) return undefined
  const told = failed.retryAfter === undefined ? undefined : Math.max(failed.retryAfter, LEAST_WAIT)
  const wait = (told ?? rule.delay * rule.factor ** count + random() * rule.jitter) as Duration
  return wait > LONGEST_WAIT ? undefined : wait
}

/** `Retry-After` in seconds or as an HTTP date, and its two spellings in milliseconds; contract A9. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, clock: Clock): Duration | undefined {
  const exact = headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms']
  if (exact !== undefined && /^\d+$/.test(exact)) return Number(exact) as Duration
  const value = headers['retry-after']?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+$/.test(value)) return seconds(Number(value))
  // A date has the name of its month: -5 and 1.5 are numbers, which JavaScript takes for years and days.
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : (Math.max(0, date - clock.now()) as Duration)
}

/** ` after 4 attempts`, or nothing after the first. */
export function afterAttempts(attempts: number): string {
  return attempts > 1 ? ` after ${attempts} attempts` : ''
}
