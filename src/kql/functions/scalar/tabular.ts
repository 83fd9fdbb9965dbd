/** What tabular operators need of the catalogue; not functions of Kusto's. */
import { infix } from '../../sql/build.ts'
import { arg, learn, scalar, type Entry } from '../entry.ts'
import { basketEntry } from './baskets.ts'
import { graphEntries, graphFunctions } from './graph.ts'
import { makeSeriesAggregates, makeSeriesEntries } from './make-series.ts'
import { parseKvEntries } from './parse-kv.ts'
import { rankEntries } from './rank.ts'
import { sequenceEntry } from './sequences.ts'

/** Whether two values are of one part of `partition`: null is a value there. DuckDB joins on it as on `=`. */
const sameValue = scalar({
  name: 'same value',
  docs: learn('partition-operator'),
  nulls: 'handled',
  type: () => 'bool',
  sql: (args, info) => infix(arg(args, 0, info).sql, 'IS NOT DISTINCT FROM', arg(args, 1, info).sql),
})

export const tabularEntries: readonly Entry[] = [
  basketEntry,
  ...graphEntries,
  ...graphFunctions,
  ...makeSeriesAggregates,
  ...makeSeriesEntries,
  ...parseKvEntries,
  ...rankEntries,
  sameValue,
  sequenceEntry,
]
