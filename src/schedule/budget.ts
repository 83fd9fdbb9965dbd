import type { SharedLimits } from '../domain/schedule.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { milliseconds, seconds } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { inSeat } from './seats.ts'

export interface BudgetLimits {
  /** Queries of one identity at once, of this process. */
  readonly concurrent: number
  /** Queries of one identity at once, of all processes of a ledger; absent: only `concurrent` counts. */
  readonly together?: number
  /** Queries that one identity may begin within `per`. */
  readonly rate: number
  readonly per: Duration
}

/** What the service allows one identity is 5 at once and 200 in 30 s (shared/reference/azure-contract.md A7). */
export const SERVICE_LIMITS = {
  concurrent: 5,
  together: 5,
  rate: 200,
  per: seconds(30),
} as const satisfies BudgetLimits

interface Account {
  running: number
  /** When the last `rate` queries began, a ring: `next` is the oldest of them once it is full. */
  readonly begun: number[]
  next: number
}

/**
 * Keeps each identity within its limits; what it may not begin now waits, and nothing is refused. Once it is shared, rate and
 * what runs at once are counted over all processes of a ledger. Whoever plans goes by what others had a moment ago; each
 * query then waits for a seat, of which there are never too many. Of the rate two may take the last one in the same moment: the
 * service then refuses one with a wait, which is kept.
 */
export class RequestBudget {
  readonly #limits: BudgetLimits
  readonly #accounts = new Map<string, Account>()
  #shared: SharedLimits | undefined
  /** What the rate of all processes allows, by share and identity, as of a moment; forgotten with each query of ours. */
  readonly #common = new Map<string, { readonly at: Instant; readonly next: Instant }>()
  /** Seats of others, by identity; they are asked for once in a moment. */
  #elsewhere: { readonly at: Instant; readonly seats: ReadonlyMap<string, number> } | undefined

  constructor(limits: BudgetLimits) {
    this.#limits = limits
  }

  /** From now on others count too. */
  share(shared: SharedLimits): void {
    this.#shared = shared
  }

  mayBegin(identity: string, now: Instant): boolean {
    return this.hasRoom(identity, now) && this.nextBegin(identity, now) <= now
  }

  /** May one more run at once? */
  hasRoom(identity: string, now: Instant): boolean {
    const { running } = this.#accountOf(identity)
    if (running >= this.#limits.concurrent) return false
    // Who has nothing under way comes in its turn, or others that never pause would keep it waiting for ever.
    if (this.#shared === undefined || running === 0) return true
    return running + this.#seatsElsewhere(this.#shared, identity, now) < this.#mostTogether
  }

  get #mostTogether(): number {
    const { concurrent, together = concurrent } = this.#limits
    return Math.max(together, concurrent)
  }

  #seatsElsewhere(shared: SharedLimits, identity: string, now: Instant): number {
    if (this.#elsewhere?.at !== now) this.#elsewhere = { at: now, seats: shared.seatsElsewhere(now) }
    return this.#elsewhere.seats.get(identity) ?? 0
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
    const common = this.#nextCommon(identity, now, { rate: usable, per })
    return common > own ? common : own
  }

  /** Whoever looks for the next run asks this for each workspace: the ledger is asked once in a moment. */
  #nextCommon(identity: string, now: Instant, limits: { readonly rate: number; readonly per: Duration }): Instant {
    if (this.#shared === undefined) return instantFromMillis(0)
    const key = `${limits.rate} ${identity}`
    const known = this.#common.get(key)
    if (known?.at === now) return known.next
    const next = this.#shared.nextRequest(identity, now, limits)
    this.#common.set(key, { at: now, next })
    return next
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

  /** Asks a query in a seat of its identity, of which there are so many over all processes; waits until one is free. */
  async seated<Result>(
    identity: string,
    clock: Clock,
    signal: AbortSignal,
    query: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (this.#shared === undefined) return query(signal)
    return inSeat({ shared: this.#shared, identity, most: this.#mostTogether }, clock, signal, query)
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
    this.#common.clear()
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
