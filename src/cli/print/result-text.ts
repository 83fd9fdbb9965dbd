import type { AnswerTable, Row } from '../../domain/kusto.ts'
import { batchesOf } from '../../domain/sequence.ts'
import { cellJson } from '../../text/cell-json.ts'
import { csvLines } from '../../text/csv.ts'
import { manyCsvLines } from '../../text/many-csv-lines.ts'

/** So many rows become text at a time: memory stays flat however long the result is. */
const BATCH = 1000

/** A result as CSV (RFC 4180; cells safe in a spreadsheet), in pieces to be written one after another. */
export function* csvPieces({ columns, rows }: AnswerTable): Generator<string> {
  yield csvLines([columns.map(({ name }) => name)])
  for (const batch of batchesOf(rows, BATCH)) yield manyCsvLines(batch)
}

/** One JSON object a row and line. */
export function* ndjsonPieces(table: AnswerTable): Generator<string> {
  for (const batch of batchesOf(table.rows, BATCH)) yield batch.map((row) => `${rowJson(table, row)}\n`).join('')
}

/** One document: `{"columns": [{"name", "type"}], "rows": [{…}]}`. */
export function* jsonPieces(table: AnswerTable): Generator<string> {
  yield `{"columns":${JSON.stringify(table.columns)},"rows":[`
  let separator = '\n'
  for (const batch of batchesOf(table.rows, BATCH)) {
    yield separator + batch.map((row) => rowJson(table, row)).join(',\n')
    separator = ',\n'
  }
  yield table.rows.length === 0 ? ']}\n' : '\n]}\n'
}

function rowJson({ columns }: AnswerTable, row: Row): string {
  const members = columns.map(
    ({ name, type }, index) => `${JSON.stringify(name)}:${cellJson(row[index] ?? null, type)}`,
  )
  return `{${members.join(',')}}`
}
