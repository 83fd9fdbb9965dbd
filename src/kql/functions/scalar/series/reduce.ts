import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { deviation, finiteNumbers, mean, numberOf, refuseDecimals, sum } from './values.ts'

/** Both series as numbers of equal length. Undefined where they do not fit. */
function equalPair(left: Json, right: Json): readonly [number[], number[]] | undefined {
  const [a, b] = [finiteNumbers(left), finiteNumbers(right)]
  return a === undefined || b?.length !== a.length ? undefined : [a, b]
}

/**
 * The numbers that stand opposite each other: what the longer series has beyond the shorter one, and elements that are no
 * numbers, do not count. A number stands for a series of it. Undefined for a series that is empty, or none.
 */
function commonPair(left: Json, right: Json): readonly [number[], number[]] | undefined {
  if (!isArray(left) && !isArray(right)) return undefined
  const lengthOf = (value: Json): number => (isArray(value) ? value.length : numberOf(value) === null ? 0 : Infinity)
  const length = Math.min(lengthOf(left), lengthOf(right))
  if (length === 0) return undefined
  const at = (value: Json, index: number): number | null => numberOf(isArray(value) ? (value[index] ?? null) : value)
  const [a, b]: [number[], number[]] = [[], []]
  for (let index = 0; index < length; index++) {
    const [one, other] = [at(left, index), at(right, index)]
    if (one === null || other === null) continue
    a.push(one)
    b.push(other)
  }
  return [a, b]
}

export const dot = (left: readonly number[], right: readonly number[]): number =>
  sum(left.map((value, at) => value * (right[at] ?? 0)))

const norm = (values: readonly number[]): number => Math.sqrt(dot(values, values))

export function pearson(left: readonly number[], right: readonly number[]): number {
  const [a, b] = [mean(left), mean(right)]
  const joint = sum(left.map((value, at) => (value - a) * ((right[at] ?? 0) - b)))
  return joint / Math.sqrt(deviation(left) * deviation(right))
}

const pairEntry = (
  name: string,
  pair: typeof equalPair,
  run: (left: number[], right: number[]) => number,
): ScalarEntry =>
  nativeScalar({
    name: `series_${name}`,
    page: `series-${name.replaceAll('_', '-')}-function`,
    takes: ['dynamic', 'dynamic'],
    returns: 'real',
    refuses: refuseDecimals,
    run: (left, right) => {
      const series = pair(left, right)
      return series === undefined ? null : run(...series)
    },
  })

export const reducingEntries: readonly ScalarEntry[] = [
  pairEntry('dot_product', commonPair, dot),
  pairEntry('pearson_correlation', equalPair, pearson),
  // Its page: the square root of the dot product of the series with itself, which ignores what is no number.
  nativeScalar({
    name: 'series_magnitude',
    page: 'series-magnitude-function',
    takes: ['dynamic'],
    returns: 'real',
    run: (series) => {
      const pair = commonPair(series, series)
      return pair === undefined ? null : Math.sqrt(dot(...pair))
    },
  }),
  nativeScalar({
    name: 'series_product',
    page: 'series-product-function',
    takes: ['dynamic'],
    returns: 'real',
    run: (series) => {
      const values = finiteNumbers(series)
      return values === undefined ? null : values.reduce((product, value) => product * value, 1)
    },
  }),
  nativeScalar({
    name: 'series_cosine_similarity',
    page: 'series-cosine-similarity-function',
    takes: ['dynamic', 'dynamic', 'real?', 'real?'],
    returns: 'real',
    run: (left, right, leftNorm, rightNorm) => {
      const series = commonPair(left, right)
      if (series === undefined) return null
      const [a, b] = series
      return dot(a, b) / ((leftNorm ?? norm(a)) * (rightNorm ?? norm(b)))
    },
  }),
]
