/**
 * The only place that loads @kusto/language-service-next. The package is C# translated by Bridge.NET: it needs its
 * runtime loaded first, defines the globals `Bridge`, `System` and `Kusto`, and numbers its overloads (`$ctor3`,
 * `ParseAndAnalyze$1`), where a wrong number builds a wrong object without an error. So the surface that we use is
 * declared here, by hand and as small as possible, and test/unit/kql/bind.test.ts tries each member of it.
 *
 * The minified builds halve the time to load (160 against 220 ms). Loading happens on first use, never for `--help`.
 */
import { createRequire } from 'node:module'
import type { ColumnMap } from './columns-of-several-types.ts'
import type { UnionBinder } from './common-columns.ts'
import type { OverwritingBinder } from './overwritten-columns.ts'
import type { SetSemanticInfo } from './plain-dynamics.ts'
import type { RowsBinder } from './own-rows.ts'
import type { CreateProjectionColumns } from './walk-columns.ts'
import { quickenDefinitions, quickenRuntime, type BridgeProgram, type BridgeRuntime } from './bridge-runtime.ts'

export interface ForeignList<T> {
  readonly Count: number
  getItem(index: number): T
}

export interface ForeignSymbol {
  readonly Name: string
  readonly $$name: string
  /** Tables and tuples. */
  readonly Columns?: ForeignList<ForeignColumn>
  readonly IsOpen?: boolean
  /** Group symbols: what a wildcard stands for. */
  readonly Members?: ForeignList<ForeignSymbol>
  readonly Type?: ForeignSymbol
  /** Tables: whether they may have more columns than are known. */
  WithIsOpen?(isOpen: boolean): ForeignSymbol
}

export interface ForeignColumn extends ForeignSymbol {
  readonly Type: ForeignSymbol
  /** Those that a join or a union has given another name. */
  readonly OriginalColumns?: ForeignList<ForeignColumn> | null
}

export interface ForeignNode {
  readonly Kind: number
  readonly $$name: string
  readonly IsToken: boolean
  readonly IsMissing: boolean
  readonly TextStart: number
  readonly Width: number
  readonly ChildCount: number
  readonly Text?: string
  readonly ValueText?: string
  readonly ReferencedSymbol?: ForeignSymbol | null
  readonly ReferencedSignature?: ForeignSignature | null
  readonly ResultType?: ForeignSymbol | null
  readonly SimpleName?: string
  readonly Parent: ForeignNode | null
  GetChild(index: number): ForeignNode | null
  GetName(index: number): string | null
  GetCalledFunctionBody?(): ForeignNode | null
  toString(): string
}

export interface ForeignSignature {
  /** Body of a `let` function, where it stands in the query. */
  readonly Declaration?: ForeignNode | null
  readonly Parameters: ForeignList<ForeignParameter>
}

export interface ForeignParameter {
  readonly Name: string
  readonly DefaultValue?: ForeignNode | null
  readonly DeclaredTypes?: ForeignList<ForeignSymbol>
}

export interface ForeignDiagnostic {
  readonly Code: string
  readonly Message: string
  readonly Severity: string
  readonly Start: number
  readonly Length: number
}

export interface ForeignCode {
  readonly Syntax: ForeignNode
  readonly ResultType: ForeignSymbol | null
  GetDiagnostics(): ForeignList<ForeignDiagnostic>
}

/** Opaque to us. */
export interface ForeignGlobals {
  readonly ParseOptions: ForeignParseOptions
  WithDatabase(database: unknown): ForeignGlobals
  /** Names with a value for every query. */
  AddParameters(parameters: readonly ForeignSymbol[]): ForeignGlobals
  WithParseOptions(options: ForeignParseOptions): ForeignGlobals
  /** With room for what binding finds out about functions, which other queries then need not. */
  WithCache(): ForeignGlobals
  GetFunction(name: string): unknown
  GetAggregate(name: string): unknown
  GetPlugIn(name: string): unknown
  GetOption(name: string): unknown
  GetOperator(kind: number): unknown
}

/** Opaque to us. */
export interface ForeignParseOptions {
  WithAlwaysProduceEndTokens(always: boolean): ForeignParseOptions
}

/** What a function is called with, for one that tells its result by itself. */
export interface ForeignCallContext {
  readonly Arguments: ForeignList<ForeignNode>
}

declare const opaque: unique symbol
type Opaque<Name> = { readonly [opaque]: Name }
type ForeignTokens = Opaque<'tokens'>
type ForeignStarts = Opaque<'starts'>
type ForeignTree = Opaque<'tree'>
type ForeignCache = Opaque<'cache'>
type ForeignCancellation = Opaque<'cancellation'>
type ForeignState = Opaque<'state'>
type ForeignTabularity = Opaque<'tabularity'>

