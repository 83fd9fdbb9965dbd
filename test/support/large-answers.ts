import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * A large answer of the Logs Query API and what must become of it, each spelt out by hand from the row's number: nothing of
 * hunt makes the expectation. All that changes a value on other ways is in it (shared/reference/azure-contract.md A4, A9).
 */
interface Value {
  /** Text in the JSON of the answer. */
  readonly wire: string
  readonly csv: string
  /** Text in hunt's JSON file. */
  readonly json: string
  /** What counts for the finding id; null for null. */
  readonly id: string | null
}

const NULL: Value = { wire: 'null', csv: '', json: 'null', id: null }

const text = (value: string, csv = value, wire = JSON.stringify(value), id = value): Value => {
  return { wire, csv, json: JSON.stringify(value), id }
}
const bare = (value: string): Value => ({ wire: value, csv: value, json: value, id: value })
const quoted = (value: string): Value => ({ wire: value, csv: value, json: `"${value}"`, id: value })
const digitsOf = (row: number): string => String(9_007_199_254_740_993n + BigInt(row))
const two = (number: number): string => String(number % 60).padStart(2, '0')
const secondOf = (row: number): string => `2026-03-04T23:${two(row)}:${two(row >> 6)}`

type ValueOf = (row: number) => Value
/** One after another. What they are is made once: half a million rows are expected twice, and take longer to expect than to search. */
const cycle = (...values: readonly [Value | ValueOf, ...(Value | ValueOf)[]]): ValueOf => {
  return (row) => {
    const value = values[row % values.length] ?? values[0]
    return typeof value === 'function' ? value(row) : value
  }
}

const COLUMNS: readonly (readonly [name: string, type: string, value: ValueOf])[] = [
  [
    'TimeGenerated',
    'datetime',
    cycle(
      (row) => text(`${secondOf(row)}.${String(row).padStart(7, '0')}`.replace(/0+$/, '').replace(/\.$/, '') + 'Z'),
      (row) => text(`${secondOf(row)}.1234567Z`),
      (row) => ({ ...text(`${secondOf(row)}.12Z`), wire: `"${secondOf(row)}.1200000Z"` }),
      NULL,
    ),
  ],
  ['Row', 'long', (row) => bare(String(row))],
  [
    'Counter',
    'long',
    cycle(
      (row) => quoted(digitsOf(row)),
      (row) => quoted(`-${digitsOf(row)}`),
      bare('9007199254740991'),
      bare('-5'),
      NULL,
    ),
  ],
  ['Severity', 'int', cycle(bare('-2147483648'), NULL, bare('0'))],
  [
    'Score',
    'real',
    cycle(
      text('NaN'),
      text('Infinity'),
      text('-Infinity'),
      { ...bare('0.30000000000000004'), id: '0.3' },
      { ...bare('1e+300'), wire: '1E300' },
      { ...bare('1.1'), wire: '1.10' },
      NULL,
    ),
  ],
  [
    'Cost',
    'decimal',
    cycle(
      text('79228162514264337593543950335'),
      { ...text('0.10'), id: '0.1' },
      { ...text('1.50'), wire: '1.50', id: '1.5' },
      NULL,
    ),
  ],
  ['IsElevated', 'bool', cycle(bare('true'), bare('false'), NULL)],
  [
    'Device',
    'guid',
    cycle(text('74be27de-1e4e-49d9-b579-fe0b331d3642', undefined, '"74BE27DE-1E4E-49D9-B579-FE0B331D3642"'), NULL),
  ],
  [
    'Duration',
    'timespan',
    cycle(text('-1.02:03:04.0000001'), { ...text('00:00:01.5'), wire: '"00:00:01.5000000"' }, NULL),
  ],
  ['Empty', 'string', cycle(text(''))],
  ['Missing', 'string', cycle({ ...text(''), wire: 'null' })],
  [
    'Command',
    'string',
    cycle(
      text("=cmd|'/c calc'!A0", "'=cmd|'/c calc'!A0"),
      text('sc query,"x"\r\nsc stop', '"sc query,""x""\r\nsc stop"'),
      text('a;b', '"a;b"'),
      text('zoë 😀 \u2028', undefined, '"zo\\u00eb \\ud83d\\ude00 \u2028"'),
      text('back\\slash\\"'.slice(0, -1)),
      text('-5'),
      text('12'),
    ),
  ],
  [
    'Bag',
    'dynamic',
    (row) => {
      const bag = `{"row":${row},"a":12345678901234567890,"b":[1.10,null]}`
      const value = { wire: JSON.stringify(bag), csv: `"${bag.replaceAll('"', '""')}"`, json: bag }
      return { ...value, id: `{"a":12345678901234567890,"b":[1.1,null],"row":${row}}` }
    },
  ],
  ['Scalar', 'dynamic', cycle(text('12'), text('bare'), { ...text('1.50'), wire: '1.50' }, NULL)],
  ...Array.from({ length: 6 }, (_, number) => {
    return [`Text${number}`, 'string', (row: number) => text(`value ${number} of row ${row}`)] as const
  }),
]

export const COLUMN_COUNT = COLUMNS.length

const PER_WRITE = 500

/** Sends the answer with so many rows. */
export async function sendAnswer(response: ServerResponse, rows: number): Promise<void> {
  const columns = COLUMNS.map(([name, type]) => ({ name, type }))
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' })
  response.write(`{"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(columns)},"rows":[`)
  for (let start = 0; start < rows; start += PER_WRITE) {
    const texts: string[] = []
    for (let row = start; row < Math.min(rows, start + PER_WRITE); row++) texts.push(wireOf(row))
    if (!response.write(`${start === 0 ? '' : ','}${texts.join(',')}`)) await once(response, 'drain')
  }
  response.end(']}]}')
}

function wireOf(row: number): string {
  return `[${COLUMNS.map(([, , value]) => value(row).wire).join(',')}]`
}

const byName = COLUMNS.map(([name, , value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1))

/** Both files have the same. */
const knownIds = new Map<string, string[]>()

function idOf(row: number, ruleId: string, workspace: string): string {
  const place = JSON.stringify([ruleId, workspace])
  const ids = knownIds.get(place) ?? []
  knownIds.set(place, ids)
  return (ids[row] ??= createHash('sha256')
    .update(JSON.stringify([ruleId, workspace, byName.map(({ name, value }) => [name, value(row).id])]))
    .digest('hex'))
}

/** The CSV file of a rule without entity mappings, in pieces. */
export function* expectedCsv(rows: number, ruleId: string, workspace: string): Generator<string> {
  yield `${[...COLUMNS.map(([name]) => name), 'FindingId', 'IsNew'].join(',')}\r\n`
  for (let row = 0; row < rows; row++) {
    const cells = COLUMNS.map(([, , value]) => value(row).csv)
    yield `${[...cells, idOf(row, ruleId, workspace), 'true'].join(',')}\r\n`
  }
}

/** The list of findings in the JSON file, from its bracket to its bracket. */
export function* expectedFindings(rows: number, ruleId: string, workspace: string): Generator<string> {
  yield '  "findings": ['
  for (let row = 0; row < rows; row++) {
    const cells = COLUMNS.map(([name, , value]) => `"${name}":${value(row).json}`)
    const rest = '"entities":[],"entityProblems":[],"firstRecorded":null'
    const id = idOf(row, ruleId, workspace)
    yield `${row === 0 ? '' : ','}\n    {"id":"${id}","isNew":true,"row":{${cells.join(',')}},${rest}}`
  }
  yield '\n  ],\n'
}
