/** Aggregates of the rows of a group. */
import type { Query, Scalar, Stage } from './program-parts.ts'
import { literal } from './program-parts.ts'
import { ABSENT } from './program-expressions.ts'
import { AGGREGATES, known } from './reference-aggregates.ts'
import { sortedElements } from './reference-dynamics.ts'
import type { Field, Row, Rows, Scope } from './reference-interpreter.ts'
import { distinctByText, isBag, open, type Type, type Value } from './reference-values.ts'

export interface Aggregate extends Field {
  readonly text: string
  readonly of: (rows: Rows, scope: Scope) => Value
}

/** What it is of the values of an expression; over some of the rows it is called by its name and "if". */
interface Kind {
  readonly takes: readonly Type[]
  readonly gives: (type: Type) => Type
  readonly text: (call: (name: string, further?: string) => string, type: Type) => string
  readonly of: (values: Row, type: Type) => Value
  /** A null counts as a value of its own. */
  readonly isOfAll?: boolean
  /** The language service finds no name for it over some expressions: it gets one that it finds none for, whatever it is. */
  readonly isHidden?: boolean
  /** It has no form for some of the rows. */
  readonly isWhole?: boolean
}

const COMPARABLE: readonly Type[] = ['timespan', 'datetime', 'real', 'int', 'string', 'long']
const NUMBERS: readonly Type[] = ['real', 'int', 'long']
const SUMMABLE: readonly Type[] = ['timespan', 'real', 'int', 'long']
const same = (type: Type): Type => type
const summed = (type: Type): Type => (type === 'int' ? 'long' : type)
const ZERO: Partial<Record<Type, string>> = { real: '0.0', timespan: '0s' }
/** A list in which elements of one type are sorted, whatever the order of the rows. */
const sorted = (values: readonly Value[]): Value => sortedElements(values, false)

const KINDS: readonly Kind[] = [
  { takes: ['real', 'string', 'long'], gives: () => 'dynamic', text: (call) => `array_sort_asc(${call('make_list')})`, of: (values) => sortedList(known(values)) },
  { takes: ['string', 'long'], gives: () => 'string', text: (call) => `strcat_array(array_sort_asc(${call('make_set')}), ",")`, of: AGGREGATES.set },
  { takes: ['datetime', 'string', 'int', 'long'], gives: () => 'dynamic', text: (call) => `array_sort_asc(${call('make_set')})`, of: (values, type) => sorted(distinctByText(AGGREGATES.elements(values, type))) },
  { takes: ['datetime', ...NUMBERS], gives: (type) => (type === 'datetime' ? type : 'real'), text: (call) => call('avg'), of: AGGREGATES.avg },
  { takes: ['timespan'], gives: same, text: (call) => call('avg'), of: AGGREGATES.avg },
  { takes: NUMBERS, gives: () => 'real', text: (call) => `round(${call('stdev')}, 3)`, of: (values) => rounded(AGGREGATES.stdev(values)) },
  { takes: NUMBERS, gives: () => 'real', text: (call) => `round(${call('variance')}, 3)`, of: (values) => rounded(Number(AGGREGATES.stdev(values)) ** 2) },
  { takes: COMPARABLE, gives: () => 'long', text: (call) => call('dcount'), of: (values) => AGGREGATES.distinct(values), isOfAll: true },
  { takes: COMPARABLE, gives: () => 'long', text: (call) => call('count_distinct'), of: (values) => AGGREGATES.distinct(values), isOfAll: true },
  { takes: SUMMABLE, gives: summed, text: (call, type) => `coalesce(${call('sum')}, ${ZERO[type] ?? '0'})`, of: (values, type) => AGGREGATES.sum(values, type) },
  ...[20, 50, 90, 100].map((percent): Kind => ({ takes: ['timespan', 'datetime', 'real', 'long'], gives: same, text: (call) => call('percentile', `, ${percent}`), of: (values) => AGGREGATES.percentile(values, percent), isWhole: true, isHidden: true })),
  { takes: NUMBERS, gives: () => 'real', text: (call) => `round(${call('variancep')}, 3)`, of: (values) => rounded(AGGREGATES.variancep(values)), isWhole: true },
  { takes: [...COMPARABLE, 'bool'], gives: same, text: (call) => call('take_any'), of: only, isWhole: true },
  { takes: ['dynamic'], gives: () => 'dynamic', text: (call) => `array_sort_asc(bag_keys(${call('make_bag')}))`, of: keysOf },
  { takes: COMPARABLE, gives: same, text: (call) => call('min'), of: AGGREGATES.min },
  { takes: COMPARABLE, gives: same, text: (call) => call('max'), of: AGGREGATES.max },
] // prettier-ignore

