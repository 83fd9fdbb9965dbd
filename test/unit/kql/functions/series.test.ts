import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anomalies, detectPeriod } from '../../../../src/kql/functions/scalar/series/decompose.ts'
import { fitTwoLines } from '../../../../src/kql/functions/scalar/series/fit.ts'
import { fitPolynomial } from '../../../../src/kql/functions/scalar/series/polynomial.ts'
import { fourier, inverse, type Complex } from '../../../../src/kql/functions/scalar/series/transform.ts'
import { testAnswers } from '../../../support/kql-answers.ts'

testAnswers('series', [
  ['series_add(dynamic([1, 2, "x"]), dynamic([10, 20]))', '[11,22,null]'],
  ['series_divide(dynamic([1, 2, 4]), dynamic([4, 2, 1]))', '[0.25,1.0,4.0]'],
  ['series_multiply(10, dynamic([1, null]))', '[10,null]'],
  ['series_greater(dynamic([1, 2, 4]), dynamic([4, 2, 1]))', '[false,false,true]'],
  ['series_sign(dynamic([-6, 0, 8.5]))', '[-1,0,1.0]'],
  ['series_fill_forward(dynamic([null, 36, null, 5]))', '[null,36,36,5]'],
  ['series_fill_backward(dynamic([0, 36, 0]), 0)', '[36,36,0]'],
  ['series_fill_const(dynamic([1, null, 2]), 7)', '[1,7,2]'],
  ['series_fill_linear(dynamic([null, 111, null, 36, null]))', '[111,111,73,36,36]'],
  ['series_fill_linear(dynamic([null, 1.0, null, 2.0]), double(null), false)', '[null,1.0,1.5,2.0]'],
  ['series_fill_linear(dynamic([null, null]), double(null), true, 3.5)', '[3.5,3.5]'],
  ['series_fill_linear(dynamic([null, null]), double(null), true, double(null))', '[null,null]'],
  ['series_fill_linear(dynamic([null, null]))', '[0.0,0.0]'],
  ['series_fill_const(dynamic([1, null]), real(null))', '[1,null]'],
  ['series_fill_const(dynamic([1, 0]), int(null), 0)', '[1,null]'],
  ['series_fill_const(dynamic([1, null]))', '[1,0]'],
  // What one function gives beyond the numbers of JSON, another one reads.
  ['series_add(series_divide(dynamic([1, -1, 0, 6]), dynamic([0, 0, 0, 2])), 1)', '["inf","-inf","NaN",4.0]'],
  ['series_greater(series_exp(dynamic([1000])), dynamic([1]))', '[true]'],
  ['series_abs(series_divide(dynamic([-1]), dynamic([0])))', '["inf"]'],
  ['series_fir(dynamic([0, 10, 20]), dynamic([1, -1]), false)', '[0.0,10.0,10.0]'],
  ['series_fir(dynamic([3, 3, 3]), dynamic([1, 1, 1]), true, true)', '[2.0,3.0,2.0]'],
  ['series_fir(dynamic([1]), dynamic([1, -1]), true)', null],
  ['series_iir(dynamic([10, 30, 0]), dynamic([1]), dynamic([1, -1]))', '[10.0,40.0,40.0]'],
  ['series_dot_product(dynamic([1, 2, 4]), dynamic([4, 2, 1]))', 12],
  ['series_dot_product(dynamic([1, 2, 4]), dynamic([3]))', 3],
  ['series_dot_product(dynamic([1, "x", 4]), dynamic([3, 5, 2]))', 11],
  ['series_dot_product(dynamic([]), dynamic([3]))', null],
  ['series_dot_product(2, dynamic([3, 4]))', 14],
  ['series_cosine_similarity(dynamic([6, 8, 1]), dynamic([3, 4]))', 1],
  ['series_pearson_correlation(dynamic([1, 2, 3]), dynamic([1, 2]))', null],
  ['series_magnitude(dynamic([3, 4]))', 5],
  ['series_magnitude(dynamic([3, null, "x", 4]))', 5],
  ['series_magnitude(dynamic([]))', null],
  ['series_magnitude(dynamic([1, "-inf"]))', Infinity],
  ['series_magnitude(dynamic(5))', null],
  ['series_cosine_similarity(dynamic([0, 1]), dynamic([0, 2]))', 1],
  ['series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6]))', 1],
  ['series_stats_dynamic(dynamic([23, 46, 23, 87, 4, 8, 3, 75, 2, 56, 13, 75, 32, 16, 29])).avg', '32.8'],
  ['series_stats_dynamic(dynamic([1, null]))', null],
  [
    'round(todouble(series_fit_line_dynamic(dynamic([2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30])).interception), 3)',
    -1.667,
  ],
  ['series_outliers(dynamic([1, 1, 2, 2, 3, 3, 100]))', '[0.0,0.0,0.0,0.0,0.0,0.0,1.4264705882352922]'],
  [
    'series_seasonal(dynamic([1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6]), 3)',
    '[1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5]',
  ],
  ['toscalar(print y = dynamic([1, 2, 3, 4]) | project series_fft(y))', '[10.0,-2.0,-2.0,-2.0]'],
  ['toscalar(print y = dynamic([1, 2, 3, 4]) | extend (re, im) = series_fft(y) | project im)', '[0.0,2.0,0.0,-2.0]'],
  ['toscalar(print y = dynamic(null) | extend (re, im) = series_fft(y) | project re)', null],
])

