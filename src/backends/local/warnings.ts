import { foreignPath, isForeignName, parseForeignName } from '../../domain/foreign-tables.ts'
import type { QueryRequest } from '../../domain/ports.ts'
import type { Instant, Window } from '../../domain/time.ts'
import type { Analysis, Engine, StoredTable } from '../../kql/index.ts'
import { instantToTicks, quoteIdentifier, TICKS_PER_MILLISECOND, UNIX_EPOCH_TICKS } from '../../kql/duckdb/storage.ts'
import { fileOf } from './parser-rows.ts'
import { formatInstant, instantFromMillis } from '../../time/instant.ts'
import { FILE_PROFILES } from './file-profiles.ts'
import type { LoadedTable } from './load-table.ts'
import { RESOURCE_LOGS } from './resource-logs.ts'
import type { LocalWorkspace } from './local-workspace.ts'
import { queryRows } from './raw-table.ts'
import { countOf } from '../../text/count.ts'

/**
 * What a reader of an empty result wants to know: which legs of a fuzzy union were left out, and which tables have no file,
 * no row, or no row in the window. Only for tables that the query really reads; `read` are the engine's names for them.
 */
export async function warningsFor(
  { query, window }: QueryRequest,
  read: readonly string[],
  workspace: LocalWorkspace,
): Promise<readonly string[]> {
  const { tables, diagnostics } = workspace.engine.analyze(query)
  const warnings = leftOutLegs(query, diagnostics)
  const elsewhere = read.filter(isForeignName)
  for (const name of [...tables.map(fileOf), ...elsewhere]) {
    const table = workspace.loaded.get(name)
    if (table === undefined) continue
    warnings.push(...table.warnings)
    const warning = isSource(name, workspace)
      ? await emptyWarning(name, table, window, workspace)
      : noFile(name, workspace)
    if (warning !== undefined) warnings.push(warning)
    const lookalike = workspace.sources.lookalikeOf(name)
    if (lookalike !== undefined) warnings.push(notOfTable(lookalike, name))
    if (name === RESOURCE_LOGS && workspace.logColumns.length > 0) warnings.push(noRecord(workspace))
  }
  return warnings
}

/** As the service warns: `union isfuzzy=true` finds what its other legs find. */
function leftOutLegs(query: string, diagnostics: Analysis['diagnostics']): string[] {
  return diagnostics.flatMap(({ leftOutLeg, message, offset }) => {
    if (leftOutLeg === undefined) return []
    const before = query.slice(0, offset).split('\n')
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} of the query`
    return [`a fuzzy union goes on without the leg at ${place}: ${message.replace(/\.$/, '')}`]
  })
}

function noRecord({ logColumns, sources }: LocalWorkspace): string {
  const names = logColumns.map(({ name }) => name).join(', ')
  return `no record of ${RESOURCE_LOGS} in ${sources.label} has ${names}: empty here, and an error in a workspace that never had one`
}

function isSource(name: string, { sources }: LocalWorkspace): boolean {
  return sources.tables.has(name) || sources.watchlists.has(name) || sources.foreignTables.has(name)
}

const NO_PROFILES = `there is no table file ${FILE_PROFILES.name}, so FileProfile() knows no file: ProfileAvailability is "Error"`

function noFile(name: string, { sources, missingWatchlists }: LocalWorkspace): string {
  if (missingWatchlists.has(name)) {
    return `there is no watchlist "${name}" in ${sources.label}: it is empty here, put it into watchlists/${name}.csv`
  }
  if (name === FILE_PROFILES.name) return NO_PROFILES
  const foreign = parseForeignName(name)
  if (foreign !== undefined) {
    return `${name} has no file in ${sources.label} and is empty here: its rows belong into ${foreignPath(foreign)}.ndjson`
  }
  const hint = sources.hintFor(name)
  return `${name} has no file in ${sources.label} and is empty here${hint === undefined ? '' : ` (${hint})`}`
}

function notOfTable(file: string, name: string): string {
  return `${file} does not belong to ${name}, whose name would end at the first dot: call it ${name}.<anything> if it should`
}

async function emptyWarning(
  name: string,
  table: LoadedTable,
  window: Window | undefined,
  { engine }: LocalWorkspace,
): Promise<string | undefined> {
  if (table.rowCount === 0) return `${name} has a file, but no rows`
  const { timeColumn, stored } = table
  if (window === undefined || timeColumn === undefined) return undefined
  const rows = `${name} has ${countOf(table.rowCount, 'row')}`
  const scope = `the window from ${formatInstant(window.start)} to ${formatInstant(window.end)}`
  const inWindow = await hasRowsIn(window, timeColumn, stored, engine)
  if (inWindow) return undefined
  const span = await table.span()
  if (span === undefined) return `${rows}, none with a time in ${timeColumn}, so none is in ${scope}`
  return `${rows} from ${ticksText(span.first)} to ${ticksText(span.last)}, but none in ${scope}`
}

async function hasRowsIn(
  { start, end }: Window,
  timeColumn: string,
  { columns, relation }: StoredTable,
  { connection }: Engine,
): Promise<boolean> {
  const column = columns.find(({ name }) => name === timeColumn)
  const { native } = column ?? {}
  const moment = (instant: Instant): string => {
    const ticks = instantToTicks(instant)
    if (native === undefined) return String(ticks)
    return `CAST(make_timestamp(${(ticks - UNIX_EPOCH_TICKS) / TICKS_PER_MICROSECOND}) AS ${native.type})`
  }
  const time = quoteIdentifier(native?.name ?? column?.storageName ?? timeColumn)
  const sql = `SELECT 1 FROM ${quoteIdentifier(relation)} WHERE ${time} >= ${moment(start)} AND ${time} < ${moment(end)} LIMIT 1`
  return (await queryRows(connection, sql)).length > 0
}

const TICKS_PER_MICROSECOND = 10n

function ticksText(ticks: bigint): string {
  return formatInstant(instantFromMillis(Number((ticks - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND)))
}
