import { stat } from 'node:fs/promises'
import type { KustoType } from '../../../domain/kusto.ts'
import { csvRecords } from '../csv-records.ts'
import { isOutOfMemory } from '../../../kql/errors.ts'
import { malformedFile, tooLargeToRead, unreadable, type Place } from '../faults.ts'
import type { RawScan, RawTable } from '../raw-table.ts'
import { sqlPath } from '../sql-text.ts'
import type { StagedFile } from '../staging.ts'
import { countOf } from '../../../text/count.ts'
import type { ReaderContext } from './index.ts'

/** DuckDB reads a record into memory whole; the longest script that a log record can carry stays far below this. */
const LONGEST_RECORD = 1 << 28
/** What nearly all files need: DuckDB makes room for the longest record before it reads. */
const USUAL_RECORD = 1 << 24
/** Records that a buffer has room for. DuckDB's own 16 are 4 GiB of the longest; in one it cannot tell a long record from an open quote. */
const RECORDS_IN_BUFFER = 2

/**
 * A CSV file with a header line. All cells are text; NULL stands for an empty cell without quotes, which Log Analytics
 * does not tell from one with quotes either.
 */
export async function openCsv(staged: StagedFile, context: ReaderContext): Promise<RawTable> {
  const header = await readHeader(staged)
  const manner = await mannerOf(staged, header, context)
  return {
    keys: header,
    scan: scanOfCsv(staged.path, header, manner),
    locate,
    explain,
  }

  async function locate(record: number): Promise<Place> {
    let seen = -1
    for await (const { line, fields } of csvRecords(staged.path)) {
      // DuckDB skips blank lines but in a file of one column, where one is an empty cell.
      if (fields.length === 1 && fields[0] === '' && header.length > 1) continue
      // The header is record -1.
      if (seen++ === record) return { label: staged.part.label, line }
    }
    return { label: staged.part.label }
  }

  async function explain(error: unknown): Promise<unknown> {
    if (isOutOfMemory(error)) return tooLargeToRead(staged.part.label, error)
    const message = error instanceof Error ? error.message : String(error)
    if (!message.includes('CSV')) return error
    const [what, hint] = reason(message)
    return malformedFile({ label: staged.part.label, line: await brokenLine(message) }, what, hint, error)
  }

  /** DuckDB counts records and calls them lines, which differs where cells have line breaks. */
  async function brokenLine(message: string): Promise<number | undefined> {
    const record = Number(/CSV Error on Line: (\d+)/.exec(message)?.[1] ?? Number.NaN)
    let count = 0
    let counted: number | undefined
    for await (const { line, fields, isWhole } of csvRecords(staged.path)) {
      const isBlank = fields.length === 1 && fields[0] === ''
      if (!isWhole || (fields.length !== header.length && !isBlank)) return line
      if (++count === record) counted = line
    }
    return counted
  }
}

function reason(message: string): readonly [what: string, hint: string] {
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message) ?? []
  if (expected !== undefined) {
    return [
      `${countOf(Number(found), 'cell')}, but the header has ${expected}`,
      'quote cells that contain commas or line breaks',
    ]
  }
  if (isOpen(message)) {
    return ['a quoted cell does not end, or goes on after its closing quote', 'double the quotes inside quoted cells']
  }
  if (message.includes('utf-8')) return ['the text is not UTF-8', 'save the file as UTF-8']
  if (isTooLong(message)) return ['a record is longer than 256 MiB', 'split the file']
  return ['not CSV as RFC 4180 has it, perhaps with several kinds of line ends', 'export the file again as plain CSV']
}

/** @throws BackendError `local/malformed-file` for a file without one, `local/unreadable` */
export async function readHeader({ path, part }: StagedFile): Promise<readonly string[]> {
  try {
    for await (const { fields } of csvRecords(path)) return checkHeader(part.label, fields)
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'BackendError' ? cause : unreadable(part.label, cause)
  }
  throw malformedFile(
    part,
    'the file is empty',
    'a CSV file begins with a line of column names; an empty table has only it',
  )
}

