import type { Cell } from '../domain/kusto.ts'

/** A cell as plain text, without loss: what entities, placeholders and CSV take. Null and the missing string are `''`. */
export function cellText(cell: Cell): string {
  return cell === null ? '' : String(cell)
}
