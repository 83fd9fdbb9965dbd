/** Scalar expressions: constants, names, and calls that hold for every type; those of a type are in program-texts.ts and its like. */
import type { Choices } from './choices.ts'
import { call, inner, type Asked, type Maker } from './program-calls.ts'
import { DYNAMIC_MAKERS } from './program-dynamics.ts'
import { NUMBER_MAKERS } from './program-numbers.ts'
import { anyValue, literal, type Making, type Scalar } from './program-parts.ts'
import { TEXT_MAKERS } from './program-texts.ts'
import { TIME_MAKERS } from './program-times.ts'
import { AGGREGATES } from './reference-aggregates.ts'
import { sortedElements } from './reference-dynamics.ts'
import { cell } from './reference-interpreter.ts'
import { dateTicks, TICKS } from './reference-times.ts'
import { distinctByText, missing, TYPES, type Type, type Value } from './reference-values.ts'

const conditional = (type: Type): Maker =>
  call(type, ['bool', type, type], 'iff(#, #, #)', (p, one, other) => (p === true ? one : other)) // prettier-ignore
const cases = (type: Type): Maker =>
  call(type, ['bool', type, 'bool', type, type], 'case(#, #, #, #, #)', (p, one, q, other, rest) => (p === true ? one : q === true ? other : rest)) // prettier-ignore
/** Of texts, the first that is not empty. */
const first = (type: Type): Maker =>
  call(type, [type, type], 'coalesce(#, #)', (one, other) => (one === missing(type) ? other : one)) // prettier-ignore

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
export const ABSENT: Partial<Record<Type, Value>> = {
  long: -99n,
  string: '',
  int: -99n,
  real: -99.5,
  datetime: dateTicks(1912, 12, 12),
  timespan: -TICKS.day * 99n,
}

const inQuery: Maker = (asked) => {
  const { making, context } = asked
  if (context.depth >= 2) return undefined
  const query = making.query({ ...context, depth: context.depth + 1 }, 1)
  const type = query.fields[0]?.type
  if (type === undefined) return undefined
  const absent = ABSENT[type]
  if (absent === undefined) return undefined
  const value = inner(asked, type)
  const isNegated = making.random.chance(0.4)
  const text = type === 'string' ? value.text : `coalesce(${value.text}, ${literal(absent, type)})`
  return {
    text: `coalesce(${text} ${isNegated ? '!in' : 'in'} ((${query.text})), false)`,
    type: 'bool',
    of: (row, scope) => {
      const sought = value.of(row, scope) ?? absent
      return query.rows(scope).some((each) => cell(each, 0) === sought) !== isNegated
    },
  }
}

/** Among constants, or the elements of an array of them. */
const inList: Maker = (asked) => {
  const { random } = asked.making
  const type = random.pick(TYPES.filter((each) => ABSENT[each] !== undefined))
  const absent = ABSENT[type] ?? null
  const value = inner(asked, type)
  const items: readonly Value[] = [anyValue(random, type), anyValue(random, type)].filter((item) => item !== null)
  const isArray = type === 'long' || type === 'string' ? random.chance(0.4) : false
  const isNegated = random.chance(0.4)
  if (items.length === 0) return undefined
  const list = isArray ? literal(items, 'dynamic') : items.map((item) => literal(item, type)).join(', ')
  return {
    text: `(coalesce(${value.text}, ${literal(absent, type)}) ${isNegated ? '!in' : 'in'} (${list}))`,
    type: 'bool',
    of: (row, scope) => items.includes(value.of(row, scope) ?? absent) !== isNegated,
  }
}

/** The values of a column of a query as an array. */
const arrayOfQuery: Maker = ({ making, context }) => {
  if (context.depth >= 2) return undefined
  const query = making.query({ ...context, depth: context.depth + 1 }, 1)
  const index = query.fields.findIndex(({ type }) => type === 'string' || type === 'long')
  const field = query.fields[index]
  if (field === undefined) return undefined
  return {
    text: `toscalar(${query.text} | summarize m = array_sort_asc(make_set(${field.name})))`,
    type: 'dynamic',
    of: (_, scope) => sortedElements(AGGREGATES.elements(distinctByText(query.rows(scope).map((row) => cell(row, index))), field.type), false), // prettier-ignore
  }
}

const ANY = new Set<Type>(['bool', 'dynamic'])
const general = (type: Type): readonly Maker[] => [
  ...(ANY.has(type) ? [] : [ofQuery(type)]), ...(type === 'bool' ? [inQuery, inList] : []), ...(type === 'dynamic' ? [arrayOfQuery] : []), aFunction(type), cases(type), conditional(type), first(type),
] // prettier-ignore
const own = (type: Type): readonly Maker[] =>
  [DYNAMIC_MAKERS, TIME_MAKERS, NUMBER_MAKERS, TEXT_MAKERS].flatMap((makers) => makers[type] ?? [])
const MAKERS = new Map(TYPES.map((type) => [type, { general: general(type), own: own(type) }]))

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
    const { general = [], own = [] } = MAKERS.get(type) ?? {}
    const make = random.pick(random.chance(0.3) ? general : own)
    return make({ ...asked, making }) ?? leaf(random, { ...asked, making }, type)
  })
}
