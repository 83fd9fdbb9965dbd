import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { allArrays, asArray, elementKey, elementText, refuseDecimal } from './elements.ts'
import { onceFor } from './once-for.ts'

/** Position in an array of `length` elements: negative ones count from its end; kept within 0 to length. */
export function position(index: bigint, length: number): number {
  const size = BigInt(length)
  const at = index < 0n ? index + size : index
  return Number(at < 0n ? 0n : at > size ? size : at)
}

/** Elements from `start` to `end`, both included. */
export function slice(array: readonly Json[], start: bigint, end: bigint): Json[] {
  const size = BigInt(array.length)
  const last = end < 0n ? end + size : end
  if (last < 0n) return []
  return array.slice(position(start, array.length), position(last, array.length) + 1)
}

export function rotate(array: readonly Json[], count: bigint): Json[] {
  if (array.length === 0) return []
  const size = BigInt(array.length)
  const by = Number(((count % size) + size) % size)
  return [...array.slice(by), ...array.slice(0, by)]
}

/** What is shifted in without a given value: null, in an array of strings the empty string. */
function filling(array: readonly Json[]): Json {
  return array.length > 0 && array.every((element) => typeof element === 'string') ? '' : null
}

/** To the left by `count`, to the right where it is negative; the length stays. */
export function shift(array: readonly Json[], count: bigint, fill: Json): Json[] {
  const size = BigInt(array.length)
  const by = Number(count > size ? size : count < -size ? -size : count)
  const fills = new Array<Json>(Math.abs(by)).fill(fill)
  return by >= 0 ? [...array.slice(by), ...fills] : [...fills, ...array.slice(0, array.length + by)]
}

/** Pieces between the ascending positions: one more than there are positions. */
export function splitAt(array: readonly Json[], indices: readonly bigint[]): Json[] {
  const cuts = [0, ...indices.map((index) => position(index, array.length)), array.length]
  return cuts.slice(1).map((cut, at) => array.slice(cuts[at], cut))
}

const keysOf = onceFor((array) => array.map(elementKey))

/** Position of the `occurrence`-th equal element within `length` elements from `start`, -1 without one. */
export function indexOfElement(
  array: readonly Json[],
  value: Json,
  start: bigint,
  length: bigint,
  occurrence: bigint,
): bigint | null {
  if (occurrence <= 0n || length < -1n) return null
  const from = position(start, array.length)
  const to = length === -1n ? array.length : Math.min(array.length, from + Number(length))
  const [keys, wanted] = [keysOf(array), elementKey(value)]
  let at = from - 1
  for (let left = occurrence; left > 0n; left--) {
    at = keys.indexOf(wanted, at + 1)
    if (at === -1 || at >= to) return -1n
  }
  return BigInt(at)
}

/** Bools as they are, numbers by being other than zero; null for anything else. */
function truth(value: Json): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value !== 0n
  return typeof value === 'number' ? value !== 0 : null
}

/** Picks from arrays by position; a scalar branch stands for every position. */
export function choose(conditions: readonly Json[], whenTrue: Json, whenFalse: Json): Json[] {
  const pick = (branch: Json, at: number): Json => (Array.isArray(branch) ? (branch[at] ?? null) : branch)
  return conditions.map((condition, at) => {
    const isTrue = truth(condition)
    return isTrue === null ? null : pick(isTrue ? whenTrue : whenFalse, at)
  })
}

/** Null elements count nothing; null as soon as one is no number. */
export function sum(array: readonly Json[]): number | null {
  let total = 0
  for (const element of array) {
    if (element === null) continue
    if (typeof element !== 'number' && typeof element !== 'bigint') return null
    total += Number(element)
  }
  return total
}

/** Arrays side by side, shorter ones filled with null. */
export function zip(arrays: readonly (readonly Json[])[]): Json[] {
  const length = Math.max(0, ...arrays.map((array) => array.length))
  return Array.from({ length }, (_, at) => arrays.map((array) => array[at] ?? null))
}

const indicesOf = (value: Json): bigint[] | undefined => {
  const list = Array.isArray(value) ? value : [value]
  return list.every((index) => typeof index === 'bigint') ? list : undefined
}

type Turn = (array: readonly Json[], count: bigint) => Json[]

