import { KUSTO_TYPES, type Column, type KustoType } from '../domain/kusto.ts'

/**
 * The line format of `schemas/*.tsv`, described for people in `schemas/README.md`. Three fourths of all columns are
 * strings, so a bare name is a string and only the other types carry a code.
 */
const CODES: Readonly<Record<string, KustoType>> = {
  b: 'bool',
  t: 'datetime',
  m: 'decimal',
  j: 'dynamic',
  g: 'guid',
  i: 'int',
  l: 'long',
  r: 'real',
  s: 'string',
  p: 'timespan',
}

const CODE_OF = new Map(Object.entries(CODES).map(([code, type]) => [type, code]))

export function printColumns(columns: readonly Column[]): string {
  return columns.map(printColumn).join(' ')
}

/** Spaces part columns, so those in a name are written as in an address. */
function printColumn({ name, type }: Column): string {
  const written = name.replaceAll(' ', '%20')
  return type === 'string' ? written : `${written}:${CODE_OF.get(type)}`
}

/** Returns undefined for a type that is neither a code nor the name of a Kusto type. */
export function parseColumn(text: string): Column | undefined {
  const colon = text.lastIndexOf(':')
  const name = text.slice(0, colon === -1 ? undefined : colon).replaceAll('%20', ' ')
  if (colon === -1) return { name, type: 'string' }
  const type = parseType(text.slice(colon + 1))
  return type === undefined ? undefined : { name, type }
}

/** For lines that our own script wrote: a fault in them is a fault of the build. */
export function parseColumns(text: string): Column[] {
  if (text === '') return []
  return text.split(' ').map((part) => {
    const column = parseColumn(part)
    if (column === undefined) throw new TypeError(`schema catalogue: "${part}" has an unknown type`)
    return column
  })
}

/** Spellings of the services' own schema documents (ARM, Kusto, .NET) beside Kusto's names and our codes. */
const OTHER_NAMES: Readonly<Record<string, KustoType>> = {
  boolean: 'bool',
  date: 'datetime',
  double: 'real',
  float: 'real',
  int32: 'int',
  int64: 'long',
  integer: 'int',
  object: 'dynamic',
  time: 'timespan',
  uniqueid: 'guid',
  uuid: 'guid',
}

/** Reads `datetime`, `t`, `dateTime`, `double`, `System.Int64` …; undefined for anything else. */
export function parseType(text: string): KustoType | undefined {
  const name = text.replace(/^System\./, '').toLowerCase()
  return CODES[name] ?? KUSTO_TYPES.find((type) => type === name) ?? OTHER_NAMES[name]
}
