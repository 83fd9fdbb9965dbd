/** Where the cells of a column come from in a record: a member behind a path, a cell by its number, or nowhere. */
export type CellSource =
  { readonly path: readonly (string | number)[] } | { readonly ordinal: number } | { readonly constant: string }

/** Sources by column, in the order of the mapping. */
export type IngestionMapping = ReadonlyMap<string, CellSource>

/** Says what is wrong with a mapping, or what of it the engine does not do. */
export class MappingFault extends Error {}

/**
 * Reads `[{"Column": "a", "Properties": {"Path": "$.x.y"}}, …]` and the older form without `Properties`
 * (https://learn.microsoft.com/kusto/management/mappings). Throws MappingFault.
 */
export function parseIngestionMapping(text: string): IngestionMapping {
  const entries = jsonOf(text)
  if (!Array.isArray(entries) || entries.length === 0) throw new MappingFault('is no list of columns')
  const list: readonly unknown[] = entries
  const sources = new Map<string, CellSource>()
  for (const [column, source] of list.map((entry) => readEntry(entry))) {
    if (sources.has(column)) throw new MappingFault(`has the column ${column} twice`)
    sources.set(column, source)
  }
  return sources
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MappingFault(`is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

function readEntry(entry: unknown): readonly [column: string, source: CellSource] {
  const members = membersOf(entry)
  const properties = new Map([...members, ...membersOf(members.get('properties'))])
  const column = members.get('column') ?? members.get('name')
  if (typeof column !== 'string') throw new MappingFault('has an entry without a column')
  const transform = properties.get('transform')
  if (typeof transform === 'string' && transform !== 'None') throw new MappingFault(`has the transformation ${transform}`) // prettier-ignore
  const constant = properties.get('constvalue') ?? properties.get('constantvalue')
  if (typeof constant === 'object' && constant !== null) throw new MappingFault(`has a ConstValue of ${column} that is no single value`) // prettier-ignore
  if (constant !== undefined && constant !== null) return [column, { constant: String(constant) }]
  const path = properties.get('path')
  if (typeof path === 'string') return [column, path.startsWith('$') ? { path: steps(path) } : { constant: path }]
  const ordinal = Number(/^\d+$/.exec(String(properties.get('ordinal')))?.[0] ?? Number.NaN)
  if (Number.isSafeInteger(ordinal)) return [column, { ordinal }]
  throw new MappingFault(`does not say where the column ${column} comes from`)
}

/** By lower-case name: published mappings write them in either case. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map()
  return new Map(Object.entries(value).map(([name, member]: [string, unknown]) => [name.toLowerCase(), member]))
}

const STEP = /\.?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+))\s*\]|\.([^.[\]]+)/gy

function steps(path: string): readonly (string | number)[] {
  const found: (string | number)[] = []
  STEP.lastIndex = 1
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path)
    if (match === null) throw new MappingFault(`has the path ${path}`)
    const [, single, double, index, name] = match
    found.push(index === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index))
  }
  if (typeof found[0] !== 'string') throw new MappingFault(`has the path ${path}, which begins with no member`)
  return found
}
