/** What programs are made of: each part has its text, and says itself what it answers. */
import type { Choices } from './choices.ts'
import { bounded, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { dateTicks, TICKS } from './reference-times.ts'
import { jsonText, textOf, type Type, type Value } from './reference-values.ts'

export interface Scalar {
  readonly text: string
  readonly type: Type
  readonly of: (row: Row, scope: Scope) => Value
}

export interface Query {
  readonly text: string
  readonly fields: readonly Field[]
  readonly rows: (scope: Scope) => Rows
  /** The order of its rows follows from the text, and the service holds them for serialized. */
  readonly isOrdered: boolean
}

export interface ScalarFunction {
  readonly name: string
  readonly parameters: readonly Type[]
  /** What the last of them are where a call leaves them out. */
  readonly defaults: Row
  readonly type: Type
  readonly of: (values: Row, scope: Scope) => Value
}

export interface TableFunction {
  readonly name: string
  readonly takes: readonly Field[]
  readonly parameters: readonly Type[]
  readonly fields: readonly Field[]
  readonly of: (rows: Rows, values: Row, scope: Scope) => Rows
}

/** The names that a part may use, and how deep in queries of queries it is. */
export interface Context {
  readonly tables: readonly Query[]
  readonly values: readonly Scalar[]
  readonly functions: readonly ScalarFunction[]
  readonly tableFunctions: readonly TableFunction[]
  readonly depth: number
}

export interface Making {
  readonly random: Choices
  /** A name that no other part has. */
  readonly fresh: (prefix: string) => string
  readonly scalar: (fields: readonly Field[], type: Type, context: Context, depth?: number) => Scalar
  /** `depth` is how many queries may be within it. */
  readonly query: (context: Context, depth: number) => Query
  /** The query with more operators; `more` is how likely there is one, and then one more. */
  readonly operators: (query: Query, stage: Stage, more: number) => Query
  /** The query with one more operator, if that fits. */
  readonly operator: (query: Query, stage: Stage) => Query
}

export interface Stage {
  readonly making: Making
  readonly context: Context
  readonly depth: number
}

/** Undefined where the rows do not fit. */
export type OperatorMaker = (query: Query, stage: Stage) => Query | undefined

/** A query is asked again for each row of another that reads it. */
export function remembered(rowsIn: (scope: Scope) => Rows): (scope: Scope) => Rows {
  const known = new WeakMap<Scope, Rows>()
  return (scope) => {
    const rows = known.get(scope) ?? bounded(rowsIn(scope))
    known.set(scope, rows)
    return rows
  }
}

interface Change {
  readonly fields?: readonly Field[]
  readonly isOrdered?: boolean
  readonly rows: (rows: Rows, scope: Scope) => Rows
}

export function piped(query: Query, operator: string, { fields, isOrdered, rows }: Change): Query {
  return {
    text: `${query.text} | ${operator}`,
    fields: fields ?? query.fields,
    isOrdered: isOrdered ?? query.isOrdered,
    rows: remembered((scope) => rows(query.rows(scope), scope)),
  }
}

export const indexesOf = (fields: readonly Field[]): number[] => fields.map((_, index) => index)

/** Some of them in their order, with a chance for each. */
export const someOf = <T>(random: Choices, items: readonly T[], chance: number): T[] =>
  items.filter(() => random.chance(chance))

export function literal(value: Value, type: Type): string {
  if (value === null) return type === 'timespan' ? 'time(null)' : `${type}(null)`
  if (type === 'string') return JSON.stringify(value)
  if (type === 'bool' || type === 'long') return String(value)
  if (type === 'dynamic') return `dynamic(${jsonText(value)})`
  return `${type === 'timespan' ? 'time' : type}(${textOf(value, type)})`
}

const bag = (members: Readonly<Record<string, Value>>): Value => new Map(Object.entries(members))

/** The last is the simplest. */
const VALUES: Readonly<Record<Type, readonly Value[]>> = {
  string: ['_%', 'a\\b', '"', 'b a.b', 'é', 'A', '', 'c', 'b', 'a'],
  bool: [null, true, false],
  long: [null, 4n, 3n, 2n, 1n, 0n],
  int: [null, -1n, 7n, 2n, 1n, 0n],
  real: [null, -1.5, 2.5, 0.25, 1, 0],
  datetime: [
    null, dateTicks(2024, 2, 29) + 452_967_890_123n, dateTicks(2019, 12, 31) + TICKS.day - 1n, dateTicks(2020, 1, 5) + TICKS.hour * 5n, dateTicks(1969, 7, 20),
    dateTicks(2020, 1, 1),
  ],
  timespan: [null, -TICKS.hour, TICKS.day * 2n + TICKS.hour * 3n + 1n, TICKS.second / 2n, TICKS.day, TICKS.hour],
  dynamic: [
    null, bag({ b: [1n, null, 'a'], a: bag({ c: 'x' }) }), [bag({ a: 2n }), bag({ a: null })], [3n, 1n, 2n], ['b', 'a', 'b'], [1n, null, 'a', 1.5, true], bag({}),
    'a', 1.5, true, 7n, [], bag({ a: 1n, b: 'x' }), [1n, 2n],
  ],
} // prettier-ignore

export const anyValue = (random: Choices, type: Type): Value => random.pick(VALUES[type])
