import type { Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { deviation, finiteNumbers, mean, sum } from './values.ts'

/** Least-squares line over the positions 0, 1, 2 … Variances are the sample's (n − 1), as the pages' outputs show. */
export interface LineFit {
  readonly rsquare: number
  readonly slope: number
  readonly variance: number
  readonly rvariance: number
  readonly interception: number
  readonly line: readonly number[]
}

export function fitLine(values: readonly number[]): LineFit {
  const [center, middle] = [mean(values), (values.length - 1) / 2]
  const spread = sum(values.map((_, at) => (at - middle) ** 2))
  const slope = spread === 0 ? 0 : sum(values.map((value, at) => (at - middle) * (value - center))) / spread
  const interception = center - slope * middle
  const line = values.map((_, at) => interception + slope * at)
  return { slope, interception, line, ...quality(values, line) }
}

interface Quality {
  readonly rsquare: number
  readonly variance: number
  readonly rvariance: number
}

function quality(values: readonly number[], line: readonly number[]): Quality {
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

/** The split into two lines with the least residue; the right line's interception is the one at the split. */
export function fitTwoLines(values: readonly number[]): TwoLines | undefined {
  let best: TwoLines | undefined
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

export const fitEntries: readonly ScalarEntry[] = [
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
