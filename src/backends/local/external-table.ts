import { readFile } from 'node:fs/promises'
import type { Column } from '../../domain/kusto.ts'
import { BackendError } from '../../domain/errors.ts'
import type { ExternalDataRequest } from '../../kql/index.ts'
import { append } from '../../kql/duckdb/append.ts'
import { quoteIdentifier, STORAGE_TYPE, type StoredTable } from '../../kql/duckdb/storage.ts'
import { convert, type RawValue } from './conversion.ts'
import { csvRecords } from './csv-records.ts'
import { findExternalFile, type ExternalFile } from './external-file.ts'
import { malformedFile, unreadable } from './faults.ts'
import { openPart, type ReaderContext } from './readers/index.ts'
import { stageFile } from './staging.ts'
import type { FileFormat } from './table-part.ts'
import { textLines } from './text-lines.ts'

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
 * @throws BackendError `local/no-external-file`, `local/external-format`, `local/malformed-file`, `local/outside-folder`
 */
export async function loadExternalData(
  { uris, columns, format, ignoresFirstRecord }: ExternalDataRequest,
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
    const part: Part = { file, columns, ignoresFirstRecord, scratch: `${relation}#part${index}` }
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

interface Part {
  readonly file: ExternalFile
  readonly columns: readonly Column[]
  readonly ignoresFirstRecord: boolean
  /** Names a temporary relation that only this file uses. */
  readonly scratch: string
}

interface Cells {
  readonly from: string
  readonly values: ReadonlyMap<string, RawValue>
}

function cellSql(value: RawValue | undefined, type: Column['type']): string {
  if (value === undefined) return type === 'string' ? `''` : 'NULL'
  return convert(value, type).sql
}

async function openFile(kind: string, part: Part, context: ReaderContext): Promise<Cells> {
  const delimiter = DELIMITERS.get(kind)
  if (delimiter !== undefined) return stageRecords(delimitedRecords(part, delimiter, context), part, context)
  if (kind === 'txt') return stageRecords(lineRecords(part, context), part, context)
  if (kind === 'raw') return stageRecords(wholeText(part, context), part, context)
  const format = BY_NAME.get(kind)
  if (format === undefined) throw unknownFormat(kind)
  const raw = await openPart(filePart(part.file, format), part.scratch, context)
  const types = new Map(part.columns.map(({ name, type }) => [name, type]))
  return raw.scan(new Map(raw.keys.flatMap((key) => (types.has(key) ? [[key, types.get(key)] as const] : []))))
}

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
      for (const index of names.keys()) {
        const cell = record[index]
        if (cell === undefined) appender.appendNull()
        else appender.appendVarchar(cell)
      }
      appender.endRow()
    }
  })
  const values = columns.map(({ name }, index) => [name, { form: 'text', sql: names[index] ?? '' }] as const)
  return { from: quoteIdentifier(scratch), values: new Map(values) }
}

async function* delimitedRecords(part: Part, delimiter: string, context: ReaderContext) {
  const { label } = part.file
  const { path } = await stageFile(filePart(part.file, 'csv'), context.temporary, context.signal)
  try {
    for await (const { fields, isWhole, line } of csvRecords(path, delimiter)) {
      if (!isWhole) throw malformedFile({ label, line }, 'a quoted cell does not end', 'double the quotes inside quoted cells') // prettier-ignore
      if (fields.length > 1 || fields[0] !== '') yield fields
    }
  } catch (cause) {
    throw cause instanceof BackendError ? cause : unreadable(label, cause)
  }
}

/** Empty lines are no records. */
async function* lineRecords(part: Part, context: ReaderContext) {
  const { path } = await stageFile(filePart(part.file, 'csv'), context.temporary, context.signal)
  for await (const [, line] of textLines(path)) {
    const text = line.replace(/\r$/, '')
    if (text !== '') yield [text]
  }
}

async function* wholeText(part: Part, context: ReaderContext) {
  const { path } = await stageFile(filePart(part.file, 'csv'), context.temporary, context.signal)
  yield [await readFile(path, 'utf8')]
}

function unknownFormat(kind: string): BackendError {
  return new BackendError({
    code: 'local/external-format',
    message: `externaldata cannot read the format "${kind}" here`,
    hint: `convert the file to one of ${FORMATS.join(', ')}`,
  })
}