function checkHeader(label: string, fields: readonly string[]): readonly string[] {
  const twice = fields.find((field, index) => field !== '' && fields.indexOf(field) !== index)
  if (twice !== undefined) {
    throw malformedFile(
      { label, line: 1 },
      `the column ${JSON.stringify(twice)} stands twice in the header`,
      'rename one',
    )
  }
  if (fields.every((field) => field.trim() === '')) {
    throw malformedFile({ label, line: 1 }, 'the first line has no column names', 'put a line of column names first')
  }
  const separator = fields.length === 1 ? /[;\t]/.exec(fields[0] ?? '')?.[0] : undefined
  if (separator !== undefined) {
    const [name, hint] =
      separator === ';'
        ? ['semicolons', 'a spreadsheet of a language with decimal commas writes it so']
        : ['tabs', 'it is no CSV']
    throw malformedFile(
      { label, line: 1 },
      `the columns are separated by ${name}`,
      `${hint}: write it with commas, or use the file as it was exported`,
    )
  }
  // pandas leaves the header of its row numbers empty.
  return fields.map((field, index) => (field.trim() === '' ? `Column${index + 1}` : field))
}

/** How DuckDB has to read a file. */
interface Manner {
  /** Of its records, in bytes. */
  readonly longest: number
  /** Not by several readers side by side, of which one may begin within a cell whose lines look like records. */
  readonly isInOne: boolean
}

const USUALLY: Manner = { longest: USUAL_RECORD, isInOne: false }

/** A large file is read through, without its cells, to know; that takes a tenth of the time of loading it. */
async function mannerOf(
  staged: StagedFile,
  keys: readonly string[],
  { connection, signal }: ReaderContext,
): Promise<Manner> {
  const { size } = await stat(staged.path)
  if (size <= USUAL_RECORD) return USUALLY
  const count = (manner: Manner) => connection.run(`SELECT count(*) FROM ${fromCsv(staged.path, keys, manner)}`)
  try {
    await count(USUALLY)
    return USUALLY
  } catch (error) {
    signal.throwIfAborted()
    // The end of a quoted cell that no buffer holds is not seen.
    if (error instanceof Error && (isTooLong(error.message) || isOpen(error.message)))
      return { ...USUALLY, longest: Math.min(size, LONGEST_RECORD) }
  }
  try {
    await count({ ...USUALLY, isInOne: true })
    return { ...USUALLY, isInOne: true }
  } catch {
    signal.throwIfAborted()
    // What is wrong with it is said when the cells are read.
    return USUALLY
  }
}

const isTooLong = (message: string): boolean => message.includes('Maximum line size')
const isOpen = (message: string): boolean => message.includes('unterminated quote')

export function scanOfCsv(path: string, header: readonly string[], manner = USUALLY): RawTable['scan'] {
  return (types) => ({ from: fromCsv(path, header, manner), values: valuesOf(header, types) })
}

function fromCsv(path: string, keys: readonly string[], { longest, isInOne }: Manner): string {
  const columns = keys.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ')
  const options = `auto_detect=false, all_varchar=true, header=true, delim=',', quote='"', escape='"', strict_mode=true`
  const sizes = `max_line_size=${longest}, buffer_size=${RECORDS_IN_BUFFER * longest}`
  return `read_csv(${sqlPath(path)}, ${options}, ${sizes}${isInOne ? ', parallel=false' : ''}, columns={${columns}})`
}

function valuesOf(keys: readonly string[], types: ReadonlyMap<string, KustoType | undefined>): RawScan['values'] {
  const wanted = keys.flatMap((key, index) =>
    types.has(key) ? [[key, { form: 'text', sql: `c${index}` }] as const] : [],
  )
  return new Map(wanted)
}
