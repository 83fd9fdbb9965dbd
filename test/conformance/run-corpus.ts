/**
 * Compiles and runs every query of shared/corpus and shared/seed-rules, first over empty tables of the schema catalogue,
 * then over generated rows (test/support/generated-rows.ts), where none passes the filters with filters that let all pass:
 * what share of published rules does the engine take, and what stands in the way of the rest?
 *
 *   node --import tsx test/conformance/run-corpus.ts [text in path or query] [--core] [--show <outcome>] [--record]
 *
 * Outcomes: `ran`; `refused` (the engine says no: `kql/unsupported`); `unbound` (the query names what neither catalogue
 * nor query defines, or does not parse: no engine could run it); `broken` (any other error: a bug of ours).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HuntError, InternalError, KqlError } from '../../src/domain/errors.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../../src/domain/schema.ts'
import type { Instant } from '../../src/domain/time.ts'
import { MissingWatchlists } from '../../src/backends/local/missing-watchlists.ts'
import { withFileProfiles } from '../../src/backends/local/file-profiles.ts'
import { append } from '../../src/kql/duckdb/append.ts'
import type { SessionConnection } from '../../src/kql/duckdb/session.ts'
import { instantToTicks } from '../../src/kql/duckdb/storage.ts'
import {
  analyze,
  openEngine,
  quoteIdentifier,
  STORAGE_TYPE,
  type Engine,
  type ReadExternalData,
  type StoredColumn,
} from '../../src/kql/index.ts'
import { externalDataKey } from '../../src/kql/lower/external-data.ts'
import { loadRules } from '../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { withOpenFilters } from '../support/open-filters.ts'
import { generatorFor, type Generator, type StoredCell } from '../support/generated-rows.ts'

export type CorpusOutcome = 'ran' | 'refused' | 'unbound' | 'broken'

export interface CorpusQuery {
  readonly path: string
  readonly text: string
  readonly isCore: boolean
}

export interface CorpusResult {
  readonly query: CorpusQuery
  /** Over both, if over rows it ran; else that of the first of the two that did not. */
  readonly outcome: CorpusOutcome
  /** Empty for those that ran. */
  readonly reason: string
  /** Rows of the answer over generated rows. */
  readonly rowCount: number
}

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const CORPUS_BASELINE = fileURLToPath(new URL('./corpus.baseline.json', import.meta.url))

/** Undefined when ../shared is absent. */
export async function loadCorpus(): Promise<CorpusQuery[] | undefined> {
  const folder = `${SHARED}corpus/azure-sentinel`
  if (!existsSync(folder)) return undefined
  const core = new Set(readFileSync(`${folder}/CORE.txt`, 'utf8').split('\n'))
  const { rules } = await loadRules([folder, `${SHARED}seed-rules`], { cwd: SHARED })
  return rules.map(({ query, source }) => ({
    path: source.file,
    text: query,
    isCore: core.has(source.file.replace('corpus/azure-sentinel/', '')),
  }))
}

/** A parser of which only the result's columns are known reads a table of its own. */
function withReadableBodies(schema: WorkspaceSchema): WorkspaceSchema {
  const tables = new Map(schema.tables)
  const functions = [...schema.functions].map(([name, saved]): [string, FunctionSchema] => {
    if (saved.body !== undefined || saved.columns === undefined) return [name, saved]
    tables.set(`${name}_rows`, { name: `${name}_rows`, columns: saved.columns })
    return [name, { ...saved, body: `${name}_rows` }]
  })
  return { tables, functions: new Map(functions) }
}

/** 2026-03-02T00:00:00Z: what `now()` means, so that generated times are the same on every day. */
const NOW = Date.UTC(2026, 2, 2) as Instant
const ROWS = 40
/** `search *` means a thousand tables: rows in the first of them will do. */
const FILLED_TABLES = 40

export async function runCorpus(queries: readonly CorpusQuery[]): Promise<CorpusResult[]> {
  const schema = withReadableBodies(withFileProfiles(await loadSchemaCatalogue(ROOT)))
  const engine = await openEngine({
    readableFolders: [],
    schema,
    now: () => NOW,
    memoryLimit: '2GB',
    readExternalData: generatedExternalData,
  })
  const tables = new CorpusTables(engine, schema)
  const results: CorpusResult[] = []
  try {
    for (const query of queries) results.push(await runOne(query, engine, schema, tables))
  } finally {
    engine.close()
  }
  return results
}

