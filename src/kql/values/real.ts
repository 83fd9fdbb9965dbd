/**
 * A real as Kusto prints it (`tostring`, dynamic): plain up to 15 digits before the point and down to 0.0001, else with
 * an exponent (`1E+15`, `1E-05`); always marked as real (`1.0`).
 */
export function formatReal(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  const { digits, exponent } = digitsOf(size)
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) {
    const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`
    return `${sign}${mantissa}E${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** `digits` with the point after the first, times 10^exponent. */
interface Decimal {
  readonly digits: string
  readonly exponent: number
}

/** Any decimal of so few digits lies alone between two doubles. */
const UNAMBIGUOUS = 15

/**
 * The fewest digits that read back as the same double. Where several such decimals have the same length, JavaScript (and
 * .NET) take the nearest, but Kusto the largest, as a Grisu algorithm does that cuts the upper bound and never rounds:
 * `0.1 + 0.2` is 0.30000000000000007 (recorded: r2-type-casts-coercion/0023; docs/geo-polygon-densify-function-01 has
 * the double below 10 as 9.999999999999999).
 */
function digitsOf(size: number): Decimal {
  const [mantissa = '', power = '0'] = size.toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const exponent = Number(power)
  if (digits.length <= UNAMBIGUOUS) return { digits, exponent }
  return { digits: largestByReading(size, digits, exponent) ?? largestByBounds(size, digits, exponent), exponent }
}

/** From here on a decimal of 17 digits may lie exactly between two doubles, and which of them reading it gives says nothing. */
const TIES = 2 ** 51
/** Below it doubles have fewer digits. */
const WHOLE_DOUBLES = 1e-290
/** A double has some twenty decimals of 17 digits at most, so more than the last digits seldom change. */
const CHANGING = 4

/** By reading the decimals above, which takes a third of the time; undefined where that tells nothing. */
function largestByReading(size: number, digits: string, exponent: number): string | undefined {
  if (size >= TIES || size < WHOLE_DOUBLES) return undefined
  const head = digits.slice(0, -CHANGING)
  const power = `e${exponent - digits.length + 1}`
  let largest = digits
  for (let tail = Number(digits.slice(-CHANGING)) + 1; tail < 10 ** CHANGING; tail++) {
    const next = head + String(tail).padStart(CHANGING, '0')
    if (Number(next + power) !== size) return largest
    largest = next
  }
  return undefined
}

function largestByBounds(size: number, digits: string, exponent: number): string {
  const { low, high, scale } = bounds(size)
  for (let length = digits.length; ; length++) {
    // The largest decimal of this length below the upper bound.
    const shift = length - 1 - exponent
    const [up, down] = shift >= 0 ? [10n ** BigInt(shift), scale] : [1n, scale * 10n ** BigInt(-shift)]
    const cut = (high * up - 1n) / down
    if (cut * down >= low * up) return String(cut)
  }
}

/** Halfway to the neighbours below and above: `low / scale` and `high / scale`. */
function bounds(size: number): { readonly low: bigint; readonly high: bigint; readonly scale: bigint } {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, size)
  const raw = bits.getBigUint64(0)
  const [field, fraction] = [Number(raw >> 52n), raw & ((1n << 52n) - 1n)]
  const significand = field === 0 ? fraction : fraction | (1n << 52n)
  // In quarters of the last place, because below a power of two the neighbour is half as far.
  const quarters = Math.max(field, 1) - 1075 - 2
  const [factor, scale] = quarters >= 0 ? [1n << BigInt(quarters), 1n] : [1n, 1n << BigInt(-quarters)]
  const isPower = fraction === 0n && field > 1
  return { low: (significand * 4n - (isPower ? 1n : 2n)) * factor, high: (significand * 4n + 2n) * factor, scale }
}
