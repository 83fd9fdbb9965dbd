import type { Cell, Column, KustoType, ResultTable, Row } from '../../src/domain/kusto.ts'

/** `table({ Caller: 'string', Count: 'long' }, ['a', 1n], ['b', 2n])` */
export function table(columns: Readonly<Record<string, KustoType>>, ...rows: readonly Row[]): ResultTable {
  return { columns: columnsOf(columns), rows }
}

export function columnsOf(columns: Readonly<Record<string, KustoType>>): readonly Column[] {
  return Object.entries(columns).map(([name, type]) => ({ name, type }))
}

/** A result of one string column `Name`, one row for each name. */
export function namesTable(...names: readonly Cell[]): ResultTable {
  return table({ Name: 'string' }, ...names.map((name) => [name]))
}
