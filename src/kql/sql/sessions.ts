import type { Sessions } from '../ir/relation.ts'
import { call, column, infix, long, refuseAtRuntime, star, when } from './build.ts'
import type { SqlExpr, SqlFrom, SqlQuery, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/** The values of a segment lie in memory outside of that which DuckDB may take, some 200 bytes each. */
const MOST_OF_SEGMENT = 2_000_000

/** A list of each segment's values goes through `kql_session_starts`; its rows then take what it gives. */
export function sessionsSql(sessions: Sessions, translation: Translation): SqlQuery {
  const { input, row, segment, value, distance } = sessions
  const names = { rows: translation.freshName('rows'), at: translation.freshName('at'), first: translation.freshName('first') } // prettier-ignore
  translation.addCte({ name: names.rows, query: translation.query(input), isMaterialized: true })
  const read = ({ id }: { readonly id: number }): SqlExpr => column(translation.alias(id))
  const inOrder = (of: SqlExpr): SqlExpr => ({
    kind: 'call',
    name: 'list',
    args: [of],
    orderBy: [{ value: read(row), descending: false, nullsFirst: true }],
  })
  const isAlone = infix(call('count', star), '=', long(1))
  const walk = call('kql_session_starts', inOrder(read(value)), inOrder(read(distance)))
  // A value alone is its session's first. Of rows in no sequence nearly all are, and each call into JavaScript takes 5 µs.
  const starts = when(isAlone, inOrder(read(value)), walk)
  const refusal = refuseAtRuntime(`row_window_session over more than ${MOST_OF_SEGMENT} rows without a break`, 'BIGINT[]') // prettier-ignore
  const walked: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [
      { value: call('unnest', inOrder(read(row))), alias: names.at },
      {
        value: call('unnest', when(infix(call('count', star), '>', long(MOST_OF_SEGMENT)), refusal, starts)),
        alias: names.first,
      },
    ],
    from: translation.fromNamed(names.rows),
    where: [],
    groupBy: [read(segment)],
  }
  const from: SqlFrom = {
    kind: 'join',
    join: 'INNER',
    left: translation.fromNamed(names.rows),
    right: { kind: 'query', query: walked, alias: translation.freshName('t') },
    on: infix(read(row), '=', column(names.at)),
  }
  const outputs = [translation.define(sessions.column, column(names.first))]
  return { kind: 'select', star: true, outputs, from, where: [] }
}
