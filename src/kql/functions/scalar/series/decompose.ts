/** Seasonal decomposition as the pages on series_decompose, series_seasonal and series_decompose_anomalies describe it. */
import { invalid } from '../../../errors.ts'
import type { Json } from '../../../values/json.ts'
import { arg, type CallInfo, type ScalarEntry, type SqlArg } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { autocorrelations } from './autocorrelation.ts'
import { fitLine } from './fit.ts'
import { METHODS, SCORE_TOLERANCE, tukeyScores } from './outliers.ts'
import { finiteNumbers, mean, median } from './values.ts'

/** Shortest period that the service looks for; the longest is half the series. */
const MIN_PERIOD = 4

/**
 * The period whose autocorrelation is a peak and the highest, at least `threshold`; undefined without one. Of multiples
 * of a period the shortest wins unless a longer one is clearly better.
 */
export function detectPeriod(values: readonly number[], threshold: number): number | undefined {
  const longest = Math.floor(values.length / 2)
  const scores = autocorrelations(values)
  const scoreOf = (period: number): number => scores[period] ?? 0
  let best: { period: number; score: number } | undefined
  for (let period = MIN_PERIOD; period < longest; period++) {
    const score = scoreOf(period)
    const isPeak = score > scoreOf(period - 1) && score >= scoreOf(period + 1)
    if (isPeak && score >= threshold && (best === undefined || score > best.score * 1.1)) best = { period, score }
  }
  return best?.period
}

/** The median of each phase over the first `learned` values, repeated over `length`. */
export function seasonalOf(values: readonly number[], period: number, learned: number): number[] {
  const members = Array.from({ length: Math.min(period, learned) }, (): number[] => [])
  values.slice(0, learned).forEach((value, at) => members[at % period]?.push(value))
  const phases = members.map(median)
  return values.map((_, at) => phases[at % period] ?? 0)
}

export type Trend = 'avg' | 'linefit' | 'none'

export interface Decomposition {
  readonly baseline: readonly number[]
  readonly seasonal: readonly number[]
  readonly trend: readonly number[]
  readonly residual: readonly number[]
}

export interface DecomposeOptions {
  /** Bins of a season, -1: find it, 0: none. */
  readonly period: number
  readonly trend: Trend
  /** Values at the end that nothing is learned from. */
  readonly testPoints: number
  readonly threshold: number
}

function trendOf(values: readonly number[], trend: Trend, learned: number): number[] {
  const known = values.slice(0, learned)
  if (trend === 'none' || known.length === 0) return values.map(() => 0)
  if (trend === 'avg') {
    const average = mean(known)
    return values.map(() => average)
  }
  const { slope, interception } = fitLine(known)
  return values.map((_, at) => interception + slope * (at + 1))
}

/** Seasonal part first, then the trend of what is left; the rest is the residual. */
export function decompose(values: readonly number[], options: DecomposeOptions): Decomposition {
  // There are no values beyond the end, whatever a negative number of test points may mean.
  const learned = Math.min(values.length, Math.max(0, values.length - options.testPoints))
  const found = options.period === -1 ? detectPeriod(values.slice(0, learned), options.threshold) : options.period
  const seasonal = found === undefined || found <= 0 ? values.map(() => 0) : seasonalOf(values, found, learned)
  const trend = trendOf(values.map((value, at) => value - (seasonal[at] ?? 0)), options.trend, learned) // prettier-ignore
  const baseline = seasonal.map((value, at) => value + (trend[at] ?? 0))
  return { baseline, seasonal, trend, residual: values.map((value, at) => value - (baseline[at] ?? 0)) }
}

const TRENDS: readonly string[] = ['avg', 'linefit', 'none']

/** A constant argument outside the closed list is a mistake of the query. */
function checkName(args: readonly SqlArg[], index: number, known: readonly string[], info: CallInfo): void {
  const name = args[index]?.literal
  if (typeof name === 'string' && !known.includes(name)) {
    throw invalid(`${info.name} does not know "${name}"`, arg(args, index, info).span, `it takes ${known.join(', ')}`)
  }
}

