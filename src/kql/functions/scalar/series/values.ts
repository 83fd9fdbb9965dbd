/** Series: dynamic arrays of numbers. */
import { isArray, type Json } from '../../../values/json.ts'

/** The number, null for anything else. */
export function numberOf(value: Json): number | null {
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : null
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
