import { listItems, type ForeignColumn, type ForeignNode, type ForeignSymbol, type KustoLibrary } from './library.ts'

interface ForeignTable extends ForeignSymbol {
  /** A version with these columns, and all else as it is. */
  WithColumns(columns: readonly ForeignColumn[]): ForeignTable
}

interface SemanticInfo {
  ResultType: ForeignTable | null
}

type Visit = (node: ForeignNode, ...parts: readonly unknown[]) => SemanticInfo

const OVERWRITING = ['ParseVisitCommon', 'VisitParseKvOperator'] as const

/** The methods of the service's NodeBinder that say what parse, parse-where and parse-kv give. */
export type OverwritingBinder = Record<(typeof OVERWRITING)[number], Visit>

/**
 * A parse into a column that is there puts the new one in its place, as extend does. The service keeps both, under one name: what
 * follows sees the type of the old one, and a join, a union or an `arg_max(x, *)` numbers them.
 */
export function overwriteColumns({ Binding }: KustoLibrary): void {
  const { prototype } = Binding.Binder.NodeBinder
  for (const name of OVERWRITING) {
    const visit = prototype[name]
    prototype[name] = function (this: unknown, node, ...parts) {
      return withoutOld(visit.call(this, node, ...parts))
    }
  }
}

function withoutOld(info: SemanticInfo): SemanticInfo {
  const table = info.ResultType
  const columns = table?.Columns ? listItems(table.Columns) : []
  const latest = new Map(columns.map((column) => [column.Name, column]))
  // A map keeps the place of a name that it has.
  if (table !== null && latest.size < columns.length) info.ResultType = table.WithColumns([...latest.values()])
  return info
}
