/** What the language service says of each function's arguments, as plain data. */
import { KUSTO_TYPES, type KustoType } from '../../src/domain/kusto.ts'
import { kustoLibrary, listItems, type ForeignList, type ForeignSymbol } from '../../src/kql/bind/library.ts'
import type { Entry } from '../../src/kql/functions/entry.ts'
import { allEntries } from '../../src/kql/functions/index.ts'
import { specialFunctionNames } from '../../src/kql/lower/special-forms.ts'

export interface Parameter {
  /** One of them; empty where only `choices` or `*` fit. */
  readonly types: readonly KustoType[]
  /** Same type as the argument before it. */
  readonly isCommon: boolean
  /** Words that the parameter takes: `'year'`. */
  readonly choices: readonly string[]
  readonly isConstant: boolean
  readonly min: number
  readonly max: number
}

export interface Signature {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Undefined where it follows from the arguments. */
  readonly returns: KustoType | undefined
}

interface ForeignParameter extends ForeignSymbol {
  readonly TypeKind: number
  readonly DeclaredTypes: ForeignList<ForeignSymbol>
  readonly ArgumentKind: number
  readonly MinOccurring: number
  readonly MaxOccurring: number
  readonly Values: ForeignList<unknown> | null
}
interface Foreign {
  readonly Signatures: ForeignList<{
    readonly Parameters: ForeignList<ForeignParameter>
    readonly ReturnKind: number
    readonly _returnType?: ForeignSymbol | null
  }>
}

const TYPES = new Set<string>(KUSTO_TYPES)
const isType = (name: string): name is KustoType => TYPES.has(name)

/** Kusto.Language.ParameterTypeKind, by number. */
const BY_KIND: readonly (readonly KustoType[])[] = (() => {
  const integer: KustoType[] = ['long', 'int']
  const number: KustoType[] = ['long', 'int', 'real', 'decimal']
  const summable: KustoType[] = [...number, 'timespan', 'datetime']
  const text: KustoType[] = ['string', 'dynamic']
  const all = KUSTO_TYPES
  const orderable = all.filter((type) => type !== 'dynamic')
  return [
    all, [], all, [], [], [], integer, ['real', 'decimal'], text, text, ['long', 'dynamic'], ['dynamic'], ['dynamic'], number,
    [...number, 'bool'], summable, orderable, ['long', 'int', 'string', 'datetime', 'timespan'], orderable,
    all.filter((type) => type !== 'bool'), all, all, all, all, number, summable, orderable, all,
  ] // prettier-ignore
})()
const COMMON_KINDS = { first: 20, last: 27 }
const LITERAL_KINDS = { first: 8, last: 10 }

function signaturesOf(symbol: ForeignSymbol): Signature[] {
  return listItems((symbol as ForeignSymbol & Foreign).Signatures).map((signature) => ({
    name: symbol.Name,
    parameters: listItems(signature.Parameters).map(parameterOf),
    returns: returnType(signature._returnType),
  }))
}

function parameterOf(parameter: ForeignParameter): Parameter {
  const declared = listItems(parameter.DeclaredTypes).flatMap(({ Name }) => (isType(Name) ? [Name] : []))
  const kind = parameter.TypeKind
  return {
    types: declared.length > 0 ? declared : (BY_KIND[kind] ?? []),
    isCommon: kind >= COMMON_KINDS.first && kind <= COMMON_KINDS.last,
    choices: parameter.Values === null ? [] : listItems(parameter.Values).map((value) => `"${String(value)}"`),
    isConstant: parameter.ArgumentKind >= LITERAL_KINDS.first && parameter.ArgumentKind <= LITERAL_KINDS.last,
    min: parameter.MinOccurring,
    max: Math.min(parameter.MaxOccurring, parameter.MinOccurring + 2),
  }
}

function returnType(symbol: ForeignSymbol | null | undefined): KustoType | undefined {
  return symbol !== null && symbol !== undefined && isType(symbol.Name) ? symbol.Name : undefined
}

/** What the engine answers whatever it is given, where the binder says another type: getyear() is a long. */
const ownType = (entry: Entry): KustoType | undefined =>
  entry.kind === 'scalar' && entry.type?.length === 0 ? entry.type([], []) : undefined

/** Functions of the rows around that the engine makes of other functions: what is so of one row is not asked of them. */
const OF_MANY_ROWS = /^row_rank/

/** Answers that are not the same twice, wait, or depend on where the engine runs. */
const UNSTABLE =
  /^(rand|new_guid|sleep|cursor_|current_|extent_|estimate_|ingestion_time|rowstore_|__|database_|hll|tdigest|sample|take_any)/

export interface Catalogue {
  readonly scalars: readonly Signature[]
  readonly windows: readonly Signature[]
  readonly aggregates: readonly Signature[]
}

export function readCatalogue(): Catalogue {
  const { Functions, Aggregates } = kustoLibrary()
  const entries = new Map(allEntries().map((entry) => [entry.name, entry]))
  const special = new Set(specialFunctionNames())
  const stable = ({ Name }: ForeignSymbol): boolean => !UNSTABLE.test(Name)
  const ofKind = (symbols: readonly ForeignSymbol[], kind: string): Signature[] =>
    symbols.filter(stable).flatMap((symbol) => {
      const entry = entries.get(symbol.Name)
      const specialKind = OF_MANY_ROWS.test(symbol.Name) ? 'window' : 'scalar'
      const isKnown = entry?.kind === kind || (kind === specialKind && special.has(symbol.Name))
      if (!isKnown) return []
      const own = entry === undefined ? undefined : ownType(entry)
      return signaturesOf(symbol).map((signature) => ({ ...signature, returns: own ?? signature.returns }))
    })
  return {
    scalars: ofKind(Functions.All, 'scalar'),
    windows: ofKind(Functions.All, 'window'),
    aggregates: ofKind(Aggregates.All, 'aggregate'),
  }
}
