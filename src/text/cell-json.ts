import type { Cell, KustoType } from '../domain/kusto.ts'

/**
 * One cell as JSON text, without loss: a `long` keeps all its digits as a number (JSON sets no bound; readers that use
 * doubles may round it), `dynamic` objects and arrays are nested as they are (on one line), what JSON has no number for (NaN, the
 * infinities) and what would lose digits (`decimal`) is a string.
 */
export function cellJson(cell: Cell, type: KustoType): string {
  if (cell === null) return 'null'
  if (typeof cell === 'bigint') return cell.toString()
  if (typeof cell === 'number') return Number.isFinite(cell) ? JSON.stringify(cell) : JSON.stringify(String(cell))
  if (type === 'dynamic' && typeof cell === 'string' && isJsonContainer(cell)) {
    // Line breaks between the parts (inside of JSON strings there are none) would split a line of NDJSON.
    return cell.trim().replace(/[\r\n]+/g, ' ')
  }
  return JSON.stringify(cell)
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
