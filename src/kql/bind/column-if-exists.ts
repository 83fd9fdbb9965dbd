import { listItems, type ForeignColumn, type ForeignList, type ForeignSymbol, type KustoLibrary } from './library.ts'

interface CallContext {
  readonly RowScope: { readonly Columns?: ForeignList<ForeignColumn> }
  readonly Arguments: ForeignList<{ readonly ConstantValue?: unknown }>
  readonly ArgumentTypes: ForeignList<ForeignSymbol>
}

/** What the binder reads of a signature; the package lets it be set. */
interface TypedSignature {
  ReturnKind: unknown
  CustomReturnType: ((call: CallContext) => ForeignSymbol) | null
}

/**
 * `column_ifexists("Properties", "")` is the column with its type, as published rules need that go on with its members;
 * the binder by itself takes the type of the default value, even where the column is there.
 */
export function typeColumnIfExists({ Functions, Symbols }: KustoLibrary): void {
  for (const symbol of Functions.All) {
    if (symbol.Name !== 'column_ifexists' && symbol.Name !== 'columnifexists') continue
    const { Signatures } = symbol as ForeignSymbol & { readonly Signatures: ForeignList<TypedSignature> }
    for (const signature of listItems(Signatures)) {
      signature.CustomReturnType = resultType
      signature.ReturnKind = Symbols.ReturnTypeKind['Custom']
    }
  }
}

function resultType({ RowScope, Arguments, ArgumentTypes }: CallContext): ForeignSymbol {
  const name = Arguments.Count > 0 ? Arguments.getItem(0).ConstantValue : undefined
  const columns = RowScope.Columns === undefined ? [] : listItems(RowScope.Columns)
  const column = columns.find(({ Name }) => Name === name)
  return column?.Type ?? ArgumentTypes.getItem(1)
}
