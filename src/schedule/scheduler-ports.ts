import type { Ledger } from '../domain/ports.ts'
import type { ScheduleLedger } from '../domain/schedule.ts'
import type { RunPorts } from '../run/index.ts'
import type { ScheduleObserver } from './schedule-event.ts'

/** Everything outside that the scheduler touches. */
export interface SchedulerPorts extends RunPorts {
  readonly ledger: Ledger & ScheduleLedger
  readonly random: () => number
  readonly onEvent: ScheduleObserver
}
