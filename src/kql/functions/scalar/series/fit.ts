import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { deviation, finiteNumbers, mean, sum } from './values.ts'

/**
 * Least-squares line over the positions 1, 2, 3 …: the interception lies one before the first value. Variances are the
 * sample's (n − 1). Both as the output on the page of series_fit_line shows.
 */
export interface LineFit {
  readonly rsquare: number
  readonly slope: number
  readonly variance: number
  readonly rvariance: number
  readonly interception: number
  readonly line: readonly number[]
}

export function fitLine(values: readonly number[]): LineFit {
  const [center, middle] = [mean(values), (values.length + 1) / 2]
  const spread = sum(values.map((_, at) => (at + 1 - middle) ** 2))
  const slope = spread === 0 ? 0 : sum(values.map((value, at) => (at + 1 - middle) * (value - center))) / spread
  const interception = center - slope * middle
  const line = values.map((_, at) => interception + slope * (at + 1))
  return { slope, interception, line, ...quality(values, line) }
}

interface Quality {
  readonly rsquare: number
  readonly variance: number
  readonly rvariance: number
}

export function quality(values: readonly number[], line: readonly number[]): Quality {
  const degrees = Math.max(1, values.length - 1)
  const variance = deviation(values) / degrees
  const rvariance = deviation(values.map((value, at) => value - (line[at] ?? 0))) / degrees
  return { variance, rvariance, rsquare: variance === 0 ? 1 : 1 - rvariance / variance }
}

export interface TwoLines extends Quality {
  readonly split: number
  readonly line: readonly number[]
  readonly left: LineFit
  readonly right: LineFit
}

/** Trying every split costs the square of the length. */
const MAX_SPLITS = 10_000

/** The split into two lines with the least residue; `split` is the first position of the right one. */
export function fitTwoLines(values: readonly number[]): TwoLines | undefined {
  let best: TwoLines | undefined
  if (values.length > MAX_SPLITS) return undefined
  for (let split = 1; split < values.length; split++) {
    const [left, right] = [fitLine(values.slice(0, split)), fitLine(values.slice(split))]
    const line = [...left.line, ...right.line]
    const fit = quality(values, line)
    if (best === undefined || fit.rvariance < best.rvariance) best = { ...fit, split, line, left, right }
  }
  return best
}

const lineMembers = (fit: LineFit): [string, Json][] => [
  ['rsquare', fit.rsquare],
  ['slope', fit.slope],
  ['variance', fit.variance],
  ['rvariance', fit.rvariance],
  ['interception', fit.interception],
  ['line_fit', fit.line],
]

function lineOf(series: Json): [string, Json][] | undefined {
  const values = finiteNumbers(series)
  return values === undefined || values.length < 2 ? undefined : lineMembers(fitLine(values))
}

/** Members by the names of the page, parts of a side joined with `separator`. */
function twoLineMembers(fit: TwoLines, separator: string): [string, Json][] {
  const side = (name: string, line: LineFit): [string, Json][] => [
    [`${name}${separator}rsquare`, line.rsquare],
    [`${name}${separator}slope`, line.slope],
    [`${name}${separator}interception`, line.interception],
    [`${name}${separator}variance`, line.variance],
    [`${name}${separator}rvariance`, line.rvariance],
  ]
  return [
    ['rsquare', fit.rsquare],
    ['split_idx', BigInt(fit.split)],
    ['variance', fit.variance],
    ['rvariance', fit.rvariance],
    ['line_fit', fit.line],
    ...side('right', fit.right),
    ...side('left', fit.left),
  ]
}

function twoLinesOf(series: Json, separator: string): [string, Json][] | undefined {
  const values = finiteNumbers(series)
  const fit = values === undefined ? undefined : fitTwoLines(values)
  return fit === undefined ? undefined : twoLineMembers(fit, separator)
}

const SPLIT_TOLERANCE =
  'the page does not say whether the break belongs to the left line, nor where the right line counts from'

export const fitEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'series_fit_2lines_dynamic',
    page: 'series-fit-2lines-dynamic-function',
    takes: ['dynamic'],
    returns: 'dynamic',
    tolerance: SPLIT_TOLERANCE,
    run: (series) => {
      const members = twoLinesOf(series, '.')
      return members === undefined ? null : new Map(members)
    },
  }),
  nativeScalar({
    name: 'series_fit_2lines',
    page: 'series-fit-2lines-function',
    takes: ['dynamic'],
    returns: 'dynamic',
    // A tuple to the binder: the operators spread this array over its columns.
    overridesType: true,
    tolerance: SPLIT_TOLERANCE,
    run: (series) => twoLinesOf(series, '_')?.map(([, value]) => value) ?? null,
  }),
  nativeScalar({
    name: 'series_fit_line_dynamic',
    page: 'series-fit-line-dynamic-function',
    takes: ['dynamic'],
    returns: 'dynamic',
    run: (series) => {
      const members = lineOf(series)
      return members === undefined ? null : new Map(members)
    },
  }),
  nativeScalar({
    name: 'series_fit_line',
    page: 'series-fit-line-function',
    takes: ['dynamic'],
    returns: 'dynamic',
    // A tuple to the binder: the operators spread this array over its columns.
    overridesType: true,
    run: (series) => lineOf(series)?.map(([, value]) => value) ?? null,
  }),
]
