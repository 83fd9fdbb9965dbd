import type { KustoType } from '../../../domain/kusto.ts'
import { csvRecords } from '../csv-records.ts'
import { malformedFile, unreadable, type Place } from '../faults.ts'
import type { RawScan, RawTable } from '../raw-table.ts'
import { sqlPath } from '../sql-text.ts'
import type { StagedFile } from '../staging.ts'

/** DuckDB reads a record into memory whole; the longest script that a log record can carry stays far below this. */
const LONGEST_RECORD = 1 << 28

/**
 * A CSV file with a header line. All cells are text; NULL stands for an empty cell without quotes, which Log Analytics
 * does not tell from one with quotes either.
 */
export async function openCsv(staged: StagedFile): Promise<RawTable> {
  const header = await readHeader(staged)
  return {
    keys: header,
    scan: (types) => scanCsv(staged, header, types),
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
    return [`${found} cells, but the header has ${expected}`, 'quote cells that contain commas or line breaks']
  }
  if (message.includes('unterminated quote')) {
    return ['a quoted cell does not end, or goes on after its closing quote', 'double the quotes inside quoted cells']
  }
  if (message.includes('utf-8')) return ['the text is not UTF-8', 'save the file as UTF-8']
  if (message.includes('Maximum line size')) return ['a record is longer than 256 MiB', 'split the file']
  return ['not CSV as RFC 4180 has it, perhaps with several kinds of line ends', 'export the file again as plain CSV']
}

async function readHeader({ path, part }: StagedFile): Promise<readonly string[]> {
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

function scanCsv(
  { path }: StagedFile,
  keys: readonly string[],
  types: ReadonlyMap<string, KustoType | undefined>,
): RawScan {
  const columns = keys.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ')
  const options = `auto_detect=false, all_varchar=true, header=true, delim=',', quote='"', escape='"', strict_mode=true`
  const from = `read_csv(${sqlPath(path)}, ${options}, max_line_size=${LONGEST_RECORD}, columns={${columns}})`
  const wanted = keys.flatMap((key, index) =>
    types.has(key) ? [[key, { form: 'text', sql: `c${index}` }] as const] : [],
  )
  return { from, values: new Map(wanted) }
}
