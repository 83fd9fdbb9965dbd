import type { HuntError } from '../domain/errors.ts'
import type { RunOutcome, RunRequest } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import { runSafely } from '../run/index.ts'
import { noteResult } from './health.ts'
import type { HeldWorkspaces } from './held-workspaces.ts'
import type { LateSlot } from './late-searches.ts'
import type { Planned } from './plan.ts'
import type { SchedulerPorts } from './scheduler-ports.ts'
import { busyUntil, isElsewhere, withoutRows } from './slot-result.ts'
import type { SlotResult } from './slot-result.ts'
import { windowOfSlot } from './slot-window.ts'

/** A slot that is due, or one that is searched once more. */
export interface SlotWork extends Partial<Pick<LateSlot, 'late'>> {
  readonly planned: Planned
  readonly slot: Instant
}

/**
 * Runs a slot and notes what came of it. Resolves with the moment until which another process works on its pair, where one does; rejects
 * with a HuntError when the ledger could not record it, of which `onResult` has not heard.
 */
export async function runSlot(
  work: SlotWork,
  ports: SchedulerPorts,
  held: HeldWorkspaces,
  signal: AbortSignal,
  onResult: (result: SlotResult) => void,
): Promise<Instant | undefined> {
  const result = await runSafely(requestOf(work, ports), ports, signal)
  let busy: Instant | undefined
  if (result.kind === 'finished') note(work.planned, result.outcome, ports, held)
  else if (result.kind === 'failed') busy = busyElsewhere(result.error, ports)
  if (!isElsewhere(result)) onResult(withoutRows(result))
  return busy
}

function requestOf({ planned, slot, late }: SlotWork, { ledger }: SchedulerPorts): RunRequest {
  const { rule, workspace } = planned
  const usual = planned.window(slot)
  return {
    rule,
    workspace,
    slot,
    window: windowOfSlot({ ruleId: rule.id, workspace, slot, usual }, ledger),
    windowOverride: '',
    ...(late === undefined ? { purpose: 'slot' } : { purpose: 'reconciliation', late }),
  }
}

/** A reconciliation says nothing of the rule's health: its slot has been searched, and a failure shows in the history. */
function note(planned: Planned, outcome: RunOutcome, ports: SchedulerPorts, held: HeldWorkspaces): void {
  if (outcome.late === undefined) noteResult(planned, outcome, ports)
  held.note(outcome)
}

/** Nothing was recorded: the pair is another process's for now, or the ledger fails. */
function busyElsewhere(error: HuntError, { clock }: SchedulerPorts): Instant | undefined {
  if (error.code === 'run/already-complete' || error.code === 'ledger/claim-lost') return undefined
  if (error.code === 'run/busy') return busyUntil(error, clock.now())
  throw error
}
