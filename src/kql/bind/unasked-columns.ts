/**
 * Columns that the binder adds and the engine does not: `match_id` of a scan that does not ask for it (recorded:
 * r1-window-series-scan/0015). The binder carries it on, through joins and unions under other symbols and names.
 */
import { listItems, type ForeignColumn, type ForeignNode } from './library.ts'

const unasked = new WeakSet<ForeignColumn>()
/** Whether there ever was one: few queries scan, and a workspace's tables have hundreds of columns to ask about. */
let isAnyUnasked = false

/** Finds them in a tree, before its types are read. */
export function findUnaskedColumns(node: ForeignNode): void {
  if (node.IsToken) return
  if (node.$$name.endsWith('.ScanOperator')) visitScan(node)
  const body = node.GetCalledFunctionBody?.()
  if (body !== null && body !== undefined) findUnaskedColumns(body)
  for (let index = 0; index < node.ChildCount; index++) {
    const child = node.GetChild(index)
    if (child !== null) findUnaskedColumns(child)
  }
}

function visitScan(node: ForeignNode): void {
  for (let index = 0; index < node.ChildCount; index++) {
    if (node.GetName(index) === 'Parameters' && /\bwith_match_id\b/.test(node.GetChild(index)?.toString() ?? '')) return
  }
  const last = node.ResultType?.Columns === undefined ? undefined : listItems(node.ResultType.Columns).at(-1)
  if (last?.Name !== 'match_id') return
  unasked.add(last)
  isAnyUnasked = true
}

export function isUnasked(column: ForeignColumn): boolean {
  if (!isAnyUnasked) return false
  const origins = column.OriginalColumns ? listItems(column.OriginalColumns) : []
  return unasked.has(column) || (origins.length > 0 && origins.every(isUnasked))
}