test('the page of series_seasonal: periods that are found and one that is too short', () => {
  const rows: readonly (readonly [readonly number[], number | undefined])[] = [
    [[2, 5, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1], 6],
    [[8, 12, 14, 12, 10, 10, 12, 14, 12, 10, 10, 12, 14, 12, 10, 10, 12, 14, 12, 10], 5],
    [[1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6], undefined],
  ]
  for (const [values, period] of rows) assert.equal(detectPeriod(values, 0.7), period)
})

test('a single spike is flagged once', () => {
  const options = { period: -1, trend: 'avg', testPoints: 0, threshold: 0.6 } as const
  const [flags] = anomalies([1, 2, 1, 2, 1, 2, 50, 1, 2, 1], 1.5, options, '') as readonly unknown[]
  assert.deepEqual(flags, [0n, 0n, 0n, 0n, 0n, 0n, 1n, 0n, 0n, 0n])
})

test('two lines meet where the trend breaks', () => {
  const fit = fitTwoLines([1, 2, 3, 4, 10, 9, 8, 7])
  assert.equal(fit?.split, 4)
  assert.ok(Math.abs((fit?.right.slope ?? 0) + 1) < 1e-12)
})

/** Of lengths that are powers of two, short and long. */
const LENGTHS = [1, 2, 3, 16, 60, 168, 777, 1024]

const waves = (length: number): Complex => ({
  real: Float64Array.from({ length }, (_, at) => Math.sin(at) + (at % 7)),
  imaginary: Float64Array.from({ length }, (_, at) => Math.cos(at * 3) - (at % 5)),
})

const near = (left: number, right: number, scale: number): boolean => Math.abs(left - right) <= 1e-12 * scale

test('the Fourier transform is the sum of its definition, whatever the length', () => {
  for (const length of LENGTHS) {
    const { real, imaginary } = waves(length)
    const result = fourier({ real, imaginary })
    for (const k of [0, 1, Math.floor(length / 3), length - 1]) {
      let [x, y] = [0, 0]
      for (let n = 0; n < length; n++) {
        const angle = (-2 * Math.PI * ((k * n) % length)) / length
        x += (real[n] ?? 0) * Math.cos(angle) - (imaginary[n] ?? 0) * Math.sin(angle)
        y += (real[n] ?? 0) * Math.sin(angle) + (imaginary[n] ?? 0) * Math.cos(angle)
      }
      const at = k % length
      assert.ok(near(result.real[at] ?? NaN, x, length * 10), `real part ${k} of ${length}`)
      assert.ok(near(result.imaginary[at] ?? NaN, y, length * 10), `imaginary part ${k} of ${length}`)
    }
  }
})

test('the inverse transform gives the series back', () => {
  for (const length of LENGTHS) {
    const series = waves(length)
    const back = inverse(fourier(series))
    assert.ok(
      series.real.every((value, at) => near(value, back.real[at] ?? NaN, 100)),
      `real parts of ${length}`,
    )
    assert.ok(series.imaginary.every((value, at) => near(value, back.imaginary[at] ?? NaN, 100)))
  }
})

test('a polynomial is found from its values, in whatever order, and a poor fit is the one of least squares', () => {
  const xs = [3, -1, 0.5, 2, -2.25, 1]
  const cubic = fitPolynomial(xs, xs.map((x) => 2 * x ** 3 - x + 5), 3) ?? [] // prettier-ignore
  assert.deepEqual(cubic.map((value) => Math.round(value * 1e9) / 1e9), [5, -1, 0, 2]) // prettier-ignore
  const parabola = fitPolynomial([0, 1, 2, 3], [1, 0, 0, 3], 2) ?? []
  assert.deepEqual(parabola.map((value) => Math.round(value * 1e9) / 1e9), [1.1, -2.4, 1]) // prettier-ignore
})

test('a polynomial that the points do not fix, or that rounding decides, is not answered', () => {
  assert.equal(fitPolynomial([1, 1, 2], [1, 2, 3], 2), undefined)
  const xs = Array.from({ length: 300 }, (_, at) => 1e9 + at)
  assert.equal(fitPolynomial(xs, xs.map((x) => x % 17), 4), undefined) // prettier-ignore
})
