/** What programs are made of: each part has its text, and says itself what it answers. */
import type { Choices } from './choices.ts'
import { bounded, type Field, type Row, type Rows, type Scope, type Type, type Value } from './reference-interpreter.ts'

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
  if (value === null) return `${type}(null)`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

export function anyValue(random: Choices, type: Type): Value {
  if (type === 'string') return random.pick(['é', 'A', '', 'c', 'b', 'a'])
  if (type === 'bool') return random.pick([null, true, false])
  return random.pick([null, 4n, 3n, 2n, 1n, 0n])
}
