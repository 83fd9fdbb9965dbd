import { invalid } from '../../../errors.ts'
import { isArray, type Json } from '../../../values/json.ts'
import { arg, type ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { numberOf, percentile } from './values.ts'

export const METHODS = { tukey: [25, 75], ctukey: [10, 90] } as const

/** How many inter-percentile ranges a value lies beyond the nearer percentile: Tukey's fences. Nulls score 0. */
export function tukeyScores(values: readonly (number | null)[], low: number, high: number): number[] {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return values.map(() => 0)
  const [bottom, top] = [percentile(known, low), percentile(known, high)]
  return values.map((value) => {
    if (value === null || (value >= bottom && value <= top)) return 0
    return (value - (value > top ? top : bottom)) / (top - bottom)
  })
}

/** The percentiles are interpolated linearly; the reference does not say how the service takes them. */
export const SCORE_TOLERANCE = 'scores near the percentiles may differ by the way these are interpolated'

export const outlierEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'series_outliers',
    page: 'series-outliers-function',
    takes: ['dynamic', 'string?', 'real?', 'real?', 'real?'],
    returns: 'dynamic',
    tolerance: SCORE_TOLERANCE,
    refuses: (args, info) => {
      const kind = args[1]?.literal
      if (kind !== undefined && kind !== '' && (typeof kind !== 'string' || !(kind in METHODS))) {
        throw invalid(
          `series_outliers does not know the kind "${String(kind)}"`,
          arg(args, 1, info).span,
          'use "tukey" or "ctukey"',
        )
      }
    },
    run: (series, kind, ignored, low, high) => {
      if (!isArray(series)) return null
      const values = series.map((value: Json) => (numberOf(value) === ignored ? null : numberOf(value)))
      const [bottom, top] = kind === 'tukey' ? METHODS.tukey : [low ?? METHODS.ctukey[0], high ?? METHODS.ctukey[1]]
      return tukeyScores(values, bottom, top)
    },
  }),
]