export interface KustoLibrary {
  readonly KustoCode: {
    new (
      text: string,
      kind: string,
      globals: ForeignGlobals,
      grammar: null,
      tree: ForeignTree,
      state: ForeignState,
      resultType: ForeignSymbol | null,
      tokens: ForeignTokens,
      starts: ForeignStarts,
      cache: ForeignCache,
    ): ForeignCode
    readonly AnalysisState: { readonly Performed: ForeignState; readonly NotSafe: ForeignState }
    ParseAndAnalyze(text: string, globals: ForeignGlobals): ForeignCode
    GetKind(text: string): string
    GetTokenStarts(tokens: ForeignTokens): ForeignStarts
    DetermineResultType(syntax: ForeignNode): ForeignSymbol | null
  }
  readonly Editor: { readonly CodeKinds: { readonly Query: string } }
  readonly Parsing: {
    readonly TokenParser: { ParseTokens(text: string, options: ForeignParseOptions): ForeignTokens }
    readonly QueryParser: {
      ParseQuery(tokens: ForeignTokens, start: number, options: ForeignParseOptions): ForeignNode
    }
  }
  readonly Utils: { readonly CancellationToken: new () => ForeignCancellation }
  readonly GlobalState: { readonly Default: ForeignGlobals }
  readonly Functions: { readonly All: readonly ForeignSymbol[] }
  readonly Aggregates: { readonly All: readonly ForeignSymbol[] }
  readonly PlugIns: { readonly All: readonly ForeignSymbol[] }
  readonly Operators: { readonly All: readonly ForeignSymbol[] }
  readonly Symbols: {
    /** The scalar types, under the service's spelling. */
    readonly ScalarTypes: Readonly<Record<string, ForeignSymbol>>
    readonly ReturnTypeKind: Readonly<Record<string, unknown>>
    readonly ColumnSymbol: new (
      name: string,
      type: ForeignSymbol,
      description: null,
      originalColumns: null,
      source: null,
      examples: null,
    ) => ForeignSymbol
    /** Name, columns, description: a closed table. */
    readonly TableSymbol: {
      readonly $ctor6: new (name: string, columns: readonly ForeignSymbol[], description: null) => ForeignSymbol
    }
    /** Name, type, description. */
    readonly ParameterSymbol: new (name: string, type: ForeignSymbol, description: null) => ForeignSymbol
    readonly Parameter: { ParseList(parameters: string): ForeignList<unknown> }
    readonly Tabularity: { readonly Tabular: ForeignTabularity }
    readonly FunctionSymbol: {
      /** Name, what tells the result of a call, tabularity, parameters. */
      readonly $ctor1: new (
        name: string,
        result: (context: ForeignCallContext) => ForeignSymbol,
        tabularity: ForeignTabularity,
        parameters: ForeignList<unknown>,
      ) => ForeignSymbol
      /** Name, result, parameters, description. */
      readonly $ctor6: new (
        name: string,
        result: ForeignSymbol,
        parameters: ForeignList<unknown>,
        description: string | null,
      ) => ForeignSymbol
      /** Name, parameter list with parentheses, body, description. */
      readonly $ctor16: new (
        name: string,
        parameters: string,
        body: string,
        description: string | null,
      ) => ForeignSymbol
    }
    readonly DatabaseSymbol: {
      readonly ctor: new (name: string, members: readonly ForeignSymbol[]) => ForeignSymbol
      /** Name, members, whether there may be others. */
      readonly $ctor1: new (name: string, members: readonly ForeignSymbol[], isOpen: boolean) => ForeignSymbol
    }
  }
  readonly Binding: {
    readonly LocalBindingCache: new () => ForeignCache
    readonly ColumnMap: { readonly prototype: ColumnMap }
    /** Internal to the service, but the one place that knows how Kusto names unnamed expressions. */
    readonly Binder: {
      readonly NodeBinder: { readonly prototype: OverwritingBinder & UnionBinder }
      readonly TreeBinder: { readonly prototype: RowsBinder }
      readonly prototype: { CreateProjectionColumns: CreateProjectionColumns }
      readonly ProjectionStyle: { readonly GraphMatch: number }
      /** False for a tree that is too deep. */
      TryBind(
        tree: ForeignTree,
        globals: ForeignGlobals,
        cache: ForeignCache,
        setter: null,
        cancellation: ForeignCancellation,
      ): boolean
      GetExpressionResultName(expression: ForeignNode, defaultName: string, row: null): string | null
      /** Whether the expression is a text, or a name for one; `value` gets it. */
      TryGetLiteralStringValue(expression: ForeignNode, value: { v?: string | null }): boolean
      DefaultSetSemanticInfo: SetSemanticInfo
      GetFunctionResultName: (call: ForeignNode, defaultName: string, row: unknown) => string | null
    }
  }
  readonly Syntax: {
    readonly SyntaxKind: Readonly<Record<string, unknown>>
    readonly SyntaxTree: new (root: ForeignNode) => ForeignTree
  }
}

let loaded: KustoLibrary | undefined

const RUNTIME = '@kusto/language-service-next/bridge.min.js'
const PROGRAM = '@kusto/language-service-next/Kusto.Language.Bridge.min.js'

export function kustoLibrary(): KustoLibrary {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url)
    // Of one that was forgotten, perhaps in the middle of its loading: the package has no exports, it writes globals.
    for (const name of ['Bridge', 'System', 'Kusto']) Reflect.deleteProperty(globalThis, name)
    for (const file of [RUNTIME, PROGRAM]) Reflect.deleteProperty(require.cache, require.resolve(file))
    require(RUNTIME)
    const globals = globalThis as unknown as BridgeRuntime &
      BridgeProgram & { readonly Kusto: { readonly Language: KustoLibrary } }
    quickenDefinitions(globals)
    require(PROGRAM)
    quickenRuntime(globals)
    loaded = globals.Kusto.Language
  }
  return loaded
}

/**
 * The next use loads it anew. It makes its classes and tables when they are first asked for, and what was ended in the middle of its
 * work leaves half-made ones behind, for every query to come.
 */
export function forgetLibrary(): void {
  loaded = undefined
}

/** What is made of the library, once for each that is loaded. */
export function perLibrary<T>(make: () => T): () => T {
  let latest: { readonly library: KustoLibrary; readonly made: T } | undefined
  return () => {
    const library = kustoLibrary()
    if (latest?.library !== library) latest = { library, made: make() }
    return latest.made
  }
}

export function listItems<T>(list: ForeignList<T>): T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index))
}
