import { transform, zeros } from './transform.ts'
import { mean } from './values.ts'

/**
 * Autocorrelation by lag, corrected for the overlap; all zero for a constant. By way of the Fourier transform: a hostile
 * series of a million elements must not cost its square.
 */
export function autocorrelations(values: readonly number[]): readonly number[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * values.length)))
  const series = zeros(size)
  const { real, imaginary } = series
  const center = mean(values)
  values.forEach((value, at) => (real[at] = value - center))
  transform(series)
  for (let at = 0; at < size; at++) {
    real[at] = (real[at] ?? 0) ** 2 + (imaginary[at] ?? 0) ** 2
    imaginary[at] = 0
  }
  transform(series)
  const total = real[0] ?? 0
  if (!(total > 1e-12 * size)) return values.map(() => 0)
  return values.map((_, lag) => (((real[lag] ?? 0) / total) * values.length) / (values.length - lag))
}
