import {
  listItems,
  type ForeignColumn,
  type ForeignList,
  type ForeignNode,
  type ForeignSymbol,
  type KustoLibrary,
} from './library.ts'

interface RenamableColumn extends ForeignColumn {
  WithName(name: string): ForeignColumn
}

interface Scope {
  readonly RowScopeOrEmpty: ForeignSymbol
}

interface SerializeNode extends ForeignNode {
  readonly Expressions: ForeignList<{ readonly Element$1: ForeignNode & { readonly Name?: ForeignNode } }>
}

interface ForeignTable extends ForeignSymbol {
  /** A version with these columns, and all else as it is. */
  WithColumns(columns: readonly ForeignColumn[]): ForeignTable
}

interface SemanticInfo {
  ResultType: ForeignTable | null
}

type Visit = (this: Scope, node: ForeignNode, ...parts: readonly unknown[]) => SemanticInfo

const OVERWRITING = ['ParseVisitCommon', 'VisitParseKvOperator'] as const

/** The methods of the service's NodeBinder that say what parse, parse-where, parse-kv and serialize give. */
export type OverwritingBinder = Record<(typeof OVERWRITING)[number] | 'VisitSerializeOperator', Visit>

/**
 * A parse into a column that is there puts the new one in its place, as extend does. The service keeps both, under one name: what
 * follows sees the type of the old one, and a join, a union or an `arg_max(x, *)` numbers them. Of serialize it numbers them at once.
 */
export function overwriteColumns({ Binding }: KustoLibrary): void {
  const { prototype } = Binding.Binder.NodeBinder
  for (const name of OVERWRITING) {
    const visit = prototype[name]
    prototype[name] = function (this: Scope, node, ...parts) {
      return withoutOld(visit.call(this, node, ...parts))
    }
  }
  const serialize = prototype.VisitSerializeOperator
  prototype.VisitSerializeOperator = function (this: Scope, node) {
    const known = this.RowScopeOrEmpty.Columns?.Count ?? 0
    return withoutOld(asNamed(serialize.call(this, node), node as SerializeNode, known))
  }
}

/** The columns behind the `known` ones under the names that the expressions give them; as they are where one of those makes several. */
function asNamed(info: SemanticInfo, { Expressions }: SerializeNode, known: number): SemanticInfo {
  const table = info.ResultType
  const names = listItems(Expressions).map(({ Element$1 }) => Element$1.Name?.SimpleName)
  const columns = table?.Columns ? listItems(table.Columns) : []
  if (columns.length !== known + names.length) return info
  const renamed = columns.map((column, at) => {
    const name = names[at - known]
    return name === undefined || name === column.Name ? column : (column as RenamableColumn).WithName(name)
  })
  if (table !== null && renamed.some((column, at) => column !== columns[at]))
    info.ResultType = table.WithColumns(renamed)
  return info
}

function withoutOld(info: SemanticInfo): SemanticInfo {
  const table = info.ResultType
  const columns = table?.Columns ? listItems(table.Columns) : []
  const latest = new Map(columns.map((column) => [column.Name, column]))
  // A map keeps the place of a name that it has.
  if (table !== null && latest.size < columns.length) info.ResultType = table.WithColumns([...latest.values()])
  return info
}
