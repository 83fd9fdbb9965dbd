import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { betaCdf, betaInv, betaPdf, erf, erfc, welchTest } from './special.ts'

const betaEntry = (name: string, run: (x: number, a: number, b: number) => number | null): ScalarEntry =>
  nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['real', 'real', 'real'],
    returns: 'real',
    run: (x, a, b) => run(x ?? NaN, a ?? NaN, b ?? NaN),
  })

const errorEntry = (name: string, run: (x: number) => number): ScalarEntry =>
  nativeScalar({ name, page: `${name}-function`, takes: ['real'], returns: 'real', run: (x) => run(x ?? NaN) })

export const statisticsEntries: readonly ScalarEntry[] = [
  betaEntry('beta_cdf', betaCdf),
  betaEntry('beta_pdf', betaPdf),
  betaEntry('beta_inv', betaInv),
  errorEntry('erf', erf),
  errorEntry('erfc', erfc),
  nativeScalar({
    name: 'welch_test',
    page: 'welch-test-function',
    takes: ['real', 'real', 'real', 'real', 'real', 'real'],
    returns: 'real',
    run: (...values) => {
      const [mean1 = 0, variance1 = 0, count1 = 0, mean2 = 0, variance2 = 0, count2 = 0] = values.map(Number)
      return welchTest(mean1, variance1, count1, mean2, variance2, count2)
    },
  }),
]
