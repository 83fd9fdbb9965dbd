import type { Column, Row } from '../domain/kusto.ts'
import { AnswerProblem } from './answer-problem.ts'
import { CellError, cellReader } from './cells.ts'
import { utf8Text } from './utf8-text.ts'
import { countOf } from '../text/count.ts'

/** Makes the function that turns the text of a batch (row-scanner.ts) into rows. It throws AnswerProblem. */
export function rowReader(columns: readonly Column[]): (text: Buffer) => readonly Row[] {
  const readers = columns.map(({ type }) => cellReader(type))
  return (text) => {
    const rows = parse(text)
    for (const row of rows) {
      if (row.length !== readers.length) {
        throw new AnswerProblem(
          'unexpected-shape',
          `a row has ${countOf(row.length, 'cell')} for ${countOf(readers.length, 'column')}`,
        )
      }
      // In place: half a million rows need not be copied.
      let index = 0
      try {
        for (const read of readers) {
          row[index] = read(row[index])
          index++
        }
      } catch (error) {
        if (!(error instanceof CellError)) throw error
        throw new AnswerProblem('unexpected-shape', `column '${columns[index]?.name}': ${error.message}`)
      }
    }
    return rows as Row[]
  }
}

function parse(text: Buffer): unknown[][] {
  const json = utf8Text(text)
  try {
    return JSON.parse(json) as unknown[][]
  } catch {
    // The words of the parser quote the text, and that is log data.
    throw new AnswerProblem('not-json', 'the body is not JSON')
  }
}
