import { createHash } from 'node:crypto'
import type { Cell, Column, KustoType, Row } from '../domain/kusto.ts'
import { canonicalJson } from './canonical-json.ts'

/**
 * Digits of a real that count. Sums and averages differ in the last digits with the order of addition, which neither
 * the service nor DuckDB promises; without this every rerun of such a rule would find everything anew.
 */
const REAL_DIGITS = 12

/**
 * Makes the function that gives each row its finding id: SHA-256 over rule, workspace and the cells of its
 * identity columns. Equal rows have equal ids whatever backend, column order or notation they come from; the id outlives
 * restarts, and overlapping windows find a row once.
 *
 * @param identity names of columns; none means all columns.
 */
export function fingerprinter(
  ruleId: string,
  workspace: string,
  columns: readonly Column[],
  identity: readonly string[] = [],
): (row: Row) => Buffer {
  const order = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ name }) => identity.length === 0 || identity.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return (row) => {
    const cells = order.map(({ name, type, index }) => [name, canonicalCell(row[index] ?? null, type)])
    return createHash('sha256')
      .update(JSON.stringify([ruleId, workspace, cells]))
      .digest()
  }
}

/** Null stays null, so that it differs from every text. */
function canonicalCell(cell: Cell, type: KustoType): string | null {
  if (cell === null) return null
  switch (type) {
    case 'real':
      return typeof cell === 'number' ? realText(cell) : String(cell)
    case 'dynamic':
      return canonicalJson(String(cell))
    case 'decimal':
    case 'datetime':
    case 'timespan':
      return withoutTrailingZeros(String(cell))
    case 'guid':
      return String(cell).toLowerCase()
    case 'bool':
    case 'int':
    case 'long':
    case 'string':
      return String(cell)
  }
}

/** Sums of whole numbers are exact, so all their digits count: they may be identifiers, or milliseconds since 1970. */
function realText(real: number): string {
  return String((Number.isSafeInteger(real) ? real : Number(real.toPrecision(REAL_DIGITS))) + 0)
}

/** `1.50` → `1.5`, `10:00:00.0000000Z` → `10:00:00Z`. Most cells come without such zeros and skip the expression. */
function withoutTrailingZeros(text: string): string {
  if (!text.endsWith('0') && !text.endsWith('0Z')) return text
  return text.replace(/(\.\d*?)0+(Z?)$/, (_, kept: string, zone: string) => (kept === '.' ? '' : kept) + zone)
}
