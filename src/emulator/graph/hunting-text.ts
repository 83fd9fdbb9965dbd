import type { Cell, Column, KustoType, ResultTable, Row } from '../../domain/kusto.ts'

/** Names of types in huntingQueryResults: the page on runHuntingQuery shows those of .NET; Kusto's scalar data types list them. */
const TYPES: Readonly<Record<KustoType, string>> = {
  bool: 'Boolean',
  datetime: 'DateTime',
  decimal: 'SqlDecimal',
  dynamic: 'Object',
  guid: 'Guid',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  string: 'String',
  timespan: 'TimeSpan',
}

/** OData says of members that JSON cannot tell from others what they are (OData JSON Format 4.01, 4.6.3). */
const ANNOTATED: Readonly<Partial<Record<KustoType, string>>> = { long: '#Int64', dynamic: '#Json' }

const ROWS_A_PIECE = 1000

/** huntingQueryResults as JSON text, in pieces: each row an object, in which what is null is left out. */
export function* huntingText({ columns, rows }: ResultTable): Generator<string> {
  const schema = columns.map(({ name, type }) => ({ name, type: TYPES[type] }))
  let piece = `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults","schema":${JSON.stringify(schema)},"results":[`
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    const texts = rows.slice(start, start + ROWS_A_PIECE).map((row) => rowText(row, columns))
    yield piece + (start === 0 ? '' : ',') + texts.join(',')
    piece = ''
  }
  yield `${piece}]}`
}

function rowText(row: Row, columns: readonly Column[]): string {
  const members = columns.flatMap(({ name, type }, index) => {
    const cell = row[index] ?? null
    if (cell === null) return []
    const annotation = ANNOTATED[type]
    const before = annotation === undefined ? [] : [`${JSON.stringify(`${name}@odata.type`)}:"${annotation}"`]
    return [...before, `${JSON.stringify(name)}:${cellText(cell)}`]
  })
  return `{${members.join(',')}}`
}

function cellText(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'string') return JSON.stringify(cell)
  if (typeof cell === 'number' && !Number.isFinite(cell)) return `"${cell}"`
  return Object.is(cell, -0) ? '-0' : String(cell)
}
