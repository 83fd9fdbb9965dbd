/** Series: dynamic arrays of numbers. */
import { unsupported } from '../../../errors.ts'
import { isArray, type Json } from '../../../values/json.ts'
import { formatReal } from '../../../values/real.ts'
import type { CallInfo, SqlArg } from '../../entry.ts'

/** How a dynamic keeps reals that JSON has no number for: what one function of series gives, another one reads. */
const BEYOND_JSON: ReadonlyMap<Json, number> = new Map(
  [Infinity, -Infinity, NaN].map((value) => [formatReal(value), value]),
)

/** The number, null for anything else. */
export function numberOf(value: Json): number | null {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : (BEYOND_JSON.get(value) ?? null)
}

/** In a dynamic a decimal is a text, which no function of series would count. */
export function refuseDecimals(args: readonly SqlArg[], { name }: CallInfo): void {
  const decimal = args.find(({ type }) => type === 'decimal')
  if (decimal !== undefined) throw unsupported(`${name} with a decimal`, decimal.span, 'convert it with todouble()')
}

/** The numbers of a series, or undefined where it is no array or has an element that is no finite number. */
export function finiteNumbers(series: Json): number[] | undefined {
  if (!isArray(series)) return undefined
  const numbers = series.map(numberOf)
  return numbers.every((value): value is number => value !== null && Number.isFinite(value)) ? numbers : undefined
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
export const mean = (values: readonly number[]): number => sum(values) / values.length

/** Sum of squared deviations from the mean. */
export function deviation(values: readonly number[]): number {
  const center = mean(values)
  return values.reduce((total, value) => total + (value - center) ** 2, 0)
}

/** Percentile (0 to 100) with linear interpolation between the neighbours. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  const at = ((sorted.length - 1) * percent) / 100
  const low = sorted[Math.floor(at)] ?? NaN
  return low + ((sorted[Math.ceil(at)] ?? low) - low) * (at - Math.floor(at))
}

export const median = (values: readonly number[]): number => percentile(values, 50)
