/**
 * The function catalogue: everything that the engine knows about scalar functions, operators, aggregates and window
 * functions, by name.
 *
 * To add one:
 * 1. Put an entry into a file of its own under `scalar/`, `aggregate/` or `window/` (a tight family may share a file):
 *    `scalar({ name, docs, nulls, sql })`. `name` is the language service's own name, so that the binder knows its
 *    overloads; operators use the KQL spelling (`!has_cs`).
 * 2. `sql(args, info)` returns SQL built with sql/build.ts. Each argument comes in storage form (duckdb/storage.ts) with
 *    its Kusto type, and `literal` where it is constant. The SQL must have exactly the storage type of `info.type`,
 *    the binder's result type (or `type()` of the entry, where the engine disagrees with the binder: say why).
 *    A result of type string must never be NULL (`orEmpty`). Arguments of another type than wanted: `convert(arg, type,
 *    info)`; for text `asText(arg)`, for the inside of a dynamic `toDynamic(arg)`.
 * 3. Where SQL has no exact means, add a native (JavaScript) function to `natives` and call it by its name; over
 *    dynamics `jsonFunction` in native-json.ts does all of that. Natives cost about 1 µs a row: keep common cases in SQL.
 * 4. What cannot be answered exactly throws `unsupported(construct, span)`. Never approximate.
 * 5. Add the entry's list to ENTRIES below, and its cases to test/unit/kql/functions.
 *
 * Multi-column aggregates (`arg_max(x, *)`, `percentiles`) are unfolded in lower/operators/summarize.ts; functions that
 * are more than a function of values (`column_ifexists`, `now`, `pack_all`) are in lower/special-forms.ts.
 */
import { internal } from '../errors.ts'
import { basics } from './aggregate/basic.ts'
import { schemaAggregates } from './aggregate/build-schema.ts'
import { collections } from './aggregate/collections.ts'
import { componentAggregates } from './aggregate/components.ts'
import { numberAggregates } from './aggregate/numbers.ts'
import { percentiles } from './aggregate/percentiles.ts'
import { sketches } from './aggregate/sketches.ts'
import type { Entry, NativeFunction } from './entry.ts'
import { arithmetics } from './operators/arithmetic.ts'
import { comparisons } from './operators/comparison.ts'
import { listOperators } from './operators/lists.ts'
import { stringOperators } from './operators/strings.ts'
import { activityEntries } from './scalar/activity.ts'
import { collectionEntries } from './scalar/collections/index.ts'
import { conversions } from './scalar/conversions.ts'
import { dateEntries } from './scalar/dates/index.ts'
import { datetimes } from './scalar/datetime.ts'
import { dynamicAccess } from './scalar/dynamic-access.ts'
import { dynamics } from './scalar/dynamic.ts'
import { geoEntries } from './scalar/geo/index.ts'
import { logic } from './scalar/logic.ts'
import { maths } from './scalar/math.ts'
import { networkEntries } from './scalar/network/index.ts'
import { numberEntries } from './scalar/numbers/index.ts'
import { parsePatterns } from './scalar/parse-patterns.ts'
import { regexEntries } from './scalar/regex.ts'
import { seriesEntries } from './scalar/series/index.ts'
import { strings } from './scalar/strings.ts'
import { tabularEntries } from './scalar/tabular.ts'
import { textEntries } from './scalar/text/index.ts'
import { windowEntries } from './scalar/windows.ts'
import { rowFunctions } from './window/rows.ts'

const ENTRIES: readonly (readonly Entry[])[] = [
  activityEntries,
  arithmetics,
  basics,
  collectionEntries,
  collections,
  comparisons,
  componentAggregates,
  conversions,
  dateEntries,
  datetimes,
  dynamicAccess,
  dynamics,
  geoEntries,
  listOperators,
  logic,
  maths,
  networkEntries,
  parsePatterns,
  numberAggregates,
  numberEntries,
  percentiles,
  regexEntries,
  rowFunctions,
  schemaAggregates,
  seriesEntries,
  sketches,
  stringOperators,
  strings,
  tabularEntries,
  textEntries,
  windowEntries,
]

const entries = new Map<string, Entry>()
for (const entry of ENTRIES.flat()) {
  if (entries.has(entry.name)) throw internal('catalogue', `two entries are named ${entry.name}`)
  entries.set(entry.name, entry)
}

export function findEntry(name: string): Entry | undefined {
  return entries.get(name)
}

export function allEntries(): readonly Entry[] {
  return [...entries.values()]
}

/** Every native function once, for registration in DuckDB. */
export function allNatives(): readonly NativeFunction[] {
  const natives = new Map<string, NativeFunction>()
  for (const entry of entries.values()) {
    for (const native of entry.natives ?? []) {
      const known = natives.get(native.name)
      if (known !== undefined && known !== native) throw internal('catalogue', `two natives are named ${native.name}`)
      natives.set(native.name, native)
    }
  }
  return [...natives.values()]
}
