import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { allArrays, distinct, elementKey, refuseDecimal } from './elements.ts'
import { onceFor } from './once-for.ts'

type Arrays = readonly (readonly Json[])[]

const keysOf = onceFor((array) => new Set(array.map(elementKey)))
const distinctOf = onceFor(distinct)

export const union = (arrays: Arrays): Json[] => distinct(arrays.flat())

export function intersection([first = [], ...rest]: Arrays): Json[] {
  const others = rest.map(keysOf)
  return distinctOf(first).filter((value) => others.every((keys) => keys.has(elementKey(value))))
}

/** Elements of the first array that no other has. */
export function difference([first = [], ...rest]: Arrays): Json[] {
  const others = rest.map(keysOf)
  return distinctOf(first).filter((value) => !others.some((keys) => keys.has(elementKey(value))))
}

function setEntry(name: string, page: string, run: (arrays: Arrays) => Json): ScalarEntry {
  return nativeScalar({
    name,
    page,
    takes: ['dynamic'],
    rest: 'dynamic',
    returns: 'dynamic',
    run: (first, ...rest) => {
      const arrays = allArrays([first, ...(rest as Json[])])
      return arrays === undefined ? null : run(arrays)
    },
  })
}

function jaccard(arrays: Arrays): number {
  const all = union(arrays).length
  return all === 0 ? NaN : intersection(arrays).length / all
}

export const setEntries: readonly ScalarEntry[] = [
  setEntry('set_union', 'set-union-function', union),
  setEntry('set_intersect', 'set-intersect-function', intersection),
  setEntry('set_difference', 'set-difference-function', difference),
  nativeScalar({
    name: 'jaccard_index',
    page: 'jaccard-index-function',
    takes: ['dynamic', 'dynamic'],
    // The binder calls the number an array of numbers.
    returns: 'real',
    overridesType: true,
    run: (left, right) => {
      const arrays = allArrays([left, right])
      return arrays === undefined ? null : jaccard(arrays)
    },
  }),
  nativeScalar({
    name: 'set_has_element',
    page: 'set-has-element-function',
    takes: ['dynamic', 'dynamic'],
    returns: 'bool',
    refuses: refuseDecimal,
    run: (set, value) => (Array.isArray(set) ? keysOf(set).has(elementKey(value)) : null),
  }),
  nativeScalar({
    name: 'set_equals',
    page: 'set-equals-function',
    takes: ['dynamic', 'dynamic'],
    returns: 'bool',
    run: (left, right) => {
      const arrays = allArrays([left, right])
      return arrays === undefined ? null : intersection(arrays).length === union(arrays).length
    },
  }),
]
