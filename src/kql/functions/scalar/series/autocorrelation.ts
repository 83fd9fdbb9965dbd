import { mean } from './values.ts'

/** In-place Fourier transform of a length that is a power of two. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let at = 1, mirrored = 0; at < size; at++) {
    let bit = size >> 1
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit
    mirrored ^= bit
    if (at >= mirrored) continue
    const [a, b] = [real[at] ?? 0, imaginary[at] ?? 0]
    real[at] = real[mirrored] ?? 0
    imaginary[at] = imaginary[mirrored] ?? 0
    real[mirrored] = a
    imaginary[mirrored] = b
  }
  for (let half = 1; half < size; half *= 2) butterflies(real, imaginary, half)
}

function butterflies(real: Float64Array, imaginary: Float64Array, half: number): void {
  for (let step = 0; step < half; step++) {
    const [cos, sin] = [Math.cos((-Math.PI * step) / half), Math.sin((-Math.PI * step) / half)]
    for (let low = step; low < real.length; low += 2 * half) {
      const high = low + half
      const [a, b] = [real[high] ?? 0, imaginary[high] ?? 0]
      const [x, y] = [a * cos - b * sin, a * sin + b * cos]
      real[high] = (real[low] ?? 0) - x
      imaginary[high] = (imaginary[low] ?? 0) - y
      real[low] = (real[low] ?? 0) + x
      imaginary[low] = (imaginary[low] ?? 0) + y
    }
  }
}

/**
 * Autocorrelation by lag, corrected for the overlap; all zero for a constant. By way of the Fourier transform: a hostile
 * series of a million elements must not cost its square.
 */
export function autocorrelations(values: readonly number[]): readonly number[] {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * values.length)))
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)]
  const center = mean(values)
  values.forEach((value, at) => (real[at] = value - center))
  transform(real, imaginary)
  for (let at = 0; at < size; at++) {
    real[at] = (real[at] ?? 0) ** 2 + (imaginary[at] ?? 0) ** 2
    imaginary[at] = 0
  }
  transform(real, imaginary)
  const total = real[0] ?? 0
  if (!(total > 1e-12 * size)) return values.map(() => 0)
  return values.map((_, lag) => (((real[lag] ?? 0) / total) * values.length) / (values.length - lag))
}
