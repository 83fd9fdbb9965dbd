/** A table of known rows in two Parquet files, of which programs are asked where the files lie: what is pushed down to a file must be what the rest of the query means. */
import { DuckDBInstance } from '@duckdb/node-api'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../src/backends/local/table-sources.ts'
import { instantFromMillis } from '../../src/time/instant.ts'
import type { Query } from './program-parts.ts'
import type { Field, Row } from './reference-interpreter.ts'
import { dateTicks, datetimeText, TICKS } from './reference-times.ts'
import { textOf, type Type, type Value } from './reference-values.ts'

const FIELDS: readonly Field[] = [
  { name: 'd', type: 'datetime' },
  { name: 'k', type: 'long' },
  { name: 's', type: 'string' },
  { name: 'i', type: 'int' },
  { name: 'r', type: 'real' },
  { name: 'b', type: 'bool' },
  { name: 'j', type: 'dynamic' },
  { name: 'w', type: 'string' },
]
const JANUARY = dateTicks(2020, 1, 1)
const HOUR = TICKS.hour

/** What one file has of a column, the other may lack: its statistics tell the two apart. */
const FILES: readonly (readonly Row[])[] = [
  [
    [JANUARY, 0n, 'a', 1n, 0.25, true, new Map<string, Value>([['a', 1n], ['b', 'x']]), 'c'],
    [JANUARY + HOUR, 1n, 'b', 2n, -1.5, false, [1n, 2n], 'a'],
    [JANUARY + HOUR * 30n + 10n, 2n, '', 2n, 1, true, null, ''],
    [null, 2n, 'é', 1n, 2.5, null, [], 'b a.b'],
    [JANUARY + HOUR * 30n + 10n, 3n, 'a', 7n, 0, false, 'a', ''],
  ],
  [
    [dateTicks(2024, 2, 29), null, 'a', null, null, null, [7n], 'A'],
    [dateTicks(2024, 2, 29) + HOUR * 13n, 4n, 'A', -1n, null, true, new Map<string, Value>([['a', 'x']]), '_%'],
    [JANUARY + HOUR, 1n, 'ab', 0n, 0.25, false, [null, 'a', 1.5], 'a'],
    [dateTicks(1969, 7, 20), 1n, 'ab', 0n, 0.25, false, [null, 'a', 1.5], 'a'],
  ],
] // prettier-ignore

const SQL_TYPE: Partial<Record<Type, string>> = { datetime: 'TIMESTAMP', long: 'BIGINT', int: 'INTEGER', real: 'DOUBLE', bool: 'BOOLEAN' } // prettier-ignore

/** A text that is empty is null in a file, and a dynamic that is a text has no quotes; a number alone would be a text, too. */
function cellSql(value: Value, type: Type): string {
  const text = value === null || value === '' ? undefined : type === 'dynamic' ? textOf(value, type) : type === 'datetime' ? datetimeText(value as bigint).slice(0, 26) : String(value as string) // prettier-ignore
  return `CAST(${text === undefined ? 'NULL' : `'${text.replaceAll("'", "''")}'`} AS ${SQL_TYPE[type] ?? 'VARCHAR'})`
}

/** `folder` has nothing of that name. */
export async function openProgramFiles(folder: string): Promise<LocalWorkspace> {
  const own = join(folder, 'programs')
  mkdirSync(own)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const [index, rows] of FILES.entries()) {
    const values = rows.map((row) => `(${FIELDS.map(({ type }, at) => cellSql(row[at] ?? null, type)).join(', ')})`)
    const columns = FIELDS.map(({ name }) => `"${name}"`).join(', ')
    await connection.run(`COPY (SELECT * FROM (VALUES ${values.join(', ')}) v(${columns})) TO '${join(own, `Filed.${index}.parquet`)}'`)
  }
  connection.closeSync()
  instance.closeSync()
  const schema = { tables: new Map([['Filed', { name: 'Filed', columns: FIELDS }]]), functions: new Map() }
  const now = () => instantFromMillis(Date.UTC(2026, 2, 2))
  const workspace = await LocalWorkspace.open(await folderSources(own, schema.tables.keys()), { schema, now, badValues: 'refuse' })
  await workspace.prepare('Filed', new AbortController().signal)
  return workspace
} // prettier-ignore

export const FILED: Query = { text: 'Filed', fields: FIELDS, rows: () => FILES.flat(), isOrdered: false }
