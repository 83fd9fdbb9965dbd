/** Complex series as two arrays of equal length, transformed in place. */
export interface Complex {
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

export const zeros = (length: number): Complex => ({
  real: new Float64Array(length),
  imaginary: new Float64Array(length),
})

/** Discrete Fourier transform of a length that is a power of two. */
export function transform({ real, imaginary }: Complex): void {
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

/** e^(−2πi·step/count), exact where the axes are. */
function root(step: number, count: number): readonly [number, number] {
  if ((4 * step) % count === 0) return QUARTERS[((4 * step) / count) % 4] ?? [1, 0]
  const angle = (2 * Math.PI * step) / count
  return [Math.cos(angle), -Math.sin(angle)]
}

const QUARTERS = [
  [1, 0],
  [0, -1],
  [-1, 0],
  [0, 1],
] as const

function butterflies(real: Float64Array, imaginary: Float64Array, half: number): void {
  for (let step = 0; step < half; step++) {
    const [cos, sin] = root(step, 2 * half)
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

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, least)))

/** Up to here the plain sum is quick enough; it rounds less. */
const MAX_PLAIN = 512

/** Discrete Fourier transform of any length, in a time that grows little faster than the length. */
export function fourier(series: Complex): Complex {
  const length = series.real.length
  if (powerOfTwo(length) !== length) return length <= MAX_PLAIN ? plain(series) : chirped(series)
  const result = { real: series.real.slice(), imaginary: series.imaginary.slice() }
  transform(result)
  return result
}

function plain({ real, imaginary }: Complex): Complex {
  const length = real.length
  const roots = Array.from({ length }, (_, step) => root(step, length))
  const result = zeros(length)
  for (let k = 0; k < length; k++) {
    let [x, y] = [0, 0]
    for (let n = 0; n < length; n++) {
      const [cos, sin] = roots[(n * k) % length] ?? [1, 0]
      const [a, b] = [real[n] ?? 0, imaginary[n] ?? 0]
      x += a * cos - b * sin
      y += a * sin + b * cos
    }
    result.real[k] = x
    result.imaginary[k] = y
  }
  return result
}

/**
 * Bluestein's way: as 2nk = n² + k² − (k − n)², the transform is a convolution with e^(iπm²/N), which goes through
 * transforms of a power of two.
 */
function chirped({ real, imaginary }: Complex): Complex {
  const length = real.length
  const size = powerOfTwo(2 * length)
  // m² taken modulo 2N first: the angle of a large square would lose its digits.
  const angle = (at: number): number => (Math.PI * Number((BigInt(at) * BigInt(at)) % BigInt(2 * length))) / length
  const chirp = Array.from({ length }, (_, at) => [Math.cos(angle(at)), Math.sin(angle(at))] as const)
  const [left, right] = [zeros(size), zeros(size)]
  chirp.forEach(([cos, sin], at) => {
    const [x, y] = [real[at] ?? 0, imaginary[at] ?? 0]
    left.real[at] = x * cos + y * sin
    left.imaginary[at] = y * cos - x * sin
    for (const place of [at, (size - at) % size]) {
      right.real[place] = cos
      right.imaginary[place] = sin
    }
  })
  const product = convolved(left, right)
  const result = zeros(length)
  chirp.forEach(([cos, sin], at) => {
    const [x, y] = [product.real[at] ?? 0, product.imaginary[at] ?? 0]
    result.real[at] = x * cos + y * sin
    result.imaginary[at] = y * cos - x * sin
  })
  return result
}

/** Circular convolution of two series whose length is a power of two. */
function convolved(left: Complex, right: Complex): Complex {
  transform(left)
  transform(right)
  const product = zeros(left.real.length)
  for (let at = 0; at < product.real.length; at++) {
    const [a, b] = [left.real[at] ?? 0, left.imaginary[at] ?? 0]
    const [c, d] = [right.real[at] ?? 0, right.imaginary[at] ?? 0]
    product.real[at] = a * c - b * d
    product.imaginary[at] = a * d + b * c
  }
  return inverse(product, transformed)
}

function transformed(series: Complex): Complex {
  transform(series)
  return series
}

/** The inverse is the transform with the parts exchanged, before and after, over the length. */
export function inverse({ real, imaginary }: Complex, run: (series: Complex) => Complex = fourier): Complex {
  const { real: backImaginary, imaginary: backReal } = run({ real: imaginary, imaginary: real })
  const scale = (values: Float64Array): Float64Array => values.map((value) => value / values.length)
  return { real: scale(backReal), imaginary: scale(backImaginary) }
}
