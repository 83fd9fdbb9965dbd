import type { Sequence } from './sequence.ts'

/**
 * Kusto's scalar types, by their canonical names, and the shape in which values travel through `hunt`.
 * Column types of the Logs Query API: shared/reference/azure-contract.md, A4.
 */
export const KUSTO_TYPES = [
  'bool',
  'datetime',
  'decimal',
  'dynamic',
  'guid',
  'int',
  'long',
  'real',
  'string',
  'timespan',
] as const

export type KustoType = (typeof KUSTO_TYPES)[number]

export function isKustoType(type: unknown): type is KustoType {
  return (KUSTO_TYPES as readonly unknown[]).includes(type)
}

export interface Column {
  readonly name: string
  readonly type: KustoType
}

/**
 * One value of a result, without loss and in one canonical form, so that both backends give equal cells:
 *
 * | Kusto type | JavaScript value |
 * | --- | --- |
 * | bool | `boolean` |
 * | int | `number` |
 * | long | `bigint` (64 bit; a number would lose digits above 2^53) |
 * | real | `number`, NaN and infinities included |
 * | decimal | `string` of digits |
 * | string | `string`; Kusto strings have no null, the missing one is `''` |
 * | datetime | `string`, ISO 8601 in UTC with 0 to 7 fractional digits, trailing zeros trimmed, `Z` |
 * | timespan | `string`, `[-][d.]hh:mm:ss[.fffffff]` |
 * | guid | `string`, lower case with hyphens |
 * | dynamic | `string`: JSON text for objects and arrays, bare text for a scalar (so the wire gives it) |
 *
 * `null` is Kusto's null of any type but string.
 */
export type Cell = boolean | number | bigint | string | null

/** One row, cells in the order of the table's columns. */
export type Row = readonly Cell[]

export interface ResultTable {
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
}

/** A table whose rows need not be in memory. */
export interface AnswerTable {
  readonly columns: readonly Column[]
  readonly rows: Sequence<Row>
}
