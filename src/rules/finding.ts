import type { Check } from './checks/check.ts'
import type { Problem } from './problem.ts'

/** A problem that was met while the file was read, with the check that it belongs to. */
export interface Finding extends Problem {
  readonly check: Check
}
