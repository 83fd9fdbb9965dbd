import type { ForeignSymbol, KustoLibrary } from './library.ts'

interface ForeignArrayType extends ForeignSymbol {
  readonly ElementType?: ForeignSymbol
}

interface Answer {
  v: ForeignSymbol | null
}

/** Whether two types have one in common, which is put into `common`. */
export type FindCommonType = (
  one: ForeignArrayType,
  other: ForeignArrayType,
  allowed: number,
  common: Answer,
) => boolean

/**
 * What a union, an iff() or a coalesce() of two arrays of arrays is: the service gives the type of the elements, so that
 * `d[0][0]` is an error behind it.
 */
export function keepArraysOfArrays({ Symbols: { TypeFacts } }: KustoLibrary): void {
  const find = TypeFacts.TryGetCommonType.bind(TypeFacts)
  TypeFacts.TryGetCommonType = (one, other, allowed, common) => {
    const isFound = find(one, other, allowed, common)
    const element = one?.ElementType
    if (isFound && one !== other && element && element === other?.ElementType && common.v === element) common.v = one
    return isFound
  }
}
