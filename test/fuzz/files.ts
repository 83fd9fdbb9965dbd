/** The same rows in Parquet files that queries read where they lie, and loaded: every query must find the same. */
import { DuckDBInstance } from '@duckdb/node-api'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../src/backends/local/table-sources.ts'
import type { Column, ResultTable } from '../../src/domain/kusto.ts'
import type { Window } from '../../src/domain/time.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import { analyze, compile, UNIX_EPOCH_TICKS, type Engine, type QueryOptions } from '../../src/kql/index.ts'
import { formatInstant, instantFromMillis } from '../../src/time/instant.ts'
import { EMPTY_SCHEMA } from '../support/kql.ts'
import type { Catalogue } from './catalogue.ts'
import { Expressions, name } from './expressions.ts'
import { minimise } from './minimise.ts'
import { Operators, textOf, type Pipeline } from './pipelines.ts'
import { passesFailure } from './passes.ts'
import { ask, inAnyOrder, rowTexts, type Failure } from './properties.ts'
import { Random } from './random.ts'
import { relationFailure } from './relations.ts'
import { relationRound, SCHEMA as TABLE_SCHEMA, type Finding, type Round } from './run.ts'
import { COLUMNS as FUZZ_COLUMNS, TABLES } from './values.ts'

const COLUMNS: readonly Column[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'd', type: 'datetime' },
  { name: 's', type: 'string' },
  { name: 'f', type: 'string' },
  { name: 'l', type: 'long' },
  { name: 'i', type: 'int' },
  { name: 'r', type: 'real' },
  { name: 'b', type: 'bool' },
  { name: 'g', type: 'guid' },
  { name: 'j', type: 'dynamic' },
  /** Different in each row. */
  { name: 'k', type: 'long' },
  { name: 'absent', type: 'string' },
]
const SCHEMA: WorkspaceSchema = {
  tables: new Map([...TABLE_SCHEMA.tables, ['P', { name: 'P', columns: COLUMNS }]]),
  functions: new Map(),
}

const TEXTS = `['a', 'Abc def', 'abc', 'ß', 'İI', 'a\\tb', '', '%_', '10.0.0.1', '{"a":1}', 'x-a-b', 'ABC']`
const CELLS = {
  TimeGenerated: `TIMESTAMP '2020-01-01' + to_minutes(i * 7) + to_microseconds(i % 3)`,
  d: `CASE WHEN i % 7 > 0 THEN TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_hours((i * 13 % 50)::INTEGER) END`,
  f: `${TEXTS}[1 + i % 12]`,
  l: 'CASE WHEN i % 5 > 0 THEN i % 11 - 3 END',
  i: '(i % 4)::INTEGER',
  r: `CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN '-inf' ELSE (i / 8)::VARCHAR END::DOUBLE`,
  b: 'CASE WHEN i % 3 > 0 THEN i % 2 = 0 END',
  g: `CASE WHEN i % 4 > 0 THEN CAST(md5((i % 9)::VARCHAR) AS UUID) END`,
  j: `[NULL, '{"a":1,"b":["x"]}', '"text"', '[1,2]', '{ "a" : "Abc" }', 'plain'][1 + i % 6]`,
  k: 'i',
}
/** Files of two shapes: what one may lack, the other has in every row. */
const SHAPES = [
  { s: `CASE WHEN i % 4 > 0 THEN ${TEXTS}[1 + (i * 5) % 12] END`, rows: 'range(0, 300)' },
  { s: `${TEXTS}[1 + (i * 7) % 12]`, j: `'{"a":' || i % 5 || '}'`, rows: 'range(300, 400)' },
]

/** The tables of values.ts as a file may have them: texts that are null, times of microseconds. What would have to be read of text is in no file. */
const NATIVE = FUZZ_COLUMNS.flatMap(({ name: column, type }, index) => {
  if (type === 'timespan' || type === 'decimal') return []
  if (type === 'string') return [`nullif(c${index}, '') AS "${column}"`]
  if (type === 'datetime') return [`make_timestamp((c${index} - ${UNIX_EPOCH_TICKS}) // 10) AS "${column}"`]
  return [`c${index} AS "${column}"`]
})

