import { KqlError } from '../../src/domain/errors.ts'
import type { Column, ResultTable, Row } from '../../src/domain/kusto.ts'
import type { Backend, QueryRequest, QueryResult } from '../../src/domain/ports.ts'
import { parseInstant } from '../../src/time/instant.ts'

/**
 * A backend over tables in memory that understands one form of query: `Table` or `Table | take <n>`, after any number
 * of `set …;` statements. Everything else is refused with a position, as an engine would.
 */
export interface TableBackend extends Backend {
  /** What was asked, oldest first. */
  readonly requests: readonly QueryRequest[]
}

export function tableBackend(
  tables: Readonly<Record<string, ResultTable>>,
  answer: (result: QueryResult, request: QueryRequest, signal: AbortSignal) => Promise<QueryResult> = async (r) => r,
): TableBackend {
  const requests: QueryRequest[] = []
  return {
    name: 'local',
    requests,
    async query(request, signal) {
      requests.push(request)
      const table = evaluate(request, tables)
      return answer({ status: 'complete', table, warnings: [] }, request, signal)
    },
    close: async () => undefined,
  }
}

function evaluate({ query, window }: QueryRequest, tables: Readonly<Record<string, ResultTable>>): ResultTable {
  const text = query.replace(/^(?:\s*set\s[^;]*;)*\s*/, (prefix) => ' '.repeat(prefix.length)).trimEnd()
  const start = text.length - text.trimStart().length
  const match = /^(\w+)\s*(?:\|\s*take\s+(\d+))?$/.exec(text.trimStart())
  if (match === null) throw refusal(query, text, start)
  const [, name = '', limit] = match
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined
  if (table === undefined) {
    throw new KqlError({
      code: 'kql/unknown-table',
      message: `Failed to resolve table or column expression named '${name}'`,
      position: { offset: start, length: name.length },
    })
  }
  const rows = table.rows.filter((row) => isInside(row, table.columns, window))
  return { columns: table.columns, rows: limit === undefined ? rows : rows.slice(0, Number(limit)) }
}

function refusal(query: string, text: string, start: number): KqlError {
  const second = /\S+\s+(\S+)/.exec(text.trimStart())
  const token = second?.[1] ?? ''
  const offset = token === '' ? query.length : query.indexOf(token, start)
  return new KqlError({ code: 'kql/syntax', message: 'not a query', position: { offset, length: token.length } })
}

function isInside(row: Row, columns: readonly Column[], window: QueryRequest['window']): boolean {
  const index = columns.findIndex(({ name }) => name === 'TimeGenerated')
  if (window === undefined || index < 0) return true
  const instant = parseInstant(String(row[index]))
  return instant !== undefined && instant >= window.start && instant < window.end
}

/** Every type with its edges; contract A4. */
export const ALL_TYPES: ResultTable = {
  columns: [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'B', type: 'bool' },
    { name: 'I', type: 'int' },
    { name: 'L', type: 'long' },
    { name: 'R', type: 'real' },
    { name: 'M', type: 'decimal' },
    { name: 'S', type: 'string' },
    { name: 'T', type: 'timespan' },
    { name: 'G', type: 'guid' },
    { name: 'D', type: 'dynamic' },
  ],
  rows: [
    [
      '2026-03-02T10:00:00.1234567Z',
      true,
      2147483647,
      9223372036854775807n,
      1.7976931348623157e308,
      '79228162514264337593543950335',
      'tab\t"quote" \\ é 😀 \u2028 </script>',
      '1.02:03:04.0000001',
      '74be27de-1e4e-49d9-b579-fe0b331d3642',
      '{"a":12345678901234567890,"b":[1.10,null]}',
    ],
    [
      '2026-03-02T10:00:00.5Z',
      false,
      -2147483648,
      -9223372036854775808n,
      Number.NaN,
      '0.1000000000000000000000000001',
      '',
      '-00:00:00.5',
      '00000000-0000-0000-0000-000000000000',
      '12',
    ],
    [
      '2026-03-02T10:00:00Z',
      null,
      null,
      9007199254740993n,
      Number.POSITIVE_INFINITY,
      '-5',
      '12',
      '00:00:00',
      null,
      'bare',
    ],
    [null, true, 0, 0n, Number.NEGATIVE_INFINITY, null, 'null', null, null, null],
    ['2026-03-03T10:00:00Z', null, 1, null, null, '1', 'later', null, null, '[]'],
  ],
}

export const EMPTY: ResultTable = { columns: ALL_TYPES.columns, rows: [] }
