import { LosslessNumber, parse, stringify } from 'lossless-json'
import type { Column, KustoType } from '../../domain/kusto.ts'
import { AnswerProblem } from '../../kusto-service/answer-problem.ts'
import { refuseTwins } from '../../kusto-service/answer.ts'
import { RowStore, type StoredRows } from '../../kusto-service/row-store.ts'
import { utf8Text } from '../../kusto-service/utf8-text.ts'

/**
 * huntingQueryResults of Microsoft Graph: `schema` has names and types, `results` one object a row. Numbers keep their digits
 * (lossless-json): JSON.parse would round the longs that XDR is full of (ReportId, process ids of files and their like).
 */
export interface HuntingAnswer extends StoredRows {
  readonly columns: readonly Column[]
}

/**
 * The types in the spelling of .NET, as the page on runHuntingQuery shows them, and in Kusto's own, which some tenants send for
 * `getschema` results. SByte is what Kusto calls bool in its first protocol, SqlDecimal decimal, Object dynamic (learn.microsoft.com,
 * Kusto scalar data types, «.NET type»).
 */
const TYPES: Readonly<Record<string, KustoType>> = {
  boolean: 'bool',
  bool: 'bool',
  sbyte: 'bool',
  datetime: 'datetime',
  decimal: 'decimal',
  sqldecimal: 'decimal',
  double: 'real',
  real: 'real',
  dynamic: 'dynamic',
  object: 'dynamic',
  guid: 'guid',
  uuid: 'guid',
  int: 'int',
  int32: 'int',
  int64: 'long',
  long: 'long',
  string: 'string',
  timespan: 'timespan',
}

/** The service gives 50 MB at most (Graph, «Quotas and resource allocation»); names of columns are repeated in each row. */
const MOST_BYTES = 512 * 1024 * 1024

/** Rows that become text together, small enough to be read in V8's young generation. */
const ROWS_A_BATCH = 200

/**
 * Reads an answer to its end. Throws AnswerProblem, or IncompleteError `files/unwritable`. An error of the stream is a `cut`.
 *
 * @param folder of the spool for rows that memory should not hold
 */
export async function readHuntingAnswer(chunks: AsyncIterable<Uint8Array>, folder: string): Promise<HuntingAnswer> {
  const document = parseDocument(await wholeText(chunks))
  const { schema, results } = Object(document) as { schema?: unknown; results?: unknown }
  if (!Array.isArray(schema) || !Array.isArray(results)) {
    throw new AnswerProblem('unexpected-shape', 'the answer has no schema or no results')
  }
  const columns = schema.map(readColumn)
  refuseTwins(columns)
  const store = new RowStore(columns, folder)
  try {
    const toCells = cellsOf(columns)
    for (let start = 0; start < results.length; start += ROWS_A_BATCH) {
      const rows = results.slice(start, start + ROWS_A_BATCH).map(toCells)
      store.add({ text: Buffer.from(JSON.stringify(rows)), count: rows.length })
    }
    return { columns, ...store.finish() }
  } catch (error) {
    store.discard()
    throw error
  }
}

async function wholeText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of chunks) {
      length += chunk.length
      if (length > MOST_BYTES)
        throw new AnswerProblem('unexpected-shape', 'the answer is larger than any of this service')
      parts.push(chunk)
    }
  } catch (error) {
    if (error instanceof AnswerProblem) throw error
    throw new AnswerProblem('cut', 'the connection broke inside the body', error)
  }
  return utf8Text(Buffer.concat(parts)).replace(/^\uFEFF/, '')
}

/** An end inside of the document is a cut, whatever else of it is wrong. */
function parseDocument(text: string): unknown {
  if (text.trim() === '') throw new AnswerProblem('empty', 'the body is empty')
  if (!text.trimStart().startsWith('{')) throw new AnswerProblem('not-json', 'the body is not JSON')
  try {
    return parse(text)
  } catch (error) {
    if (!text.trimEnd().endsWith('}')) throw new AnswerProblem('cut', 'the body ends inside the JSON document')
    // The words of the parser quote the text, and that is log data.
    throw new AnswerProblem('not-json', 'the body is not JSON', error instanceof RangeError ? error : undefined)
  }
}

/** `name` and `type`; the page on runHuntingQuery has them with capitals too. */
function readColumn(column: unknown): Column {
  const { name, Name, type, Type } = Object(column) as Record<string, unknown>
  const [wireName, wireType] = [name ?? Name, type ?? Type]
  const known = typeof wireType === 'string' ? TYPES[wireType.toLowerCase().replace(/^system\./, '')] : undefined
  if (typeof wireName !== 'string' || known === undefined) {
    throw new AnswerProblem(
      'unexpected-shape',
      `column ${JSON.stringify(wireName)} has the type ${JSON.stringify(wireType)}`,
    )
  }
  return { name: wireName, type: known }
}

type ReadRow = (row: unknown) => unknown[]

function cellsOf(columns: readonly Column[]): ReadRow {
  const names = new Set(columns.map(({ name }) => name))
  // Examples of the page have members whose first letter is small, and columns whose is not.
  const readers = columns.map(({ name, type }) => {
    const small = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`
    return { name, other: names.has(small) ? name : small, read: WIRE[type] ?? asText }
  })
  return (row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new AnswerProblem('unexpected-shape', 'a row of the answer is not an object')
    }
    const members = row as Readonly<Record<string, unknown>>
    let found = 0
    const cells = readers.map(({ name, other, read }) => {
      const own = Object.hasOwn(members, name) ? name : Object.hasOwn(members, other) ? other : undefined
      if (own === undefined) return null
      found++
      const value = members[own]
      return value === null || value === undefined ? null : read(value)
    })
    // What is null is left out, what is in no column should not be there; OData marks its own remarks with an @.
    if (Object.keys(members).filter((name) => !name.includes('@')).length > found) {
      throw new AnswerProblem('unexpected-shape', 'a row of the answer has a member that is no column')
    }
    return cells
  }
}

/** As cells.ts of all KQL services reads them: numbers where a double holds them, else their text. */
const WIRE: Readonly<Partial<Record<KustoType, (value: unknown) => unknown>>> = {
  bool: asNumber,
  int: asNumber,
  real: asNumber,
  // Objects and lists come as such or as text that holds JSON; either way the text is the value.
  dynamic: (value) =>
    typeof value === 'object' && !(value instanceof LosslessNumber) ? stringify(value) : asText(value),
}

function asNumber(value: unknown): unknown {
  return value instanceof LosslessNumber ? Number(value.value) : value
}

function asText(value: unknown): unknown {
  return value instanceof LosslessNumber ? value.value : value
}
