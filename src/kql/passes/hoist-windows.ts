import { unsupported } from '../errors.ts'
import { findEntry } from '../functions/index.ts'
import type { Computed, QueryPlan, Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import type { Scalar, WindowScalar } from '../ir/scalar.ts'
import { isSession, divideSessions } from './divide-sessions.ts'

/**
 * SQL allows a window function neither inside another one nor in WHERE: those become columns of an `extend` below.
 *
 * `extend rn = row_number(1, g != prev(g))` → `extend rn = row_number(1, g != w) (extend w = prev(g))`
 */
export function hoistWindows(plan: QueryPlan): QueryPlan {
  // Ids of lowering count up from 1; these count down.
  let lastId = 0
  const fresh = (value: Scalar, name: string): Computed => {
    lastId--
    return { id: lastId, name, type: value.type, value }
  }
  const rewriter = new Rewriter({ relation: (relation) => hoist(relation, fresh) })
  return { ...plan, relation: rewriter.relation(plan.relation) }
}

export type Fresh = (value: Scalar, name: string) => Computed

function hoist(relation: Relation, fresh: Fresh): Relation {
  if (relation.kind === 'filter') {
    const hoisted: Computed[] = []
    const condition = replaceWindows(relation.condition, hoisted, fresh)
    return hoisted.length === 0 ? relation : { ...relation, condition, input: below(relation.input, hoisted, fresh) }
  }
  if (relation.kind === 'extend' || relation.kind === 'project') {
    const hoisted: Computed[] = []
    const columns = relation.columns.map((column) => ({ ...column, value: hoistInner(column.value, hoisted, fresh) }))
    return hoisted.length === 0 ? relation : { ...relation, columns, input: below(relation.input, hoisted, fresh) }
  }
  if (relation.kind === 'aggregate') refuseWindows([...relation.keys, ...relation.measures], 'an aggregation')
  if (relation.kind === 'fold') refuseWindows(relation.stages.flat(), 'a step of scan')
  return relation
}

/** Whether the service takes them there no page says; over the one row that a step of scan sees they would be others. */
function refuseWindows(columns: readonly Computed[], place: string): void {
  for (const { value } of columns) {
    const window = windowIn(value)
    if (window !== undefined)
      throw unsupported(`${window.name}() in ${place}`, window.span, 'compute it with extend first')
  }
}

/** Not those of a subquery, which has rows of its own. */
function windowIn(scalar: Scalar): WindowScalar | undefined {
  if (scalar.kind === 'window') return scalar
  if (scalar.kind === 'membership') return windowIn(scalar.needle)
  if (scalar.kind !== 'call' && scalar.kind !== 'aggregate') return undefined
  for (const argument of scalar.args) {
    const window = windowIn(argument)
    if (window !== undefined) return window
  }
  return undefined
}

/** The hoisted columns may hold windows in windows themselves. */
function below(input: Relation, columns: readonly Computed[], fresh: Fresh): Relation {
  const sessions = columns.filter(({ value }) => isSession(value))
  const others = columns.filter(({ value }) => !isSession(value))
  const extended: Relation = others.length === 0 ? input : hoist({ kind: 'extend', input, columns: others, span: input.span }, fresh) // prettier-ignore
  return sessions.reduce((relation, session) => divideSessions(relation, session, (each) => hoist(each, fresh), fresh), extended) // prettier-ignore
}

/** Leaves a window that is the whole value where it is; one inside an expression goes, and so do those in its arguments. */
function hoistInner(scalar: Scalar, hoisted: Computed[], fresh: Fresh): Scalar {
  if (scalar.kind === 'window' && !isSession(scalar)) return withRun(scalar, hoisted, fresh)
  return replaceWindows(scalar, hoisted, fresh)
}

/** `row_number(1, g != prev(g))` counts within runs: the run's number becomes a column, a constant false no run at all. */
function withRun(window: WindowScalar, hoisted: Computed[], fresh: Fresh): WindowScalar {
  const entry = findEntry(window.name)
  const at = entry?.kind === 'window' ? entry.restartAt : undefined
  const restart = at === undefined ? undefined : window.args[at]
  if (at === undefined || restart === undefined) {
    return { ...window, args: window.args.map((argument) => replaceWindows(argument, hoisted, fresh)) }
  }
  const others = window.args.map((argument, index) =>
    index === at ? argument : replaceWindows(argument, hoisted, fresh),
  )
  if (restart.kind === 'literal' && restart.value !== true)
    return { ...window, args: others.filter((_, index) => index !== at) }
  const run: WindowScalar = { ...window, name: 'restart run', type: 'long', args: [restart] }
  return {
    ...window,
    args: others.map((argument, index) => (index === at ? replaceWindows(run, hoisted, fresh) : argument)),
  }
}

function replaceWindows(scalar: Scalar, hoisted: Computed[], fresh: Fresh): Scalar {
  if (scalar.kind === 'window') {
    const column = fresh(scalar, `$${scalar.name}`)
    hoisted.push(column)
    return { kind: 'column', id: column.id, name: column.name, type: column.type, span: scalar.span }
  }
  if (scalar.kind === 'call') {
    return { ...scalar, args: scalar.args.map((argument) => replaceWindows(argument, hoisted, fresh)) }
  }
  // `prev(x) in (T)`
  if (scalar.kind === 'membership') return { ...scalar, needle: replaceWindows(scalar.needle, hoisted, fresh) }
  return scalar
}
