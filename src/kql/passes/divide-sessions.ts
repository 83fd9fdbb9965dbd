import { unsupported } from '../errors.ts'
import type { ColumnDef, Computed, Relation } from '../ir/relation.ts'
import type { ColumnScalar, Scalar } from '../ir/scalar.ts'

/** Its state goes from row to row, which no SQL window function can. */
export const isSession = (scalar: Scalar): boolean => scalar.kind === 'window' && scalar.name === 'row_window_session'

type Fresh = (value: Scalar, name: string) => Computed

/**
 * `row_window_session(value, fromFirst, between, restart)`: a value begins a session when there is none, when it
 * is that far from the session's first or from the value before, or when told to; a null ends the session. All of it but the distance
 * from the first is seen at the row and the one before: it divides the rows into segments.
 * https://learn.microsoft.com/kusto/query/row-window-session-function
 */
export function divideSessions(
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
  const { span, order } = window
  const call = (name: string, type: Scalar['type'], ...args: Scalar[]): Scalar => ({ kind: 'call', name, type, args, span }) // prettier-ignore
  const no: Scalar = { kind: 'literal', type: 'bool', value: false, span }
  const read = ({ id, name, type }: ColumnDef): ColumnScalar => ({ kind: 'column', id, name, type, span })
  const [value, distance, between, restart] = window.args.map((argument) => fresh(argument, '$argument'))
  if (value === undefined || distance === undefined || between === undefined) {
    throw unsupported(`row_window_session with ${window.args.length} arguments`, span)
  }
  if (value.type !== 'datetime') throw unsupported(`row_window_session of a ${value.type}`, span)
  const before = fresh({ kind: 'window', name: 'prev', type: 'datetime', args: [read(value)], order, span }, '$before')
  const isFar = call('>=', 'bool', read(value), call('+', 'datetime', read(before), read(between)))
  const tests = [
    call('isnull', 'bool', read(before)),
    call('isnull', 'bool', read(value)),
    call('coalesce', 'bool', isFar, no),
    ...(restart === undefined ? [] : [call('coalesce', 'bool', read(restart), no)]),
  ]
  const begins = tests.reduce((left, right) => call('or', 'bool', left, right))
  const segment = fresh({ kind: 'window', name: 'restart run', type: 'long', args: [begins], order, span }, '$segment')
  const columns = [value, distance, between, ...(restart === undefined ? [] : [restart])]
  return {
    kind: 'sessions',
    input: [columns, [before], [segment]].reduce(
      (relation, added) => hoist({ kind: 'extend', input: relation, columns: added, span }),
      input,
    ),
    row: { id: row.value.id, name: row.value.name, type: 'long' },
    segment,
    value,
    distance,
    column: session,
    span,
  }
}
