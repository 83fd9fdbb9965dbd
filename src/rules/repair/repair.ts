import type { Check } from '../checks/check.ts'
import type { YamlProblem } from '../document/tree.ts'
import type { Edit } from '../source/offset-map.ts'

/** A change that may make a damaged file readable. Offsets count in the text that the repair was given. */
export interface Proposal {
  readonly edits: readonly Edit[]
  /** What the author should know; `start` and `end` give the place. */
  readonly notes: readonly RepairNote[]
}

export interface RepairNote {
  readonly check: Check
  readonly message: string
  readonly hint?: string
  readonly start: number
  readonly end: number
}

/**
 * Looks at a text that YAML refuses and proposes what it might have been meant to be: several proposals when there is more
 * than one reading, none when the repair does not apply. A proposal is taken only when the text then has fewer problems,
 * and of several readings only when all come to the same.
 */
export type Repair = (text: string, problems: readonly YamlProblem[]) => readonly Proposal[]

export interface TextLine {
  readonly start: number
  /** Without the line end. */
  readonly text: string
}

export function linesOf(text: string): readonly TextLine[] {
  const lines: TextLine[] = []
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    lines.push({ start, text: text.slice(start, end).replace(/\r$/, '') })
    start = end + 1
  }
  return lines
}
