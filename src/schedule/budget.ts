import type { Duration, Instant } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'
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

/** Keeps each identity within its limits; what it may not begin now waits, and nothing is refused. */
export class RequestBudget {
  readonly #limits: BudgetLimits
  readonly #accounts = new Map<string, Account>()

  constructor(limits: BudgetLimits) {
    this.#limits = limits
  }

  mayBegin(identity: string, now: Instant): boolean {
    return this.#accountOf(identity).running < this.#limits.concurrent && this.nextBegin(identity) <= now
  }

  /** From when on the rate allows another query. */
  nextBegin(identity: string): Instant {
    const { begun, next } = this.#accountOf(identity)
    const oldest = begun.length < this.#limits.rate ? undefined : begun[next]
    return oldest === undefined ? instantFromMillis(0) : plus(instantFromMillis(oldest), this.#limits.per)
  }

  begin(identity: string, now: Instant): void {
    const account = this.#accountOf(identity)
    account.running += 1
    account.begun[account.next] = now
    account.next = (account.next + 1) % this.#limits.rate
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
