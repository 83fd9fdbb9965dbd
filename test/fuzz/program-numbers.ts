/** Expressions of ints and reals, and of what they are made into. */
import { call, chosen, comparisons, isWithin, strict, type Maker } from './program-calls.ts'
import { AGGREGATES } from './reference-aggregates.ts'
import { isExact, open, textOf, type Type, type Value } from './reference-values.ts'

const INT_LIMIT = 2n ** 31n
const asInt = (value: bigint): Value => (value >= -INT_LIMIT && value < INT_LIMIT ? value : null)

/** Of reals with few bits: what is rounded may be rounded otherwise there. */
const exact = (value: number): Value => (isExact(value) ? value : open())
const exactOf =
  (of: (...values: number[]) => number) =>
  (...values: readonly (number | bigint)[]): Value => {
    const numbers = values.map(Number)
    return numbers.every(isExact) ? exact(of(...numbers)) : open()
  }
const whole = (value: number): bigint => (Math.abs(value) < 2 ** 50 ? BigInt(Math.trunc(value)) : open())
/** Where the digit behind is five, either side is as near. */
const rounded = (value: number, digits: number): Value => {
  const shifted = Math.abs(value) * 10 ** digits
  const isHalf = Math.abs(shifted - Math.floor(shifted) - 0.5) < 1e-6
  const result = Number(value.toFixed(digits))
  return isHalf || Object.is(result, -0) || Math.abs(value) > 2 ** 30 ? open() : result
}
const floorOf = (value: number, step: number): Value => exactOf((number) => Math.floor(number / step) * step)(value)

export const NUMBER_MAKERS: Partial<Record<Type, readonly Maker[]>> = {
  int: [
    strict('int', ['long'], 'toint(#)', asInt),
    strict('int', ['long'], 'toint(# * 1000000000)', (value: bigint) => (value > -1_000_000n && value < 1_000_000n ? asInt(value * 1_000_000_000n) : open())),
    strict('int', ['real'], 'toint(#)', (value: number) => asInt(whole(value))),
    strict('int', ['int'], 'toint(tostring(#))', (value: bigint) => value),
    strict('int', ['bool'], 'toint(#)', (value: boolean) => BigInt(value)),
    call('int', ['int', 'string'], 'toint(pack_array(#, #)[0])', (value) => value),
    call('int', ['int', 'int'], 'max_of(coalesce(#, int(0)), coalesce(#, int(0)))', (one, other) => AGGREGATES.max([one ?? 0n, other ?? 0n], 'int')),
    call('int', ['int', 'int'], 'min_of(coalesce(#, int(0)), coalesce(#, int(0)))', (one, other) => AGGREGATES.min([one ?? 0n, other ?? 0n], 'int')),
  ],
  real: [
    strict('real', ['long'], 'todouble(#)', (value: bigint) => exact(Number(value))),
    strict('real', ['int'], 'toreal(#)', (value: bigint) => Number(value)),
    strict('real', ['real', 'real'], '(# + #)', exactOf((one = 0, other = 0) => one + other)),
    strict('real', ['real', 'real'], '(# - #)', exactOf((one = 0, other = 0) => one - other)),
    strict('real', ['real', 'real'], '(# * #)', exactOf((one = 0, other = 0) => one * other)),
    strict('real', ['real', 'long'], '(# - #)', exactOf((one = 0, other = 0) => one - other)),
    strict('real', ['int', 'real'], '(# + #)', exactOf((one = 0, other = 0) => one + other)),
    strict('real', ['long'], '(# / 2.0)', exactOf((value = 0) => value / 2)),
    strict('real', ['real'], '(# / 4)', exactOf((value = 0) => value / 4)),
    strict('real', ['real', 'long'], '(# / (3 + abs(#)))', (one: number, other: bigint) => (one === 0 ? open() : one / (3 + Math.abs(Number(other))))),
    strict('real', ['real'], 'abs(#)', (value: number) => Math.abs(value)),
    strict('real', ['real'], '(-#)', (value: number) => (value === 0 ? open() : -value)),
    strict('real', ['real'], 'ceiling(#)', exactOf((value = 0) => Math.ceil(value))),
    chosen([0.5, 2, 0.25], (step) => strict('real', ['real'], `bin(#, ${step.toFixed(2)})`, (value: number) => floorOf(value, step))),
    chosen([0, 1, 2], (digits) => strict('real', ['real'], `round(#, ${digits})`, (value: number) => rounded(value, digits))),
    strict('real', ['real'], 'sqrt(# * 1.0 * 4)', (value: number) => (value > 0 && isExact(value) ? Math.sqrt(value * 4) : open())),
    strict('real', ['real'], 'pow(#, 2)', exactOf((value = 0) => value ** 2)),
    strict('real', ['real'], 'todouble(tostring(#))', (value: number) => (textOf(value, 'real') === '' ? null : value)),
    call('real', ['real', 'bool'], 'todouble(pack_array(#, #)[0])', (value) => value),
    call('real', ['long', 'real'], 'toreal(bag_pack("a", #, "b", #).b)', (_, value) => value),
    call('real', ['real', 'real'], 'max_of(coalesce(#, 0.0), coalesce(#, -1.5))', (one, other) => AGGREGATES.max([one ?? 0, other ?? -1.5], 'real')),
  ],
  long: [
    strict('long', ['int'], 'tolong(#)', (value: bigint) => value),
    strict('long', ['real'], 'tolong(#)', whole),
    strict('long', ['int', 'int'], '(# + #)', (one: bigint, other: bigint) => one + other),
    strict('long', ['int', 'long'], '(# - #)', (one: bigint, other: bigint) => one - other),
    strict('long', ['int', 'int'], '(# * #)', (one: bigint, other: bigint) => one * other),
    strict('long', ['long'], '(# / 3)', (value: bigint) => value / 3n),
    strict('long', ['long'], '(# % 3)', (value: bigint) => ((value % 3n) + 3n) % 3n),
    strict('long', ['int', 'long'], '(# / #)', (one: bigint, other: bigint) => (other === 0n ? null : one / other)),
    strict('long', ['long'], 'abs(#)', (value: bigint) => (value < 0n ? -value : value)),
  ],
  string: [
    call('string', ['real'], 'tostring(#)', (value) => textOf(value, 'real')),
    call('string', ['int'], 'tostring(#)', (value) => textOf(value, 'int')),
    call('string', ['real', 'int', 'bool'], 'strcat(#, ";", #, #)', (real, int, bool) => `${textOf(real, 'real')};${textOf(int, 'int')}${textOf(bool, 'bool')}`),
  ],
  bool: [
    comparisons('int', 'int'), comparisons('real', 'real'), comparisons('int', 'long'), comparisons('real', 'long'), comparisons('int', 'real'),
    call('bool', ['int'], 'isnull(#)', (value) => value === null), call('bool', ['real'], 'isnotnull(#)', (value) => value !== null),
    call('bool', ['real'], 'coalesce(# between (-1.5 .. 2.5), false)', (value) => isWithin(value, -1.5, 2.5)),
    call('bool', ['int'], 'coalesce(# in (1, 2), false)', (value) => value === 1n || value === 2n),
    call('bool', ['long'], 'coalesce(tobool(#), false)', (value) => value !== null && value !== 0n),
  ],
} // prettier-ignore
