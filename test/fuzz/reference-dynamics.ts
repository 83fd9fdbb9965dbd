/** Arrays, bags and what is read of them. */
import {
  compare,
  distinctByText,
  isArray,
  isBag,
  jsonText,
  keyText,
  open,
  type Bag,
  type Value,
} from './reference-values.ts'

export const array = (value: Value): readonly Value[] => (isArray(value) ? value : open())
export const bag = (value: Value): Bag => (isBag(value) ? value : open())

export const member = (value: Value, key: string): Value => (isBag(value) ? (value.get(key) ?? null) : null)
/** Counted from the end where it is negative. */
export const element = (value: Value, index: number): Value => (isArray(value) ? (value.at(index) ?? null) : null)

/** Of a text that looks like no number, or of nothing that a number may be, null. */
export function numberIn(value: Value): bigint | number | null {
  if (value === null || typeof value === 'bigint' || typeof value === 'number') return value
  if (typeof value === 'string' && /\d/.test(value)) return open()
  return typeof value === 'boolean' ? open() : null
}

/** A real loses what is behind its point. */
export function longOf(value: Value): Value {
  const number = numberIn(value)
  return typeof number === 'number' ? BigInt(Math.trunc(number)) : number
}

export function realOf(value: Value): Value {
  const number = numberIn(value)
  return typeof number === 'bigint' ? Number(number) : number
}

const isText = (value: Value): value is string => typeof value === 'string'
const isLong = (value: Value): value is bigint => typeof value === 'bigint'

/** Elements of one type alone: how others compare is told nowhere. */
function alike(values: readonly Value[]): readonly Value[] {
  return values.every(isText) || values.every(isLong) ? values : open()
}

/** Nulls are last. */
export function sortedElements(value: Value, isDescending: boolean): Value {
  const all = array(value)
  const sorted = [...alike(all.filter((each) => each !== null))].sort((one, other) => (isDescending ? compare(other, one) : compare(one, other))) // prettier-ignore
  return [...sorted, ...all.filter((each) => each === null)]
}

export const SETS = {
  union: (one: Value, other: Value): Value => alike(distinctByText([...array(one), ...array(other)])),
  intersect: (one: Value, other: Value): Value => distinctByText(alike(array(one)).filter((each) => has(alike(array(other)), each))), // prettier-ignore
  difference: (one: Value, other: Value): Value => distinctByText(alike(array(one)).filter((each) => !has(alike(array(other)), each))), // prettier-ignore
} as const

export const has = (values: readonly Value[], sought: Value): boolean =>
  values.some((each) => keyText([each]) === keyText([sought]))

/** A whole number and a real may be the same number. */
export function indexOf(value: Value, sought: Value): bigint {
  const all = array(value)
  if (sought === null || all.some((each) => typeof each === 'number')) return open()
  return BigInt(all.findIndex((each) => keyText([each]) === keyText([sought])))
}

export const rotated = (value: Value, count: number): Value => {
  const all = array(value)
  return all.map((_, index) => all[(((index + count) % all.length) + all.length) % all.length] ?? null)
}

export const shifted = (value: Value, count: number, rest: Value): Value => {
  const all = array(value)
  return all.map((_, index) => (index + count in all ? (all[index + count] ?? null) : rest))
}

export function slice(value: Value, from: number, to: number): Value {
  const all = array(value)
  const place = (index: number): number => (index < 0 ? index + all.length : index)
  if (place(from) < 0 || place(from) >= all.length || place(to) < place(from)) return open()
  return all.slice(place(from), place(to) + 1)
}

/** The left one's members, and those of the right one that it lacks. */
export const merged = (one: Value, other: Value): Value => new Map([...bag(one), ...[...bag(other)].filter(([key]) => !bag(one).has(key))]) // prettier-ignore

export const without = (value: Value, keys: readonly string[]): Value => new Map([...bag(value)].filter(([key]) => !keys.includes(key))) // prettier-ignore

export const zipped = (one: Value, other: Value): Value => {
  const [left, right] = [array(one), array(other)]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [left[index] ?? null, right[index] ?? null]) // prettier-ignore
}

/** What parse_json() makes of its JSON: a text in it that may be a time is told nowhere. */
export function reread(value: Value): Value {
  if (!isArray(value) && !isBag(value)) return open()
  return /"[^"]*\d[^"]*"/.test(jsonText(value)) ? open() : value
}

export function typeName(value: Value): string {
  if (value === null) return 'null'
  if (isArray(value)) return 'array'
  if (isBag(value)) return 'dictionary'
  if (typeof value === 'string') return /\d/.test(value) ? open() : 'string'
  return typeof value === 'number' ? 'double' : typeof value === 'bigint' ? 'long' : 'bool'
}

/** What mv-expand makes of it. */
export function expanded(value: Value): readonly Value[] {
  if (isArray(value)) return value
  return isBag(value) && value.size > 0 ? [...value].map(([key, each]) => new Map([[key, each]])) : isBag(value) ? open() : [value] // prettier-ignore
}
