import type { Column, KustoType } from '../../domain/kusto.ts'
import type { TableSchema } from '../../domain/schema.ts'
import { malformedFile } from './faults.ts'

/** What a key of a file means: a column, and its type where the key or the file itself tells. */
export interface ColumnTitle {
  readonly name: string
  readonly type: KustoType | undefined
}

/**
 * Reads the titles that portal exports write: `TimeGenerated [UTC]` is a datetime; `$table` repeats the name of the
 * table and is no column (undefined). A title that ends in another zone is refused, because its times have lost it.
 */
function readTitle(key: string, label: string): ColumnTitle | undefined {
  if (key.trim() === '$table') return undefined
  const [, bare, zone] = /^(.*\S) \[([^\]]*)\]$/.exec(key.trim()) ?? []
  if (bare === undefined) return { name: key.trim(), type: undefined }
  if (zone === 'UTC') return { name: bare, type: 'datetime' }
  if (!/^UTC|Time$|^Local/.test(zone ?? '')) return { name: key.trim(), type: undefined }
  throw malformedFile(
    { label },
    `the times of ${JSON.stringify(bare)} are in ${JSON.stringify(zone)}, not in UTC`,
    'set the display time zone of the portal to UTC and export again',
  )
}

/** KQL cannot name a column '' or one with a line break. */
export function nameableColumn(key: string, index: number): string {
  return key.trim() === '' ? `Column${index + 1}` : key.replace(/\p{Cc}/gu, '_')
}

/** Suffixes that `union` and exports put behind columns whose type differs between tables. */
const TYPE_SUFFIX = /^(.+)_(dynamic|string|datetime|long|int|real|bool|guid|timespan)$/

/**
 * Gives the keys of a part their columns. The schema's spelling wins over one that differs by case only, and
 * `Status_dynamic` is `Status` where the schema has that and not the other. Two keys may mean one column
 * (`Status_dynamic` and `Status_string`): the first one that is filled gives the value.
 *
 * @param types what the part itself says of its keys
 */
export function titlesOf(
  keys: readonly string[],
  schema: TableSchema | undefined,
  label: string,
  types: ReadonlyMap<string, KustoType> = new Map(),
): ReadonlyMap<string, ColumnTitle> {
  const known = new Map(schema?.columns.map((column) => [column.name, column]))
  const byCase = new Map<string, Column | undefined>()
  for (const column of known.values()) {
    const lower = column.name.toLowerCase()
    byCase.set(lower, byCase.has(lower) ? undefined : column)
  }
  const find = (name: string) => known.get(name) ?? byCase.get(name.toLowerCase())
  const titles = new Map<string, ColumnTitle>()
  for (const [index, key] of keys.entries()) {
    const name = nameBefore(key, keys)
    const own = known.get(name)
    if (own !== undefined) {
      titles.set(key, own)
      continue
    }
    const title = readTitle(nameableColumn(name, index), label)
    if (title === undefined) continue
    const column = find(title.name) ?? find(TYPE_SUFFIX.exec(title.name)?.[1] ?? '')
    titles.set(key, column ?? { ...title, type: title.type ?? types.get(key) })
  }
  return titles
}

/**
 * DuckDB compares names without case, Kusto with: physical names must differ by more than case. Those that begin with `#`
 * are ours.
 */
export function physicalNames(names: readonly string[]): ReadonlyMap<string, string> {
  return distinctNames(names, (name) => (name.startsWith('#') ? `~${name}` : name))
}

/** Names that differ by more than case: `LogonId` and `LogonID` are `LogonId` and `LogonID~2`, which titlesOf takes for the same again. */
export function distinctNames(
  names: readonly string[],
  wantedFor: (name: string) => string = (name) => name,
): ReadonlyMap<string, string> {
  const taken = new Set<string>()
  const distinct = new Map<string, string>()
  for (const name of names) {
    const wanted = wantedFor(name)
    let candidate = wanted
    for (let count = 2; taken.has(candidate.toLowerCase()); count++) candidate = `${wanted}~${count}`
    taken.add(candidate.toLowerCase())
    distinct.set(name, candidate)
  }
  return distinct
}

/** Of a name that distinctNames made, where what it was told apart from is there, too. */
function nameBefore(name: string, keys: readonly string[]): string {
  const [, before] = /^(.+)~\d+$/.exec(name) ?? []
  const isOther = (key: string): boolean => key !== before && key.toLowerCase() === before?.toLowerCase()
  return before !== undefined && keys.some(isOther) ? before : name
}
