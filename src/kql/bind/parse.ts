import { typeColumnIfExists } from './column-if-exists.ts'
import { splitColumnsOfSeveralTypes } from './columns-of-several-types.ts'
import { keepCommonColumns } from './common-columns.ts'
import { nameCovariances } from './covariance-names.ts'
import { overwriteColumns } from './overwritten-columns.ts'
import { unifyDynamics } from './plain-dynamics.ts'
import { beginOwnQueries } from './own-rows.ts'
import { kustoLibrary, perLibrary, type ForeignCode, type ForeignGlobals } from './library.ts'
import { typeWalkColumns } from './walk-columns.ts'

/**
 * `KustoCode.ParseAndAnalyze` without the grammar that it also makes, for completion in editors: a third of a second at
 * the first query. `globals` must be of `parsingGlobals`.
 */
export function parseAndAnalyze(text: string, globals: ForeignGlobals): ForeignCode {
  const { KustoCode, Editor, Parsing, Binding, Syntax, Utils } = kustoLibrary()
  const kind = KustoCode.GetKind(text)
  // `.show tables` and its like are parsed by that grammar.
  if (kind !== Editor.CodeKinds.Query) return KustoCode.ParseAndAnalyze(text, globals)
  const tokens = Parsing.TokenParser.ParseTokens(text, globals.ParseOptions)
  const starts = KustoCode.GetTokenStarts(tokens)
  const root = Parsing.QueryParser.ParseQuery(tokens, 0, globals.ParseOptions)
  const tree = new Syntax.SyntaxTree(root)
  const cache = new Binding.LocalBindingCache()
  const isBound = Binding.Binder.TryBind(tree, globals, cache, null, new Utils.CancellationToken())
  const { Performed, NotSafe } = KustoCode.AnalysisState
  const resultType = isBound ? KustoCode.DetermineResultType(root) : null
  return new KustoCode(
    text,
    kind,
    globals,
    null,
    tree,
    isBound ? Performed : NotSafe,
    resultType,
    tokens,
    starts,
    cache,
  )
}

/** Where the binder's answer is another than the service's; each says what and by which source. Once for the library. */
const MENDED = [
  typeColumnIfExists,
  nameCovariances,
  unifyDynamics,
  overwriteColumns,
  beginOwnQueries,
  splitColumnsOfSeveralTypes,
  keepCommonColumns,
  typeWalkColumns,
]

/**
 * The names that every query knows, ready for parsing. The service copies its globals for each query and makes maps of
 * its functions anew for each copy, unless the copied one has them: so it gets them once, here.
 */
export const parsingGlobals = perLibrary((): ForeignGlobals => {
  for (const mend of MENDED) mend(kustoLibrary())
  const { Default } = kustoLibrary().GlobalState
  const base = Default.WithParseOptions(Default.ParseOptions.WithAlwaysProduceEndTokens(true))
  base.GetFunction('')
  base.GetAggregate('')
  base.GetPlugIn('')
  base.GetOption('')
  base.GetOperator(0)
  return base
})
