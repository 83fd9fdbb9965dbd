import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { numberOf, refuseDecimals } from './values.ts'

/**
 * Element by element; a number stands for a series of it. An element that is no number, or that only one of the series
 * has, gives null.
 */
export function pairwise(
  left: Json,
  right: Json,
  run: (left: bigint | number, right: bigint | number) => Json,
): Json[] | null {
  if (!isArray(left) && !isArray(right)) return null
  const length = Math.max(isArray(left) ? left.length : 0, isArray(right) ? right.length : 0)
  const pick = (series: Json, at: number): Json => (isArray(series) ? (series[at] ?? null) : series)
  return Array.from({ length }, (_, at) => {
    const [a, b] = [pick(left, at), pick(right, at)]
    const [x, y] = [numberOf(a), numberOf(b)]
    if (x === null || y === null) return null
    return typeof a === 'bigint' && typeof b === 'bigint' ? run(a, b) : run(x, y)
  })
}

type Whole = (left: bigint, right: bigint) => bigint
type Real = (left: number, right: number) => Json

function pairEntry(operation: string, real: Real, whole?: Whole): ScalarEntry {
  const run = (left: bigint | number, right: bigint | number): Json => {
    if (whole !== undefined && typeof left === 'bigint' && typeof right === 'bigint') {
      return BigInt.asIntN(64, whole(left, right))
    }
    return real(Number(left), Number(right))
  }
  return nativeScalar({
    name: `series_${operation}`,
    page: `series-${operation.replaceAll('_', '-')}-function`,
    takes: ['dynamic', 'dynamic'],
    returns: 'dynamic',
    refuses: refuseDecimals,
    run: (left, right) => pairwise(left, right, run),
  })
}

function singleEntry(
  operation: string,
  real: (value: number) => number,
  whole?: (value: bigint) => bigint,
): ScalarEntry {
  return nativeScalar({
    name: `series_${operation}`,
    page: `series-${operation}-function`,
    takes: ['dynamic'],
    returns: 'dynamic',
    run: (series) => {
      if (!isArray(series)) return null
      return series.map((value) => {
        if (whole !== undefined && typeof value === 'bigint') return BigInt.asIntN(64, whole(value))
        const number = numberOf(value)
        return number === null ? null : real(number)
      })
    },
  })
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

export const elementwiseEntries: readonly ScalarEntry[] = [
  pairEntry(
    'add',
    (left, right) => left + right,
    (left, right) => left + right,
  ),
  pairEntry(
    'subtract',
    (left, right) => left - right,
    (left, right) => left - right,
  ),
  pairEntry(
    'multiply',
    (left, right) => left * right,
    (left, right) => left * right,
  ),
  pairEntry('divide', (left, right) => left / right),
  pairEntry('pow', (left, right) => left ** right),
  pairEntry('greater', (left, right) => left > right),
  pairEntry('greater_equals', (left, right) => left >= right),
  pairEntry('less', (left, right) => left < right),
  pairEntry('less_equals', (left, right) => left <= right),
  pairEntry('equals', (left, right) => left === right),
  pairEntry('not_equals', (left, right) => left !== right),
  singleEntry('abs', Math.abs, magnitude),
  singleEntry('sign', Math.sign, (value) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
  singleEntry('exp', Math.exp),
  singleEntry('log', Math.log),
  singleEntry('sin', Math.sin),
  singleEntry('cos', Math.cos),
  singleEntry('tan', Math.tan),
  singleEntry('asin', Math.asin),
  singleEntry('acos', Math.acos),
  singleEntry('atan', Math.atan),
  singleEntry('floor', Math.floor),
  singleEntry('ceiling', Math.ceil),
]
