import type { QueryGate } from '../run/index.ts'
import type { SharedLimits } from '../domain/schedule.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { milliseconds, seconds } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { BudgetAccount } from './budget-account.ts'
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

/** What one workspace may be asked, of the budget of its identity; without an entry as much as that allows. */
export interface WorkspaceLimits {
  /** Queries at once, of all processes of a ledger. */
  readonly concurrency?: number | undefined
  /** Queries that may begin within 30 seconds. */
  readonly rate?: number | undefined
}

/** How a budget is spread over workspaces. */
export interface BudgetSpread {
  /** Whose limits a workspace shares; absent means that all workspaces are one identity's. */
  readonly identityOf?: (workspace: string) => string
  /** Of identities whose service has limits of its own; undefined for the others. */
  readonly serviceLimitsOf?: (identity: string) => BudgetLimits | undefined
  readonly limitsOf?: (workspace: string) => WorkspaceLimits | undefined
}

/** What the service allows one identity is 5 at once and 200 in 30 s (shared/reference/azure-contract.md A7). */
export const SERVICE_LIMITS = {
  concurrent: 5,
  together: 5,
  rate: 200,
  per: seconds(30),
} as const satisfies BudgetLimits

/** Of a tenant's advanced hunting: at least 45 calls a minute (Microsoft Graph, «Quotas and resource allocation»). */
export const HUNTING_LIMITS = { concurrent: 5, together: 5, rate: 45, per: seconds(60) } as const satisfies BudgetLimits

/** How soon to look again whether another process has ended a run. */
const OTHERS_END = milliseconds(500)

/** How soon to look again whether this process has ended one. */
const OWN_END = milliseconds(50)

/**
 * Keeps each identity within its limits, and each workspace within those of its own; what may not begin now waits, and nothing is
 * refused. Once it is shared, rate and what runs at once are counted over all processes of a ledger. Whoever plans goes by what
 * others had a moment ago; each query is then counted only if it is still within the rate, and waits for a seat, of which there are
 * never too many.
 */
export class RequestBudget implements QueryGate {
  readonly limits: BudgetLimits
  readonly #spread: BudgetSpread
  readonly #accounts = new Map<string, BudgetAccount>()
  /** Those that a query of a workspace counts for: its identity's, and its own if it has limits. */
  readonly #ofWorkspace = new Map<string, readonly BudgetAccount[]>()
  #shared: SharedLimits | undefined
  /** Seats of others, by account; they are asked for once in a moment. */
  #elsewhere: { readonly at: Instant; readonly seats: ReadonlyMap<string, number> } | undefined

  constructor(limits: BudgetLimits, spread: BudgetSpread = {}) {
    this.limits = limits
    this.#spread = spread
  }

  /** From now on others count too. */
  share(shared: SharedLimits): void {
    this.#shared = shared
  }

  identityOf(workspace: string): string {
    return this.#spread.identityOf?.(workspace) ?? ''
  }

  mayBegin(workspace: string, now: Instant): boolean {
    return this.hasRoom(workspace, now) && this.nextBegin(workspace, now) <= now
  }

  /** May one more run at once? `alone`: whatever other processes run; its query then waits for its turn among theirs. */
  hasRoom(workspace: string, now: Instant, alone = false): boolean {
    const accounts = this.#accountsOf(workspace)
    for (const { running, limits } of accounts) if (running >= limits.concurrent) return false
    const shared = this.#shared
    if (alone || shared === undefined) return true
    for (const { key, running, limits } of accounts) {
      // Who has nothing under way comes in its turn, or others that never pause would keep it waiting for ever.
      if (running > 0 && running + this.#seatsElsewhere(shared, key, now) >= mostTogether(limits)) return false
    }
    return true
  }

  #seatsElsewhere(shared: SharedLimits, account: string, now: Instant): number {
    if (this.#elsewhere?.at !== now) this.#elsewhere = { at: now, seats: shared.seatsElsewhere(now) }
    return this.#elsewhere.seats.get(account) ?? 0
  }

  /** From when on the rate, or this share of it, allows another query. */
  nextBegin(workspace: string, now: Instant, share = 1): Instant {
    let latest = instantFromMillis(0)
    for (const account of this.#accountsOf(workspace)) {
      const next = account.nextBegin(now, share, this.#shared)
      if (next > latest) latest = next
    }
    return latest
  }

  /** When to ask again, if no run of this process ends before. */
  nextTry(workspace: string, now: Instant, share = 1): Instant {
    const next = this.nextBegin(workspace, now, share)
    return this.hasRoom(workspace, now) || next > now ? next : plus(now, OTHERS_END)
  }

  /** Waits until the rate allows one query more than a run begins with: a retry, a part of a window. */
  async another(workspace: string, clock: Clock, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      const now = clock.now()
      const next = this.#take(workspace, now)
      if (next === undefined) return
      await clock.sleep(milliseconds(Math.max(1, next - now)), signal)
    }
  }

  /**
   * Asks a query in a seat of each of its workspace's limits, of which there are so many over all processes; waits until they are
   * free. The workspace's own comes first: who waits for it keeps none of the identity's from others.
   */
  async seated<Result>(
    workspace: string,
    clock: Clock,
    signal: AbortSignal,
    query: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const shared = this.#shared
    if (shared === undefined) return query(signal)
    const ask = this.#accountsOf(workspace).reduce<(held: AbortSignal) => Promise<Result>>(
      (inner, { key, limits }) =>
        (held) =>
          inSeat({ shared, identity: key, most: mostTogether(limits) }, clock, held, inner),
      query,
    )
    return ask(signal)
  }

