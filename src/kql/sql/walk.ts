import { toDynamic } from '../functions/convert.ts'
import type { Walk, WalkMeasure } from '../ir/relation.ts'
import { and, bool, call, cast, column, infix, list, long, not, or, text, when } from './build.ts'
import type { SqlExpr, SqlFrom, SqlOutput, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/** A measure on its way: the name that carries it, its value for the step at hand. */
interface Carried {
  readonly measure: WalkMeasure
  readonly name: string
  readonly value: SqlExpr
}

/** A recursion that makes walks of one step more of all walks so far; what they measure goes along. */
export function walkSql(walk: Walk, translation: Translation): SqlSelect {
  const fresh = (name: string): string => translation.freshName(name)
  const names = { walks: fresh('walks'), first: fresh('first'), last: fresh('last'), length: fresh('length'), visited: fresh('visited') } // prettier-ignore
  const starts = translation.fromQuery(walk.starts)
  const start = column(translation.alias(walk.start.id))
  const steps = stored(walk.steps, 'steps', translation)
  const between = walk.between === undefined ? undefined : stored(walk.between.relation, 'between', translation)
  const carried = walk.measures.map((measure): Carried => {
    const { type, id } = measure.value
    const value = column(translation.alias(id))
    const json = call('coalesce', toDynamic({ sql: value, type, literal: undefined, span: walk.span }), text('null'))
    return { measure, name: fresh(measure.kind), value: measure.kind === 'list' ? json : value }
  })
  const isUnique = walk.unique !== 'nothing'
  const none = cast(list(), 'BIGINT[]')
  const base: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [
      { value: start, alias: names.first },
      { value: start, alias: names.last },
      { value: long(0), alias: names.length },
      ...(isUnique ? [{ value: walk.unique === 'nodes' ? list(start) : none, alias: names.visited }] : []),
      ...carried.map(({ measure: { kind }, name }) => ({ value: kind === 'list' ? cast(list(), 'VARCHAR[]') : bool(kind === 'all'), alias: name })), // prettier-ignore
    ],
    from: starts,
    where: [],
  }
  const at = (id: number): SqlExpr => column(translation.alias(id))
  const [from, to, edge] = [at(walk.step.from.id), at(walk.step.to.id), at(walk.step.edge.id)]
  const visits = walk.unique === 'nodes' ? to : edge
  const isFirst = infix(column(names.length), '=', long(0))
  const next: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [
      { value: column(names.first, SO_FAR), alias: names.first },
      { value: to, alias: names.last },
      { value: infix(column(names.length), '+', long(1)), alias: names.length },
      ...(isUnique ? [{ value: call('list_append', column(names.visited), visits), alias: names.visited }] : []),
      ...carried.map((each) => ({ value: measured(each, isFirst), alias: each.name })),
    ],
    from: stepFrom(walk, { ...names, from, to, steps, between }, translation),
    where: [
      infix(column(names.length), '<', long(walk.most)),
      ...(isUnique && walk.shortest === undefined ? [not(call('list_contains', column(names.visited), visits))] : []),
      ...carried.flatMap(({ measure: { isRequired, of }, value }) =>
        isRequired ? [of === 'edges' ? value : or(isFirst, value)] : [],
      ),
    ],
  }
  translation.addCte({
    name: names.walks,
    query: { kind: 'union-all', queries: [base, walk.shortest === 'any' ? onePerEnd(next, names, edge, translation) : next] }, // prettier-ignore
    isMaterialized: false,
    isRecursive: true,
    ...keysOf(walk, names),
  })
  return {
    kind: 'select',
    star: false,
    outputs: [
      translation.define(walk.first, column(names.first)),
      translation.define(walk.last, column(names.last)),
      translation.define(walk.length, column(names.length)),
      ...(isUnique ? [translation.define(walk.visited, column(names.visited))] : []),
      ...carried.map(({ measure, name }) => result(measure, name, walk, translation)),
    ],
    from: { kind: 'relation', name: names.walks, alias: fresh('t') },
    where: [infix(column(names.length), '>=', long(walk.fewest))],
  }
}

