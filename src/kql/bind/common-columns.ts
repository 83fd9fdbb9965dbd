import { listItems, type ForeignColumn, type ForeignList, type ForeignNode, type ForeignSymbol, type KustoLibrary } from './library.ts' // prettier-ignore

interface Parameter extends ForeignNode {
  readonly Name: ForeignNode
  readonly Expression: ForeignNode
}

interface UnionNode extends ForeignNode {
  readonly Parameters: ForeignList<Parameter>
  readonly Expressions: ForeignList<{ readonly Element$1: ForeignNode }>
}

interface Table extends ForeignSymbol {
  WithColumns(columns: readonly ForeignColumn[]): Table
}

interface Scope {
  readonly _binder: { readonly _rowScope: ForeignSymbol | null }
}

interface SemanticInfo {
  ResultType: Table | null
}

type Visit = (this: Scope, node: ForeignNode) => SemanticInfo

/** The method of the service's NodeBinder that says what a union gives. */
export interface UnionBinder {
  VisitUnionOperator: Visit
}

/**
 * `union kind=inner` gives the columns that all of its tables have. The service passes the parameter over, so that what follows could
 * name the others, and a union or a join had columns that no row has.
 */
export function keepCommonColumns({ Binding }: KustoLibrary): void {
  const { prototype } = Binding.Binder.NodeBinder
  const visit = prototype.VisitUnionOperator
  prototype.VisitUnionOperator = function (this: Scope, node) {
    const info = visit.call(this, node)
    const table = info.ResultType
    if (table !== null && isInner(node as UnionNode)) {
      const legs = legsOf(this, node as UnionNode)
      const columns = table.Columns ? listItems(table.Columns) : []
      const common = columns.filter(({ Name }) => isCommon(Name, legs))
      if (common.length < columns.length) info.ResultType = table.WithColumns(common)
    }
    return info
  }
}

const isInner = ({ Parameters }: UnionNode): boolean =>
  listItems(Parameters).some(({ Name, Expression }) => Name.SimpleName === 'kind' && Expression.toString().trim().toLowerCase() === 'inner') // prettier-ignore

function legsOf({ _binder: { _rowScope: row } }: Scope, { Expressions }: UnionNode): readonly ForeignSymbol[] {
  const found = listItems(Expressions).flatMap(({ Element$1: { ResultType } }) => {
    if (ResultType?.Columns) return [ResultType]
    // What a wildcard stands for.
    return ResultType?.Members ? listItems(ResultType.Members) : []
  })
  return row === null ? found : [row, ...found]
}

/** That of `withsource`, and one for each type that a name has, are in no leg. */
function isCommon(name: string, legs: readonly ForeignSymbol[]): boolean {
  const has = ({ Columns }: ForeignSymbol): boolean =>
    Columns ? listItems(Columns).some((column) => column.Name === name) : false
  return !legs.some(has) || legs.every((leg) => leg.IsOpen === true || has(leg))
}
