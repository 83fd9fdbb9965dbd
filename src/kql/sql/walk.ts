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
      { value: column(names.first), alias: names.first },
      { value: to, alias: names.last },
      { value: infix(column(names.length), '+', long(1)), alias: names.length },
      ...(isUnique ? [{ value: call('list_append', column(names.visited), visits), alias: names.visited }] : []),
      ...carried.map((each) => ({ value: measured(each, isFirst), alias: each.name })),
    ],
    from: stepFrom(walk, { walks: names.walks, last: names.last, from, steps, between }, translation),
    where: [
      infix(column(names.length), '<', long(walk.most)),
      ...(isUnique ? [not(call('list_contains', column(names.visited), visits))] : []),
      ...carried.flatMap(({ measure: { isRequired, of }, value }) =>
        isRequired ? [of === 'edges' ? value : or(isFirst, value)] : [],
      ),
    ],
  }
  translation.addCte({
    name: names.walks,
    query: { kind: 'union-all', queries: [base, next] },
    isMaterialized: false,
    isRecursive: true,
  })
  return {
    kind: 'select',
    star: false,
    outputs: [
      translation.define(walk.first, column(names.first)),
      translation.define(walk.last, column(names.last)),
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

interface StepNames {
  readonly walks: string
  readonly last: string
  readonly from: SqlExpr
  readonly steps: string
  readonly between: string | undefined
}

function stepFrom(walk: Walk, names: StepNames, translation: Translation): SqlFrom {
  const relation = (name: string): SqlFrom => ({ kind: 'relation', name, alias: translation.freshName('t') })
  const stepped: SqlFrom = {
    kind: 'join',
    join: 'INNER',
    left: relation(names.walks),
    right: relation(names.steps),
    on: infix(column(names.last), '=', names.from),
  }
  if (names.between === undefined || walk.between === undefined) return stepped
  const node = column(translation.alias(walk.between.node.id))
  return {
    kind: 'join',
    join: 'INNER',
    left: stepped,
    right: relation(names.between),
    on: infix(names.from, '=', node),
  }
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
