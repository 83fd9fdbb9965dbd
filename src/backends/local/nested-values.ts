import { sqlText } from './sql-text.ts'

/** SQL of a value of a plain type; undefined where DuckDB's own JSON says the same. */
type LeafSql = (sql: string, nativeType: string) => string | undefined

/**
 * A nested value of a Parquet file with what is inside it as `leaf` has it; undefined where nothing is changed. DuckDB casts nested
 * types as a whole or not at all, so it is taken apart and put together along its type.
 */
export function nestedSql(sql: string, nativeType: string, leaf: LeafSql, depth = 0): string | undefined {
  const within = (part: string, type: string) => nestedSql(part, type, leaf, depth + 1)
  const element = `e${depth}`
  const each = (list: string, type: string): string | undefined => {
    const inner = within(element, type)
    return inner && `list_transform(${list}, lambda ${element}: ${inner})`
  }
  const [, elementType] = /^([^]*)\[\d*\]$/.exec(nativeType) ?? []
  if (elementType !== undefined) return each(sql, elementType)
  const [, kind, inside = ''] = /^(STRUCT|MAP)\(([^]*)\)$/.exec(nativeType) ?? []
  const parts = kind === undefined ? [] : partsOf(inside)
  if (kind === 'STRUCT') {
    const members = parts.map((part) => {
      const [, name = '', type = ''] = /^("(?:[^"]|"")*"|\S+) ([^]*)$/.exec(part) ?? []
      const member = `struct_extract(${sql}, ${sqlText(unquoted(name))})`
      const inner = within(member, type)
      return {
        name: unquoted(name).toLowerCase(),
        text: `${name} := ${inner ?? member}`,
        isChanged: inner !== undefined,
      }
    })
    // A file may have names that differ in nothing but case, which DuckDB neither tells apart nor packs.
    const names = new Set(members.map(({ name }) => name))
    if (names.size < members.length || !members.some(({ isChanged }) => isChanged)) return undefined
    return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${members.map(({ text }) => text).join(', ')}) END`
  }
  if (kind === 'MAP') {
    const values = each(`map_values(${sql})`, parts[1] ?? '')
    return values && `CASE WHEN ${sql} IS NOT NULL THEN map(map_keys(${sql}), ${values}) END`
  }
  return leaf(sql, nativeType)
}

/** What stands between commas, but for those inside of brackets and quotes. */
function partsOf(text: string): readonly string[] {
  const parts: string[] = []
  let [depth, start] = [0, 0]
  for (const { 0: token, index } of text.matchAll(/"(?:[^"]|"")*"|[(),]/g)) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (token === ',' && depth === 0) {
      parts.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  return [...parts, text.slice(start).trim()]
}

const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)