async function runOne(
  query: CorpusQuery,
  engine: Engine,
  schema: WorkspaceSchema,
  tables: CorpusTables,
): Promise<CorpusResult> {
  try {
    const { tables: names } = await analyze(query.text, schema)
    for (const name of names) await tables.clear(name)
    await withWatchlists(query.text, tables, () => engine.query(query.text))
    const generator = generatorFor(query.text, query.path, instantToTicks(NOW))
    for (const name of names.slice(0, FILLED_TABLES)) await tables.fill(name, generator)
    const { rows } = await engine.query(query.text)
    if (rows.length === 0) await runOpen(query, engine, schema)
    return { query, outcome: 'ran', reason: '', rowCount: rows.length }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (!(error instanceof KqlError)) return { query, outcome: 'broken', reason: reasonOf(error), rowCount: 0 }
    const outcome = error.code === 'kql/unsupported' ? 'refused' : 'unbound'
    return { query, outcome, reason: `${error.code} ${error.message}`, rowCount: 0 }
  }
}

/** Where no generated row comes through the filters, what stands behind them has none: so once more with filters that let all pass. */
async function runOpen({ text }: CorpusQuery, engine: Engine, schema: WorkspaceSchema): Promise<void> {
  try {
    await engine.query(withOpenFilters(text, schema))
  } catch (error) {
    // Joins of all rows may give more than fits, and a value that only a filter keeps away may be refused.
    if (!(error instanceof HuntError) || error instanceof InternalError) throw error
  }
}

/** Lists belong to whoever runs a rule. Their columns are learnt from the query, as the local backend does without a file. */
async function withWatchlists<Result>(
  text: string,
  tables: CorpusTables,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(await tables.learnWatchlists(error, text))) throw error
    }
  }
}

function reasonOf(error: Error): string {
  return error instanceof HuntError ? `${error.code} ${error.message}` : `${error.name} ${error.message}`
}

/** What published rules fetch from feeds: rows of its declared columns. */
const generatedExternalData: ReadExternalData = async (request, { connection }) => {
  const relation = `external ${externalDataKey(request)}`
  const columns = request.columns.map((column, index) => ({ ...column, storageName: `c${index}` }))
  await createTable(connection, relation, columns)
  const seed = request.uris.join()
  await appendRows(connection, relation, generatorFor(seed, seed, instantToTicks(NOW)).rows('', request.columns, ROWS))
  return { name: 'externaldata', relation, columns }
}

async function createTable(
  connection: SessionConnection,
  relation: string,
  columns: readonly StoredColumn[],
): Promise<void> {
  const definitions = columns.map(({ name, storageName = name, type }) => `${storageName} ${STORAGE_TYPE[type]}`)
  await connection.run(`CREATE TABLE ${quoteIdentifier(relation)} (${definitions.join(', ')})`)
}

async function appendRows(
  connection: SessionConnection,
  relation: string,
  rows: readonly (readonly StoredCell[])[],
): Promise<void> {
  await append(connection, { table: relation, isTemporary: false }, (appender) => {
    for (const row of rows) {
      for (const cell of row) {
        if (cell === null) appender.appendNull()
        else if (typeof cell === 'string') appender.appendVarchar(cell)
        else if (typeof cell === 'bigint') appender.appendBigInt(cell)
        else if (typeof cell === 'number') appender.appendDouble(cell)
        else appender.appendBoolean(cell)
      }
      appender.endRow()
    }
  })
}

/** The catalogue's tables in the engine, with the rows of one query at a time. */
class CorpusTables {
  readonly #engine: Engine
  readonly #schema: WorkspaceSchema
  readonly #relations = new Map<string, string>()
  readonly #filled = new Set<string>()
  readonly #watchlists = new MissingWatchlists()

  constructor(engine: Engine, schema: WorkspaceSchema) {
    this.#engine = engine
    this.#schema = schema
  }

