import type { Cell, KustoType } from '../domain/kusto.ts'

/**
 * One cell as JSON text, without loss also for readers whose numbers are doubles: a `long` beyond ±(2^53 − 1), what JSON
 * has no number for (NaN, the infinities) and a `decimal` are strings; the column's type tells. `dynamic` objects and
 * arrays are nested as they are, on one line.
 */
export function cellJson(cell: Cell, type: KustoType): string {
  if (cell === null) return 'null'
  if (typeof cell === 'bigint') return isSafe(cell) ? cell.toString() : `"${cell}"`
  if (typeof cell === 'number') return Number.isFinite(cell) ? JSON.stringify(cell) : JSON.stringify(String(cell))
  if (type === 'dynamic' && typeof cell === 'string' && isJsonContainer(cell)) {
    // Line breaks between the parts (inside of JSON strings there are none) would split a line of NDJSON.
    return cell.trim().replace(/[\r\n]+/g, ' ')
  }
  return JSON.stringify(cell)
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
}

/** True for the text of a JSON object or array; other dynamic values travel as bare text. */
function isJsonContainer(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
