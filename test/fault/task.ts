import { join } from 'node:path'

export const CRASH_POINTS = [
  'after claim',
  'after query',
  'during files',
  'after files',
  'after commit',
  'before deliver',
  'during deliver',
  'after deliver',
  'after settle',
] as const
export type CrashPoint = (typeof CRASH_POINTS)[number]

export interface ChildTask {
  readonly ledger: string
  readonly output: string
  /** Slots to run, one an hour; every slot finds `rows` rows of its own. */
  readonly slots: number
  readonly rows: number
  /** Where to kill itself, at the first passage; absent to run to the end. */
  readonly crashAt?: CrashPoint
  /** Each delivery that a sink takes in adds its key here: this receiver forgets nothing and recognises nothing. */
  readonly log: string
}

/** A task whose ledger, output and log lie in one folder. */
export function taskIn(folder: string, changes: Partial<ChildTask> = {}): ChildTask {
  return {
    ledger: join(folder, 'hunt.db'),
    output: join(folder, 'output'),
    log: join(folder, 'deliveries.log'),
    slots: 1,
    rows: 3,
    ...changes,
  }
}
