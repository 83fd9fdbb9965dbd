import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { deviation, finiteNumbers, mean, sum } from './values.ts'

/** Both series as numbers of equal length; a number stands for a series of it. Undefined where they do not fit. */
function pair(left: Json, right: Json): readonly [number[], number[]] | undefined {
  const length = isArray(left) ? left.length : isArray(right) ? right.length : 0
  const spread = (value: Json): Json => (isArray(value) ? value : new Array<Json>(length).fill(value))
  const [a, b] = [finiteNumbers(spread(left)), finiteNumbers(spread(right))]
  return a === undefined || b?.length !== a.length ? undefined : [a, b]
}

export const dot = (left: readonly number[], right: readonly number[]): number =>
  sum(left.map((value, at) => value * (right[at] ?? 0)))

const norm = (values: readonly number[]): number => Math.sqrt(dot(values, values))

export function pearson(left: readonly number[], right: readonly number[]): number {
  const [a, b] = [mean(left), mean(right)]
  const joint = sum(left.map((value, at) => (value - a) * ((right[at] ?? 0) - b)))
  return joint / Math.sqrt(deviation(left) * deviation(right))
}

const pairEntry = (name: string, run: (left: number[], right: number[]) => number): ScalarEntry =>
  nativeScalar({
    name: `series_${name}`,
    page: `series-${name.replaceAll('_', '-')}-function`,
    takes: ['dynamic', 'dynamic'],
    returns: 'real',
    run: (left, right) => {
      const series = pair(left, right)
      return series === undefined ? null : run(...series)
    },
  })

const singleEntry = (name: string, run: (values: number[]) => number): ScalarEntry =>
  nativeScalar({
    name: `series_${name}`,
    page: `series-${name}-function`,
    takes: ['dynamic'],
    returns: 'real',
    run: (series) => {
      const values = finiteNumbers(series)
      return values === undefined ? null : run(values)
    },
  })

export const reducingEntries: readonly ScalarEntry[] = [
  pairEntry('dot_product', dot),
  pairEntry('pearson_correlation', pearson),
  singleEntry('magnitude', norm),
  singleEntry('product', (values) => values.reduce((product, value) => product * value, 1)),
  nativeScalar({
    name: 'series_cosine_similarity',
    page: 'series-cosine-similarity-function',
    takes: ['dynamic', 'dynamic', 'real?', 'real?'],
    returns: 'real',
    run: (left, right, leftNorm, rightNorm) => {
      const series = pair(left, right)
      if (series === undefined) return null
      const [a, b] = series
      return dot(a, b) / ((leftNorm ?? norm(a)) * (rightNorm ?? norm(b)))
    },
  }),
]