const asTrend = (name: string): Trend => (name === 'linefit' || name === 'none' ? name : 'avg')

const PERIOD_TOLERANCE =
  'a season that the query does not name is found by autocorrelation: a faint one may be found here and not there, or the other way round'

const learnedOptions = (
  period: bigint | null,
  trend: string,
  testPoints: bigint | null,
  threshold: number | null,
): DecomposeOptions => ({
  period: Number(period ?? -1n),
  trend: asTrend(trend),
  testPoints: Number(testPoints ?? 0n),
  threshold: threshold ?? 0.6,
})

/** Threshold of series_seasonal's own detection. */
const SEASONAL_THRESHOLD = 0.7

// Several results are a tuple to the binder: the operators spread these arrays over its columns.
export const decomposeEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'series_seasonal',
    page: 'series-seasonal-function',
    takes: ['dynamic', 'long?', 'long?'],
    returns: 'dynamic',
    tolerance: PERIOD_TOLERANCE,
    run: (series, period, testPoints) => {
      const values = finiteNumbers(series)
      if (values === undefined) return null
      return decompose(values, learnedOptions(period, 'none', testPoints, SEASONAL_THRESHOLD)).seasonal
    },
  }),
  nativeScalar({
    name: 'series_decompose',
    page: 'series-decompose-function',
    takes: ['dynamic', 'long?', 'string?', 'long?', 'real?'],
    returns: 'dynamic',
    overridesType: true,
    tolerance: PERIOD_TOLERANCE,
    refuses: (args, info) => checkName(args, 2, TRENDS, info),
    run: (series, period, trend, testPoints, threshold) => {
      const values = finiteNumbers(series)
      if (values === undefined) return null
      const parts = decompose(values, learnedOptions(period, trend, testPoints, threshold))
      return [parts.baseline, parts.seasonal, parts.trend, parts.residual]
    },
  }),
  nativeScalar({
    name: 'series_decompose_forecast',
    page: 'series-decompose-forecast-function',
    takes: ['dynamic', 'long', 'long?', 'string?', 'real?'],
    returns: 'dynamic',
    overridesType: true,
    tolerance: PERIOD_TOLERANCE,
    refuses: (args, info) => checkName(args, 3, TRENDS, info),
    run: (series, testPoints, period, trend, threshold) => {
      const values = finiteNumbers(series)
      if (values === undefined) return null
      // Unlike its siblings a forecast follows the line unless told.
      const options = learnedOptions(period, trend === '' ? 'linefit' : trend, testPoints, threshold)
      const parts = decompose(values, options)
      return [parts.baseline, parts.seasonal, parts.trend, parts.residual]
    },
  }),
  nativeScalar({
    name: 'series_decompose_anomalies',
    page: 'series-decompose-anomalies-function',
    takes: ['dynamic', 'real?', 'long?', 'string?', 'long?', 'string?', 'real?'],
    returns: 'dynamic',
    overridesType: true,
    tolerance: `${PERIOD_TOLERANCE}; ${SCORE_TOLERANCE}`,
    refuses: (args, info) => {
      checkName(args, 3, TRENDS, info)
      checkName(args, 5, Object.keys(METHODS), info)
    },
    run: (series, threshold, period, trend, testPoints, method, seasonalityThreshold) => {
      const values = finiteNumbers(series)
      if (values === undefined) return null
      return anomalies(
        values,
        threshold ?? 1.5,
        learnedOptions(period, trend, testPoints, seasonalityThreshold),
        method,
      )
    },
  }),
]

/** Flags (-1, 0, 1), scores and the baseline. */
export function anomalies(
  values: readonly number[],
  threshold: number,
  options: DecomposeOptions,
  method: string,
): Json {
  const { baseline, residual } = decompose(values, options)
  const [low, high] = method === 'tukey' ? METHODS.tukey : METHODS.ctukey
  const scores = tukeyScores(residual, low, high)
  const flags = scores.map((score) => (score > threshold ? 1n : score < -threshold ? -1n : 0n))
  return [flags, scores, baseline]
}