export interface TwoPlaces {
  readonly inPlace: Engine
  readonly loaded: Engine
  close(): Promise<void>
}

/** `folder` is empty, and will not be afterwards. */
export async function openTwoPlaces(folder: string): Promise<TwoPlaces> {
  const folders = { lying: join(folder, 'lying'), loaded: join(folder, 'loaded') }
  for (const each of Object.values(folders)) mkdirSync(each)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`SET TimeZone = 'UTC'`)
  for (const [index, { rows, ...own }] of SHAPES.entries()) {
    const cells = Object.entries({ ...CELLS, ...own }).map(([column, sql]) => `${sql} AS "${column}"`)
    const path = join(folders.lying, `P.${index}.parquet`)
    await connection.run(`COPY (SELECT ${cells.join(', ')} FROM ${rows} r(i)) TO '${path}' (ROW_GROUP_SIZE 2048)`)
    writeFileSync(join(folders.loaded, `P.${index}.parquet.gz`), gzipSync(readFileSync(path)))
  }
  for (const [table, text] of Object.entries(TABLES)) {
    const { sql } = compile(text, EMPTY_SCHEMA, { tables: new Map(), now: 0n, window: undefined })
    const path = join(folders.lying, `${table}.parquet`)
    await connection.run(`CREATE TABLE stored AS ${sql.text}`, [...sql.parameters])
    await connection.run(`COPY (SELECT ${NATIVE.join(', ')} FROM stored) TO '${path}'`)
    await connection.run('DROP TABLE stored')
    writeFileSync(join(folders.loaded, `${table}.parquet.gz`), gzipSync(readFileSync(path)))
  }
  connection.closeSync()
  instance.closeSync()
  const [lying, loaded] = [await workspaceOver(folders.lying), await workspaceOver(folders.loaded)]
  return {
    inPlace: lying.engine,
    loaded: loaded.engine,
    close: async () => {
      await lying.close()
      await loaded.close()
    },
  }
}

async function workspaceOver(folder: string): Promise<LocalWorkspace> {
  const sources = await folderSources(folder, SCHEMA.tables.keys())
  const now = () => instantFromMillis(Date.UTC(2020, 0, 3))
  const workspace = await LocalWorkspace.open(sources, { schema: SCHEMA, now, badValues: 'refuse' })
  for (const table of SCHEMA.tables.keys()) await workspace.prepare(table, new AbortController().signal)
  return workspace
}

/** A relation over files, the same query over what was loaded of them, and without the passes that make it fast. */
export async function filesRound(places: TwoPlaces, catalogue: Catalogue, seed: number): Promise<Round> {
  const random = new Random(seed)
  const expressions = new Expressions(random, catalogue)
  const operators = new Operators(random, expressions)
  if (random.chance(0.5)) return orderedRound(places, { random, operators, seed })
  return relationRound(places.inPlace, { random, expressions, operators, seed }, async (query, relation) => {
    const broken = await relationFailure(places.inPlace, query, relation)
    if (broken !== undefined) return broken
    // One of the sides: the others have been held against it.
    const texts = relation.sides(query).flat()
    const text = texts[(seed >>> 2) % texts.length] ?? query
    const failure = await placeFailure(places, text, { seed }, inAnyOrder)
    return failure && { ...failure, detail: `${text}\n${failure.detail}` }
  })
}

interface Asking extends QueryOptions {
  readonly seed: number
}

interface Making {
  readonly random: Random
  readonly operators: Operators
  readonly seed: number
}

