import { invalid, REFUSAL } from '../../../errors.ts'
import { long, text } from '../../../sql/build.ts'
import { isArray, type Json } from '../../../values/json.ts'
import { nativeScalar } from '../native.ts'
import { quality } from './fit.ts'
import { finiteNumbers, sum } from './values.ts'

type Matrix = readonly (readonly number[])[]

const powers = (xs: readonly number[], degree: number): number[][] =>
  xs.map((x) => Array.from({ length: degree + 1 }, (_, power) => x ** power))

/** Lowest power first. */
const valueAt = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((total, coefficient) => total * x + coefficient, 0)

/** Solves `rows · x = right` for an upper triangle. */
function backSubstituted(rows: Matrix, right: readonly number[]): number[] {
  const solution = new Array<number>(rows.length).fill(0)
  for (let at = rows.length - 1; at >= 0; at--) {
    const known = sum(solution.map((value, column) => (column > at ? value * (rows[at]?.[column] ?? 0) : 0)))
    solution[at] = ((right[at] ?? 0) - known) / (rows[at]?.[at] ?? 0)
  }
  return solution
}

/** Least squares by orthogonal columns (modified Gram-Schmidt, each column cleared twice). */
function byOrthogonalColumns(rows: Matrix, ys: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0
  const product = (a: readonly number[], b: readonly number[]): number =>
    sum(a.map((value, at) => value * (b[at] ?? 0)))
  const basis: number[][] = []
  const triangle = Array.from({ length: width }, () => new Array<number>(width).fill(0))
  for (let column = 0; column < width; column++) {
    let rest = rows.map((row) => row[column] ?? 0)
    for (const _again of [1, 2]) {
      basis.forEach((unit, at) => {
        const share = product(unit, rest)
        const row = triangle[at] ?? []
        row[column] = (row[column] ?? 0) + share
        rest = rest.map((value, place) => value - share * (unit[place] ?? 0))
      })
    }
    const size = Math.sqrt(product(rest, rest))
    const row = triangle[column] ?? []
    row[column] = size
    basis.push(rest.map((value) => value / size))
  }
  return backSubstituted(triangle, basis.map((unit) => product(unit, ys))) // prettier-ignore
}

/** Least squares by the normal equations, by elimination. */
function byNormalEquations(rows: Matrix, ys: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0
  const sumOf = (left: number, right: number): number => sum(rows.map((row) => (row[left] ?? 0) * (row[right] ?? 0)))
  const system = Array.from({ length: width }, (_, at) => [
    ...Array.from({ length: width }, (__, column) => sumOf(at, column)),
    sum(rows.map((row, place) => (row[at] ?? 0) * (ys[place] ?? 0))),
  ])
  system.forEach((pivot, at) => {
    for (const row of system.slice(at + 1)) {
      const factor = (row[at] ?? 0) / (pivot[at] ?? 0)
      row.forEach((value, column) => (row[column] = value - factor * (pivot[column] ?? 0)))
    }
  })
  return backSubstituted(system, system.map((row) => row[width] ?? 0)) // prettier-ignore
}

/** Far below what two answers may differ by to count as the same. */
const AGREEMENT = 1e-7
/** What a coefficient adds to the values, against the largest of such parts, below which it is rounding. */
const NOISE = 1e-9

function agree(left: readonly number[], right: readonly number[], scale: readonly number[]): boolean {
  const size = Math.max(...left.map((value, at) => Math.abs(value) * (scale[at] ?? 1)))
  return left.every((value, at) => {
    const apart = Math.abs(value - (right[at] ?? 0))
    return apart <= AGREEMENT * Math.abs(value) || apart * (scale[at] ?? 1) <= NOISE * size
  })
}

/**
 * Coefficients of the polynomial with the least squares, lowest power first. Undefined where two ways to compute them
 * differ: there the answer depends on the service's own way, which is not known.
 */
export function fitPolynomial(xs: readonly number[], ys: readonly number[], degree: number): number[] | undefined {
  if (new Set(xs).size <= degree) return undefined
  const rows = powers(xs, degree)
  const [precise, plain] = [byOrthogonalColumns(rows, ys), byNormalEquations(rows, ys)]
  const reach = Math.max(...xs.map(Math.abs))
  const scale = precise.map((_, power) => reach ** power)
  return precise.every(Number.isFinite) && agree(precise, plain, scale) ? precise : undefined
}

const NO_SERIES = false
const MAX_DEGREE = 100n
/** Powers of all positions together: time and memory grow with them. */
const MAX_POWERS = 2_000_000

function fitted(series: Json, positions: Json, degree: bigint): Json {
  const refuse = (what: string): never => {
    throw new Error(`${REFUSAL}series_fit_poly ${what}`)
  }
  const ys = finiteNumbers(series) ?? refuse('of a series with elements that are no numbers')
  const xs = positions === NO_SERIES ? ys.map((_, at) => at + 1) : finiteNumbers(positions)
  if (xs?.length !== ys.length) return refuse('of two series that do not fit')
  if (degree < 1n || degree > MAX_DEGREE) return refuse(`of degree ${degree}`)
  if (ys.length * (Number(degree) + 1) > MAX_POWERS) return refuse('of so long a series')
  const coefficients =
    fitPolynomial(xs, ys, Number(degree)) ?? refuse('where the coefficients depend on the way they are computed')
  const line = xs.map((x) => valueAt(x, coefficients))
  const { rsquare, variance, rvariance } = quality(ys, line)
  return [rsquare, coefficients.toReversed(), variance, rvariance, line]
}

export const seriesFitPoly = nativeScalar({
  name: 'series_fit_poly',
  page: 'series-fit-poly-function',
  takes: ['dynamic', 'dynamic', 'long'],
  defaults: { 1: text(String(NO_SERIES)), 2: long(1) },
  returns: 'dynamic',
  // A tuple to the binder: the operators spread this array over its columns.
  overridesType: true,
  // The binder wants an int for the degree, where the page itself gives a long; its word on the others is good.
  refuses: (args, info) => {
    const isFitting = args.every(({ type }, index) => (index < 2 ? type === 'dynamic' : type === 'int' || type === 'long')) // prettier-ignore
    if (!isFitting) throw invalid('series_fit_poly takes two series and a whole number', info.span)
  },
  run: (series, positions, degree) => (isArray(series) && degree !== null ? fitted(series, positions, degree) : null),
})
