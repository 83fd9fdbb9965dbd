import type { SharedRate } from '../domain/schedule.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { milliseconds, seconds } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'

export interface BudgetLimits {
  /** Queries of one identity at once. */
  readonly concurrent: number
  /** Queries that one identity may begin within `per`. */
  readonly rate: number
  readonly per: Duration
}

/** What the service allows one identity is 5 at once and 200 in 30 s (shared/reference/azure-contract.md A7). */
export const SERVICE_LIMITS: BudgetLimits = { concurrent: 5, rate: 200, per: seconds(30) }

interface Account {
  running: number
  /** When the last `rate` queries began, a ring: `next` is the oldest of them once it is full. */
  readonly begun: number[]
  next: number
}

/**
 * Keeps each identity within its limits; what it may not begin now waits, and nothing is refused. The rate is counted over
 * all processes of a ledger once it is shared, what runs at once in each process alone.
 */
export class RequestBudget {
  readonly #limits: BudgetLimits
  readonly #accounts = new Map<string, Account>()
  #shared: SharedRate | undefined

  constructor(limits: BudgetLimits) {
    this.#limits = limits
  }

  /** From now on others count too. */
  share(shared: SharedRate): void {
    this.#shared = shared
  }

  mayBegin(identity: string, now: Instant): boolean {
    return this.#accountOf(identity).running < this.#limits.concurrent && this.nextBegin(identity, now) <= now
  }

  /** From when on the rate, or this share of it, allows another query. */
  nextBegin(identity: string, now: Instant, share = 1): Instant {
    const { begun, next } = this.#accountOf(identity)
    const { rate, per } = this.#limits
    const usable = Math.max(1, Math.floor(rate * share))
    // The one that must be over: the oldest of the last `usable`.
    const oldest = begun.length < usable ? undefined : begun[(next - usable + rate) % rate]
    const own = oldest === undefined ? instantFromMillis(0) : plus(instantFromMillis(oldest), per)
    if (own > now) return own
    const common = this.#shared?.nextRequest(identity, now, { rate: usable, per }) ?? own
    return common > own ? common : own
  }

  /** Waits until the rate allows one query more than a run begins with: a retry, a part of a window. */
  async another(identity: string, clock: Clock, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const now = clock.now()
      const next = this.nextBegin(identity, now)
      if (next <= now) break
      await clock.sleep(milliseconds(next - now), signal)
    }
    this.#count(identity, clock.now())
  }

  /** What is in use of each identity's limits. */
  usage(now: Instant): readonly { readonly identity: string; readonly running: number; readonly recent: number }[] {
    return [...this.#accounts].map(([identity, { running, begun }]) => ({
      identity,
      running,
      recent: begun.filter((time) => time > now - this.#limits.per).length,
    }))
  }

  get limits(): BudgetLimits {
    return this.#limits
  }

  begin(identity: string, now: Instant): void {
    this.#accountOf(identity).running += 1
    this.#count(identity, now)
  }

  #count(identity: string, now: Instant): void {
    const account = this.#accountOf(identity)
    account.begun[account.next] = now
    account.next = (account.next + 1) % this.#limits.rate
    this.#shared?.noteRequest(identity, now)
  }

  end(identity: string): void {
    this.#accountOf(identity).running -= 1
  }

  #accountOf(identity: string): Account {
    const known = this.#accounts.get(identity)
    if (known !== undefined) return known
    const account = { running: 0, begun: [], next: 0 }
    this.#accounts.set(identity, account)
    return account
  }
}
