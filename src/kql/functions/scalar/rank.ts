/** What top-nested and graph operators need; not functions of Kusto's. */
import { cast } from '../../sql/build.ts'
import { learn, windowed, type WindowEntry } from '../entry.ts'

/** Over the rows with the same arguments, in the call's order. */
function within(name: string, sqlName: string, page: string): WindowEntry {
  return windowed({
    name,
    docs: learn(page),
    sql: (args, info) =>
      cast(
        {
          kind: 'call',
          name: sqlName,
          args: [],
          over: { orderBy: info.order, partitionBy: args.map(({ sql }) => sql) },
        },
        'BIGINT',
      ),
  })
}

/** The place of a row: one for each, or the same for those that the order does not tell apart. */
export const rankEntries: readonly WindowEntry[] = [
  within('place within', 'row_number', 'top-nested-operator'),
  within('rank within', 'rank', 'graph-shortest-paths-operator'),
]