/** Conditions on rows and what is computed of them, then no more than some rows, or what they come to. */
async function orderedRound(places: TwoPlaces, { random, operators, seed }: Making): Promise<Round> {
  let pipeline: Pipeline = { source: 'P', operators: [] }
  let columns: readonly Column[] = COLUMNS
  const wanted = 1 + random.integer(3)
  for (let attempt = 0; attempt < 12 && pipeline.operators.length < wanted; attempt++) {
    const operator = operators.ofOneRow(columns)
    if (operator.startsWith(`extend ['k']`)) continue
    const longer = { ...pipeline, operators: [...pipeline.operators, operator] }
    const { diagnostics, columns: found = [] } = await analyze(textOf(longer), SCHEMA)
    if (diagnostics.some(({ severity }) => severity === 'error') || !found.some((column) => column.name === 'k'))
      continue
    ;[pipeline, columns] = [longer, found]
  }
  const by = name(random.pick(columns))
  const direction = `${random.pick(['asc', 'desc'])}${random.pick(['', ' nulls first', ' nulls last'])}`
  const end = random.pick([
    `sort by ${by} ${direction}, k asc | take ${random.integer(30)}`,
    `top ${random.integer(30)} by k ${direction}`,
    'sort by k asc',
    `summarize count(), sum(k) by ${by} | sort by ${by} ${direction}`,
    'take 1000 | sort by k desc',
  ])
  const options = random.chance(0.5) ? { seed } : { seed, window: windowOf(random) }
  const check = async (rest: string): Promise<Failure | undefined> => {
    const text = `${rest}\n| ${end}`
    return (
      (await placeFailure(places, text, options, (table) => rowTexts(table).join('\n'))) ??
      (await windowFailure(places.inPlace, text, options))
    )
  }
  const failure = await check(textOf(pipeline))
  if (failure === undefined) return { isQuery: true, finding: undefined }
  const smaller = await minimise(pipeline, async (rest) => (await check(rest))?.kind === failure.kind)
  const finding: Finding = { ...((await check(smaller)) ?? failure), seed, query: `${smaller}\n| ${end}` }
  return { isQuery: true, finding }
}

/** Within the times of `P`, or beyond them. */
function windowOf(random: Random): Window {
  const start = Date.UTC(2020, 0, 1) + random.integer(60) * 3_600_000 - 3_600_000
  return { start: instantFromMillis(start), end: instantFromMillis(start + random.integer(40) * 1_800_000) }
}

async function placeFailure(
  { inPlace, loaded }: TwoPlaces,
  text: string,
  options: Asking,
  rowsOf: (table: ResultTable) => string,
): Promise<Failure | undefined> {
  const [one, other] = [await ask(inPlace, text, options), await ask(loaded, text, options)]
  if ('failure' in one) return one.failure
  if ('failure' in other) return other.failure
  // What is refused for a row's sake need not be, where the row is not among the first.
  if ('refusal' in one || 'refusal' in other) return undefined
  const [lying, whole] = [rowsOf(one.table), rowsOf(other.table)]
  if (lying !== whole) return { kind: 'files', detail: `in place: ${lying.slice(0, 400)}\nloaded: ${whole.slice(0, 400)}` } // prettier-ignore
  return passesFailure({ engine: inPlace, schema: SCHEMA, options }, text)
}

/** A window is a condition on the time of each table. */
async function windowFailure(engine: Engine, text: string, options: Asking): Promise<Failure | undefined> {
  const { window } = options
  if (window === undefined) return undefined
  const [start, end] = [window.start, window.end].map((instant) => `datetime(${formatInstant(instant)})`)
  const written = `let P = P | where TimeGenerated >= ${start} and TimeGenerated < ${end};\n${text}`
  const [one, other] = [await ask(engine, text, options), await ask(engine, written)]
  if (!('table' in one) || !('table' in other)) return undefined
  const [bounded, filtered] = [rowTexts(one.table).join('\n'), rowTexts(other.table).join('\n')]
  if (bounded === filtered) return undefined
  return { kind: 'window', detail: `by the window: ${bounded.slice(0, 400)}\n${written}\nby the condition: ${filtered.slice(0, 400)}` } // prettier-ignore
}
