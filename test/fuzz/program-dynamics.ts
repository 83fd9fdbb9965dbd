/** Expressions of arrays and bags, and of what is read of them. */
import { call, chosen, oneOf, strict, type Maker } from './program-calls.ts'
import {
  array, bag, element, has, indexOf, longOf, member, merged, numberIn, realOf, reread, rotated, SETS, shifted, slice, sortedElements, typeName, without, zipped,
} from './reference-dynamics.ts' // prettier-ignore
import { isArray, isBag, open, packed, textOf, type Type, type Value } from './reference-values.ts'

const KEYS = ['c', 'b', 'a'] as const
const PAIRS: readonly (readonly [Type, Type])[] = [
  ['dynamic', 'bool'], ['datetime', 'real'], ['timespan', 'int'], ['string', 'dynamic'], ['long', 'string'],
] // prettier-ignore

const places: Maker = oneOf(
  chosen(KEYS, (key) => call('dynamic', ['dynamic'], `(#).${key}`, (value) => member(value, key))),
  chosen(KEYS, (key) => call('dynamic', ['dynamic'], `(#)["${key}"]`, (value) => member(value, key))),
  chosen([-1, 1, 0], (index) => call('dynamic', ['dynamic'], `(#)[${index}]`, (value) => element(value, index))),
  call('dynamic', ['dynamic'], '(#).a.c', (value) => member(member(value, 'a'), 'c')),
  call('dynamic', ['dynamic'], '(#)[0]["a"]', (value) => member(element(value, 0), 'a')),
)

const made: Maker = chosen(PAIRS, ([one, other]) =>
  oneOf(
    call('dynamic', [one, other], 'pack_array(#, #)', (left, right) => [packed(left, one), packed(right, other)]),
    call('dynamic', [one, other], 'bag_pack("a", #, "b", #)', (left, right) => new Map([['a', packed(left, one)], ['b', packed(right, other)]])),
    call('dynamic', [one, other], 'bag_pack("c", #, "a", #)', (left, right) => new Map([['c', packed(left, one)], ['a', packed(right, other)]])),
  ),
) // prettier-ignore

const sorting: Maker = oneOf(
  strict('dynamic', ['dynamic'], 'array_sort_asc(#)', (value: Value) => sortedElements(value, false)),
  strict('dynamic', ['dynamic'], 'array_sort_desc(#)', (value: Value) => sortedElements(value, true)),
  chosen(
    ['union', 'intersect', 'difference'] as const,
    (kind) =>
    strict('dynamic', ['dynamic', 'dynamic'], `array_sort_asc(set_${kind}(#, #))`, (one: Value, other: Value) => sortedElements(SETS[kind](one, other), false)), // prettier-ignore
  ),
  strict('dynamic', ['dynamic'], 'array_sort_asc(bag_keys(#))', (value: Value) => sortedElements([...bag(value).keys()], false)), // prettier-ignore
)

const turned: Maker = oneOf(
  strict('dynamic', ['dynamic'], 'array_reverse(#)', (value: Value) => [...array(value)].reverse()),
  chosen([-1, 2, 5], (count) =>
    oneOf(
      strict('dynamic', ['dynamic'], `array_rotate_left(#, ${count})`, (value: Value) => rotated(value, count)),
      strict('dynamic', ['dynamic'], `array_rotate_right(#, ${count})`, (value: Value) => rotated(value, -count)),
      strict('dynamic', ['dynamic'], `array_shift_left(#, ${count})`, (value: Value) => shifted(value, count, null)),
      strict('dynamic', ['dynamic'], `array_shift_right(#, ${count}, 9)`, (value: Value) => shifted(value, -count, 9n)),
    ),
  ),
  chosen([[-2, -1], [1, 5], [0, 0]] as const, ([from, to]) => strict('dynamic', ['dynamic'], `array_slice(#, ${from}, ${to})`, (value: Value) => slice(value, from, to))), // prettier-ignore
)

