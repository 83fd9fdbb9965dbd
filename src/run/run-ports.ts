import type { Backend, Ledger, ResultWriter, RowLocality, RunObserver, Sink } from '../domain/ports.ts'
import type { RowConditions } from '../domain/row-conditions.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import { minutes } from '../time/duration.ts'

/** Everything outside that a run touches. `hunt run` and `hunt test` differ in nothing else. */
export interface RunPorts {
  readonly backend: Backend
  /** Which engine answers for a workspace, where `backend` asks several; absent: `backend.name`. */
  readonly engineOf?: (workspace: string) => Backend['name'] | undefined
  readonly ledger: Ledger
  readonly writer: ResultWriter
  readonly sinks: readonly Sink[]
  /** Takes incidents to the sinks while other runs go on; absent: each run ends with delivering what waits. */
  readonly courier?: { send(): void; idle(): Promise<void> }
  readonly clock: Clock
  readonly observer?: RunObserver
  readonly limits?: Partial<RunLimits>
  /** Tells which windows may be split when an answer is too large for one query; absent means none. */
  readonly rowLocality?: (query: string) => Promise<RowLocality>
  /** Asks rows what the exclusions of a rule say; absent means that none can hide anything. */
  readonly conditions?: RowConditions
  /** What may begin now; absent means that everything may. The scheduler has its own way to ask. */
  readonly gate?: QueryGate | undefined
  /** Waits until one query more may be asked than the one that a run begins with; absent means that it always may. */
  readonly beforeQuery?: (workspace: string, signal: AbortSignal) => Promise<void>
}

/** What may be asked of which workspace now. */
export interface QueryGate {
  /** Begins a run if that may be now; `end` must follow. `alone`: whatever other processes run. */
  tryBegin(workspace: string, now: Instant, alone: boolean): boolean
  /** When to try again, if no run of this process ends before. */
  nextTry(workspace: string, now: Instant): Instant
  end(workspace: string): void
}

export interface RunLimits {
  /** Longest query of a rule that says nothing of it; the service takes at most ten minutes (shared/reference/azure-contract.md A7). */
  readonly queryTimeout: Duration
  /** How long a claim holds without a sign of life. */
  readonly claimLease: Duration
  /** How often a claim is renewed while its run works. */
  readonly claimRenewal: Duration
  /** How long one delivery may take before another process may try it. */
  readonly deliveryLease: Duration
  /** How long one delivery may take before it counts as failed; shorter than its lease. */
  readonly deliveryTimeout: Duration
}

const DEFAULTS: RunLimits = {
  queryTimeout: minutes(10),
  claimLease: minutes(10),
  claimRenewal: minutes(2),
  deliveryLease: minutes(10),
  deliveryTimeout: minutes(2),
}

export function limitsOf(ports: RunPorts): RunLimits {
  return { ...DEFAULTS, ...ports.limits }
}

export function observe(ports: RunPorts, event: Parameters<RunObserver>[0]): void {
  ports.observer?.(event)
}
