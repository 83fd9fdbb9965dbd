import { unsupported } from '../errors.ts'
import type { ColumnDef, Computed, Relation } from '../ir/relation.ts'
import type { ColumnScalar, Scalar } from '../ir/scalar.ts'

/** Its state goes from row to row, which no SQL window function can. */
export const isSession = (scalar: Scalar): boolean => scalar.kind === 'window' && scalar.name === 'row_window_session'

type Fresh = (value: Scalar, name: string) => Computed

/**
 * `row_window_session(value, fromFirst, between, restart)` as a walk: a value begins a session when there is none, when it
 * is that far from the session's first or from the value before, or when told to; a null ends the session.
 * https://learn.microsoft.com/kusto/query/row-window-session-function
 */
export function walkSessions(
  input: Relation,
  session: Computed,
  hoist: (relation: Relation) => Relation,
  fresh: Fresh,
): Relation {
  const { value: window } = session
  const [row] = window.kind === 'window' ? window.order : []
  if (window.kind !== 'window' || row?.value.kind !== 'column') {
    throw unsupported('row_window_session over rows without an order', window.span)
  }
  const { span } = window
  const call = (name: string, type: Scalar['type'], ...args: Scalar[]): Scalar => ({ kind: 'call', name, type, args, span }) // prettier-ignore
  const constant = (type: Scalar['type'], value: boolean | null): Scalar => ({ kind: 'literal', type, value, span })
  const read = ({ id, name, type }: ColumnDef): ColumnScalar => ({ kind: 'column', id, name, type, span })
  const args = window.args.map((argument) => fresh(argument, '$argument'))
  const [value, fromFirst, between, restart] = args
  if (value === undefined || fromFirst === undefined || between === undefined) {
    throw unsupported(`row_window_session with ${args.length} arguments`, span)
  }
  if (value.type !== 'datetime') throw unsupported(`row_window_session of a ${value.type}`, span)
  const start = fresh(constant('datetime', null), '$start')
  const previous = fresh(constant('datetime', null), '$previous')
  const reaches = (from: ColumnDef, distance: ColumnDef): Scalar =>
    call('coalesce', 'bool', call('>=', 'bool', read(value), call('+', 'datetime', read(from), read(distance))), constant('bool', false)) // prettier-ignore
  const tests = [
    call('isnull', 'bool', read(start)),
    call('isnull', 'bool', read(value)),
    reaches(start, fromFirst),
    reaches(previous, between),
    ...(restart === undefined ? [] : [call('coalesce', 'bool', read(restart), constant('bool', false))]),
  ]
  const begins = fresh(
    tests.reduce((left, right) => call('or', 'bool', left, right)),
    '$begins',
  )
  const next = fresh(call('iff', 'datetime', read(begins), read(value), read(start)), '$next')
  const always = fresh(constant('bool', true), '$always')
  return {
    kind: 'fold',
    input: hoist({ kind: 'extend', input, columns: args, span }),
    row: { id: row.value.id, name: row.value.name, type: 'long' },
    states: [start, previous],
    stages: [[begins], [next, always]],
    after: [next, value],
    outputs: [{ when: always, values: [next] }],
    columns: [session],
    position: fresh(constant('bool', null), '$output'),
    span,
  }
}
