/** IR → SQL tree: one SELECT for each relation, filters folded into the SELECT above them. */
import { tooComplex } from '../bounded-work.ts'
import { internal, unsupported } from '../errors.ts'
import {
  columnsOf,
  type ColumnDef,
  type Computed,
  type QueryPlan,
  type Relation,
  type SharedRelation,
} from '../ir/relation.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'
import { bool, column, filterTest, infix, isNull, long, nullOf, orEmpty, text, when, refuseAtRuntime } from './build.ts'
import { expandSql } from './expand.ts'
import type { SqlCte, SqlExpr, SqlFrom, SqlOutput, SqlQuery, SqlSelect, SqlStatement } from './nodes.ts'
import { foldSql } from './fold.ts'
import { groupsDeepRows } from './nested-groups.ts'
import { rangeSql } from './range.ts'
import { columnAlias, columnSql, orderSql, scalarSql } from './scalars.ts'
import { scanSql } from './scan.ts'
import { sessionsSql } from './sessions.ts'
import { walkSql } from './walk.ts'

export interface TranslateOptions {
  /** Ticks of `now()`. */
  readonly now: bigint
  /** Not for tests that compare: they also ask for the way that takes all expressions (fold.ts). */
  readonly foldsByBlocks: boolean
}

/**
 * Where the statement has each column of the result; undefined where no row has a value. Such columns are left out, and
 * what stands twice is selected once: of a table's hundred columns an exported file often has ten, and each that DuckDB
 * hands over costs as much as one with values. By position: names may differ in nothing but case, or not at all.
 */
export function placesOf({ columns, missing }: QueryPlan): (number | undefined)[] {
  const places = new Map<ColumnId, number>()
  return columns.map(({ id }) => {
    if (missing?.has(id) === true) return undefined
    const place = places.get(id) ?? places.size
    places.set(id, place)
    return place
  })
}

export function translate(plan: QueryPlan, options: TranslateOptions): SqlStatement {
  const translation = new Translation(options)
  const inner = translation.from(plan.relation)
  const outputs = placesOf(plan).flatMap((place, index, places): SqlOutput[] => {
    const id = plan.columns[index]?.id
    if (id === undefined || place === undefined || places.indexOf(place) < index) return []
    return [{ value: column(translation.alias(id)), alias: `c${index}` }]
  })
  const query: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: outputs.length > 0 ? outputs : [{ value: bool(true), alias: 'unit' }],
    from: inner.from,
    where: inner.where,
    orderBy: orderSql(plan.order, translation),
  }
  return { ctes: translation.ctes(), query }
}

/**
 * DuckDB (1.5.5) binds the inner of two subqueries twice, so that each level doubles the time, and nothing interrupts that:
 * 14 levels take no time worth mentioning, 20 take 2.5 s, 26 more than a minute.
 */
const DEEPEST_SUBQUERIES = 16

interface Source {
  readonly from: SqlFrom
  readonly where: readonly SqlExpr[]
}

export class Translation {
  readonly now: bigint
  readonly foldsByBlocks: boolean
  readonly #aliases = new Map<ColumnId, string>()
  #stored: ReadonlyMap<ColumnId, SqlExpr> = new Map()
  readonly #ctes = new Map<string, SqlCte>()
  #lastAlias = 0
  #applies = 0
  #subqueries = 0
  /** Counts those that stand in expressions, so that whoever looks for them knows whether there are any. */
  #subqueriesMade = 0

  constructor(options: TranslateOptions) {
    this.now = options.now
    this.foldsByBlocks = options.foldsByBlocks
  }

  get subqueriesMade(): number {
    return this.#subqueriesMade
  }