/** Each recursion reads it again. */
function stored(relation: Walk['steps'], prefix: string, translation: Translation): string {
  const name = translation.freshName(prefix)
  translation.addCte({ name, query: translation.query(relation), isMaterialized: true })
  return name
}

interface Names {
  readonly walks: string
  readonly first: string
  readonly last: string
  readonly visited: string
}

/** Two shortest walks between two nodes differ in their edges. */
function keysOf({ shortest }: Walk, { first, last, visited }: Names): { readonly keys?: readonly string[] } {
  if (shortest === undefined) return {}
  return { keys: shortest === 'any' ? [first, last] : [first, last, visited] }
}

/** Of walks that reach a node with the same number of steps the one whose last edge comes first. */
function onePerEnd(step: SqlSelect, { first, last }: Names, edge: SqlExpr, translation: Translation): SqlSelect {
  const ranked = translation.freshName('edge')
  const query: SqlSelect = { ...step, outputs: [...step.outputs, { value: edge, alias: ranked }] }
  const all: SqlSelect = {
    kind: 'select',
    star: true,
    outputs: [],
    distinctOn: [column(first), column(last)],
    from: { kind: 'query', query, alias: translation.freshName('t') },
    where: [],
    orderBy: [{ value: column(ranked), descending: false, nullsFirst: true }],
  }
  // A recursion has no ORDER BY of its own, and as many columns as its beginning.
  const outputs = step.outputs.map(({ alias }) => ({ value: column(alias), alias }))
  return { kind: 'select', star: false, outputs, from: { kind: 'query', query: all, alias: translation.freshName('t') }, where: [] } // prettier-ignore
}

const SO_FAR = 'so_far'

interface StepNames extends Names {
  readonly from: SqlExpr
  readonly to: SqlExpr
  readonly steps: string
  readonly between: string | undefined
}

function stepFrom(walk: Walk, names: StepNames, translation: Translation): SqlFrom {
  let from: SqlFrom = {
    kind: 'join',
    join: 'INNER',
    left: { kind: 'relation', name: names.walks, alias: SO_FAR },
    right: translation.fromNamed(names.steps),
    on: infix(column(names.last, SO_FAR), '=', names.from),
  }
  if (names.between !== undefined && walk.between !== undefined) {
    const node = column(translation.alias(walk.between.node.id))
    const right = translation.fromNamed(names.between)
    from = { kind: 'join', join: 'INNER', left: from, right, on: infix(names.from, '=', node) }
  }
  if (walk.shortest === undefined) return from
  const known: SqlFrom = { kind: 'relation', name: names.walks, alias: translation.freshName('t'), isRecurring: true }
  const isKnown = and(
    infix(column(names.first, known.alias), '=', column(names.first, SO_FAR)),
    infix(column(names.last, known.alias), '=', names.to),
  )
  return { kind: 'join', join: 'ANTI', left: from, right: known, on: isKnown }
}

/** With a second step the end of the first becomes a node between the ends. */
function measured({ measure: { kind, of }, name, value }: Carried, isFirst: SqlExpr): SqlExpr {
  const so = column(name)
  const more = kind === 'list' ? call('list_append', so, value) : kind === 'all' ? and(so, value) : or(so, value)
  return of === 'edges' ? more : when(isFirst, so, more)
}

function result(measure: WalkMeasure, name: string, walk: Walk, translation: Translation): SqlOutput {
  if (measure.kind !== 'list') return translation.define(measure.column, column(name))
  const items = walk.isReversed ? call('list_reverse', column(name)) : column(name)
  const array = call('concat', text('['), call('array_to_string', items, text(',')), text(']'))
  return translation.define(measure.column, array)
}
