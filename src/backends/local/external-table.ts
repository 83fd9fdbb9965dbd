import type { Column, KustoType } from '../../domain/kusto.ts'
import { KqlError, type BackendError } from '../../domain/errors.ts'
import type { CellSource, ExternalDataRequest, IngestionMapping } from '../../kql/index.ts'
import { append } from '../../kql/duckdb/append.ts'
import { quoteIdentifier, STORAGE_TYPE, type StoredTable } from '../../kql/duckdb/storage.ts'
import { convert, type RawValue } from './conversion.ts'
import { csvRecords } from './csv-records.ts'
import { findExternalFile, type ExternalFile } from './external-file.ts'
import { malformedFile, type Place } from './faults.ts'
import { openPart, type ReaderContext } from './readers/index.ts'
import { sqlText } from './sql-text.ts'
import { stageFile } from './staging.ts'
import type { FileFormat } from './table-part.ts'
import { utf8Text } from './utf8-file.ts'
import { LONGEST_LINE, textLines } from '../../files/text-lines.ts'

/** https://learn.microsoft.com/kusto/ingestion-supported-formats: one character between the cells. */
const DELIMITERS: ReadonlyMap<string, string> = new Map([
  ['csv', ','],
  ['tsv', '\t'],
  ['psv', '|'],
  ['scsv', ';'],
  ['sohsv', '\u0001'],
])

const BY_NAME: ReadonlyMap<string, FileFormat> = new Map([
  ['json', 'json'],
  ['multijson', 'json'],
  ['singlejson', 'json'],
  ['jsonl', 'ndjson'],
  ['ndjson', 'ndjson'],
  ['parquet', 'parquet'],
])

const FORMATS = [...DELIMITERS.keys(), 'txt', 'raw', ...BY_NAME.keys()]

/**
 * The rows of `externaldata` from local copies, one file after the other. Cells belong to columns by position in
 * delimited files and by name in JSON and Parquet; what a record lacks, or what does not fit its column, is null, as it
 * is in the service.
 *
 * @throws KqlError `local/no-external-file`, `local/external-format`, without a position, which this does not know; BackendError
 * `local/malformed-file`, `local/outside-folder`
 */
export async function loadExternalData(
  { uris, columns, format, ignoresFirstRecord, mapping }: ExternalDataRequest,
  { folder, relation }: { readonly folder: string; readonly relation: string },
  context: ReaderContext,
): Promise<StoredTable> {
  const names = columns.map((_, index) => `c${index}`)
  const definitions = columns.map(({ type }, index) => `${names[index] ?? ''} ${STORAGE_TYPE[type]}`)
  const target = quoteIdentifier(relation)
  await context.connection.run(`CREATE TABLE ${target} (${definitions.join(', ')})`)
  for (const [index, uri] of uris.entries()) {
    const file = await findExternalFile(folder, uri)
    const kind = format ?? (FORMATS.includes(file.extension) ? file.extension : 'csv')
    const part: Part = { file, columns: sourcesOf(columns, mapping), ignoresFirstRecord, scratch: `${relation}#part${index}` } // prettier-ignore
    const { from, values } = await openFile(kind, part, context)
    const cells = columns.map(({ name, type }) => cellSql(values.get(name), type))
    await context.connection.run(`INSERT INTO ${target} SELECT ${cells.join(', ')} FROM ${from}`)
  }
  return {
    name: 'externaldata',
    relation,
    columns: columns.map((column, index) => ({ ...column, storageName: names[index] ?? '' })),
  }
}

interface SourcedColumn extends Column {
  readonly source: CellSource | undefined
}

interface Part {
  readonly file: ExternalFile
  readonly columns: readonly SourcedColumn[]
  readonly ignoresFirstRecord: boolean
  /** Names a temporary relation that only this file uses. */
  readonly scratch: string
}

interface Cells {
  readonly from: string
  readonly values: ReadonlyMap<string, RawValue>
}

/** Without a mapping a cell has the column's place or name; with one, a column that it leaves out has none. */
function sourcesOf(columns: readonly Column[], mapping: IngestionMapping | undefined): readonly SourcedColumn[] {
  if (mapping !== undefined) return columns.map((column) => ({ ...column, source: mapping.get(column.name) }))
  return columns.map((column, ordinal) => ({ ...column, source: { ordinal, path: [column.name] } }))
}

const ordinalOf = (source: CellSource | undefined): number | undefined =>
  source !== undefined && 'ordinal' in source ? source.ordinal : undefined

const pathOf = (source: CellSource | undefined): readonly (string | number)[] =>
  source !== undefined && 'path' in source ? source.path : []

/** Cells have numbers, members have paths; and what lies deeper than a column of a Parquet file is not read. */
function refuseOtherSources(kind: string, wanted: 'ordinal' | 'path', { columns }: Part): void {
  const fits = (source: CellSource): boolean =>
    'constant' in source || (wanted in source && (kind !== 'parquet' || pathOf(source).length === 1))
  const other = columns.find(({ source }) => source !== undefined && !fits(source))
  if (other === undefined) return
  throw new KqlError({
    code: 'local/external-format',
    message: `the ingestionMapping of ${other.name} is not one for ${kind}`,
    hint:
      wanted === 'ordinal'
        ? 'columns of delimited files and texts come from an "Ordinal", which counts from 0, or a "ConstValue"'
        : 'columns of JSON come from a "Path" like $.member.part, those of Parquet from $.column, or from a "ConstValue"',
  })
}

