/**
 * Sines and arc tangents whose last digit is right. V8's own are off by one there now and then, and coordinates that went to
 * the sphere and back are printed with all digits: those of the service are right (recorded: docs/geo-line-densify-function-01).
 * Numbers with 120 binary digits after the point, as bigints; about 20 µs each.
 */
const BITS = 120n
/** What a double near 1 has of them, and then some; more would not fit a double's exponent as a whole number. */
const FROM_DOUBLE = 110

const toFixed = (value: number): bigint => BigInt(Math.trunc(value * 2 ** FROM_DOUBLE)) << (BITS - BigInt(FROM_DOUBLE))
/** `Number` of a bigint is the nearest double. */
const toDouble = (value: bigint): number => Number(value) / 2 ** Number(BITS)

interface SineAndCosine {
  readonly sine: bigint
  readonly cosine: bigint
}

function series(angle: bigint): SineAndCosine {
  let [sine, cosine, term] = [0n, 0n, 1n << BITS]
  for (let power = 0n; term !== 0n; power++) {
    const signed = power % 4n < 2n ? term : -term
    if (power % 2n === 0n) cosine += signed
    else sine += signed
    term = ((term * angle) >> BITS) / (power + 1n)
  }
  return { sine, cosine }
}

/** Of an angle in radians, of at most a few turns. */
export function sineAndCosine(angle: number): { readonly sine: number; readonly cosine: number } {
  const { sine, cosine } = series(toFixed(Math.abs(angle)))
  return { sine: Math.sign(angle) * toDouble(sine), cosine: toDouble(cosine) }
}

/** Of the coordinates of a point at most 1 away, and not at the origin. */
export function arcTangent(y: number, x: number): number {
  const near = Math.atan2(y, x)
  const { sine, cosine } = series(toFixed(Math.abs(near)))
  const [across, along] = [toFixed(Math.abs(y)), toFixed(x)]
  // What is left is so small that it equals its tangent.
  const rest = ((across * cosine - along * sine) << BITS) / (along * cosine + across * sine)
  return (y < 0 ? -1 : 1) * toDouble(toFixed(Math.abs(near)) + rest)
}
