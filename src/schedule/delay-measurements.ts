import { HuntError, LedgerError } from '../domain/errors.ts'
import type { DelayLedger, IngestionDelay } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { measureDelay } from '../run/index.ts'
import type { RunPorts } from '../run/index.ts'
import { days } from '../time/duration.ts'
import { minus } from '../time/instant.ts'
import type { RequestBudget } from './budget.ts'
import type { Planned } from './plan.ts'

/** How long a measurement holds, and how long after an attempt without an answer the next one comes. */
const HOLDS = days(1)

/** Share of the rate that the measurements leave to what is due. */
const SHARE_FOR_DUE = 0.5

export interface DelayMeasurementOptions {
  /** Tables that a rule reads, as far as its text says. */
  tablesOf(rule: Planned['rule']): readonly string[]
  /** Undefined where nothing limits what may be asked. */
  readonly budget: RequestBudget | undefined
  readonly timeout: Duration
  /** Told of a table that could not be measured; the hunt goes on with what was measured before. */
  readonly onTrouble: (table: string, workspace: string, error: HuntError) => void
}

type Ports = Pick<RunPorts, 'backend' | 'clock'> & { readonly ledger: DelayLedger }

/**
 * Measures how late the records of the tables are whose rules take their overlap from it: each table of each workspace once
 * a day, one question at a time, from what the due slots leave over.
 */
export class DelayMeasurements {
  readonly #ports: Ports
  readonly #options: DelayMeasurementOptions
  readonly #signal: AbortSignal
  #running: Promise<void> | undefined
  #failure: unknown

  constructor(ports: Ports, options: DelayMeasurementOptions, signal: AbortSignal) {
    this.#ports = ports
    this.#options = options
    this.#signal = signal
  }

  /** Begins the next measurement that is due, unless one runs. Throws what stopped an earlier one. */
  look(plan: readonly Planned[]): void {
    this.#throwFailure()
    if (this.#running !== undefined || this.#signal.aborted) return
    const next = this.#next(plan)
    if (next === undefined) return
    this.#running = this.#measure(next)
      .catch((error: unknown) => {
        this.#failure = error
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  /** Measures one after another until none is due, or it has asked so often. */
  async all(plan: readonly Planned[], most: number): Promise<void> {
    for (let asked = 0; asked < most; asked += 1) {
      this.look(plan)
      if (this.#running === undefined) return
      await this.idle()
    }
  }

  async idle(): Promise<void> {
    await this.#running
    this.#throwFailure()
  }

  #throwFailure(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
  }

  #next(plan: readonly Planned[]): Pick<IngestionDelay, 'workspace' | 'table'> | undefined {
    const { clock, ledger } = this.#ports
    const now = clock.now()
    const key = (workspace: string, table: string): string => `${workspace}\0${table.toLowerCase()}`
    let known: ReadonlyMap<string, Instant> | undefined
    for (const { rule, workspace, isOverlapMeasured } of plan) {
      if (!isOverlapMeasured || !this.#mayAsk(workspace, now)) continue
      known ??= new Map(ledger.ingestionDelays().map((each) => [key(each.workspace, each.table), each.measuredAt]))
      for (const table of this.#options.tablesOf(rule)) {
        const at = known.get(key(workspace, table))
        // One that lies in the future is of a clock that was ahead.
        if (at === undefined || at > now || at <= minus(now, HOLDS)) return { workspace, table }
      }
    }
    return undefined
  }

  #mayAsk(workspace: string, now: Instant): boolean {
    const { budget } = this.#options
    if (budget === undefined) return true
    return budget.mayBegin(workspace, now) && budget.nextBegin(workspace, now, SHARE_FOR_DUE) <= now
  }

  async #measure({ workspace, table }: Pick<IngestionDelay, 'workspace' | 'table'>): Promise<void> {
    const { clock, ledger, backend } = this.#ports
    const { budget, timeout, onTrouble } = this.#options
    const now = clock.now()
    // Of a day that ended a day ago: what came late is there by now, as far as an overlap can reach.
    const window = { start: minus(now, days(2)), end: minus(now, days(1)) }
    const isCounted = budget?.begin(workspace, now)
    try {
      if (isCounted === false) await budget?.another(workspace, clock, this.#signal)
      const measured = await measureDelay({ workspace, table, window, timeout }, backend, this.#signal)
      ledger.recordIngestionDelay({ workspace, table, measuredAt: clock.now(), ...measured })
    } catch (error) {
      if (this.#signal.aborted) return
      if (!(error instanceof HuntError) || error instanceof LedgerError) throw error
      ledger.recordIngestionDelay({
        workspace,
        table,
        measuredAt: clock.now(),
        rows: 0,
        p50: undefined,
        p99: undefined,
      })
      onTrouble(table, workspace, error)
    } finally {
      budget?.end(workspace)
    }
  }
}

/** What 99 of 100 records take, by workspace and table, as PlanSettings wants it. */
export function delaysByWorkspace(
  delays: readonly IngestionDelay[],
): ReadonlyMap<string, ReadonlyMap<string, Duration>> {
  const all = new Map<string, Map<string, Duration>>()
  for (const { workspace, table, p99 } of delays) {
    if (p99 === undefined) continue
    const known = all.get(workspace)
    if (known === undefined) all.set(workspace, new Map([[table, p99]]))
    else known.set(table, p99)
  }
  return all
}
