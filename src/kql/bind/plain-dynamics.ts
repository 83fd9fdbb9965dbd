import type { ForeignNode, ForeignSymbol, KustoLibrary } from './library.ts'

interface SemanticInfo {
  readonly ResultType: ForeignSymbol | null
  WithResultType(type: ForeignSymbol): SemanticInfo
}

/** The method of the service's Binder that keeps with a node what binding found out about it. */
export type SetSemanticInfo = (node: ForeignNode, info: SemanticInfo | null) => void

/**
 * The engine has one type of dynamics; which of them a value is, a row tells: `d[0]` of a bag is null (recorded: tier1/dynamic-json-0001),
 * and so is `array_length` of one, a literal too (r1-dynamic-json/0010). The binder tells bags, arrays of this and that and single
 * values apart where a literal or a function says so, and then `dynamic({"a": 1})[0]` or `split(s, ",")["a"]` is an error.
 */
export function unifyDynamics({ Binding: { Binder }, Symbols: { ScalarTypes } }: KustoLibrary): void {
  const keep = Binder.DefaultSetSemanticInfo
  const plain = ScalarTypes['Dynamic']
  Binder.DefaultSetSemanticInfo = (node, info) => {
    const isOther = info !== null && plain !== undefined && info.ResultType?.Name === plain.Name
    keep(node, isOther ? info.WithResultType(plain) : info)
  }
}
