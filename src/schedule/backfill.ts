import type { RunRequest } from '../domain/run.ts'
import type { Instant, Window } from '../domain/time.ts'
import { inGatedPool, runOnce, toRunError } from '../run/index.ts'
import type { RunPorts, RunResult } from '../run/index.ts'
import { milliseconds } from '../time/duration.ts'
import { minus } from '../time/instant.ts'
import type { ScheduleLedger } from '../domain/schedule.ts'
import type { Planned } from './plan.ts'
import { windowOfSlot } from './slot-window.ts'
import { keyOf } from './sync.ts'

type BackfillPorts = RunPorts & { readonly ledger: Pick<ScheduleLedger, 'completeBefore'> }

/** Which slots somebody wants searched, whatever the schedule thinks of them. */
export interface Backfill {
  readonly planned: Planned
  readonly slots: readonly Instant[]
}

/**
 * The slots from `start` to `end`, both included, of every rule and workspace, without those that are searched completely
 * (`done`). Oldest first. Undefined when they are more than `most`, which are not counted to their end: a year that was mistyped
 * may mean many millions.
 */
export function backfillsOf(
  plan: readonly Planned[],
  { start, end }: Window,
  done: (key: string) => ReadonlySet<Instant>,
  most: number,
): readonly Backfill[] | undefined {
  const backfills: Backfill[] = []
  let left = most
  for (const planned of plan) {
    const complete = done(keyOf(planned))
    const slots: Instant[] = []
    const { timetable } = planned
    for (let slot = timetable.next(minus(start, milliseconds(1))); slot <= end; slot = timetable.next(slot)) {
      if (complete.has(slot)) continue
      if (left-- === 0) return undefined
      slots.push(slot)
    }
    backfills.push({ planned, slots })
  }
  return backfills
}

/** Runs them, so many pairs at once and the slots of a pair one after another, which counts as coverage. */
export async function runBackfills(
  backfills: readonly Backfill[],
  ports: BackfillPorts,
  { concurrency }: { readonly concurrency: number },
  signal: AbortSignal,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = []
  const work = async ({ planned, slots: [slot, ...rest] }: Backfill): Promise<Backfill | undefined> => {
    if (slot === undefined) return undefined
    results.push(await attempt(planned, slot, ports, signal))
    return rest.length === 0 ? undefined : { planned, slots: rest }
  }
  const { gate, clock } = ports
  await inGatedPool(
    backfills,
    { workspaceOf: ({ planned }) => planned.workspace, work, concurrency, gate, clock },
    signal,
  )
  return results
}

async function attempt(planned: Planned, slot: Instant, ports: BackfillPorts, signal: AbortSignal): Promise<RunResult> {
  const { rule, workspace } = planned
  const usual = planned.window(slot)
  const wanted: RunRequest = { rule, workspace, slot, window: usual, windowOverride: '', purpose: 'backfill' }
  if (signal.aborted) return { kind: 'stopped', request: wanted }
  try {
    const request = { ...wanted, window: windowOfSlot({ ruleId: rule.id, workspace, slot, usual }, ports.ledger) }
    const run = await runOnce(request, ports, signal)
    return { kind: 'finished', request, ...run, outcome: { ...run.outcome, findings: [] } }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped', request: wanted }
    return { kind: 'failed', request: wanted, error: toRunError(error, rule) }
  }
}