  ctes(): SqlCte[] {
    return [...this.#ctes.values()]
  }

  addCte(cte: SqlCte): void {
    this.#ctes.set(cte.name, cte)
  }

  alias(id: ColumnId): string {
    const alias = this.#aliases.get(id)
    if (alias === undefined) throw internal('translate', `column #${id} is used before it is made`)
    return alias
  }

  column(id: ColumnId): SqlExpr {
    return this.#stored.get(id) ?? column(this.alias(id))
  }

  /** With columns that are not yet what they will be called. */
  over<Result>(stored: ReadonlyMap<ColumnId, SqlExpr>, run: () => Result): Result {
    const outer = this.#stored
    this.#stored = stored
    const result = run()
    this.#stored = outer
    return result
  }

  freshName(prefix: string): string {
    this.#lastAlias++
    return `${prefix}${this.#lastAlias}`
  }

  /** A common table, or a relation of the database, under a name of its own. */
  fromNamed(name: string): SqlFrom {
    return { kind: 'relation', name, alias: this.freshName('t') }
  }

  scalar(scalar: Scalar): SqlExpr {
    return scalarSql(scalar, this)
  }

  /** `SELECT column FROM relation`. */
  single(relation: Relation, id: ColumnId): SqlQuery {
    return this.mapped(relation, (inside) => column(inside.alias(id)))
  }

  mapped(relation: Relation, output: (inside: Translation) => SqlExpr): SqlQuery {
    if (this.#subqueries >= DEEPEST_SUBQUERIES) {
      throw tooComplex(`more than ${DEEPEST_SUBQUERIES} toscalar() or in (…) stand in each other`)
    }
    this.#subqueries++
    this.#subqueriesMade++
    const { from, where } = this.from(relation)
    this.#subqueries--
    return { kind: 'select', star: false, outputs: [{ value: output(this), alias: 'value' }], from, where }
  }

  columnOf(relation: Relation, id: ColumnId): ColumnDef {
    const found = columnsOf(relation).find((candidate) => candidate.id === id)
    if (found === undefined) throw internal('translate', `the relation has no column #${id}`)
    return found
  }

  /** A relation as FROM with its topmost filters as WHERE. */
  from(relation: Relation): Source {
    const conditions: Scalar[] = []
    let inner = relation
    while (inner.kind === 'filter') {
      conditions.unshift(inner.condition)
      inner = inner.input
    }
    const query = this.query(inner)
    const from: SqlFrom = { kind: 'query', query, alias: this.freshName('t') }
    return { from, where: conditions.map((condition) => filterTest(this.scalar(condition))) }
  }

  query(relation: Relation): SqlQuery {
    switch (relation.kind) {
      case 'scan':
        return scanSql(relation, this)
      case 'values':
        return this.#values(relation)
      case 'filter': {
        const { from, where } = this.from(relation)
        return { kind: 'select', star: true, outputs: [], from, where }
      }
      case 'extend':
      case 'project': {
        const { from, where } = this.from(relation.input)
        const outputs = this.#outputs(relation.columns)
        return { kind: 'select', star: relation.kind === 'extend', outputs, from, where }
      }
      case 'aggregate':
        return this.#aggregate(relation)
      case 'unique': {
        const { from, where } = this.#grouped(relation.input)
        const distinctOn = relation.keys.map((key) => this.scalar(key))
        return { kind: 'select', star: true, outputs: [], from, where, distinctOn }
      }
      case 'join':
        return this.#join(relation)
      case 'union':
        return this.#union(relation)
      case 'limit': {
        const { from, where } = this.from(relation.input)
        const orderBy = orderSql(relation.keys, this)
        return { kind: 'select', star: true, outputs: [], from, where, orderBy, limit: relation.count }
      }
      case 'number': {
        const { from, where } = this.from(relation.input)
        const value: SqlExpr = {
          kind: 'call',
          name: 'row_number',
          args: [],
          over: { orderBy: orderSql(relation.keys, this) },
        }
        return { kind: 'select', star: true, outputs: [this.define(relation.column, value)], from, where }
      }
      case 'range':
        return rangeSql(relation, this)
      case 'expand':
        return expandSql(relation, this)
      case 'apply': {
        const { atMost } = relation
        const rows = this.fromQuery(relation.input)
        const left = atMost === undefined ? rows : this.#atMost(rows, atMost)
        this.#applies++
        const from: SqlFrom = { kind: 'lateral', left, query: this.query(relation.body), alias: this.freshName('t') }
        this.#applies--
        return { kind: 'select', star: true, outputs: [], from, where: [] }
      }
      case 'fold':
        // Its recursion stands outside the query, where the row that the pipeline runs for is not known.
        if (this.#applies > 0) throw unsupported('scan inside mv-apply or partition', relation.span)
        return foldSql(relation, this)
      case 'sessions':
        if (this.#applies > 0) {
          const hint =
            'sort all rows by the key first, and let sessions end where it changes: row_window_session(t, 1h, 5m, key != prev(key))'
          throw unsupported('row_window_session inside mv-apply or partition', relation.span, hint)
        }
        return sessionsSql(relation, this)
      case 'walk':
        if (this.#applies > 0)
          throw unsupported('an edge of variable length inside mv-apply or partition', relation.span)
        return walkSql(relation, this)
      case 'reference':
        return this.#reference(relation)
    }
  }

  /** What the service says where `partition` goes over too many values. */
  #atMost(from: SqlFrom, most: number): SqlFrom {
    const count = this.freshName('count')
    const value: SqlExpr = { kind: 'call', name: 'count', args: [{ kind: 'star' }], over: { orderBy: [] } }
    const refusal = refuseAtRuntime(`partition by more than ${most} values without hint.strategy=native`, 'BOOLEAN')
    const test = when(infix(column(count), '>', long(most)), refusal, bool(true))
    const counted: SqlSelect = { kind: 'select', star: true, outputs: [{ value, alias: count }], from, where: [] }
    const inner: SqlFrom = { kind: 'query', query: counted, alias: this.freshName('t') }
    const query: SqlSelect = { kind: 'select', star: true, outputs: [], from: inner, where: [test] }
    return { kind: 'query', query, alias: this.freshName('t') }
  }

  fromQuery(relation: Relation): SqlFrom {
    return { kind: 'query', query: this.query(relation), alias: this.freshName('t') }
  }

  define(definition: ColumnDef, value: SqlExpr): SqlOutput {
    const alias = columnAlias(definition)
    this.#aliases.set(definition.id, alias)
    return { value, alias }
  }

  /** Values first: none of them may see another's new name. */
  #outputs(columns: readonly Computed[]): SqlOutput[] {
    const values = columns.map(({ value }) => this.scalar(value))
    return columns.map((definition, index) => this.define(definition, values[index] ?? nullOf(definition.type)))
  }

  #values({ columns, rows }: Extract<Relation, { kind: 'values' }>): SqlQuery {
    if (rows.length === 0 || columns.length === 0) {
      const outputs = columns.map((definition) => this.define(definition, nullOf(definition.type)))
      const unit: SqlOutput = { value: { kind: 'boolean', value: true }, alias: this.freshName('unit') }
      const where: SqlExpr[] = rows.length === 0 ? [{ kind: 'boolean', value: false }] : []
      return { kind: 'select', star: false, outputs: columns.length === 0 ? [unit] : outputs, where }
    }
    const cells = rows.map((row) => row.map((value) => this.scalar(value)))
    const outputs = columns.map((definition) => this.define(definition, columnSql(definition)))
    return { kind: 'values', columns: outputs.map(({ alias }) => alias), rows: cells }
  }

