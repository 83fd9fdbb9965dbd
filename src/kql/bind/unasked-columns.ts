/**
 * Columns that the binder adds and the engine does not: `match_id` of a scan that does not ask for it (recorded:
 * r1-window-series-scan/0015), and in `extend (a, b) = series_stats(x)`, or `extend a = …`, those without a name here (by
 * the pages of series_stats and series_fit_2lines). The binder carries it on, through joins and unions under other symbols and names.
 */
import { listItems, type ForeignColumn, type ForeignNode } from './library.ts'

const unasked = new WeakSet<ForeignColumn>()
/** Whether there ever was one: few queries make one, and a workspace's tables have hundreds of columns to ask about. */
let isAnyUnasked = false

/** Finds them in a tree, before its types are read. */
export function findUnaskedColumns(node: ForeignNode): void {
  if (node.IsToken) return
  if (node.$$name.endsWith('.ScanOperator')) visitScan(node)
  if (node.$$name.endsWith('.ExtendOperator')) visitExtend(node)
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

/** What extend adds beyond the names that it gives. Where a call with several results has no name all are asked for. */
function visitExtend(node: ForeignNode): void {
  const items = below(node, isItem)
  if (!items.some(namesSeveral) || !node.Parent?.$$name.endsWith('.PipeExpression')) return
  if (items.some((item) => !isCompound(item) && !isSimple(item) && results(item).length > 1)) return
  const others = new Set(
    items
      .flatMap(expressionOf)
      .flatMap(results)
      .map(({ Name }) => Name),
  )
  const declared = new Set(items.flatMap((item) => below(item, isName)).map(({ SimpleName }) => SimpleName))
  const columns = ({ ResultType }: ForeignNode): readonly ForeignColumn[] =>
    ResultType?.Columns === undefined ? [] : listItems(ResultType.Columns)
  const input = node.Parent.GetChild(0)
  const known = new Set(input === null ? [] : columns(input))
  for (const column of columns(node)) {
    if (known.has(column) || declared.has(column.Name) || !others.has(column.Name)) continue
    unasked.add(column)
    isAnyUnasked = true
  }
}

const isName = ({ $$name }: ForeignNode): boolean => $$name === 'Kusto.Language.Syntax.NameDeclaration'
const isCompound = ({ $$name }: ForeignNode): boolean => $$name.endsWith('.CompoundNamedExpression')
const isSimple = ({ $$name }: ForeignNode): boolean => $$name.endsWith('.SimpleNamedExpression')
const isItem = ({ $$name }: ForeignNode): boolean => !/\.Syntax(?:List|Elements?)\b|\bSeparatedElement\b/.test($$name)

/** `(a, b) = …`, and `a = …` of an expression with several results. */
function namesSeveral(item: ForeignNode): boolean {
  return isCompound(item) || (isSimple(item) && expressionOf(item).some((expression) => results(expression).length > 1))
}

/** Of a named expression what stands behind the name; an expression without a name gives none. */
function expressionOf(item: ForeignNode): ForeignNode[] {
  const last = isCompound(item) || isSimple(item) ? item.GetChild(item.ChildCount - 1) : null
  return last === null ? [] : [last]
}

/** The columns of a call with several results. */
function results({ ResultType: type }: ForeignNode): readonly ForeignColumn[] {
  return type?.Columns !== undefined && type.$$name.endsWith('.TupleSymbol') ? listItems(type.Columns) : []
}

/** The nearest nodes below that are such. */
function below(node: ForeignNode, isWanted: (node: ForeignNode) => boolean): ForeignNode[] {
  const found: ForeignNode[] = []
  for (let index = 0; index < node.ChildCount; index++) {
    const child = node.GetChild(index)
    if (child === null || child.IsToken) continue
    found.push(...(isWanted(child) ? [child] : below(child, isWanted)))
  }
  return found
}

export function isUnasked(column: ForeignColumn): boolean {
  if (!isAnyUnasked) return false
  const origins = column.OriginalColumns ? listItems(column.OriginalColumns) : []
  return unasked.has(column) || (origins.length > 0 && origins.every(isUnasked))
}
