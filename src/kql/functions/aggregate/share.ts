/** A part of all rows as a fraction of whole numbers. */
export interface Share {
  readonly numerator: bigint
  /** A power of ten. */
  readonly denominator: bigint
}

/** By the digits of the percentage: as doubles 0.55 * 100 is more than 55, and so the 56th of 100 rows. */
export function shareOfPercent(percent: number): Share {
  const [mantissa = '', power = '0'] = percent.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const places = fraction.length - Number(power) + 2
  const digits = BigInt(whole + fraction)
  return places >= 0
    ? { numerator: digits, denominator: 10n ** BigInt(places) }
    : { numerator: digits * 10n ** BigInt(-places), denominator: 1n }
}
