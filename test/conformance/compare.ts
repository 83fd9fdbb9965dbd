/**
 * Compares an answer with a recorded one, by the rules of shared/kql-cases/README.md: names, types and values strictly,
 * order where the case says so, reals to a tolerance.
 */
import type { Cell, Column, ResultTable } from '../../src/domain/kusto.ts'
import { parseDatetime } from '../../src/kql/values/datetime.ts'
import { parseTimespan } from '../../src/kql/values/timespan.ts'

export interface RecordedCase {
  readonly id: string
  readonly family: string
  readonly class: 'rows' | 'error'
  readonly query: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rowCount: number | null
  readonly rows: readonly (readonly unknown[])[]
  readonly ordered?: boolean
  readonly orderBy?: readonly (readonly [string, string])[]
  readonly unorderedArrays?: boolean
  readonly countOnly?: boolean
  readonly relTol?: number
}

/** Undefined: the same. Else what differs. */
export function difference(recorded: RecordedCase, answer: ResultTable): string | undefined {
  return (
    columnDifference(recorded.columns, answer.columns) ??
    (recorded.rowCount !== null && recorded.rowCount !== answer.rows.length
      ? `${answer.rows.length} rows instead of ${recorded.rowCount}`
      : undefined) ??
    (recorded.countOnly === true ? undefined : rowDifference(recorded, answer))
  )
}

function columnDifference(expected: RecordedCase['columns'], actual: readonly Column[]): string | undefined {
  const names = (columns: readonly { readonly name: string }[]): string => columns.map(({ name }) => name).join(', ')
  if (names(expected) !== names(actual)) return `columns (${names(actual)}) instead of (${names(expected)})`
  const wrong = actual.find(({ type }, index) => {
    const accepted = expected[index]?.type ?? ''
    return accepted !== 'any' && !accepted.split('|').includes(type)
  })
  return wrong === undefined ? undefined : `column ${wrong.name} is ${wrong.type}`
}

function rowDifference(recorded: RecordedCase, answer: ResultTable): string | undefined {
  const rest = [...answer.rows]
  for (const [index, row] of recorded.rows.entries()) {
    // With ties in orderBy any order is right, so a row may stand anywhere as long as its keys stand in place.
    const at = rest.findIndex((candidate) => sameRow(recorded, answer.columns, row, candidate))
    if (at === -1) return `no row ${JSON.stringify(row)}; got ${show(rest.slice(0, 4))}`
    if (recorded.ordered === true && !keysInPlace(recorded, answer, index, row)) return `order of row ${index}`
    rest.splice(at, 1)
  }
  return undefined
}

function keysInPlace(recorded: RecordedCase, answer: ResultTable, index: number, row: readonly unknown[]): boolean {
  const actual = answer.rows[index]
  if (actual === undefined) return false
  const names = recorded.orderBy?.map(([name]) => name)
  return answer.columns.every(({ name }, column) => {
    if (names !== undefined && !names.includes(name)) return true
    return sameCell(recorded, answer.columns[column], row[column], actual[column] ?? null)
  })
}

function sameRow(
  recorded: RecordedCase,
  columns: readonly Column[],
  expected: readonly unknown[],
  actual: readonly Cell[],
): boolean {
  return columns.every((column, index) => sameCell(recorded, column, expected[index], actual[index] ?? null))
}

function sameCell(recorded: RecordedCase, column: Column | undefined, expected: unknown, actual: Cell): boolean {
  const recordedType = recorded.columns.find(({ name }) => name === column?.name)?.type
  if (recordedType === 'any') return sameDocumentation(expected, actual)
  if (expected === null || actual === null) return expected === null && actual === null
  switch (column?.type) {
    case 'int':
    case 'long':
      // The recording went through doubles: beyond 2^53 only those digits can be compared.
      return Number(actual) === Number(expected)
    case 'real':
    case 'decimal':
      return sameNumber(Number(expected), Number(actual), recorded.relTol ?? 1e-6)
    case 'datetime':
      return parseDatetime(String(actual)) === parseDatetime(String(expected))
    case 'timespan':
      return parseTimespan(String(actual)) === parseTimespan(String(expected))
    case 'dynamic':
      return sameJson(recorded, expected, readJson(String(actual)))
    default:
      return actual === expected
  }
}

function sameNumber(expected: number, actual: number, tolerance: number): boolean {
  if (Number.isNaN(expected) || Number.isNaN(actual)) return Number.isNaN(expected) && Number.isNaN(actual)
  return (
    expected === actual || Math.abs(expected - actual) <= tolerance * Math.max(Math.abs(expected), Math.abs(actual))
  )
}

/** The wire gives a dynamic string bare, so text that is no JSON is a string. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function sameJson(recorded: RecordedCase, expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') return sameNumber(expected, actual, 1e-6)
  if (typeof expected === 'string') return sameText(expected, actual)
  if (Array.isArray(expected) && Array.isArray(actual)) return sameArray(recorded, expected, actual)
  if (typeof expected === 'object' && typeof actual === 'object' && expected !== null && actual !== null) {
    const [left, right] = [new Map(Object.entries(expected)), new Map(Object.entries(actual))]
    return (
      left.size === right.size &&
      [...left].every(([key, value]) => right.has(key) && sameJson(recorded, value, right.get(key)))
    )
  }
  return expected === actual
}

function sameText(expected: string, actual: unknown): boolean {
  if (String(actual) === expected) return true
  if (typeof actual !== 'string') return false
  const [left, right] = [parseDatetime(expected), parseDatetime(actual)]
  return left !== undefined && left === right
}

function sameArray(recorded: RecordedCase, expected: readonly unknown[], actual: readonly unknown[]): boolean {
  if (expected.length !== actual.length) return false
  if (recorded.unorderedArrays !== true) return expected.every((item, index) => sameJson(recorded, item, actual[index]))
  const rest = [...actual]
  return expected.every((item) => {
    const at = rest.findIndex((candidate) => sameJson(recorded, item, candidate))
    if (at !== -1) rest.splice(at, 1)
    return at !== -1
  })
}

/** Cells of documentation pages: trimmed text, numbers with the digits shown, dates as dates. */
function sameDocumentation(expected: unknown, actual: Cell): boolean {
  const [left, right] = [String(expected ?? '').trim(), String(actual ?? '').trim()]
  if (left === right || left.replace(/\s/g, '') === right.replace(/\s/g, '')) return true
  if (left !== '' && right !== '' && Number.isFinite(Number(left)) && Number.isFinite(Number(right))) {
    const digits = left.split('.')[1]?.length ?? 0
    return Math.abs(Number(left) - Number(right)) <= 0.5000001 * 10 ** -digits
  }
  if (left.toLowerCase() === right.toLowerCase() && /^(true|false)$/i.test(left)) return true
  const [leftDate, rightDate] = [parseDatetime(left), parseDatetime(right)]
  if (leftDate !== undefined && leftDate === rightDate) return true
  const [leftSpan, rightSpan] = [parseTimespan(left), parseTimespan(right)]
  if (leftSpan !== undefined && leftSpan === rightSpan) return true
  return JSON.stringify(readJson(left)) === JSON.stringify(readJson(right))
}

function show(rows: readonly (readonly Cell[])[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint'
      ? Number(value)
      : typeof value === 'number' && !Number.isFinite(value)
        ? String(value)
        : value,
  )
}
