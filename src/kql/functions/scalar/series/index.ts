import type { ScalarEntry } from '../../entry.ts'
import { decomposeEntries } from './decompose.ts'
import { elementwiseEntries } from './elementwise.ts'
import { fillEntries } from './fill.ts'
import { filterEntries } from './filters.ts'
import { fitEntries } from './fit.ts'
import { fourierEntries } from './fourier.ts'
import { outlierEntries } from './outliers.ts'
import { seriesFitPoly } from './polynomial.ts'
import { reducingEntries } from './reduce.ts'
import { statsEntries } from './stats.ts'

export const seriesEntries: readonly ScalarEntry[] = [
  ...elementwiseEntries,
  ...fillEntries,
  ...filterEntries,
  ...reducingEntries,
  ...statsEntries,
  ...fitEntries,
  ...outlierEntries,
  ...decomposeEntries,
  ...fourierEntries,
  seriesFitPoly,
]
