import { stringsIn } from './kql-code.ts'
import type { Column } from './kusto.ts'

/**
 * Tables of other places that a query of Azure Monitor may read: `workspace("contoso").SecurityEvent`, `app("shop").requests`,
 * `arg("").Resources` of Azure Resource Graph. Among the tables of a workspace each goes by the full name that `foreignName`
 * gives it, which none of its own can have.
 * https://learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query
 */
export const PLACES = ['workspace', 'app', 'arg'] as const

export type Place = (typeof PLACES)[number]

export interface ForeignTable {
  readonly place: Place
  /** In lower case, of a resource id the last part; empty for Resource Graph, of which there is one. */
  readonly identifier: string
  /** As the query writes it; in lower case for Resource Graph, which does not tell case apart. */
  readonly table: string
}

/** `identifier` is what the query gives the function: a name, a GUID or a resource id. */
export function foreignTable(place: Place, identifier: string, table: string): ForeignTable {
  if (place === 'arg') return { place, identifier: '', table: table.toLowerCase() }
  return { place, identifier: (identifier.split('/').at(-1) ?? '').toLowerCase(), table }
}

/**
 * All tables of Resource Graph have these, and what one kind of resource has beyond them stands in `properties`.
 * https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language
 */
export const RESOURCE_GRAPH_COLUMNS: readonly Column[] = [
  ...['id', 'name', 'type', 'tenantId', 'kind', 'location', 'resourceGroup', 'subscriptionId', 'managedBy'].map(
    (name): Column => ({ name, type: 'string' }),
  ),
  ...['sku', 'plan', 'properties', 'tags', 'identity', 'zones', 'extendedLocation'].map((name): Column => ({
    name,
    type: 'dynamic',
  })),
]

/** Folders beside the tables of a data folder; those of workspaces and applications have one for each. */
export const PLACE_FOLDERS: Readonly<Record<Place, string>> = {
  workspace: 'workspaces',
  app: 'apps',
  arg: 'resource-graph',
}

/** Where the table's files belong in a data folder, without their ending. */
export function foreignPath({ place, identifier, table }: ForeignTable): string {
  return [PLACE_FOLDERS[place], ...(identifier === '' ? [] : [identifier]), table].join('/')
}

export function foreignName({ place, identifier, table }: ForeignTable): string {
  return `${place}(${JSON.stringify(identifier)}).${table}`
}

/** The inverse of `foreignName`; undefined for the name of a table of the workspace. */
export function parseForeignName(name: string): ForeignTable | undefined {
  const [, function_, literal = '', table = ''] = /^(\w+)\(("(?:[^"\\]|\\.)*")\)\.(.+)$/s.exec(name) ?? []
  const place = PLACES.find((each) => each === function_)
  return place === undefined ? undefined : { place, identifier: JSON.parse(literal) as string, table }
}

/** Whether the name is that of a table of another place. */
export function isForeignName(name: string): boolean {
  return name.includes('(') && parseForeignName(name) !== undefined
}

const NAMED = new RegExp(
  String.raw`\b(${PLACES.join('|')})\s*\(\s*(@?"[^"\n]*"|@?'[^'\n]*'|)\s*\)\s*\.\s*(?:(\w+)|\[\s*["']([^"'\n]+)["']\s*\])`,
  'g',
)

/** Tables that a text names with what the function is given beside them, not by another name for it. Comments count. */
export function foreignTablesNamed(
  text: string,
): { readonly table: ForeignTable; /** The name of the table alone, as it is written. */ readonly written: string }[] {
  return Array.from(text.matchAll(NAMED), ([, name, literal = '', word, quoted = '']) => {
    const place = PLACES.find((each) => each === name) ?? 'workspace'
    const written = word ?? quoted
    return { table: foreignTable(place, stringsIn(literal)[0] ?? '', written), written }
  })
}

/** What a whole text names; undefined for anything else. */
export function readForeignName(text: string): ForeignTable | undefined {
  const [only, ...others] = foreignTablesNamed(text)
  const [match] = text.match(NAMED) ?? []
  return others.length === 0 && match === text.trim() ? only?.table : undefined
}

/** Which of the functions a text calls, and with which texts it may do so. */
export function placesNamed(texts: readonly string[]): {
  readonly places: ReadonlySet<Place>
  readonly identifiers: ReadonlySet<string>
} {
  const places = new Set(PLACES.filter((place) => texts.some((text) => new RegExp(`\\b${place}\\s*\\(`).test(text))))
  if (places.size === 0) return { places, identifiers: new Set() }
  const quoted = texts.flatMap(stringsIn).map((text) => foreignTable('workspace', text, '').identifier)
  return { places, identifiers: new Set(quoted) }
}

/** Whether the table is among those that the words of a query may mean. */
export function mayMean(
  { place, identifier, table }: ForeignTable,
  { places, identifiers }: ReturnType<typeof placesNamed>,
  words: ReadonlySet<string>,
): boolean {
  if (!places.has(place)) return false
  if (place !== 'arg') return identifiers.has(identifier) && words.has(table)
  return words.has(table) || [...words].some((word) => word.toLowerCase() === table)
}