const rotateEntry = (name: string, page: string, run: Turn): ScalarEntry =>
  nativeScalar({
    name,
    page,
    takes: ['dynamic', 'long'],
    returns: 'dynamic',
    run: (array, count) => (Array.isArray(array) ? run(array, count ?? 0n) : null),
  })

const shiftEntry = (name: string, page: string, direction: bigint): ScalarEntry =>
  nativeScalar({
    name,
    page,
    takes: ['dynamic', 'long', 'dynamic?'],
    returns: 'dynamic',
    run: (value, count, fill) => {
      const array = asArray(value)
      return array === undefined ? null : shift(array, direction * (count ?? 0n), fill ?? filling(array))
    },
  })

const choiceEntry = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'array-iff-function',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    returns: 'dynamic',
    seesNulls: true,
    run: (conditions, whenTrue, whenFalse) =>
      Array.isArray(conditions) ? choose(conditions, whenTrue, whenFalse) : null,
  })

const joinEntry = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'strcat-array-function',
    takes: ['dynamic', 'string'],
    returns: 'string',
    run: (array, delimiter) => asArray(array)?.map(elementText).join(delimiter) ?? '',
  })

const sumEntry = (name: string, page: string): ScalarEntry =>
  nativeScalar({
    name,
    page,
    takes: ['dynamic'],
    returns: 'real',
    run: (array) => (Array.isArray(array) ? sum(array) : null),
  })

const concatenate = (values: readonly Json[]): Json => (values.length > 0 ? (allArrays(values)?.flat() ?? null) : null)

export const arrayEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'array_concat',
    page: 'array-concat-function',
    takes: ['dynamic'],
    rest: 'dynamic',
    returns: 'dynamic',
    // No page says what a null does. Rules that run in Sentinel collect what a row has with it, one
    // iff(…, pack_array(…), dynamic(null)) for each: with null for the whole they would never find anything.
    seesNulls: true,
    run: (first, ...rest) => concatenate([first, ...(rest as Json[])].filter((value) => value !== null)),
  }),
  choiceEntry('array_iff'),
  choiceEntry('array_iif'),
  nativeScalar({
    name: 'array_index_of',
    page: 'array-index-of-function',
    takes: ['dynamic', 'dynamic', 'long?', 'long?', 'long?'],
    returns: 'long',
    refuses: refuseDecimal,
    run: (array, value, start, length, occurrence) =>
      Array.isArray(array) ? indexOfElement(array, value, start ?? 0n, length ?? -1n, occurrence ?? 1n) : null,
  }),
  nativeScalar({
    name: 'array_reverse',
    page: 'array-reverse-function',
    takes: ['dynamic'],
    returns: 'dynamic',
    run: (array) => asArray(array)?.toReversed() ?? null,
  }),
  rotateEntry('array_rotate_left', 'array-rotate-left-function', rotate),
  rotateEntry('array_rotate_right', 'array-rotate-right-function', (array, count) => rotate(array, -count)),
  shiftEntry('array_shift_left', 'array-shift-left-function', 1n),
  shiftEntry('array_shift_right', 'array-shift-right-function', -1n),
  nativeScalar({
    name: 'array_slice',
    page: 'array-slice-function',
    takes: ['dynamic', 'long', 'long'],
    returns: 'dynamic',
    run: (array, start, end) => (Array.isArray(array) ? slice(array, start ?? 0n, end ?? -1n) : null),
  }),
  nativeScalar({
    name: 'array_split',
    page: 'array-split-function',
    takes: ['dynamic', 'dynamic'],
    returns: 'dynamic',
    run: (array, where) => {
      const indices = indicesOf(where)
      return Array.isArray(array) && indices !== undefined ? splitAt(array, indices) : null
    },
  }),
  sumEntry('array_sum', 'array-sum-function'),
  sumEntry('series_sum', 'series-sum-function'),
  nativeScalar({
    name: 'zip',
    page: 'zip-function',
    takes: ['dynamic'],
    rest: 'dynamic',
    returns: 'dynamic',
    run: (first, ...rest) => {
      const arrays = allArrays([first, ...(rest as Json[])])
      return arrays === undefined ? null : zip(arrays)
    },
  }),
  joinEntry('strcat_array'),
  joinEntry('array_strcat'),
]
