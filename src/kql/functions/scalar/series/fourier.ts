import { REFUSAL } from '../../../errors.ts'
import { text } from '../../../sql/build.ts'
import { isArray, type Json } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { fourier, inverse, type Complex } from './transform.ts'
import { finiteNumbers } from './values.ts'

/** Stands for the imaginary parts where they are left out; no series is this. */
const ALL_REAL = false

/** The pages say nothing of elements that are no numbers, of series of different lengths and of empty ones. */
function partsOf(name: string, real: Json, imaginary: Json): Complex {
  const left = finiteNumbers(real)
  if (left === undefined || left.length === 0) throw new Error(`${REFUSAL}${name} of anything but a series of numbers`)
  const right = imaginary === ALL_REAL ? left.map(() => 0) : finiteNumbers(imaginary)
  if (right?.length !== left.length) throw new Error(`${REFUSAL}${name} of imaginary parts that do not fit the real ones`) // prettier-ignore
  return { real: Float64Array.from(left), imaginary: Float64Array.from(right) }
}

/** Without negative zeros. */
const elements = (values: Float64Array): Json => Array.from(values, (value) => value + 0)

function transformEntry(name: 'series_fft' | 'series_ifft', run: (series: Complex) => Complex): ScalarEntry {
  return nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['dynamic', 'dynamic'],
    defaults: { 1: text(String(ALL_REAL)) },
    returns: 'dynamic',
    // A tuple to the binder: the operators spread this array over its columns.
    overridesType: true,
    tolerance: 'an element that should be 0 may be as small as the rounding of the sum leaves it',
    run: (real, imaginary) => {
      if (!isArray(real)) return null
      const result = run(partsOf(name, real, imaginary))
      return [elements(result.real), elements(result.imaginary)]
    },
  })
}

export const fourierEntries: readonly ScalarEntry[] = [
  transformEntry('series_fft', (series) => fourier(series)),
  transformEntry('series_ifft', (series) => inverse(series)),
]
