/** The same rows in Parquet files that queries read where they lie, and loaded: every query must find the same. */
import { DuckDBInstance } from '@duckdb/node-api'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../src/backends/local/table-sources.ts'
import type { Column } from '../../src/domain/kusto.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import { analyze, type Engine } from '../../src/kql/index.ts'
import { instantFromMillis } from '../../src/time/instant.ts'
import type { Catalogue } from './catalogue.ts'
import { Expressions, name } from './expressions.ts'
import { minimise } from './minimise.ts'
import { Operators, textOf, type Pipeline } from './pipelines.ts'
import { ask, rowTexts, type Failure } from './properties.ts'
import { Random } from './random.ts'
import type { Finding } from './run.ts'

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
const SCHEMA: WorkspaceSchema = { tables: new Map([['P', { name: 'P', columns: COLUMNS }]]), functions: new Map() }

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
  await workspace.prepare('P', new AbortController().signal)
  return workspace
}

/** Conditions on rows and what is computed of them, then no more than some rows, or what they come to. */
export async function filesRound(places: TwoPlaces, catalogue: Catalogue, seed: number): Promise<Finding | undefined> {
  const random = new Random(seed)
  const operators = new Operators(random, new Expressions(random, catalogue))
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
  const check = (rest: string) => placeFailure(places, `${rest}\n| ${end}`)
  const failure = await check(textOf(pipeline))
  if (failure === undefined) return undefined
  const smaller = await minimise(pipeline, async (rest) => (await check(rest))?.kind === failure.kind)
  return { ...((await check(smaller)) ?? failure), seed, query: `${smaller}\n| ${end}` }
}

async function placeFailure({ inPlace, loaded }: TwoPlaces, text: string): Promise<Failure | undefined> {
  const [one, other] = [await ask(inPlace, text), await ask(loaded, text)]
  if ('failure' in one) return one.failure
  if ('failure' in other) return other.failure
  // What is refused for a row's sake need not be, where the row is not among the first.
  if ('refusal' in one || 'refusal' in other) return undefined
  const [lying, whole] = [rowTexts(one.table).join('\n'), rowTexts(other.table).join('\n')]
  if (lying === whole) return undefined
  return { kind: 'files', detail: `in place: ${lying.slice(0, 400)}\nloaded: ${whole.slice(0, 400)}` }
}
