import { REFUSAL } from '../../../errors.ts'
import { double, text } from '../../../sql/build.ts'
import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { numberOf, refuseDecimals } from './values.ts'

/** What counts as missing: the placeholder, or null without one. */
type IsMissing = (value: Json) => boolean

function missingTest(placeholder: number | null): IsMissing {
  return placeholder === null ? (value) => value === null : (value) => numberOf(value) === placeholder
}

export function fillForward(series: readonly Json[], isMissing: IsMissing): Json[] {
  let last: Json | undefined
  return series.map((value) => {
    if (!isMissing(value)) last = value
    return isMissing(value) ? (last ?? value) : value
  })
}

export function fillBackward(series: readonly Json[], isMissing: IsMissing): Json[] {
  return fillForward(series.toReversed(), isMissing).toReversed()
}

const refuse = (what: string): never => {
  throw new Error(`${REFUSAL}series_fill_linear of a series ${what}`)
}

/**
 * Missing elements between two numbers lie on the line between them; in a series of whole numbers they are cut to whole
 * ones. At the edges the nearest number goes on where `fillsEdges`. Without any number all become the constant
 * (recorded: docs/series-fill-linear-function-00); null as the constant leaves them as they are.
 */
export function fillLinear(
  series: readonly Json[],
  isMissing: IsMissing,
  fillsEdges: boolean,
  constant: number | null,
): Json[] {
  const known = series.flatMap((value, at) => (isMissing(value) ? [] : [at]))
  const [first] = known
  const last = known.at(-1)
  if (first === undefined || last === undefined) return series.map((value) => constant ?? value)
  if (known.some((at) => numberOf(series[at] ?? null) === null))
    refuse('with elements that are neither numbers nor missing')
  const isWhole = known.every((at) => typeof series[at] === 'bigint')
  let [before, next] = [first, 0]
  return series.map((value, at) => {
    if (!isMissing(value)) before = at
    while ((known[next] ?? last) < at && next < known.length) next++
    const after = known[next] ?? last
    if (!isMissing(value)) return value
    if (at < first) return fillsEdges ? (series[first] ?? null) : value
    if (at > last) return fillsEdges ? (series[last] ?? null) : value
    const [from, to] = [Number(series[before]), Number(series[after])]
    const point = from + ((to - from) * (at - before)) / (after - before)
    return isWhole ? BigInt(Math.trunc(point)) : point
  })
}

const directionEntry = (direction: 'forward' | 'backward', run: typeof fillForward): ScalarEntry =>
  nativeScalar({
    name: `series_fill_${direction}`,
    page: `series-fill-${direction}-function`,
    takes: ['dynamic', 'real?'],
    returns: 'dynamic',
    run: (series, placeholder) => (isArray(series) ? run(series, missingTest(placeholder)) : null),
  })

export const fillEntries: readonly ScalarEntry[] = [
  directionEntry('forward', fillForward),
  directionEntry('backward', fillBackward),
  nativeScalar({
    name: 'series_fill_const',
    page: 'series-fill-const-function',
    takes: ['dynamic', 'dynamic?', 'real?'],
    returns: 'dynamic',
    defaults: { 1: text('0') },
    refuses: refuseDecimals,
    run: (series, constant, placeholder) => {
      if (!isArray(series)) return null
      const isMissing = missingTest(placeholder)
      return series.map((value) => (isMissing(value) ? constant : value))
    },
  }),
  nativeScalar({
    name: 'series_fill_linear',
    page: 'series-fill-linear-function',
    takes: ['dynamic', 'real?', 'bool?', 'real?'],
    returns: 'dynamic',
    defaults: { 3: double(0) },
    run: (series, placeholder, fillsEdges, constant) =>
      isArray(series) ? fillLinear(series, missingTest(placeholder), fillsEdges ?? true, constant) : null,
  }),
]
