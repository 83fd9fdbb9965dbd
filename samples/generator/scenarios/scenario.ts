import type { Logs } from '../logs.ts'
import { randomFor } from '../random.ts'
import type { Fleet, Trace } from '../run-command.ts'
import { recordSignIn } from '../sign-ins.ts'
import type { SignIn } from '../sign-ins.ts'

export const RULES = [
  'unique-powershell-script',
  'suspicious-login-window',
  'linked-with-mde',
  'correlated-process-execution',
  'powershell-on-windows',
  'shell-script-on-linux',
] as const
/** File name of the rule under queries/azure-run-command/, without extension. */
export type RuleName = (typeof RULES)[number]

/** A result row that a rule must give. */
export interface ExpectedRow {
  readonly rule: RuleName
  /** The columns that identify the row, joined with `|`; ground-truth.json names them for each rule. */
  readonly key: string
  /** The time on which the rule's slot depends: the invocation, or the script's start for the guest's side alone. */
  readonly time: number
  /** Columns whose value must be right, so that the row is attributed to the right caller and machine. */
  readonly cells: Readonly<Record<string, string>>
}

/** Something told about the week: what happens, and what the rules must make of it. */
export interface Scenario {
  readonly id: string
  readonly kind: 'attack' | 'known-false-positive' | 'near-miss'
  readonly title: string
  readonly story: string
  readonly traces: readonly Trace[]
  readonly rows: readonly ExpectedRow[]
  /** Rules that must stay silent about it, and why. */
  readonly silent: readonly { readonly rule: RuleName; readonly why: string }[]
}

export interface Stage {
  readonly logs: Logs
  readonly fleet: Fleet
}

export interface RecordedSignIn extends SignIn {
  readonly recordId: string
}

export function signIn(stage: Stage, details: SignIn): RecordedSignIn {
  const random = randomFor('sign-in', details.person.caller, String(details.time))
  return { ...details, recordId: recordSignIn(stage.logs, random, details) }
}

/** The rows that an accepted invocation gives by the nature of the rules, `unique` and sign-in pairs being the story's to say. */
export function rowsOf(
  trace: Trace,
  story: { readonly unique?: boolean; readonly signIn?: RecordedSignIn } = {},
): ExpectedRow[] {
  if (trace.outcome === 'rejected') return []
  const caller = trace.caller ?? trace.principal.caller
  const control = { Caller: caller, VirtualMachineName: trace.machine.name }
  const operation = { key: trace.correlationId, time: trace.time }
  const reached = trace.scriptStart !== undefined && trace.scriptFile !== undefined
  const guestCells = { ...control, DeviceName: reached ? trace.machine.deviceName : '' }
  const rows: ExpectedRow[] = [{ rule: 'linked-with-mde', ...operation, cells: guestCells }]
  if (story.unique === true) rows.push({ rule: 'unique-powershell-script', ...operation, cells: guestCells })
  if (story.signIn !== undefined) rows.push(pairOf(trace.correlationId, trace.time, control, story.signIn))
  if (!reached) return rows
  rows.push({ rule: 'correlated-process-execution', ...operation, cells: guestCells })
  rows.push({
    rule: trace.machine.os === 'Windows' ? 'powershell-on-windows' : 'shell-script-on-linux',
    key: `${trace.machine.deviceName}|${trace.scriptFile}`,
    time: trace.scriptStart,
    cells: { DeviceId: trace.machine.deviceId },
  })
  return rows
}

export function pairOf(
  correlationId: string,
  time: number,
  cells: Readonly<Record<string, string>>,
  signIn: RecordedSignIn,
): ExpectedRow {
  return {
    rule: 'suspicious-login-window',
    key: `${correlationId}|${signIn.recordId}`,
    // Both must have happened; the acceptance follows the invocation within a second.
    time: Math.max(time + 1000, signIn.time),
    cells: { ...cells, SignInIp: signIn.address },
  }
}
