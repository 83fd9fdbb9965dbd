/** Scalar expressions whose value is beyond doubt: what compares with null, which the reference leaves open, is asked nowhere. */
import type { Choices } from './choices.ts'
import { anyValue, literal, type Context, type Making, type Scalar } from './program-parts.ts'
import { AGGREGATES, cell, compare, missing, type Field, type Type, type Value } from './reference-interpreter.ts'

interface Asked {
  readonly fields: readonly Field[]
  readonly context: Context
  readonly depth: number
  readonly making: Making
}

type Maker = (asked: Asked) => Scalar | undefined

const inner = ({ making, fields, context, depth }: Asked, type: Type): Scalar =>
  making.scalar(fields, type, context, depth - 1)

/** A call over expressions of the given types; `text` and `of` take what these say. */
function call(
  type: Type,
  types: readonly Type[],
  text: (...texts: string[]) => string,
  of: (...values: Value[]) => Value,
): Maker {
  return (asked) => {
    const parts = types.map((each) => inner(asked, each))
    return {
      text: text(...parts.map((part) => part.text)),
      type,
      of: (row, scope) => of(...parts.map((part) => part.of(row, scope))),
    }
  }
}

const long = (of: (one: bigint, other: bigint) => Value) => (one: Value, other: Value): Value =>
  typeof one === 'bigint' && typeof other === 'bigint' ? of(one, other) : null // prettier-ignore
/** A comparison of which a null makes false. */
const test = (operator: string, of: (order: number) => boolean): Maker =>
  call('bool', ['long', 'long'], (one, other) => `coalesce(${one} ${operator} ${other}, false)`, (one, other) => one !== null && other !== null && of(compare(one, other))) // prettier-ignore
const textTest = (operator: string, of: (order: number) => boolean): Maker =>
  call('bool', ['string', 'string'], (one, other) => `(${one} ${operator} ${other})`, (one, other) => of(compare(one, other))) // prettier-ignore
const conditional = (type: Type): Maker =>
  call(type, ['bool', type, type], (p, one, other) => `iff(${p}, ${one}, ${other})`, (p, one, other) => (p === true ? one : other)) // prettier-ignore
const cases = (type: Type): Maker =>
  call(type, ['bool', type, 'bool', type, type], (p, one, q, other, rest) => `case(${p}, ${one}, ${q}, ${other}, ${rest})`, (p, one, q, other, rest) => (p === true ? one : q === true ? other : rest)) // prettier-ignore
/** Of texts, the first that is not empty. */
const first = (type: Type): Maker =>
  call(
    type,
    [type, type],
    (one, other) => `coalesce(${one}, ${other})`,
    (one, other) => (one === missing(type) ? other : one),
  )

const aFunction =
  (type: Type): Maker =>
  (asked) => {
    const fitting = asked.context.functions.filter((each) => each.type === type)
    if (fitting.length === 0) return undefined
    const { random } = asked.making
    const { name, parameters, defaults, of } = random.pick(fitting)
    const omitted = random.chance(0.4) ? defaults.length : 0
    const parts = parameters.slice(0, parameters.length - omitted).map((each) => inner(asked, each))
    return {
      text: `${name}(${parts.map(({ text }) => text).join(', ')})`,
      type,
      of: (row, scope) => of([...parts.map((part) => part.of(row, scope)), ...defaults.slice(defaults.length - omitted)], scope), // prettier-ignore
    }
  }

/** The greatest or least value of a query, or the number of its rows. */
const ofQuery =
  (type: Type): Maker =>
  ({ making, context }) => {
    if (context.depth >= 2) return undefined
    const query = making.query({ ...context, depth: context.depth + 1 }, 1)
    if (type === 'long' && making.random.chance(0.3)) {
      return { text: `toscalar(${query.text} | count)`, type, of: (_, scope) => BigInt(query.rows(scope).length) }
    }
    const index = query.fields.findIndex((field) => field.type === type)
    const field = query.fields[index]
    if (field === undefined) return undefined
    const aggregate = making.random.pick(['min', 'max'] as const)
    return {
      text: `toscalar(${query.text} | summarize m = ${aggregate}(${field.name}))`,
      type,
      of: (_, scope) => AGGREGATES[aggregate](query.rows(scope).map((row) => cell(row, index)), type), // prettier-ignore
    }
  }

/** Stands for null in a list of values, and is no other value. */
const ABSENT = -99n

const inQuery: Maker = (asked) => {
  const { making, context } = asked
  if (context.depth >= 2) return undefined
  const query = making.query({ ...context, depth: context.depth + 1 }, 1)
  const type = query.fields[0]?.type
  if (type === undefined || type === 'bool') return undefined
  const value = inner(asked, type)
  const isNegated = making.random.chance(0.4)
  const text = type === 'long' ? `coalesce(${value.text}, ${ABSENT})` : value.text
  return {
    text: `coalesce(${text} ${isNegated ? '!in' : 'in'} ((${query.text})), false)`,
    type: 'bool',
    of: (row, scope) => {
      const sought = value.of(row, scope) ?? ABSENT
      return query.rows(scope).some((each) => cell(each, 0) === sought) !== isNegated
    },
  }
}

const isTrue = (text: string): string => `coalesce(${text}, false)`

