/** Recorded cases whose answer differs, with the reason; the ids are those of test/conformance/kql-cases.baseline.json. */
export const WRONG_CASES = {
  'docs/functions-library/factorial-fl-t03':
    'The service computes gamma() with an error in the last digit, which its conversion to a whole number makes visible: 10! is 3628799 there, 3628800 here.',
}

/** Decisions on how values are kept, and what follows from them. */
export const REPRESENTATION = [
  [
    '`datetime`, `timespan`',
    'Ticks of 100 ns in 64 bits, from year 1 to 9999, as in the service. Arithmetic beyond these years gives null.',
  ],
  ['`string`', 'Never null: what has no value is the empty string, as in the service.'],
  [
    '`dynamic`',
    'JSON text. Whole numbers are longs of 64 bits, others reals. A real that was read from JSON with more than 15 digits may come back from `tostring()` with another last digit than the service prints.',
  ],
  ['`real`', 'IEEE 754 doubles; text has the digits that the service prints (0.1 + 0.2 is 0.30000000000000007).'],
  [
    '`decimal`',
    '38 digits, 18 of them after the point; the service keeps 34 significant digits. Values of 10^20 and more are refused.',
  ],
  ['`long`, `int`', 'Wrap around, as in the service; int + int is long.'],
  [
    'Text operators',
    '`has` and its kin look for terms: runs of letters and digits of any script. Case is folded by Unicode simple mapping.',
  ],
  [
    'Patterns',
    'RE2, in linear time. Look-arounds and back references are refused, as by the service. `\\d`, `\\w` and `\\s` know all scripts.',
  ],
  [
    'Order of rows',
    'Rows without `sort` have no promised order, here as there. `take` and `any` may choose other rows than the service.',
  ],
]
