import type { DuckDBConnection } from '@duckdb/node-api'
import { BackendError } from '../../../domain/errors.ts'
import type { KustoType } from '../../../domain/kusto.ts'
import { quoteIdentifier } from '../../../kql/duckdb/storage.ts'
import type { RawValue } from '../conversion.ts'
import { malformedFile, type Place } from '../faults.ts'
import { queryRows, type RawScan, type RawTable } from '../raw-table.ts'
import { sqlText, sqlTextList } from '../sql-text.ts'

/** JSON records: a FROM item with one column `json`, an object a row, and how to say where a row stands. */
export interface JsonSource {
  readonly label: string
  readonly from: string
  /**
   * FROM item with the members as columns, where DuckDB can take them while it reads: it parses a record once then, and twice
   * with its text between (1.2 against 1.6 times as long as `read_json` with types). Types are DuckDB's, by key; no two
   * keys differ by case only.
   */
  members?(types: ReadonlyMap<string, string>): string
  /**
   * FROM item with one column `names`, the keys of a record in the order in which it has them, NULL for what is no object or no
   * JSON. Again where DuckDB can take them while it reads.
   */
  readonly keys?: string
  /** The same for records that are longer than DuckDB usually takes. */
  readonly long?: JsonSource
  /** The same without halves of surrogate pairs, which JSON may hold as escapes and DuckDB takes for broken. */
  readonly mended?: () => Promise<JsonSource>
  /** What was changed to read it. */
  readonly remark?: string
  locate(record: number): Promise<Place>
  explain(error: unknown): Promise<unknown>
}

const ONE_OBJECT =
  'every record is one JSON object with a key for each column, for example {"TimeGenerated":"2026-03-01T10:00:00Z"}'

/**
 * Keys are collected over all records, not a sample: a column that only the last record has must not be lost. Reading
 * twice costs less than keeping the text (231 MB, 100,000 records: 0.2 s for the keys, 0.9 s for the values).
 */
export async function openJson(connection: DuckDBConnection, given: JsonSource): Promise<RawTable> {
  const { source, lists } = await keyLists(connection, given)
  const keys = new Set<string>()
  const shapes: string[][] = []
  for (const { kind, names } of lists) {
    if (kind !== 'OBJECT' || !Array.isArray(names)) throw await notAnObject(connection, source, String(kind))
    const shape = names.map(String)
    for (const name of shape) keys.add(name)
    if (new Set(shape).size < shape.length) throw await keyTwice(connection, source, shape)
    shapes.push(shape)
  }
  return {
    keys: [...keys],
    shapes,
    scan: (types) => scanJson(source, types),
    locate: (record) => source.locate(record),
    explain: (error) => source.explain(error),
    ...(source.remark === undefined ? {} : { remark: source.remark }),
  }
}

interface KeyLists {
  readonly source: JsonSource
  readonly lists: Record<string, unknown>[]
}

/** Which lists of keys occur, the longest first: threads would give them in another order each time. */
function keyLists(connection: DuckDBConnection, given: JsonSource): Promise<KeyLists> {
  return withRemedies(given, async (source) => {
    const ordered = (lists: string): Promise<Record<string, unknown>[]> =>
      queryRows(connection, `SELECT * FROM (${lists}) ORDER BY len(names) DESC, names`)
    if (source.keys !== undefined) {
      const lists = await ordered(`SELECT DISTINCT names, 'OBJECT' AS kind FROM ${source.keys}`)
      if (lists.every(({ names }) => names !== null)) return { source, lists }
    }
    // Slower, but it tells what a record is that is no object.
    const names = `SELECT json, json_keys(json) AS names FROM ${source.from}`
    // What is no object has no keys, nor has an empty one.
    const kind = `CASE WHEN len(names) = 0 THEN json_type(json) ELSE 'OBJECT' END AS kind`
    return { source, lists: await ordered(`SELECT DISTINCT names, ${kind} FROM (${names})`) }
  })
}

/**
 * Reads a source, once more where a record is longer than usual or holds half a surrogate pair; what DuckDB says of a broken one
 * becomes a fault with its place.
 */
export async function withRemedies<Result>(
  source: JsonSource,
  read: (source: JsonSource) => Promise<Result>,
): Promise<Result> {
  try {
    return await read(source)
  } catch (error) {
    if (error instanceof BackendError) throw error
    if (source.long !== undefined && isTooLong(error)) return withRemedies(source.long, read)
    if (source.mended !== undefined && isHalfPair(error)) return withRemedies(await source.mended(), read)
    throw await source.explain(error)
  }
}

const isHalfPair = (error: unknown): boolean => error instanceof Error && error.message.includes('surrogate in string')

const isTooLong = (error: unknown): boolean => error instanceof Error && error.message.includes('maximum_object_size')

async function notAnObject(connection: DuckDBConnection, source: JsonSource, kind: string): Promise<Error> {
  const place = await firstRecord(connection, source, `json_type(json) = ${sqlText(kind)}`)
  const what = `${/^[AO]/.test(kind) ? 'an' : 'a'} ${kind.toLowerCase()}`
  return malformedFile(place, `a record is ${what}, not an object`, ONE_OBJECT)
}

async function keyTwice(connection: DuckDBConnection, source: JsonSource, names: readonly string[]): Promise<Error> {
  const place = await firstRecord(connection, source, `json_keys(json) = ${sqlTextList(names)}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index) ?? ''
  const message = `a record has the key ${JSON.stringify(twice)} twice`
  return malformedFile(place, message, 'give each column of a record one value')
}

/** Numbering the records is slow (it holds all of them), so it is left to the way of a fault. */
async function firstRecord(connection: DuckDBConnection, source: JsonSource, condition: string): Promise<Place> {
  const numbered = `SELECT json, row_number() OVER () - 1 AS record FROM ${source.from}`
  const [row] = await queryRows(connection, `SELECT min(record) AS first FROM (${numbered}) WHERE ${condition}`)
  return source.locate(Number(row?.['first']))
}

function scanJson(source: JsonSource, types: ReadonlyMap<string, KustoType | undefined>): RawScan {
  const members = new Map<string, RawValue>()
  const apart = new Map<string, RawValue>()
  const memberTypes = new Map<string, string>()
  const extracts: string[] = []
  const taken = new Set<string>()
  for (const [key, type] of types) {
    // A record cannot have two members that differ by case only, or one without a name, nor one whose name no SQL can hold.
    if (key === '' || key.includes('\0') || taken.has(key.toLowerCase())) {
      extracts.push(`json_extract(json, ${sqlText(jsonPointer(key))}) AS apart${apart.size}`)
      apart.set(key, { form: 'json', sql: `apart${apart.size}` })
      continue
    }
    taken.add(key.toLowerCase())
    // Quotes and escapes go on the way where text is wanted; dynamics and columns of unknown type keep theirs.
    const form = type === undefined || type === 'dynamic' ? 'json' : 'text'
    memberTypes.set(key, form === 'json' ? 'JSON' : 'VARCHAR')
    members.set(key, { form, sql: `record.${quoteIdentifier(key)}` })
  }
  const values = new Map([...members, ...apart])
  if (apart.size === 0 && members.size > 0 && source.members !== undefined) {
    return { from: `${source.members(memberTypes)} AS record`, values }
  }
  const shape = sqlText(JSON.stringify(Object.fromEntries(memberTypes)))
  const record = members.size === 0 ? `NULL AS record` : `json_transform(json, ${shape}) AS record`
  return { from: `(SELECT ${[record, ...extracts].join(', ')} FROM ${source.from})`, values }
}

/** RFC 6901. */
function jsonPointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