const sortedList = (values: readonly Value[]): Value =>
  values.every((value) => typeof value === 'number') ? [...values].sort((one, other) => Number(one) - Number(other)) : sorted(values) // prettier-ignore

/** Of values that are all the same. */
function only(values: readonly Value[]): Value {
  const [first, ...others] = distinctByText(values)
  return first === undefined || others.length > 0 ? open() : first
}

/** Of the bags among them. */
function keysOf(values: readonly Value[]): Value {
  return [...new Set(values.flatMap((value) => (isBag(value) ? [...value.keys()] : [])))].sort()
}

function rounded(value: Value): Value {
  const shifted = Number(value) * 1000
  const isHalf = Math.abs(shifted - Math.floor(shifted) - 0.5) < 1e-4
  return isHalf ? open() : Math.round(shifted) / 1000
}

export function aggregate(query: Query, stage: Stage): Aggregate {
  const { making, context } = stage
  const { random } = making
  const name = making.fresh('a')
  const scalar = (type: Type): Scalar => making.scalar(query.fields, type, context, 1)
  const roll = random.next()
  if (roll < 0.1) {
    const condition = scalar('bool')
    return { name, type: 'long', text: `${name} = countif(${condition.text})`, of: (rows, scope) => AGGREGATES.countif(rows.map((row) => condition.of(row, scope))) } // prettier-ignore
  }
  if (roll < 0.2 && query.isOrdered) return listed(query, stage, name)
  if (roll > 0.95) return { name, type: 'long', text: `${name} = count()`, of: (rows) => BigInt(rows.length) }
  return ofKind(random.pick(KINDS), name, query, stage)
}

function ofKind(kind: Kind, name: string, query: Query, { making, context }: Stage): Aggregate {
  const { random } = making
  const type = random.pick(kind.takes)
  const value = making.scalar(query.fields, type, context, 1)
  const absent = kind.isOfAll === true ? (ABSENT[type] ?? null) : null
  const condition =
    kind.isWhole !== true && random.chance(0.3) ? making.scalar(query.fields, 'bool', context, 1) : undefined
  const inside = kind.isHidden === true ? `iff(true, ${value.text}, ${literal(null, type)})` : value.text
  const given = absent === null || type === 'string' ? inside : `coalesce(${value.text}, ${literal(absent, type)})`
  const call = (called: string, further = ''): string =>
    condition === undefined ? `${called}(${given}${further})` : `${conditional(called)}(${given}, ${condition.text})`
  return {
    name,
    type: kind.gives(type),
    text: `${name} = ${kind.text(call, type)}`,
    of: (rows, scope) => {
      const some = rows.filter((row) => condition === undefined || condition.of(row, scope) === true)
      return kind.of(some.map((row) => value.of(row, scope) ?? absent), type) // prettier-ignore
    },
  }
}

const conditional = (name: string): string => (/_/.test(name) && name !== 'count_distinct' ? `${name}_if` : `${name}if`)

/** The values of the rows in their order, with the times as texts. */
function listed(query: Query, { making, context }: Stage, name: string): Aggregate {
  const type = making.random.pick(['dynamic', ...COMPARABLE, 'bool'] as const)
  const value = making.scalar(query.fields, type, context, 1)
  return {
    name,
    type: 'dynamic',
    text: `${name} = make_list(${value.text})`,
    of: (rows, scope) => AGGREGATES.elements(rows.map((row) => value.of(row, scope)), type), // prettier-ignore
  }
}
