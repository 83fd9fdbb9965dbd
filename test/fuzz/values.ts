/** Values at the edges of each type, as KQL, and tables of them. */
import type { Column, KustoType } from '../../src/domain/kusto.ts'
import { compile } from '../../src/kql/compile.ts'
import { quoteIdentifier, type Engine } from '../../src/kql/index.ts'
import { EMPTY_SCHEMA } from '../support/kql.ts'

export const LITERALS: Readonly<Record<KustoType, readonly string[]>> = {
  bool: ['true', 'false', 'bool(null)'],
  int: ['int(0)', 'int(1)', 'int(-1)', 'int(7)', 'int(2147483647)', 'int(-2147483648)', 'int(null)', 'int(-7)'],
  long: [
    '0', '1', '-1', '2', '42', '1000000', '9223372036854775807', 'long(-9223372036854775808)', 'long(null)', '-7', '9007199254740993', '3',
  ],
  real: [
    '0.0', '1.0', '-1.5', '0.1', '1e308', '5e-324', '-1e18', 'real(nan)', 'real(+inf)', 'real(-inf)', 'real(null)', 'real(-0.0)', '2.5', '1e15',
    '9007199254740993.0', '0.30000000000000004', '7.0',
  ],
  decimal: [
    'decimal(0)', 'decimal(1.5)', 'decimal(-99999999999.123)', 'decimal(null)', 'decimal(0.000000000000000001)', 'decimal(-2.5)', 'decimal(7)',
  ],
  string: [
    '""', '"a"', '"Abc def"', '"ABC"', '"ß"', '"İI"', '"😀x"', '"a\\tb\\n"', '"\'"', '"\\""', '"\\\\"', '"%_"', '"\\0"', '"\\ud800"', '"\u202Eabc"',
    '"2020-01-01"', '"1.5"', '"-7"', '"0x1F"', '"true"', '"10.0.0.1"', '"10.1.0.0/16"', '"fe80::1"', '"{\\"a\\":1,\\"b\\":[1,2]}"', '"[1,2,3]"',
    '"a,b;c"', '"http://u:p@h.example:80/p/a?q=1#f"', '"C:\\\\Windows\\\\x.exe -a \\"b c\\""', '"YWJj"', '"1.02:03:04"', '"<a><b>1</b></a>"', '"(a|b)+"',
    '"74be27de-1e4e-49d9-b579-fe0b331d3642"', '" a "', '"e\u0301"', '"null"', '"NaN"', '"1e5"', '"9223372036854775808"', '"abc abc"', '"2020-02-30"',
    '"a.b"', '"\\"str\\""', '"[]"', '"1"', '"ſK"',
  ],
  datetime: [
    'datetime(2020-01-01)', 'datetime(2024-02-29 12:34:56.7890123)', 'datetime(0001-01-01)', 'datetime(9999-12-31 23:59:59.9999999)', 'datetime(1969-12-31)',
    'datetime(null)', 'datetime(1970-01-01)', 'datetime(2019-12-31 23:59:59.9999999)', 'datetime(1600-02-29 00:00:00.0000001)',
  ],
  timespan: [
    '1d', '1h', '-1h', '0s', '1tick', '1.5s', 'time(10675199.02:48:05.4775807)', 'time(-10675199.02:48:05.4775808)', 'time(null)', '-1tick', '7d',
    'time(2.23:59:59.9999999)',
  ],
  guid: ['guid(74be27de-1e4e-49d9-b579-fe0b331d3642)', 'guid(00000000-0000-0000-0000-000000000000)', 'guid(null)', 'guid(ffffffff-ffff-ffff-ffff-ffffffffffff)'],
  dynamic: [
    'dynamic(null)', 'dynamic([])', 'dynamic({})', 'dynamic([1,"a",null,{"b":2}])', 'dynamic({"a":1,"b":[1,2],"c":{"d":"x"}})', 'dynamic("str")',
    'dynamic(1.5)', 'dynamic(true)', 'dynamic([3,1,2])', 'dynamic([1.0,2.5,-1.0,4.0])', 'dynamic(["b","a","B"])', 'dynamic([[1,2],[3]])',
    'dynamic({"a b":null,"":0})', 'dynamic(9223372036854775807)', 'dynamic(1e300)', 'dynamic("2020-01-01")', 'dynamic("")', 'dynamic([null])',
    'dynamic([1,1.0,"1",true])', 'dynamic(["","a"])', 'dynamic({"b":"x","a":{"b":[{"c":1}]}})', 'dynamic(7)', 'dynamic([{"a":1},{"a":2}])', 'dynamic(0)',
    'dynamic([9007199254740993,0.1])', 'dynamic("7")',
  ],
} // prettier-ignore

export const COLUMNS: readonly Column[] = [
  { name: 'b', type: 'bool' },
  { name: 'i', type: 'int' },
  { name: 'l', type: 'long' },
  { name: 'r', type: 'real' },
  { name: 'e', type: 'decimal' },
  { name: 's', type: 'string' },
  { name: 'd', type: 'datetime' },
  { name: 't', type: 'timespan' },
  { name: 'g', type: 'guid' },
  { name: 'j', type: 'dynamic' },
]

/** `rows` rows in which every column runs through its literals, each with a stride of its own. */
export function tableText(rows: number, shift: number): string {
  const cells = Array.from({ length: rows }, (_, row) =>
    COLUMNS.map(({ type }, column) => {
      const literals = LITERALS[type]
      return literals[(row * (1 + (column % 3)) + shift * column) % literals.length]
    }).join(', '),
  )
  return `datatable(${COLUMNS.map(({ name, type }) => `${name}:${type}`).join(', ')})[\n${cells.join(',\n')}]`
}

/** The tables that generated queries read. */
export const TABLES: Readonly<Record<string, string>> = {
  T: tableText(40, 1),
  U: tableText(12, 5),
  Empty: tableText(0, 0),
}

/** Stores each table as a loader would. */
export async function storeTables(engine: Engine): Promise<void> {
  for (const [name, text] of Object.entries(TABLES)) {
    const { sql } = compile(text, EMPTY_SCHEMA, { tables: new Map(), now: 0n, window: undefined })
    await engine.connection.run(`CREATE TABLE ${quoteIdentifier(name)} AS ${sql.text}`, [...sql.parameters])
    const columns = COLUMNS.map((column, index) => ({ ...column, storageName: `c${index}` }))
    engine.registerTable({ name, columns, relation: name })
  }
}
