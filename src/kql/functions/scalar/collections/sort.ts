import { REFUSAL } from '../../../errors.ts'
import type { Json } from '../../../values/json.ts'
import { mayBeTime } from '../../../values/typed-text.ts'
import { parseTimespan } from '../../../values/timespan.ts'
import { learn, scalar, type ScalarEntry } from '../../entry.ts'
import { bool } from '../../../sql/build.ts'
import { nativeScalar } from '../native.ts'
import { asArray, compareElements } from './elements.ts'

/**
 * Times, and reals that JSON cannot spell, stand before all strings (the page); here nothing but their text is left. A guid,
 * which would stand behind them, is taken for the string that it mostly is.
 */
function typeOfText(value: Json): 'datetime' | 'timespan' | 'real' | undefined {
  if (typeof value !== 'string') return undefined
  if (value === 'inf' || value === '-inf' || value === 'NaN') return 'real'
  if (!mayBeTime(value)) return undefined
  return value.includes('T') ? 'datetime' : 'timespan'
}

const isNumber = (value: Json): boolean => typeof value === 'number' || typeof value === 'bigint'

/** Does the first stand before the second, too, where texts are what they look like? Of numbers beside times no page says it. */
function standsBefore(first: Json, second: Json): boolean {
  const [type, other] = [typeOfText(first), typeOfText(second)]
  if (type !== other) return type !== undefined && other === undefined && !isNumber(second)
  if (type === 'timespan') return (parseTimespan(String(first)) ?? 0n) <= (parseTimespan(String(second)) ?? 0n)
  return type !== 'real' || first === second || (first === '-inf' && second === 'inf')
}

/** Elements in their order as numbers and strings: refused where it is not theirs in the service if they were times. */
function refuseUndecided(ascending: readonly Json[]): void {
  const undecided = ascending.find((element, at) => at > 0 && !standsBefore(ascending[at - 1] ?? null, element))
  if (undecided === undefined) return
  throw new Error(`${REFUSAL}sorting an array by texts that may be times or reals, as ${JSON.stringify(undecided)}`)
}

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
  const sorted = order.map((at) => first[at] ?? null).filter((element) => element !== null)
  refuseUndecided(descending ? sorted.toReversed() : sorted)
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