  #aggregate(relation: Extract<Relation, { kind: 'aggregate' }>): SqlSelect {
    const { from, where } = this.#grouped(relation.input)
    const keys = relation.keys.map(({ value }) => this.scalar(value))
    const measures = relation.measures.map(({ value }) => this.scalar(value))
    const outputs = [...relation.keys, ...relation.measures].map((definition, index) =>
      this.define(definition, [...keys, ...measures][index] ?? nullOf(definition.type)),
    )
    return { kind: 'select', star: false, outputs, from, where, groupBy: keys }
  }

  #grouped(input: Relation): { readonly from: SqlFrom; readonly where: readonly SqlExpr[] } {
    // What a pipeline runs for each row may name that row, which a common table cannot see.
    if (this.#applies > 0 || !groupsDeepRows(input)) return this.from(input)
    const name = this.freshName('rows')
    this.addCte({ name, query: this.query(input), isMaterialized: true })
    return { from: this.fromNamed(name), where: [] }
  }

  /** Kusto joins null to null; strings are never null, and `=` is the faster test. */
  #join(relation: Extract<Relation, { kind: 'join' }>): SqlSelect {
    if (this.#applies > 0 && (relation.join === 'semi' || relation.join === 'anti')) return this.#appliedSemi(relation)
    const left = this.fromQuery(relation.left)
    const right = this.fromQuery(relation.right)
    const on = relation.keys
      .map((key) =>
        infix(this.scalar(key.left), key.left.type === 'string' ? '=' : 'IS NOT DISTINCT FROM', this.scalar(key.right)),
      )
      .reduce((all, one) => infix(all, 'AND', one))
    const join = ({ inner: 'INNER', left: 'LEFT', right: 'RIGHT', full: 'FULL', semi: 'SEMI', anti: 'ANTI' } as const)[
      relation.join
    ]
    const from: SqlFrom = { kind: 'join', join, left, right, on }
    const refill = [
      ...(relation.join === 'left' || relation.join === 'full' ? columnsOf(relation.right) : []),
      ...(relation.join === 'right' || relation.join === 'full' ? columnsOf(relation.left) : []),
    ].filter(({ type }) => type === 'string')
    if (refill.length === 0) return { kind: 'select', star: true, outputs: [], from, where: [] }
    // The missing side of an outer join has empty strings, not nulls.
    const refilled = new Set(refill.map(({ id }) => id))
    const outputs = columnsOf(relation).map(({ id }): SqlOutput => {
      const alias = this.alias(id)
      return { value: refilled.has(id) ? orEmpty(column(alias)) : column(alias), alias }
    })
    return { kind: 'select', star: false, outputs, from, where: [] }
  }

  /** For each row of an `apply` DuckDB 1.5.5 has no such joins: the keys of the right side once each, beside the left or not. */
  #appliedSemi({ join, left, right, keys }: Extract<Relation, { kind: 'join' }>): SqlSelect {
    const rows = this.fromQuery(left)
    const { from, where } = this.from(right)
    const values = keys.map((key) => this.scalar(key.right))
    const outputs = values.map((value): SqlOutput => ({ value, alias: this.freshName('key') }))
    const found = this.freshName('found')
    const distinct: SqlSelect = { kind: 'select', star: false, outputs: [...outputs, { value: bool(true), alias: found }], from, where, groupBy: values } // prettier-ignore
    const on = keys
      .map((key, index) => infix(this.scalar(key.left), 'IS NOT DISTINCT FROM', column(outputs[index]?.alias ?? '')))
      .reduce((all, one) => infix(all, 'AND', one))
    const joined: SqlFrom = {
      kind: 'join',
      join: join === 'semi' ? 'INNER' : 'LEFT',
      left: rows,
      right: { kind: 'query', query: distinct, alias: this.freshName('t') },
      on,
    }
    return { kind: 'select', star: true, outputs: [], from: joined, where: join === 'semi' ? [] : [isNull(column(found))] } // prettier-ignore
  }

  #union(relation: Extract<Relation, { kind: 'union' }>): SqlQuery {
    const queries = relation.inputs.map(({ relation: input, sources }): SqlQuery => {
      const { from, where } = this.from(input)
      const values = relation.columns.map((definition, index) => {
        const source = sources[index]
        return source === undefined ? nullOf(definition.type) : this.scalar(source)
      })
      const outputs = relation.columns.map((definition, index) => this.define(definition, values[index] ?? text('')))
      return { kind: 'select', star: false, outputs, from, where }
    })
    const [first] = queries
    if (first === undefined)
      return this.#values({ kind: 'values', columns: relation.columns, rows: [], span: relation.span })
    return queries.length === 1 ? first : { kind: 'union-all', queries }
  }

  #reference({ shared, columns }: Extract<Relation, { kind: 'reference' }>): SqlSelect {
    this.#share(shared)
    return {
      kind: 'select',
      star: false,
      outputs: columns.map((definition) => this.define(definition, column(this.alias(definition.source)))),
      from: this.fromNamed(shared.name),
      where: [],
    }
  }

  /** After its own dependencies, which `query` has put in place by then. */
  #share(shared: SharedRelation): void {
    if (this.#ctes.has(shared.name)) return
    // It stands outside of what reads it, and so of every row that a pipeline runs for.
    const applies = this.#applies
    this.#applies = 0
    const query = this.query(shared.relation)
    this.#applies = applies
    this.#ctes.set(shared.name, { name: shared.name, query, isMaterialized: shared.isMaterialized })
  }
}