  async clear(name: string): Promise<void> {
    const table = this.#schema.tables.get(name)
    if (table === undefined) return
    const known = this.#relations.get(name)
    if (known !== undefined && !this.#filled.delete(name)) return
    // By position: DuckDB ignores the case of names, tables do not.
    const columns = table.columns.map((column, index) => ({ ...column, storageName: `c${index}` }))
    if (known !== undefined) {
      // Rows that are deleted keep their memory.
      await this.#engine.connection.run(`DROP TABLE ${quoteIdentifier(known)}`)
      return createTable(this.#engine.connection, known, columns)
    }
    const relation = `corpus ${this.#relations.size}`
    await createTable(this.#engine.connection, relation, columns)
    this.#engine.registerTable({ name, relation, columns })
    this.#relations.set(name, relation)
  }

  /** Whether an error tells of a list, or of a column of one, that is new. */
  async learnWatchlists(error: unknown, text: string): Promise<boolean> {
    const learnt = this.#watchlists.learn(error, text, { watchlists: new Set() })
    for (const alias of learnt) await this.#addWatchlist(this.#watchlists.schemaOf(alias))
    return learnt.length > 0
  }

  async #addWatchlist(list: TableSchema | undefined): Promise<void> {
    if (list === undefined) return
    const relation = `corpus watchlist ${list.name}`
    const columns = list.columns.map((column, index) => ({ ...column, storageName: `c${index}` }))
    await this.#engine.connection.run(`DROP TABLE IF EXISTS ${quoteIdentifier(relation)}`)
    await createTable(this.#engine.connection, relation, columns)
    this.#engine.registerTable({ name: list.name, relation, columns })
    const generator = generatorFor('', list.name, instantToTicks(NOW))
    await appendRows(this.#engine.connection, relation, generator.rows(list.name, list.columns, ROWS))
  }

  async fill(name: string, generator: Generator): Promise<void> {
    const columns = this.#schema.tables.get(name)?.columns
    const relation = this.#relations.get(name)
    if (columns === undefined || relation === undefined) return
    await appendRows(this.#engine.connection, relation, generator.rows(name, columns, ROWS))
    this.#filled.add(name)
  }
}

export function countOutcomes(results: readonly CorpusResult[]): Record<CorpusOutcome, number> {
  const counts = { ran: 0, refused: 0, unbound: 0, broken: 0 }
  for (const { outcome } of results) counts[outcome]++
  return counts
}

/** Reasons with their number, most frequent first; names that the query alone has stay in. */
export function countReasons(results: readonly CorpusResult[]): (readonly [reason: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const { outcome, reason } of results) {
    if (outcome !== 'ran') counts.set(`${outcome}: ${reason}`, (counts.get(`${outcome}: ${reason}`) ?? 0) + 1)
  }
  return [...counts].sort(([, left], [, right]) => right - left)
}

async function main(args: readonly string[]): Promise<void> {
  const corpus = await loadCorpus()
  if (corpus === undefined) throw new Error(`there is no ${SHARED}corpus`)
  const show = args.includes('--show') ? args[args.indexOf('--show') + 1] : undefined
  const filter = args.find((argument, index) => !argument.startsWith('--') && args[index - 1] !== '--show') ?? ''
  const chosen = corpus.filter(
    ({ path, text, isCore }) =>
      (isCore || !args.includes('--core')) && (path.includes(filter) || text.includes(filter)),
  )
  const results = await runCorpus(chosen)
  const lines = results
    .filter(({ outcome }) => outcome === show)
    .map(({ query, reason }) => `${query.path}\n  ${query.text.replaceAll('\n', '\n  ')}\n  => ${reason}\n`)
  for (const [reason, count] of countReasons(results)) lines.push(`${String(count).padStart(5)} ${reason}`)
  const answered = results.filter(({ rowCount }) => rowCount > 0).length
  lines.push(JSON.stringify({ ...countOutcomes(results), answered }))
  process.stdout.write(`${lines.join('\n')}\n`)
  if (args.includes('--record')) {
    const failing = results
      .filter(({ outcome }) => outcome !== 'ran')
      .map(({ query, outcome, reason }) => ({ path: query.path, outcome, reason }))
    writeFileSync(CORPUS_BASELINE, `${JSON.stringify({ total: results.length, failing }, undefined, 2)}\n`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
