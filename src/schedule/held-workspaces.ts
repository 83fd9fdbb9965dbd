import type { RunOutcome } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import { plus } from '../time/instant.ts'
import { failureClassOf, waitAfter } from './failure-class.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'

/** Workspaces that are not asked for a while, since all of it would fail. */
export class HeldWorkspaces {
  readonly #ports: Pick<SchedulerPorts, 'clock' | 'random' | 'onEvent'>
  readonly #held = new Map<string, { readonly until: Instant; readonly failures: number }>()

  constructor(ports: Pick<SchedulerPorts, 'clock' | 'random' | 'onEvent'>) {
    this.#ports = ports
  }

  isHeld(workspace: string, now: Instant): boolean {
    return (this.#held.get(workspace)?.until ?? 0) > now
  }

  /** Learns from how a run went. */
  note({ key, status, error }: RunOutcome): void {
    const { workspace } = key
    if (status === 'complete') this.#held.delete(workspace)
    if (status === 'complete' || error === undefined || failureClassOf(error).concerns !== 'workspace') return
    const { clock, random, onEvent } = this.#ports
    const known = this.#held.get(workspace)
    // Runs that were already under way fail for the same reason; they make the wait no longer.
    if (known !== undefined && known.until > clock.now()) return
    const failures = (known?.failures ?? 0) + 1
    const until = plus(clock.now(), waitAfter(error, failures, random))
    this.#held.set(workspace, { until, failures })
    onEvent({ kind: 'workspace-held', workspace, until, code: error.code })
  }
}