const MAKERS: Readonly<Record<Type, readonly Maker[]>> = {
  long: [
    ofQuery('long'), aFunction('long'), cases('long'), conditional('long'), first('long'),
    call('long', ['long', 'long'], (one, other) => `(${one} - ${other})`, long((one, other) => one - other)),
    call('long', ['long', 'long'], (one, other) => `(${one} + ${other})`, long((one, other) => one + other)),
    call('long', ['long'], (one) => `(${one} * 2)`, (one) => (typeof one === 'bigint' ? one * 2n : null)),
    call('long', ['long'], (one) => `bin(${one}, 3)`, (one) => (typeof one === 'bigint' ? one - (((one % 3n) + 3n) % 3n) : null)),
    call('long', ['long', 'long'], (one, other) => `tolong(pack_array(${one}, ${other})[1])`, (_, other) => other),
    call('long', ['long', 'string'], (one, other) => `tolong(bag_pack("a", ${one}, "b", ${other}).a)`, (one) => one),
    call('long', ['long', 'long'], (one, other) => `max_of(coalesce(${one}, 0), coalesce(${other}, 0))`, (one, other) => AGGREGATES.max([one ?? 0n, other ?? 0n], 'long')),
    call('long', ['long'], (one) => `tolong(tostring(${one}))`, (one) => one),
    call('long', ['string'], (one) => `strlen(${one})`, (one) => BigInt([...String(one)].length)),
    call('long', ['bool'], (one) => `tolong(${one})`, (one) => (one === null ? null : BigInt(one))),
  ],
  string: [
    ofQuery('string'), aFunction('string'), cases('string'), conditional('string'), first('string'),
    call('string', ['long'], (one) => `tostring(${one})`, (one) => (one === null ? '' : String(one))),
    call('string', ['string', 'string'], (one, other) => `strcat(${one}, ${other})`, (one, other) => `${String(one)}${String(other)}`),
    call('string', ['string', 'string'], (one, other) => `strcat_delim("-", ${one}, ${other})`, (one, other) => `${String(one)}-${String(other)}`),
    call('string', ['string', 'string'], (one, other) => `tostring(pack_array(${one}, ${other})[0])`, (one) => one),
    call('string', ['string'], (one) => `substring(${one}, 0, 1)`, (one) => [...String(one)][0] ?? ''),
    call('string', ['string'], (one) => `replace_string(${one}, "a", "b")`, (one) => String(one).replaceAll('a', 'b')),
    call('string', ['bool'], (one) => `tostring(${one})`, (one) => (one === null ? '' : one === true ? 'True' : 'False')),
    call('string', ['string'], (one) => `toupper(${one})`, (one) => String(one).toUpperCase()),
  ],
  bool: [
    inQuery, aFunction('bool'), conditional('bool'), first('bool'),
    test('<', (order) => order < 0), test('>=', (order) => order >= 0), test('==', (order) => order === 0),
    textTest('==', (order) => order === 0), textTest('!=', (order) => order !== 0),
    call('bool', ['string', 'string'], (one, other) => `(${one} in ("a", "", ${other}))`, (one, other) => one === 'a' || one === '' || one === other),
    call('bool', ['string'], (one) => `(${one} !in~ ("A", "é"))`, (one) => one !== 'a' && one !== 'A' && one !== 'é' && one !== 'É'),
    call('bool', ['string'], (one) => `(${one} contains "A")`, (one) => String(one).toUpperCase().includes('A')),
    call('bool', ['string', 'string'], (one, other) => `(${one} startswith_cs ${other})`, (one, other) => String(one).startsWith(String(other))),
    call('bool', ['long'], (one) => `coalesce(${one} between (1 .. 3), false)`, (one) => typeof one === 'bigint' && one >= 1n && one <= 3n),
    call('bool', ['bool', 'bool'], (one, other) => `(${isTrue(one)} and ${isTrue(other)})`, (one, other) => one === true && other === true),
    call('bool', ['bool', 'bool'], (one, other) => `(${isTrue(one)} or ${isTrue(other)})`, (one, other) => one === true || other === true),
    call('bool', ['bool'], (one) => `not(${isTrue(one)})`, (one) => one !== true),
    call('bool', ['string'], (one) => `isempty(${one})`, (one) => one === ''),
    call('bool', ['string'], (one) => `isnotempty(${one})`, (one) => one !== ''),
    call('bool', ['bool'], (one) => `isnull(${one})`, (one) => one === null),
    call('bool', ['long'], (one) => `isnotnull(${one})`, (one) => one !== null),
    call('bool', ['long'], (one) => `isnull(${one})`, (one) => one === null),
  ],
} // prettier-ignore

/** A column, a name of a `let`, or a constant. */
function leaf(random: Choices, { fields, context }: Asked, type: Type): Scalar {
  const columns = fields.flatMap((field, index) => (field.type === type ? [{ ...field, index }] : []))
  if (columns.length > 0 && random.chance(0.8)) {
    const { name, index } = random.pick(columns)
    return { text: name, type, of: (row) => cell(row, index) }
  }
  const values = context.values.filter((each) => each.type === type && !fields.some(({ name }) => name === each.text))
  if (values.length > 0 && random.chance(0.6)) return random.pick(values)
  const value = anyValue(random, type)
  return { text: literal(value, type), type, of: () => value }
}

export function scalarOf(making: Making, asked: Omit<Asked, 'making'>, type: Type): Scalar {
  const { random } = making
  return random.part(() => {
    if (asked.depth <= 0 || !random.chance(0.7)) return leaf(random, { ...asked, making }, type)
    return random.pick(MAKERS[type])({ ...asked, making }) ?? leaf(random, { ...asked, making }, type)
  })
}
