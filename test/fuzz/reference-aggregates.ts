/** What aggregates make of the values of a group. */
import {
  compare,
  distinctByText,
  isArray,
  isExact,
  missing,
  open,
  packed,
  type Type,
  type Value,
} from './reference-values.ts'

type Values = readonly Value[]

export const known = (values: Values): Value[] => values.filter((value) => value !== null)

const best = (values: Values, type: Type, isBetter: (order: number) => boolean): Value =>
  known(values).reduce((best, value) => (best === null || isBetter(compare(value, best)) ? value : best), null) ?? missing(type) // prettier-ignore

/** Of reals, where no order of adding them gives another. */
function sum(values: Values, type: Type): bigint | number {
  if (type !== 'real') return values.reduce<bigint>((total, value) => total + (typeof value === 'bigint' ? value : 0n), 0n) // prettier-ignore
  const reals = known(values).map(Number)
  return reals.every(isExact) ? reals.reduce((total, value) => total + value, 0) : open()
}

/** The mean, and the sum of the squares of what the values are off it. */
function spread(values: Values): { readonly count: number; readonly mean: number; readonly squares: number } {
  const numbers = known(values).map(Number)
  if (numbers.length === 0 || numbers.some((number) => Math.abs(number) > 2 ** 30)) return open()
  const mean = numbers.reduce((total, value) => total + value, 0) / numbers.length
  return { count: numbers.length, mean, squares: numbers.reduce((total, value) => total + (value - mean) ** 2, 0) }
}

export const AGGREGATES = {
  count: (values: Values): Value => BigInt(values.length),
  countif: (values: Values): Value => BigInt(values.filter((value) => value === true).length),
  sum: (values: Values, type: Type = 'long'): Value => sum(values, type),
  distinct: (values: Values): Value => BigInt(distinctByText(values).length),
  max: (values: Values, type: Type): Value => best(values, type, (order) => order > 0),
  min: (values: Values, type: Type): Value => best(values, type, (order) => order < 0),
  /** Of times, where it is a whole number of ticks. */
  avg: (values: Values, type: Type): Value => {
    const all = known(values)
    if (all.length === 0) return open()
    const total = sum(all, type)
    if (type !== 'datetime' && type !== 'timespan') return Number(total) / all.length
    return typeof total === 'bigint' && total % BigInt(all.length) === 0n ? total / BigInt(all.length) : open()
  },
  stdev: (values: Values): Value => {
    const { count, squares } = spread(values)
    return count < 2 ? open() : Math.sqrt(squares / (count - 1))
  },
  variancep: (values: Values): Value => {
    const { count, squares } = spread(values)
    return squares / count
  },
  list: (values: Values): Value => known(values).map(String).join(','),
  sorted: (values: Values): Value => known(values).sort(compare).map(String).join(','),
  set: (values: Values): Value => known(distinctByText(values)).sort(compare).map(String).join(','),
  /** Of dynamics the nulls, too, and the elements of arrays. */
  elements: (values: Values, type: Type): readonly Value[] =>
    type === 'dynamic'
      ? values.flatMap((value) => (isArray(value) ? value : [value]))
      : known(values).map((value) => packed(value, type)),
  /** By the nearest rank. */
  percentile: (values: Values, percent: number): Value => {
    const sorted = known(values).sort(compare)
    return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)] ?? null
  },
} as const
