import { nearestName } from '../../text/near-name.ts'
import { COLUMN_NAME } from '../facts/limits.ts'
import { atPath } from '../problem.ts'
import type { Place, Problem } from '../problem.ts'
import type { Read } from '../read/value.ts'
import type { BoundQuery } from './bound-query.ts'

export interface NamedColumn {
  readonly name: string
  readonly at: Place
}

export function namedColumns(reads: readonly Read<string>[]): readonly NamedColumn[] {
  return reads.flatMap(({ value, path }) => (value ? [{ name: value, at: atPath(path) }] : []))
}

/** A list longer than this says less than its beginning. */
const MAX_LISTED = 25

/** Says of columns that a rule names, but its query does not return, which ones there are. Case matters in column names. */
export function missingColumns(columns: readonly NamedColumn[], query: BoundQuery, user: string): readonly Problem[] {
  const returned = query.columns?.map(({ name }) => name)
  // What could not be bound has unknown columns; the reason is reported by itself.
  if (returned === undefined || query.diagnostics.some(({ severity }) => severity === 'error')) return []
  return columns
    .filter(({ name }) => COLUMN_NAME.test(name) && !returned.includes(name))
    .map(({ name, at }) => ({
      at,
      message: `${user} takes the column "${name}", which the query does not return`,
      hint: hintFor(name, returned),
    }))
}

function hintFor(wanted: string, returned: readonly string[]): string {
  const near = nearestName(wanted, returned)
  const shown = returned.slice(0, MAX_LISTED).join(', ')
  const more = returned.length > MAX_LISTED ? ` and ${returned.length - MAX_LISTED} more` : ''
  const list = returned.length === 0 ? 'the query returns no columns' : `returned: ${shown}${more}`
  return near === undefined ? list : `did you mean "${near}"? ${list}`
}
