import type { WorkspaceSchema } from '../../domain/schema.ts'
import { nearestName } from '../../text/near-name.ts'
import { listed } from '../wording.ts'
import { boundErrors, ofLeg } from './bound-diagnostics.ts'
import type { BoundQuery, QueryDiagnostic } from './bound-query.ts'
import type { QueryCheck } from './check.ts'

export const unknownColumn: QueryCheck = {
  id: 'unknown-column',
  stage: 'query',
  summary: 'Columns exist where the query uses them.',
  why: 'The service refuses a query with an unknown column. Where the columns come from a table or function that is not in our catalogue, this need not be a fault and is a warning.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'query: AzureActivity | where CallerIP == "192.0.2.1"' },
  passes: { keys: 'query: AzureActivity | where CallerIpAddress == "192.0.2.1"' },
  run({ document }, query, schema) {
    const text = document.query?.text ?? ''
    return boundErrors(query, text, (code) => code === 'unknown-column').map((error) => {
      const { offset, length } = error
      const name = text.slice(offset, offset + length)
      const described = describe(name, error, query.tables, schema)
      // A name that resembles a column is a typing error also where other columns may exist.
      const isDoubtful = described.hint === undefined && !isCatalogued(name, query, schema)
      return ofLeg({ at: { kind: 'query', offset, length }, ...described, isDoubtful }, error)
    })
  },
}

/** Columns that a workspace adds to a table of ours, or whole tables that it adds; see Log Analytics' naming rules. */
const CUSTOM = /_C[FL]$/

/** True when every table of the query is in the catalogue and nobody can have added the column. */
function isCatalogued(name: string, { tables, diagnostics }: BoundQuery, schema: WorkspaceSchema): boolean {
  const isComplete = !diagnostics.some(({ code }) => code === 'unknown-table' || code === 'unknown-function')
  const isOurs = (table: string): boolean => schema.tables.has(table) && !CUSTOM.test(table)
  return isComplete && tables.length > 0 && tables.every(isOurs) && !CUSTOM.test(name)
}

/** More tables than this make a message that nobody reads. */
const MAX_TABLES = 3

function describe(
  name: string,
  error: QueryDiagnostic,
  tables: readonly string[],
  schema: WorkspaceSchema,
): { readonly message: string; readonly hint?: string } {
  const known = tables.flatMap((table) => schema.tables.get(table) ?? [])
  const owners = known
    .filter(({ columns }) => columns.some((column) => column.name === name))
    .map((table) => table.name)
  if (owners.length > 0) {
    const message = `${listed(owners)} ${owners.length === 1 ? 'has' : 'have'} a column "${name}", but not here any more`
    return { message, hint: 'an operator before this place does not keep it: add it to project or summarize there' }
  }
  const names = known.map((table) => table.name)
  const message =
    names.length === 0 || names.length > MAX_TABLES
      ? `there is no column "${name}" here`
      : `${listed(names)} ${names.length === 1 ? 'has' : 'have'} no column "${name}"`
  // The service knows the columns that the query itself made; the schema those of the tables.
  const suggested = /"([^"]+)"/.exec(error.hint ?? '')?.[1]
  const candidates = [
    ...known.flatMap(({ columns }) => columns.map((column) => column.name)),
    ...(suggested ? [suggested] : []),
  ]
  const near = nearestName(name, candidates)
  return near === undefined ? { message } : { message, hint: `did you mean "${near}"?` }
}
