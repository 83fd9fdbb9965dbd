/** `skipped` is not a pass: what it names could not be looked at, and the message says why. */
export type CheckStatus = 'ok' | 'warning' | 'failure' | 'skipped'

export type CheckArea =
  'credential' | 'workspace' | 'clock' | 'retention' | 'table' | 'sink' | 'disk' | 'ledger' | 'rules'

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly area: CheckArea
  /** What was looked at: a workspace, `workspace/Table`, the name of a sink, a path. */
  readonly subject: string
  readonly workspace?: string
  readonly status: CheckStatus
  /** What was found, in a sentence without its end. */
  readonly message: string
  /** What to do; set unless the check is ok. */
  readonly remedy?: string
  /** The code of the error behind it; docs/errors.md explains it. */
  readonly code?: string
  /** What was measured. Times as ISO 8601, durations in milliseconds. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
}

/** Whether one rule can do its work in one workspace. */
export interface MatrixCell {
  readonly ruleId: string
  readonly ruleName: string
  readonly workspace: string
  /** failure: it cannot run there. warning: it runs, but does not see what it should. */
  readonly status: 'ok' | 'warning' | 'failure'
  readonly reasons: readonly string[]
}

export interface Diagnosis {
  readonly checks: readonly DoctorCheck[]
  readonly matrix: readonly MatrixCell[]
}

/** True when something must be mended before hunt can be relied on. */
export function isSick({ checks, matrix }: Diagnosis): boolean {
  return [...checks, ...matrix].some(({ status }) => status === 'failure')
}
