import type { ForeignList, ForeignNode, KustoLibrary } from './library.ts'

interface ForeignCall extends ForeignNode {
  readonly ArgumentList: { readonly Expressions: ForeignList<{ readonly Element$1: ForeignNode }> }
}

/**
 * An unnamed covariance of two columns has both in its name, `covarianceif_x_y` (recorded: docs/covarianceif-…-00). The
 * binder by itself names it after the first, so that what follows could use neither name.
 */
export function nameCovariances({ Binding }: KustoLibrary): void {
  const { Binder } = Binding
  const resultName = Binder.GetFunctionResultName.bind(Binder)
  Binder.GetFunctionResultName = (call, defaultName, row) => {
    const name = resultName(call, defaultName, row)
    if (call.ReferencedSymbol?.Name.startsWith('covariance') !== true) return name
    const { Expressions } = (call as ForeignCall).ArgumentList
    const [first, second] = [0, 1].map((index) =>
      index < Expressions.Count ? Expressions.getItem(index).Element$1.SimpleName : '',
    )
    if (!first || !second || name !== `${call.ReferencedSymbol.Name}_${first}`) return name
    return `${name}_${second}`
  }
}