export const DYNAMIC_MAKERS: Partial<Record<Type, readonly Maker[]>> = {
  dynamic: [
    places, places, made, made, sorting, turned,
    call('dynamic', ['dynamic', 'dynamic'], 'array_concat(#, #)', (one, other) => [...array(one), ...array(other)]),
    call('dynamic', ['dynamic', 'long'], 'array_concat(#, pack_array(#))', (one, other) => [...array(one), other]),
    call('dynamic', ['dynamic', 'dynamic'], 'bag_merge(#, #)', merged),
    strict('dynamic', ['dynamic'], 'bag_remove_keys(#, dynamic(["a", "z"]))', (value: Value) => without(value, ['a', 'z'])),
    call('dynamic', ['dynamic', 'long'], 'bag_set_key(#, "n", #)', (value, other) => new Map([...bag(value), ['n', other]])),
    strict('dynamic', ['dynamic', 'dynamic'], 'zip(#, #)', zipped),
    strict('dynamic', ['dynamic'], 'todynamic(tostring(#))', reread),
    call('dynamic', ['long', 'bool'], 'parse_json(strcat("{\\"a\\":", coalesce(#, 7), ",\\"b\\":[1.5,null,", iff(#, "\\"x\\"", "{}"), "]}"))', (one, other) => new Map<string, Value>([['a', one ?? 7n], ['b', [1.5, null, other === true ? 'x' : new Map()]]])),
    call('dynamic', ['string', 'string'], 'split(strcat(#, ",", #), ",")', (one, other) => `${String(one)},${String(other)}`.split(',')),
    call('dynamic', ['long'], 'repeat(#, 2)', (value) => [value, value]),
    call('dynamic', ['bool'], 'range(1, iff(#, 3, 1))', (value) => (value === true ? [1n, 2n, 3n] : [1n])),
    call('dynamic', ['dynamic', 'dynamic'], 'array_iff(dynamic([true, false, true]), #, #)', (one, other) => [element(array(one), 0), element(array(other), 1), element(array(one), 2)]),
  ],
  long: [
    call('long', ['dynamic'], 'array_length(#)', (value) => (isArray(value) ? BigInt(value.length) : null)),
    call('long', ['dynamic'], 'array_length(bag_keys(#))', (value) => (isBag(value) ? BigInt(value.size) : null)),
    chosen(KEYS, (key) => call('long', ['dynamic'], `tolong((#).${key})`, (value) => longOf(member(value, key)))),
    chosen([1, 0], (index) => call('long', ['dynamic'], `tolong((#)[${index}])`, (value) => longOf(element(value, index)))),
    strict('long', ['dynamic', 'long'], 'array_index_of(#, #)', indexOf),
    call('long', ['dynamic', 'string'], 'array_index_of(#, #)', (value, sought) => (value === null ? null : indexOf(value, sought))),
    call('long', ['dynamic'], 'tolong(#)', longOf),
  ],
  int: [call('int', ['dynamic'], 'toint((#)[0])', (value) => longOf(element(value, 0)))],
  real: [call('real', ['dynamic'], 'todouble((#)[-1])', (value) => realOf(element(value, -1))), call('real', ['dynamic'], 'toreal(#)', realOf)],
  string: [
    call('string', ['dynamic'], 'tostring(#)', (value) => textOf(value, 'dynamic')),
    chosen(KEYS, (key) => call('string', ['dynamic'], `tostring((#).${key})`, (value) => textOf(member(value, key), 'dynamic'))),
    call('string', ['dynamic'], 'gettype(#)', typeName),
    call('string', ['dynamic', 'string'], 'strcat(#, #)', (value, text) => `${textOf(value, 'dynamic')}${String(text)}`),
    call('string', ['dynamic'], 'strcat_array(#, "-")', (value) => (isArray(value) && !value.includes(null) ? value.map((each) => textOf(each, 'dynamic')).join('-') : open())),
  ],
  bool: [
    call('bool', ['dynamic'], 'isnull(#)', (value) => value === null),
    chosen(KEYS, (key) => call('bool', ['dynamic'], `isnotnull((#).${key})`, (value) => member(value, key) !== null)),
    chosen(KEYS, (key) => strict('bool', ['dynamic'], `bag_has_key(#, "${key}")`, (value: Value) => bag(value).has(key))),
    call('bool', ['dynamic'], 'isempty(#)', (value) => value === null || value === ''),
    strict('bool', ['dynamic', 'long'], 'set_has_element(#, #)', (value: Value, sought: Value) => (array(value).some((each) => typeof each === 'number') ? open() : has(array(value), sought))),
    call('bool', ['dynamic'], 'coalesce((#).b == "x", false)', (value) => member(value, 'b') === 'x'),
    call('bool', ['dynamic'], 'coalesce((#)[0] == 1, false)', (value) => numberIn(element(value, 0)) === 1n),
    call('bool', ['dynamic', 'string'], '(tostring((#).a) == #)', (value, text) => textOf(member(value, 'a'), 'dynamic') === text),
  ],
} // prettier-ignore
