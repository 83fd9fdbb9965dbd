import { HuntError, IncompleteError } from '../domain/errors.ts'
import type { Row, ResultTable } from '../domain/kusto.ts'
import { loadedAnswer } from '../domain/loaded-answer.ts'
import { schemaFromRows } from '../domain/schema.ts'
import type { FunctionSchema, TableSchema } from '../domain/schema.ts'
import { days } from '../time/duration.ts'
import { minus } from '../time/instant.ts'
import { quoteKqlString, quoteTableName } from '../text/kql-text.ts'
import type { ExtractSource, ListFunctions } from './extract-ports.ts'

export interface PulledWatchlist {
  readonly alias: string
  readonly table: ResultTable
}

/** What could not be taken, and why; everything else was. */
export interface NotPulled {
  readonly what: string
  readonly error: HuntError
}

export interface PulledSchema {
  readonly tables: readonly TableSchema[]
  readonly functions: readonly FunctionSchema[]
  readonly watchlists: readonly PulledWatchlist[]
  readonly notPulled: readonly NotPulled[]
}

export interface PullRequest {
  /** Tables to look at beside those that have received something; one that is not there is no fault. */
  readonly tables: readonly string[]
  readonly source: ExtractSource
  readonly functions: ListFunctions | undefined
}

/** Which tables received something lately: the service's own account of it. */
const LATELY = days(31)

/** Tables asked about at the same time; the service allows an identity five queries (contract A7). */
const AT_ONCE = 3

/**
 * Takes the schema of a workspace: the columns of each table with data, its saved functions, its watchlists with their
 * items. What one part cannot give is listed, and stops no other part. Rejects only when aborted.
 */
export async function pullSchema(
  request: PullRequest,
  onTable: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<PulledSchema> {
  const notPulled: NotPulled[] = []
  const attempt = async <T>(what: string, work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof HuntError)) throw error
      notPulled.push({ what, error })
      return otherwise
    }
  }
  const { source } = request
  const fed = await attempt('the list of tables', () => tablesWithData(source, signal), [])
  const names = [...new Set([...fed, ...request.tables])].sort()
  let done = 0
  const tables = await inTurns(names, async (name) => {
    const table = await attempt(`table ${name}`, () => schemaOfTable(name, source, signal), undefined)
    onTable((done += 1), names.length)
    return table
  })
  const aliases = await attempt('the list of watchlists', () => watchlistAliases(source, signal), [])
  const watchlists: PulledWatchlist[] = []
  for (const alias of aliases) {
    const list = await attempt(`watchlist ${alias}`, () => pullWatchlist(alias, source, signal), undefined)
    if (list !== undefined) watchlists.push(list)
  }
  const list = request.functions
  const functions = list === undefined ? [] : await attempt('saved functions', () => list(signal), [])
  const kept = { functions: [] as FunctionSchema[], watchlists: [] as PulledWatchlist[] }
  for (const each of functions) {
    if (FUNCTION_NAME.test(each.name)) kept.functions.push(each)
    else notPulled.push({ what: `function ${each.name}`, error: oddName(each.name) })
  }
  for (const each of watchlists) {
    if (FILE_NAME.test(each.alias)) kept.watchlists.push(each)
    else notPulled.push({ what: `watchlist ${each.alias}`, error: oddName(each.alias) })
  }
  return { tables: tables.filter((table) => table !== undefined), ...kept, notPulled }
}

/** A watchlist with its items. */
export async function pullWatchlist(
  alias: string,
  source: ExtractSource,
  signal: AbortSignal,
): Promise<PulledWatchlist> {
  return { alias, table: await ask(source, `_GetWatchlist(${quoteKqlString(alias)})`, signal) }
}

/** Names become names of files, and a workspace's names are not ours to trust. */
const FUNCTION_NAME = /^[\p{L}_][\p{L}\p{N}_]{0,127}$/u
const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,127}$/u

function oddName(name: string): IncompleteError {
  return new IncompleteError({
    code: 'extract/odd-name',
    message: `${JSON.stringify(name)} cannot be the name of a file`,
    hint: 'give it a name of letters, digits and underscores in the workspace',
  })
}

async function inTurns<Result>(
  names: readonly string[],
  work: (name: string) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<string, Result>()
  const waiting = [...names]
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.set(name, await work(name))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return names.map((name) => results.get(name) as Result)
}

async function tablesWithData(source: ExtractSource, signal: AbortSignal): Promise<readonly string[]> {
  const window = { start: minus(source.now, LATELY), end: source.now }
  const { rows } = await ask(source, 'Usage | distinct DataType', signal, window)
  return firstTexts(rows)
}

/** Undefined for a table that is not there. */
async function schemaOfTable(
  name: string,
  source: ExtractSource,
  signal: AbortSignal,
): Promise<TableSchema | undefined> {
  const query = `${quoteTableName(name)} | getschema | project ColumnName, ColumnType`
  try {
    return schemaFromRows(name, await ask(source, query, signal))
  } catch (error) {
    const isMissing = error instanceof HuntError && ['kql/unknown-table', 'kql/semantic'].includes(error.code)
    if (isMissing) return undefined
    throw error
  }
}

async function watchlistAliases(source: ExtractSource, signal: AbortSignal): Promise<readonly string[]> {
  const { rows } = await ask(source, '_GetWatchlistAlias | project WatchlistAlias', signal)
  return [...new Set(firstTexts(rows))].sort()
}

function firstTexts(rows: readonly Row[]): readonly string[] {
  return rows.flatMap(([first]) => (typeof first === 'string' && first !== '' ? [first] : []))
}

async function ask(
  { backend, workspace, timeout, now }: ExtractSource,
  query: string,
  signal: AbortSignal,
  window?: { readonly start: typeof now; readonly end: typeof now },
): Promise<ResultTable> {
  return loadedAnswer(await backend.query({ query, window, now, workspace, timeout }, signal)).table
}
