import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  betaCdf,
  betaInv,
  betaPdf,
  erf,
  erfc,
  welchTest,
} from '../../../../src/kql/functions/scalar/numbers/special.ts'
import { testAnswers } from '../../../support/kql-answers.ts'

testAnswers('numbers', [
  ['asin(real(nan))', NaN],
  ['acos(1)', 0],
  ['degrees(pi())', 180],
  ['gamma(5)', 24],
  ['binary_and(6, 3)', 2n],
  ['binary_xor(6, 3)', 5n],
  ['binary_not(0)', -1n],
  ['binary_shift_left(1, 65)', 2n],
  ['binary_shift_right(-8, 1)', -4n],
  ['binary_shift_left(1, -1)', null],
  ['bitset_count_ones(42)', 3n],
  ['-7 % -9223372036854775808', 9223372036854775801n],
  ['-9223372036854775808 % -9223372036854775808', 0n],
  ['beta_cdf(0.25, 10001, 3)', NaN],
  ['beta_cdf(0.25, 3, 10000.5)', NaN],
  ['round(beta_cdf(0.5, 10000, 10000), 9)', 0.5],
  ['beta_pdf(0, 3, 4)', NaN],
  ['beta_pdf(1.0, 3, 4)', NaN],
  ['beta_inv(0, 3, 4)', null],
  ['beta_inv(1, 3, 4)', 1],
  ['bin_at(datetime(2017-05-17 10:20:00), 7d, datetime(2017-06-04))', '2017-05-14T00:00:00Z'],
  // The point below it lies before the year 1.
  ['bin_at(datetime(0001-01-01 05:00), 1d, datetime(2020-01-01 12:00))', null],
  ['bin_at(6.5, 2.5, 7)', 4.5],
  ['bin_at(5, 0, 1)', null],
  ['around(datetime(2020-01-01 10:00), datetime(2020-01-01 10:05), 5m)', true],
  ['around(10, 5, 4)', false],
  ['rand(1)', 0],
  ['round(7)', 7n],
  ['round(2.55, int(null))', null],
  ['round(7, int(null))', null],
  ['round(tolong("8"), 2)', 8n],
  ['round(25, -1)', 30n],
  ['round(tolong("-12349"), -2)', -12_300n],
  ['round(int(16), -1)', 20],
  ['round(9223372036854775807, -25)', 0n],
  ['round(long(null), -1)', null],
  ["convert_energy(1.2, 'Joule', 'BritishThermalUnit')", 0.0011373805443759806],
  ["convert_mass(1.2, 'Kilogram', 'Pound')", 2.6455471462185307],
  ["round(convert_speed(1.2, 'MeterPerSecond', 'CentimeterPerHour'), 6)", 432_000],
  ["convert_angle(1.2, 'Degree', 'Arcminute')", 72],
  ["convert_length(1, 'Meter', 'Parrot')", null],
  ['format_bytes(20010332, 2)', '19.08 MB'],
  ['format_bytes(564)', '564 Bytes'],
  ['format_bytes(20010332, 0, "KB")', '19541 KB'],
])

const close = (name: string, actual: number | null, expected: number): void => {
  test(`special functions: ${name}`, () => {
    assert.ok(
      actual !== null && Math.abs(actual - expected) <= 1e-12 * Math.abs(expected),
      `${actual} is not ${expected}`,
    )
  })
}

close('inverse beta', betaInv(0.1, 10, 20), 0.22641502238874897)
close('beta density', betaPdf(0.5, 10, 20), 0.746176019310951)
close('the inverse undoes the distribution', betaCdf(betaInv(0.3, 2, 5) ?? NaN, 2, 5), 0.3)
close('error function', erf(0.5), 0.5204998778130465)
close('complementary error function far out', erfc(3), 2.209049699858544e-5)
close('equal samples differ by chance', welchTest(1, 2, 10, 1, 3, 12), 1)
