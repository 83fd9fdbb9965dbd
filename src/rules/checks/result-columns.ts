import { nearestName } from '../../text/near-name.ts'
import { atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { Read } from '../read/value.ts'
import type { BoundQuery } from './bound-query.ts'

/** A list longer than this says less than its beginning. */
const MAX_LISTED = 25

/** Says of columns that a rule names, but its query does not return, which ones there are. Column names are case-sensitive. */
export function missingColumns(columns: readonly Read<string>[], query: BoundQuery, user: string): readonly Problem[] {
  const returned = query.columns?.map(({ name }) => name)
  // What could not be bound has unknown columns; the reason is reported by itself.
  if (returned === undefined || query.diagnostics.some(({ severity }) => severity === 'error')) return []
  return columns.flatMap(({ value, path }): Problem[] => {
    if (value === undefined || value === '' || returned.includes(value)) return []
    const message = `${user} takes the column "${value}", which the query does not return`
    return [{ at: atPath(path), message, hint: hintFor(value, returned) }]
  })
}

function hintFor(wanted: string, returned: readonly string[]): string {
  const near = nearestName(wanted, returned)
  const shown = returned.slice(0, MAX_LISTED).join(', ')
  const more = returned.length > MAX_LISTED ? ` and ${returned.length - MAX_LISTED} more` : ''
  const list = returned.length === 0 ? 'the query returns no columns' : `returned: ${shown}${more}`
  return near === undefined ? list : `did you mean "${near}"? ${list}`
}
