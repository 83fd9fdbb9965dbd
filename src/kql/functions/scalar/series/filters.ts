import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { finiteNumbers, numberOf, sum } from './values.ts'

/** Coefficient `i` weighs the value `i` steps back (half the filter ahead where centered); nothing lies beyond the ends. */
export function finiteFilter(series: readonly number[], filter: readonly number[], isCentered: boolean): number[] {
  const ahead = isCentered ? Math.floor((filter.length - 1) / 2) : 0
  return series.map((_, at) => sum(filter.map((weight, back) => weight * (series[at + ahead - back] ?? 0))))
}

/** Direct form: y[n] = (Σ b[i]·x[n−i] − Σ a[i]·y[n−i]) / a[0]. */
export function infiniteFilter(series: readonly number[], b: readonly number[], a: readonly number[]): number[] {
  const output: number[] = []
  series.forEach((_, at) => {
    const input = sum(b.map((weight, back) => weight * (series[at - back] ?? 0)))
    const feedback = sum(a.slice(1).map((weight, back) => weight * (output[at - back - 1] ?? 0)))
    output.push((input - feedback) / (a[0] ?? NaN))
  })
  return output
}

/** Null elements weigh nothing. */
const withZeros = (series: Json): number[] | undefined =>
  isArray(series) ? series.map((value) => numberOf(value) ?? 0) : undefined

export const filterEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'series_fir',
    page: 'series-fir-function',
    takes: ['dynamic', 'dynamic', 'bool?', 'bool?'],
    returns: 'dynamic',
    run: (series, filter, normalizes, isCentered) => {
      const [values, weights] = [withZeros(series), finiteNumbers(filter)]
      if (values === undefined || weights === undefined) return null
      const hasNegative = weights.some((weight) => weight < 0)
      if (normalizes === true && hasNegative) return null
      const scale = (normalizes ?? !hasNegative) ? sum(weights) : 1
      return finiteFilter(values, weights.map((weight) => weight / scale), isCentered ?? false) // prettier-ignore
    },
  }),
  nativeScalar({
    name: 'series_iir',
    page: 'series-iir-function',
    takes: ['dynamic', 'dynamic', 'dynamic'],
    returns: 'dynamic',
    run: (series, numerators, denominators) => {
      const [values, b, a] = [withZeros(series), finiteNumbers(numerators), finiteNumbers(denominators)]
      return values === undefined || b === undefined || a === undefined ? null : infiniteFilter(values, b, a)
    },
  }),
]
