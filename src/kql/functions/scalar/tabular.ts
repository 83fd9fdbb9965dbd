/** What tabular operators need of the catalogue; not functions of Kusto's. */
import type { Entry } from '../entry.ts'
import { basketEntry } from './baskets.ts'
import { graphEntries, graphFunctions } from './graph.ts'
import { makeSeriesAggregates, makeSeriesEntries } from './make-series.ts'
import { parseKvEntries } from './parse-kv.ts'
import { rankEntries } from './rank.ts'
import { sequenceEntry } from './sequences.ts'

export const tabularEntries: readonly Entry[] = [
  basketEntry,
  ...graphEntries,
  ...graphFunctions,
  ...makeSeriesAggregates,
  ...makeSeriesEntries,
  ...parseKvEntries,
  ...rankEntries,
  sequenceEntry,
]
