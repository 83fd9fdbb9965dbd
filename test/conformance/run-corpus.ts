/**
 * Compiles and runs every query of shared/corpus and shared/seed-rules over empty tables of the schema catalogue: what
 * share of published rules does the engine take, and what stands in the way of the rest?
 *
 *   node --import tsx test/conformance/run-corpus.ts [text in path or query] [--core] [--show <outcome>] [--record]
 *
 * Outcomes: `ran`; `refused` (the engine says no: `kql/unsupported`); `unbound` (the query names what neither catalogue
 * nor query defines, or does not parse: no engine could run it); `broken` (any other error: a bug of ours).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HuntError, KqlError } from '../../src/domain/errors.ts'
import type { FunctionSchema, WorkspaceSchema } from '../../src/domain/schema.ts'
import { analyze, openEngine, quoteIdentifier, STORAGE_TYPE, type Engine } from '../../src/kql/index.ts'
import { loadRules } from '../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'

export type CorpusOutcome = 'ran' | 'refused' | 'unbound' | 'broken'

export interface CorpusQuery {
  readonly path: string
  readonly text: string
  readonly isCore: boolean
}

export interface CorpusResult {
  readonly query: CorpusQuery
  readonly outcome: CorpusOutcome
  /** Empty for those that ran. */
  readonly reason: string
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

/** A parser of which only the result's columns are known answers with no rows, like a table without data. */
function withEmptyBodies(schema: WorkspaceSchema): WorkspaceSchema {
  const functions = [...schema.functions].map(([name, saved]): [string, FunctionSchema] => {
    if (saved.body !== undefined || saved.columns === undefined) return [name, saved]
    const columns = saved.columns.map((column) => `['${column.name}']:${column.type}`).join(', ')
    return [name, { ...saved, body: `datatable(${columns})[]` }]
  })
  return { ...schema, functions: new Map(functions) }
}

export async function runCorpus(queries: readonly CorpusQuery[]): Promise<CorpusResult[]> {
  const schema = withEmptyBodies(await loadSchemaCatalogue(ROOT))
  const engine = await openEngine({ readableFolders: [], schema, now: () => systemClock.now(), memoryLimit: '2GB' })
  const known = new Set<string>()
  const results: CorpusResult[] = []
  try {
    for (const query of queries) results.push(await runOne(query, engine, schema, known))
  } finally {
    engine.close()
  }
  return results
}

async function runOne(
  query: CorpusQuery,
  engine: Engine,
  schema: WorkspaceSchema,
  known: Set<string>,
): Promise<CorpusResult> {
  try {
    const { tables } = await analyze(query.text, schema)
    for (const name of tables) await addEmptyTable(name, engine, schema, known)
    await engine.query(query.text)
    return { query, outcome: 'ran', reason: '' }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (!(error instanceof KqlError)) return { query, outcome: 'broken', reason: reasonOf(error) }
    const isRefusal = error.code === 'kql/unsupported'
    return { query, outcome: isRefusal ? 'refused' : 'unbound', reason: `${error.code} ${error.message}` }
  }
}

function reasonOf(error: Error): string {
  return error instanceof HuntError ? `${error.code} ${error.message}` : `${error.name} ${error.message}`
}

async function addEmptyTable(name: string, engine: Engine, schema: WorkspaceSchema, known: Set<string>): Promise<void> {
  const table = schema.tables.get(name)
  if (table === undefined || known.has(name)) return
  known.add(name)
  // By position: DuckDB ignores the case of names, tables do not.
  const columns = table.columns.map((column, index) => ({ ...column, storageName: `c${index}` }))
  const definitions = columns.map(({ storageName, type }) => `${storageName} ${STORAGE_TYPE[type]}`)
  const relation = `corpus ${known.size}`
  await engine.connection.run(`CREATE TABLE ${quoteIdentifier(relation)} (${definitions.join(', ')})`)
  engine.registerTable({ name, relation, columns })
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
  lines.push(JSON.stringify(countOutcomes(results)))
  process.stdout.write(`${lines.join('\n')}\n`)
  if (args.includes('--record')) {
    const failing = results
      .filter(({ outcome }) => outcome !== 'ran')
      .map(({ query, outcome, reason }) => ({ path: query.path, outcome, reason }))
    writeFileSync(CORPUS_BASELINE, `${JSON.stringify({ total: results.length, failing }, undefined, 2)}\n`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
