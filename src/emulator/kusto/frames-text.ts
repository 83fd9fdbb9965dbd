import type { Cell, Column, ResultTable, Row } from '../../domain/kusto.ts'
import type { OneApiError } from './kusto-errors.ts'

const ROWS_A_PIECE = 1000

/** The frames of «Query V2 HTTP response»: header, properties, result, completion. */
export function* framesText({ columns, rows }: ResultTable, error: OneApiError | undefined): Generator<string> {
  const header = { FrameType: 'DataSetHeader', IsProgressive: false, Version: 'v2.0' }
  let piece = `[${JSON.stringify(header)},${JSON.stringify(PROPERTIES)},${start(columns)}`
  for (let first = 0; first < rows.length; first += ROWS_A_PIECE) {
    const texts = rows.slice(first, first + ROWS_A_PIECE).map((row) => rowText(row, columns))
    yield piece + (first === 0 ? '' : ',') + texts.join(',')
    piece = ''
  }
  yield `${piece}${bagText(rows.length, error)}]},${JSON.stringify(completion(error))}]`
}

function start(columns: readonly Column[]): string {
  const shown = columns.map(({ name, type }) => ({ ColumnName: name, ColumnType: type }))
  return `{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":${JSON.stringify(shown)},"Rows":[`
}

const PROPERTIES = {
  FrameType: 'DataTable',
  TableId: 0,
  TableKind: 'QueryProperties',
  TableName: '@ExtendedProperties',
  Columns: [
    { ColumnName: 'TableId', ColumnType: 'int' },
    { ColumnName: 'Key', ColumnType: 'string' },
    { ColumnName: 'Value', ColumnType: 'dynamic' },
  ],
  Rows: [[1, 'Visualization', '{"Visualization":null,"Title":null}']],
}

/** «Partial query failures»: a property bag in the place of a row. */
function bagText(rows: number, error: OneApiError | undefined): string {
  if (error === undefined) return ''
  return `${rows === 0 ? '' : ','}${JSON.stringify({ OneApiErrors: [{ error }] })}`
}

function completion(error: OneApiError | undefined): unknown {
  const frame = { FrameType: 'DataSetCompletion', HasErrors: error !== undefined, Cancelled: false }
  return error === undefined ? frame : { ...frame, OneApiErrors: [{ error }] }
}

function rowText(row: Row, columns: readonly Column[]): string {
  return `[${columns.map(({ type }, index) => cellText(row[index] ?? null, type)).join(',')}]`
}

/** Objects and lists of dynamic values are JSON in the JSON, decimals and what is no finite number are text. */
function cellText(cell: Cell, type: Column['type']): string {
  if (cell === null) return 'null'
  if (typeof cell === 'string') return type === 'dynamic' && /^[[{]/.test(cell) ? cell : JSON.stringify(cell)
  if (typeof cell === 'number' && !Number.isFinite(cell)) return `"${cell}"`
  return Object.is(cell, -0) ? '-0' : String(cell)
}
