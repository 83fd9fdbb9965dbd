import type { SharedLimits } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import type { BudgetLimits } from './budget.ts'

/** What an identity, or a workspace with limits of its own, has in use. */
export class BudgetAccount {
  readonly key: string
  readonly workspace: string | undefined
  readonly limits: BudgetLimits
  running = 0
  /** When the last `rate` queries began, a ring: `#next` is the oldest of them once it is full. */
  readonly #begun: number[] = []
  #next = 0
  /** What the rate of all processes allows, by share, as of a moment; forgotten with each query of ours. */
  readonly #common = new Map<number, { readonly at: Instant; readonly next: Instant }>()

  constructor(key: string, workspace: string | undefined, limits: BudgetLimits) {
    this.key = key
    this.workspace = workspace
    this.limits = limits
  }

  recent(now: Instant): number {
    return this.#begun.filter((time) => time > now - this.limits.per).length
  }

  /** From when on the rate, or this share of it, allows another query. */
  nextBegin(now: Instant, share: number, shared: SharedLimits | undefined): Instant {
    const { rate, per } = this.limits
    const usable = Math.max(1, Math.floor(rate * share))
    // The one that must be over: the oldest of the last `usable`.
    const oldest = this.#begun.length < usable ? undefined : this.#begun[(this.#next - usable + rate) % rate]
    const own = oldest === undefined ? instantFromMillis(0) : plus(instantFromMillis(oldest), per)
    if (own > now || shared === undefined) return own
    const common = this.#nextCommon(usable, now, shared)
    return common > own ? common : own
  }

  /** Whoever looks for the next run asks this for each workspace: the ledger is asked once in a moment. */
  #nextCommon(rate: number, now: Instant, shared: SharedLimits): Instant {
    const known = this.#common.get(rate)
    if (known?.at === now) return known.next
    const next = shared.nextRequest(this.key, now, { rate, per: this.limits.per })
    this.#common.set(rate, { at: now, next })
    return next
  }

  count(now: Instant): void {
    this.#begun[this.#next] = now
    this.#common.clear()
    this.#next = (this.#next + 1) % this.limits.rate
  }

  /** Another process has taken what was free a moment ago: what is known of all processes is no longer so. */
  forget(): void {
    this.#common.clear()
  }
}