/** The same text in every row. */
function constants(columns: readonly SourcedColumn[]): readonly (readonly [string, RawValue])[] {
  return columns.flatMap(({ name, source }) =>
    source !== undefined && 'constant' in source ? [[name, { form: 'text', sql: sqlText(source.constant) }]] : [],
  )
}

function cellSql(value: RawValue | undefined, type: Column['type']): string {
  if (value === undefined) return type === 'string' ? `''` : 'NULL'
  return convert(value, type).sql
}

async function openFile(kind: string, part: Part, context: ReaderContext): Promise<Cells> {
  const delimiter = DELIMITERS.get(kind)
  refuseOtherSources(kind, BY_NAME.has(kind) ? 'path' : 'ordinal', part)
  if (delimiter !== undefined) return stageRecords(delimitedRecords(part, delimiter, context), part, context)
  if (kind === 'txt') return stageRecords(lineRecords(part, context), part, context)
  if (kind === 'raw') return stageRecords(wholeText(part, context), part, context)
  const format = BY_NAME.get(kind)
  if (format === undefined) throw unknownFormat(kind)
  const raw = await openPart(filePart(part.file, format), part.scratch, context)
  const members = part.columns.map(({ name, type, source }) => {
    const [key, ...rest] = pathOf(source)
    return { name, key: String(key), rest, type: rest.length === 0 ? type : undefined }
  })
  const known = new Set(raw.keys)
  // Two columns may come from one member: then its own form serves both.
  const types = new Map<string, KustoType | undefined>()
  for (const { key, type } of members) {
    if (known.has(key)) types.set(key, !types.has(key) || types.get(key) === type ? type : undefined)
  }
  const { from, values } = raw.scan(types)
  const cells = members.flatMap(({ name, key, rest }): (readonly [string, RawValue])[] => {
    const value = values.get(key)
    return value === undefined ? [] : [[name, inside(value, rest)]]
  })
  return { from, values: new Map([...cells, ...constants(part.columns)]) }
}

/** What lies deeper in a member; nothing of a native column. */
function inside(value: RawValue, path: readonly (string | number)[]): RawValue {
  if (path.length === 0) return value
  // One pointer: calls in calls, one for each step, are more than DuckDB takes of a long path.
  const sql = `json_extract(${value.sql}, ${sqlText(path.map(pointerStep).join(''))})`
  return { form: 'json', sql: `CAST(${sql} AS VARCHAR)` }
}

/** RFC 6901. */
const pointerStep = (step: string | number): string => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`

const filePart = ({ label, path, gzip }: ExternalFile, format: FileFormat) =>
  ({ kind: 'file', label, path, gzip, format }) as const

/** Texts by position, in a table that is dropped with the connection. Longer records lose what no column takes. */
async function stageRecords(
  records: AsyncIterable<readonly string[]>,
  { columns, ignoresFirstRecord, scratch }: Part,
  { connection, signal }: ReaderContext,
): Promise<Cells> {
  const names = columns.map((_, index) => `t${index}`)
  await connection.run(
    `CREATE TEMP TABLE ${quoteIdentifier(scratch)} (${names.map((name) => `${name} VARCHAR`).join(', ')})`,
  )
  await append(connection, { table: scratch, isTemporary: true }, async (appender) => {
    let isFirst = true
    for await (const record of records) {
      signal.throwIfAborted()
      const skipped = isFirst && ignoresFirstRecord
      isFirst = false
      if (skipped) continue
      for (const { source } of columns) {
        const cell = record[ordinalOf(source) ?? record.length]
        if (cell === undefined) appender.appendNull()
        else appender.appendVarchar(cell)
      }
      appender.endRow()
    }
  })
  const values = columns.map(({ name }, index) => [name, { form: 'text', sql: names[index] ?? '' }] as const)
  return { from: quoteIdentifier(scratch), values: new Map([...values, ...constants(columns)]) }
}

/** The text of the file, unpacked, with what can go wrong said of the file that the user has. */
async function* textOf({ file }: Part, { temporary, signal }: ReaderContext): AsyncGenerator<string, void> {
  const { path } = await stageFile(filePart(file, 'csv'), temporary, signal)
  yield* utf8Text(path, file.label)
}

async function* delimitedRecords(part: Part, delimiter: string, context: ReaderContext) {
  const { label } = part.file
  for await (const { fields, isWhole, line } of csvRecords(textOf(part, context), delimiter)) {
    if (!isWhole) throw malformedFile({ label, line }, 'a quoted cell does not end, or goes on after its closing quote', 'double the quotes inside quoted cells') // prettier-ignore
    if (fields.length > 1 || fields[0] !== '') yield fields
  }
}

/** Empty lines are no records. */
async function* lineRecords(part: Part, context: ReaderContext) {
  for await (const [line, whole] of textLines(textOf(part, context))) {
    if (whole.length >= LONGEST_LINE) throw tooLong({ label: part.file.label, line })
    const text = whole.replace(/\r$/, '')
    if (text !== '') yield [text]
  }
}

async function* wholeText(part: Part, context: ReaderContext) {
  const pieces: string[] = []
  let length = 0
  for await (const piece of textOf(part, context)) {
    length += piece.length
    if (length >= LONGEST_LINE) throw tooLong({ label: part.file.label })
    pieces.push(piece)
  }
  yield [pieces.join('')]
}

function tooLong(place: Place): BackendError {
  return malformedFile(place, 'a text is longer than 256 MiB', 'split the file')
}

function unknownFormat(kind: string): KqlError {
  return new KqlError({
    code: 'local/external-format',
    message: `externaldata cannot read the format "${kind}" here`,
    hint: `convert the file to one of ${FORMATS.join(', ')}`,
  })
}
