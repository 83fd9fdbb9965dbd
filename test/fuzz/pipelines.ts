/** Pipelines of tabular operators over the tables of values.ts. */
import type { Column, KustoType } from '../../src/domain/kusto.ts'
import { ruleCondition } from './conditions.ts'
import { name, type Expressions } from './expressions.ts'
import type { Random } from './random.ts'

export interface Pipeline {
  readonly source: string
  readonly operators: readonly string[]
}

export const textOf = ({ source, operators }: Pipeline): string => [source, ...operators].join('\n| ')

/** Makes one operator for rows of the given columns. */
export type OperatorMaker = (columns: readonly Column[]) => string

const DEPTH = 2
const JOIN_KINDS = [
  'inner',
  'innerunique',
  'leftouter',
  'rightouter',
  'fullouter',
  'leftsemi',
  'leftanti',
  'rightsemi',
  'rightanti',
]

export class Operators {
  readonly #random: Random
  readonly #expressions: Expressions
  #names = 0

  constructor(random: Random, expressions: Expressions) {
    this.#random = random
    this.#expressions = expressions
  }

  source(): string {
    const random = this.#random
    const roll = random.next()
    if (roll < 0.7) return 'T'
    if (roll < 0.8) return random.pick(['U', 'Empty'])
    if (roll < 0.9) return `print ${this.#fresh()} = ${this.#expressions.scalar([], DEPTH)}`
    return random.pick(['range x from 1 to 9 step 2', 'union T, U', 'union withsource=w T, Empty', '(T | take 0)'])
  }

  /** An operator, weighted by how often rules use it. */
  any(columns: readonly Column[]): string {
    const makers: readonly (readonly [number, OperatorMaker])[] = [
      [6, this.#where], [6, this.#extend], [3, this.#project], [6, this.#summarize], [2, this.#sort], [1, this.#top],
      [1, this.#distinct], [2, this.#join], [1, this.#union], [2, this.#expand], [1, this.#parse], [1, this.#series],
      [1, this.#apply], [2, this.#serialize], [1, this.#lookup], [1, this.#small],
    ] // prettier-ignore
    let left = this.#random.next() * makers.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, make] of makers) {
      left -= weight
      if (left < 0) return make(columns)
    }
    return 'count'
  }

  /** An operator that gives each row, or none, of it alone. */
  ofOneRow(columns: readonly Column[]): string {
    const roll = this.#random.next()
    // What the passes do with files depends on the conditions.
    if (roll < 0.6)
      return this.#random.chance(0.8) ? `where ${ruleCondition(this.#random, columns)}` : this.#where(columns)
    return roll < 0.85 ? this.#extend(columns) : this.#project(columns)
  }

  condition(columns: readonly Column[]): string {
    return this.#expressions.ofType('bool', columns, DEPTH)
  }

  #fresh(): string {
    this.#names++
    return `x${this.#names}`
  }

  #column(columns: readonly Column[], type?: KustoType): string {
    const fitting = columns.filter((column) => type === undefined || column.type === type)
    return fitting.length === 0 ? this.#expressions.literal(type ?? 'long') : name(this.#random.pick(fitting))
  }

  readonly #where: OperatorMaker = (columns) =>
    `where ${this.#random.chance(0.5) ? ruleCondition(this.#random, columns) : this.condition(columns)}`

