import type { QueryRequest } from '../../domain/ports.ts'
import type { Window } from '../../domain/time.ts'
import { instantToTicks, quoteIdentifier, TICKS_PER_MILLISECOND, UNIX_EPOCH_TICKS } from '../../kql/duckdb/storage.ts'
import { formatInstant, instantFromMillis } from '../../time/instant.ts'
import type { LoadedTable } from './load-table.ts'
import type { LocalWorkspace } from './local-workspace.ts'
import { queryRows } from './raw-table.ts'

/**
 * What a reader of an empty result wants to know: which tables have no file, no row, or no row in the window. Only for
 * tables that the query really reads.
 */
export async function warningsFor(
  { query, window }: QueryRequest,
  workspace: LocalWorkspace,
): Promise<readonly string[]> {
  const warnings: string[] = []
  for (const name of workspace.engine.tablesOf(query)) {
    const table = workspace.loaded.get(name)
    if (table === undefined) continue
    warnings.push(...table.warnings)
    const warning = isSource(name, workspace)
      ? await emptyWarning(name, table, window, workspace)
      : noFile(name, workspace)
    if (warning !== undefined) warnings.push(warning)
  }
  return warnings
}

function isSource(name: string, { sources }: LocalWorkspace): boolean {
  return sources.tables.has(name) || sources.watchlists.has(name)
}

function noFile(name: string, { sources }: LocalWorkspace): string {
  const hint = sources.hintFor(name)
  return `${name} has no file in ${sources.label} and is empty here${hint === undefined ? '' : ` (${hint})`}`
}

async function emptyWarning(
  name: string,
  table: LoadedTable,
  window: Window | undefined,
  { engine }: LocalWorkspace,
): Promise<string | undefined> {
  if (table.rowCount === 0) return `${name} has a file, but no rows`
  const { timeColumn, span, stored } = table
  if (window === undefined || timeColumn === undefined) return undefined
  const rows = `${name} has ${table.rowCount.toLocaleString('en-US')} rows`
  const scope = `the window from ${formatInstant(window.start)} to ${formatInstant(window.end)}`
  if (span === undefined) return `${rows}, none of them with a time in ${timeColumn}, so none is in ${scope}`
  const column = quoteIdentifier(stored.columns.find((one) => one.name === timeColumn)?.storageName ?? timeColumn)
  const [start, end] = [instantToTicks(window.start), instantToTicks(window.end)]
  const inside = `SELECT 1 FROM ${quoteIdentifier(stored.relation)} WHERE ${column} >= ${start} AND ${column} < ${end} LIMIT 1`
  if ((await queryRows(engine.connection, inside)).length > 0) return undefined
  return `${rows} from ${ticksText(span.first)} to ${ticksText(span.last)}, but none in ${scope}`
}

function ticksText(ticks: bigint): string {
  return formatInstant(instantFromMillis(Number((ticks - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND)))
}