  /** What is in use of each identity's limits, and of each workspace's own. */
  usage(now: Instant): readonly BudgetUsage[] {
    return [...this.#accounts.values()].map((account) => ({
      workspace: account.workspace,
      limits: account.limits,
      running: account.running,
      recent: account.recent(now),
    }))
  }

  /**
   * Begins a run, and says whether its first query is counted; where another process has taken the last of the rate since it was
   * asked for, `another` must come before the query. `end` must follow.
   */
  begin(workspace: string, now: Instant): boolean {
    for (const account of this.#accountsOf(workspace)) account.running += 1
    return this.#take(workspace, now) === undefined
  }

  /** Begins a run if that may be now; `end` must follow. `alone`: whatever other processes run. */
  tryBegin(workspace: string, now: Instant, alone: boolean): boolean {
    if (!this.hasRoom(workspace, now, alone) || this.#take(workspace, now) !== undefined) return false
    for (const account of this.#accountsOf(workspace)) account.running += 1
    return true
  }

  /** Waits until a query may begin beside whatever other processes run, and begins it; `end` must follow. */
  async enter(workspace: string, clock: Clock, signal: AbortSignal): Promise<void> {
    while (!this.tryBegin(workspace, clock.now(), true)) {
      const now = clock.now()
      const wait = Math.max(OWN_END, this.nextBegin(workspace, now) - now)
      await clock.sleep(milliseconds(wait), signal)
    }
  }

  /** Counts one query for each of its accounts, if it is within all their rates; otherwise none, and says from when on it may be. */
  #take(workspace: string, now: Instant): Instant | undefined {
    const next = this.nextBegin(workspace, now)
    if (next > now) return next
    const accounts = this.#accountsOf(workspace)
    const takes = accounts.map(({ key, limits: { rate, per } }) => ({ identity: key, rate, per }))
    const refused = this.#shared?.takeRequest(takes, now)
    for (const account of accounts) {
      if (refused === undefined) account.count(now)
      else account.forget()
    }
    return refused
  }

  end(workspace: string): void {
    for (const account of this.#accountsOf(workspace)) account.running -= 1
  }

  #accountsOf(workspace: string): readonly BudgetAccount[] {
    const known = this.#ofWorkspace.get(workspace)
    if (known !== undefined) return known
    const identity = this.identityOf(workspace)
    const limits = this.#spread.serviceLimitsOf?.(identity) ?? this.limits
    const common = this.#account(identity, undefined, limits)
    const own = this.#spread.limitsOf?.(workspace)
    const accounts = own === undefined ? [common] : [common, this.#ownAccount(workspace, own, limits)]
    this.#ofWorkspace.set(workspace, accounts)
    return accounts
  }

  #ownAccount(workspace: string, { concurrency, rate }: WorkspaceLimits, service: BudgetLimits): BudgetAccount {
    const { concurrent, together = concurrent, rate: most } = service
    return this.#account(`workspace ${workspace}`, workspace, {
      ...(rate === undefined ? service : { rate: Math.min(most, rate), per: this.limits.per }),
      concurrent: Math.min(concurrent, concurrency ?? concurrent),
      together: Math.min(together, concurrency ?? together),
    })
  }

  #account(key: string, workspace: string | undefined, limits: BudgetLimits): BudgetAccount {
    const account = this.#accounts.get(key) ?? new BudgetAccount(key, workspace, limits)
    this.#accounts.set(key, account)
    return account
  }
}

export interface BudgetUsage {
  /** Undefined for an identity. */
  readonly workspace: string | undefined
  readonly limits: BudgetLimits
  readonly running: number
  readonly recent: number
}

const mostTogether = ({ concurrent, together = concurrent }: BudgetLimits): number => Math.max(together, concurrent)