  readonly #extend: OperatorMaker = (columns) => {
    const expressions = this.#expressions
    const value = this.#random.chance(0.7)
      ? expressions.scalar(columns, DEPTH)
      : expressions.ofType(expressions.anyType(), columns, DEPTH)
    return `extend ${this.#random.chance(0.1) ? this.#column(columns) : this.#fresh()} = ${value}`
  }

  readonly #project: OperatorMaker = (columns) => {
    const random = this.#random
    const some = random.some(columns, 4).map(name)
    const roll = random.next()
    if (roll < 0.2) return `project-away ${some[0] ?? ''}`
    if (roll < 0.3) return `project-reorder ${some.join(', ')}`
    if (roll < 0.4) return `project-rename ${this.#fresh()} = ${some[0] ?? ''}`
    if (roll < 0.5) return `project-keep ${some.join(', ')}`
    return `project ${some.join(', ')}, ${this.#fresh()} = ${this.#expressions.scalar(columns, DEPTH)}`
  }

  readonly #summarize: OperatorMaker = (columns) => {
    const random = this.#random
    const aggregates = Array.from({ length: 1 + random.integer(2) }, () => `${this.#fresh()} = ${this.#expressions.aggregate(columns, 1)}`) // prettier-ignore
    if (random.chance(0.3)) return `summarize ${aggregates.join(', ')}`
    const key = random.pick([
      this.#column(columns),
      `bin(${this.#column(columns, 'long')}, 10)`,
      `bin(${this.#column(columns, 'datetime')}, 1d)`,
      `${this.#fresh()} = ${this.#expressions.ofType(this.#expressions.anyType(), columns, 1)}`,
    ])
    return `summarize ${random.chance(0.9) ? aggregates.join(', ') : ''} by ${key}`
  }

  readonly #sort: OperatorMaker = (columns) =>
    `sort by ${this.#column(columns)} ${this.#random.pick(['asc', 'desc', 'asc nulls first', 'desc nulls last', ''])}`

  readonly #top: OperatorMaker = (columns) => `top ${1 + this.#random.integer(5)} by ${this.#column(columns)}`

  readonly #distinct: OperatorMaker = (columns) =>
    this.#random.chance(0.3) ? 'distinct *' : `distinct ${this.#random.some(columns, 3).map(name).join(', ')}`

  readonly #join: OperatorMaker = (columns) => {
    const shared = columns.filter(({ name: each }) => /^[bilresdtg]$/.test(each))
    const key = shared.length === 0 ? 's' : this.#random.pick(shared).name
    return `join kind=${this.#random.pick(JOIN_KINDS)} (${this.#random.pick(['U', 'T', 'Empty', 'U | where l > 0'])}) on ${key}`
  }

  readonly #lookup: OperatorMaker = (columns) => {
    const shared = columns.filter(({ name: each }) => /^[bilresdtg]$/.test(each))
    const key = shared.length === 0 ? 's' : this.#random.pick(shared).name
    return `lookup kind=${this.#random.pick(['leftouter', 'inner'])} (U) on ${key}`
  }

  readonly #union: OperatorMaker = () =>
    `union ${this.#random.pick(['U', 'Empty', 'T', '(T | project s, l)', '(U | project s = l)'])}`

  readonly #expand: OperatorMaker = (columns) => {
    const to = this.#random.chance(0.4) ? ` to typeof(${this.#expressions.anyType()})` : ''
    const kind = this.#random.pick(['', 'kind=array ', 'with_itemindex=ix '])
    return `mv-expand ${kind}${this.#fresh()} = ${this.#expressions.ofType('dynamic', columns, 1)}${to}`
  }

  readonly #parse: OperatorMaker = (columns) => {
    const [first, second] = [this.#fresh(), this.#fresh()]
    const random = this.#random
    const types = ['', ':long', ':real', ':datetime', ':timespan', ':string']
    const verb = random.pick(['parse', 'parse-where', 'parse kind=regex', 'parse kind=relaxed'])
    const source = this.#expressions.ofType('string', columns, 1)
    return `${verb} ${source} with * ${random.pick(['"a"', '"."', '"1"', '":"'])} ${first}${random.pick(types)} ${random.pick(['"."', '","', '"b"'])} ${second}${random.pick(types)} ${random.pick(['', '*'])}` // prettier-ignore
  }

  readonly #series: OperatorMaker = (columns) => {
    const step = this.#random.pick([
      'on l from 0 to 20 step 5',
      'on d from datetime(2019-12-30) to datetime(2020-01-03) step 1d',
      'on r from -2.0 to 2.0 step 0.5',
    ])
    return `make-series ${this.#fresh()} = ${this.#expressions.aggregate(columns, 1)} default = ${this.#random.pick(['0', 'long(null)', '1.5'])} ${step}` // prettier-ignore
  }

  readonly #apply: OperatorMaker = (columns) =>
    `mv-apply y = ${this.#expressions.ofType('dynamic', columns, 1)} on (${this.#random.pick(['summarize n = count(), m = make_list(y)', 'where isnotnull(y)', 'extend z = tostring(y) | top 1 by z', 'take 0'])})` // prettier-ignore

  readonly #serialize: OperatorMaker = (columns) =>
    `sort by ${this.#column(columns)} asc | extend ${this.#fresh()} = ${this.#expressions.window(columns, 1)}`

  readonly #small: OperatorMaker = (columns) =>
    this.#random.pick([
      'count', 'getschema', 'serialize', 'as V', 'evaluate bag_unpack(j)', 'evaluate pivot(s)', 'evaluate narrow()', 'take 5',
      `top-nested 2 of ${this.#column(columns)} by count()`, `sample-distinct 3 of ${this.#column(columns)}`, 'search "a"',
      `parse-kv s as (a:long, b:string) with (pair_delimiter=",", kv_delimiter=":")`, `partition by ${this.#column(columns)} (take 1)`,
      `reduce by s`, `top-hitters 2 of ${this.#column(columns)}`, 'project-reorder * asc',
    ]) // prettier-ignore
}
