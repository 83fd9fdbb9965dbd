import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { deviation, mean, numberOf, sum } from './values.ts'

export const STATISTICS = ['min', 'min_idx', 'max', 'max_idx', 'avg', 'stdev', 'variance'] as const

/** Sample statistics of a series by name; undefined where an element is no finite number, unless these are left out. */
export function statistics(series: Json, ignoresNonFinite: boolean): Map<string, Json> | undefined {
  if (!isArray(series)) return undefined
  const numbers = series.map(numberOf)
  const isFinite = (value: number | null): value is number => value !== null && Number.isFinite(value)
  const values = numbers.filter(isFinite)
  if (values.length === 0 || (values.length < numbers.length && !ignoresNonFinite)) return undefined
  const least = values.reduce((low, value) => Math.min(low, value))
  const most = values.reduce((high, value) => Math.max(high, value))
  const variance = values.length > 1 ? deviation(values) / (values.length - 1) : 0
  return new Map<string, Json>([
    ['min', least],
    ['min_idx', BigInt(numbers.indexOf(least))],
    ['max', most],
    ['max_idx', BigInt(numbers.indexOf(most))],
    ['avg', mean(values)],
    ['stdev', Math.sqrt(variance)],
    ['variance', variance],
    ['sum', sum(values)],
    ['len', BigInt(values.length)],
  ])
}

export const statsEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'series_stats_dynamic',
    page: 'series-stats-dynamic-function',
    takes: ['dynamic', 'bool?'],
    returns: 'dynamic',
    run: (series, ignoresNonFinite) => statistics(series, ignoresNonFinite ?? false) ?? null,
  }),
  nativeScalar({
    name: 'series_stats',
    page: 'series-stats-function',
    takes: ['dynamic', 'bool?'],
    returns: 'dynamic',
    // A tuple to the binder: the operators spread this array over its columns.
    overridesType: true,
    run: (series, ignoresNonFinite) => {
      const found = statistics(series, ignoresNonFinite ?? false)
      return STATISTICS.map((name) => found?.get(name) ?? null)
    },
  }),
]
