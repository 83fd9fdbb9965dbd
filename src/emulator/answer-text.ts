import type { Cell, ResultTable, Row } from '../domain/kusto.ts'
import type { ErrorEnvelope } from './service-errors.ts'

/** A 200 before it is written; `shared/reference/azure-contract.md` A3 and A5. */
export interface LogsAnswer {
  readonly table: ResultTable
  readonly statistics?: unknown
  readonly render?: unknown
  readonly permissions?: unknown
  readonly dataSources?: unknown
  readonly error?: ErrorEnvelope['error']
}

/** Rows of one piece of text: enough to keep the writer busy, little enough to keep memory flat. */
const ROWS_A_PIECE = 1000

/** The answer as JSON text, in pieces; the encodings are those of contract A4. */
export function* answerText(answer: LogsAnswer): Generator<string> {
  const { columns, rows } = answer.table
  const types = columns.map(({ name, type }) => `{"name":${JSON.stringify(name)},"type":"${type}"}`)
  let piece = `{"tables":[{"name":"PrimaryResult","columns":[${types.join(',')}],"rows":[`
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    piece +=
      (start === 0 ? '' : ',') +
      rows
        .slice(start, start + ROWS_A_PIECE)
        .map(rowText)
        .join(',')
    if (start + ROWS_A_PIECE < rows.length) {
      yield piece
      piece = ''
    }
  }
  yield `${piece}]}]${tail(answer)}}`
}

function rowText(row: Row): string {
  return `[${row.map(cellText).join(',')}]`
}

/**
 * Our canonical cells are already in the service's spelling (trimmed times, text decimals, dynamic as text), so the
 * JavaScript type decides: 64-bit integers stay unquoted, what JSON has no number for becomes a string.
 */
function cellText(cell: Cell): string {
  if (cell === null) return 'null'
  if (typeof cell === 'string') return JSON.stringify(cell)
  if (typeof cell === 'number') return numberText(cell)
  return String(cell)
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  return `"${value}"`
}

function tail({ statistics, render, permissions, dataSources, error }: LogsAnswer): string {
  return Object.entries({ statistics, render, permissions, dataSources, error })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join('')
}
