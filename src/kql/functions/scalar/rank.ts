/** What lower/operators/top-nested.ts needs; not a function of Kusto's. */
import { cast } from '../../sql/build.ts'
import { learn, windowed, type WindowEntry } from '../entry.ts'

/** Place of a row among those with the same arguments, in the call's order. */
export const rankEntries: readonly WindowEntry[] = [
  windowed({
    name: 'place within',
    docs: learn('top-nested-operator'),
    sql: (args, info) =>
      cast(
        {
          kind: 'call',
          name: 'row_number',
          args: [],
          over: { orderBy: info.order, partitionBy: args.map(({ sql }) => sql) },
        },
        'BIGINT',
      ),
  }),
]
