import type { Script } from './scripts.ts'
import type { Machine, Principal } from './world.ts'

/**
 * How the invocation ends.
 * - `success`: the script ran, Success after it.
 * - `hangs`: the script ran and never came back; the platform ends the operation after 90 minutes with a failure.
 * - `rejected`: refused at once (forbidden, or another Run Command is running); the guest never hears of it.
 * - `agent-not-ready`: accepted, then a failure because the VM's agent does not answer; the guest never hears of it.
 */
export type Outcome = 'success' | 'hangs' | 'rejected' | 'agent-not-ready'

export interface Invocation {
  readonly label: string
  readonly time: number
  readonly machine: Machine
  readonly principal: Principal
  readonly script: Script
  readonly address: string
  readonly outcome?: Outcome
  /** `managed` is `runCommands/write`, which leaves a resource of this name behind. */
  readonly managedName?: string
  readonly caller?: string
  /** Seconds from invocation to the script's start; random between 9 and 40 unless told. */
  readonly delay?: number
  /** Seconds that the script takes; random between 15 and 70 unless told. */
  readonly duration?: number
  /** Number of the script file, where a scenario needs equal ones; the machine's next number unless told. */
  readonly number?: number
}
