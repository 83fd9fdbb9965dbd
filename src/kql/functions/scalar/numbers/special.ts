/** Special functions of statistics, to about 14 digits. */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] // prettier-ignore

/** Logarithm of the gamma function for positive arguments (Lanczos, g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x)
  const [first = 0, ...terms] = LANCZOS
  const sum = terms.reduce((total, term, at) => total + term / (x + at), first)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

const TINY = 1e-300
const EPSILON = 1e-16

/** Continued fraction of the incomplete beta function by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < EPSILON) break
  }
  return result
}

/** Regularized incomplete beta function for 0 ≤ x ≤ 1 and positive parameters. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b
}

const isPositive = (a: number, b: number): boolean => a > 0 && b > 0

/** Of beta_cdf() alone, as its page has it. */
const LARGEST_PARAMETER = 10_000

/** NaN outside 0 to 1 and for parameters that are not positive, or too large. */
export function betaCdf(x: number, a: number, b: number): number {
  if (!isPositive(a, b) || Math.max(a, b) > LARGEST_PARAMETER) return NaN
  return x >= 0 && x <= 1 ? incompleteBeta(x, a, b) : NaN
}

/** NaN at 0 and 1, outside of them, and for parameters that are not positive. */
export function betaPdf(x: number, a: number, b: number): number {
  if (!isPositive(a, b) || !(x > 0 && x < 1)) return NaN
  return Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x))
}

/**
 * NaN for parameters that are not positive, null for a probability above 1 (recorded: docs/beta-inv-function-00), and so
 * for one of 0 and less, which the page puts with it.
 */
export function betaInv(p: number, a: number, b: number): number | null {
  if (!(p > 0 && p <= 1)) return null
  if (!isPositive(a, b)) return NaN
  let [low, high] = [0, 1]
  // The function grows, so halving finds the root; 1100 steps reach the smallest double.
  for (let step = 0; step < 1_100 && low < high; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (incompleteBeta(middle, a, b) < p) low = middle
    else high = middle
  }
  return p === 1 ? 1 : (low + high) / 2
}

/** Regularized upper incomplete gamma function of 1/2: a series below 1.5, a continued fraction above. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x)
  const square = x * x
  if (square < 1.5) return 1 - erfSeries(x)
  if (square > 745) return 0
  let b = square + 0.5
  let c = 1 / TINY
  let d = 1 / b
  let h = d
  for (let i = 1; i < 1_000; i++) {
    const an = -i * (i - 0.5)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    h *= d * c
    if (Math.abs(d * c - 1) < EPSILON) break
  }
  return (Math.exp(-square) * x * h) / Math.sqrt(Math.PI)
}

function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; n < 200 && Math.abs(term) > EPSILON * Math.abs(sum); n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

export function erf(x: number): number {
  return x * x < 1.5 ? erfSeries(x) : 1 - erfc(x)
}

/** Two-sided p-value of Welch's t-test; NaN where a variance or count does not allow one. */
export function welchTest(
  mean1: number,
  variance1: number,
  count1: number,
  mean2: number,
  variance2: number,
  count2: number,
): number {
  const [v1, v2] = [variance1 / count1, variance2 / count2]
  const t = (mean1 - mean2) / Math.sqrt(v1 + v2)
  const freedom = (v1 + v2) ** 2 / (v1 ** 2 / (count1 - 1) + v2 ** 2 / (count2 - 1))
  if (!Number.isFinite(t) || !(freedom > 0)) return NaN
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
}
