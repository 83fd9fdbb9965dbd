import type { ForeignNode, ForeignSymbol, KustoLibrary } from './library.ts'

interface Walk {
  readonly _binder: { _rowScope: ForeignSymbol | null }
}

type Visit = (this: Walk, node: ForeignNode) => void

const TAKE_ROWS = ['VisitUnionOperator', 'VisitSearchOperator'] as const

/** The methods of the service's TreeBinder over operators that begin a query or go on with the rows before them. */
export type RowsBinder = Record<(typeof TAKE_ROWS)[number], Visit>

/**
 * `T | where x in ((union A, B))`: a query in a list of values or among arguments begins anew, as that of toscalar() does. The service's
 * binder takes the row of T for what flows into the union: its columns came first, of which the list took its values, and a name that
 * A has with another type was none any more.
 */
export function beginOwnQueries({ Binding }: KustoLibrary): void {
  const { prototype } = Binding.Binder.TreeBinder
  for (const name of TAKE_ROWS) {
    const visit = prototype[name]
    prototype[name] = function (this: Walk, node) {
      const row = this._binder._rowScope
      if (isItem(node)) this._binder._rowScope = null
      visit.call(this, node)
      this._binder._rowScope = row
    }
  }
}

/** Whether the node begins a query that is an item of a list, with parentheses or without. */
function isItem(node: ForeignNode): boolean {
  const { Parent: parent } = node
  if (parent === null) return false
  const kind = /\w+/.exec(parent.$$name.replace('Kusto.Language.Syntax.', ''))?.[0]
  if (kind === 'ParenthesizedExpression' || kind === 'SimpleNamedExpression') return isItem(parent)
  if (kind === 'PipeExpression') return parent.GetChild(0) === node && isItem(parent)
  return kind === 'SeparatedElement'
}
