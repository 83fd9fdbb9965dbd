import type { Json } from '../../../values/json.ts'
import { learn, scalar, type ScalarEntry } from '../../entry.ts'
import { bool } from '../../../sql/build.ts'
import { nativeScalar } from '../native.ts'
import { asArray, compareElements } from './elements.ts'

/**
 * Sorts the first array and moves the elements of the others along; an array of another length becomes null. Nulls go
 * last in both directions unless `nullsLast` is false.
 */
export function sortTogether(arrays: readonly Json[], descending: boolean, nullsLast: boolean): Json[] {
  const first = asArray(arrays[0] ?? null)
  if (first === undefined) return arrays.map(() => null)
  const nullSide = nullsLast ? 1 : -1
  const order = first.map((_, at) => at)
  order.sort((left, right) => {
    const a = first[left] ?? null
    const b = first[right] ?? null
    if (a === null || b === null) return a === b ? left - right : a === null ? nullSide : -nullSide
    return (descending ? compareElements(b, a) : compareElements(a, b)) || left - right
  })
  return arrays.map((value) => {
    const array = asArray(value)
    return array?.length === first.length ? order.map((at) => array[at] ?? null) : null
  })
}

/**
 * One array gives the sorted array, several a row of columns: here an array of arrays, which the operators spread over
 * their columns.
 */
function sortEntry(name: string, page: string, descending: boolean): ScalarEntry {
  const native = nativeScalar({
    name,
    page,
    takes: ['bool', 'dynamic'],
    rest: 'dynamic',
    returns: 'dynamic',
    seesNulls: true,
    run: (nullsLast, first, ...rest) => {
      const sorted = sortTogether([first, ...(rest as Json[])], descending, nullsLast ?? true)
      return rest.length === 0 ? (sorted[0] ?? null) : sorted
    },
  })
  return scalar({
    name,
    docs: learn(page),
    nulls: 'handled',
    // For several arrays the binder speaks of a tuple; an element of it is taken as from a dynamic array.
    type: () => 'dynamic',
    natives: native.natives ?? [],
    sql: (args, info) => {
      const last = args.at(-1)
      const hasFlag = last?.type === 'bool' && args.length > 1
      const flag = hasFlag ? last : { sql: bool(true), type: 'bool' as const, literal: true, span: info.span }
      const arrays = hasFlag ? args.slice(0, -1) : args
      return native.sql([flag, ...arrays], info)
    },
  })
}

export const sortEntries: readonly ScalarEntry[] = [
  sortEntry('array_sort_asc', 'array-sort-asc-function', false),
  sortEntry('array_sort_desc', 'array-sort-desc-function', true),
]
