/**
 * What Kusto's operators answer over a few rows, said as plainly as the reference does and without regard to speed: the judge of the
 * queries of programs.ts. It shares nothing with the engine.
 */
export type Type = 'long' | 'string' | 'bool'
export const TYPES: readonly Type[] = ['bool', 'string', 'long']
export type Value = bigint | string | boolean | null
export type Row = readonly Value[]
export type Rows = readonly Row[]

export interface Field {
  readonly name: string
  readonly type: Type
}

/** What the parameters of the function around mean. */
export interface Scope {
  readonly rows: ReadonlyMap<string, Rows>
  readonly values: ReadonlyMap<string, Value>
}
export const NO_SCOPE: Scope = { rows: new Map(), values: new Map() }

/** Thrown where a query comes to more rows than are worth asking for. */
export class TooManyRows extends Error {}
const MOST_ROWS = 1_000

export function bounded(rows: Rows): Rows {
  if (rows.length > MOST_ROWS) throw new TooManyRows()
  return rows
}

export const cell = (row: Row, index: number): Value => row[index] ?? null

/** A text is never null. */
export const missing = (type: Type): Value => (type === 'string' ? '' : null)

/** The same for equal values alone. */
export const keyText = (values: Row): string =>
  JSON.stringify(values.map((value) => (typeof value === 'bigint' ? { long: String(value) } : value)))

/** Nulls first; texts by their bytes. */
export function compare(one: Value, other: Value): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null)
  if (typeof one === 'string' && typeof other === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other))
  return one < other ? -1 : Number(one > other)
}

export interface SortKey {
  readonly index: number
  readonly isDescending: boolean
  readonly areNullsFirst: boolean
}

export function sortRows(rows: Rows, keys: readonly SortKey[]): Rows {
  return [...rows].sort((one, other) => {
    for (const { index, isDescending, areNullsFirst } of keys) {
      const [left, right] = [cell(one, index), cell(other, index)]
      const order = compare(left, right)
      if (order === 0) continue
      if (left === null || right === null) return areNullsFirst ? order : -order
      return isDescending ? -order : order
    }
    return 0
  })
}

export interface Group {
  readonly key: Row
  readonly rows: Row[]
}

/** Nulls are one group. */
export function groupRows(rows: Rows, keyOf: (row: Row) => Row): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(keyText(key)) ?? { key, rows: [] }
    group.rows.push(row)
    groups.set(keyText(key), group)
  }
  return [...groups.values()]
}

export const distinctRows = (rows: Rows): Rows => groupRows(rows, (row) => row).map(({ key }) => key)

const known = (values: Row): Value[] => values.filter((value) => value !== null)

/** Of the values of a group. */
export const AGGREGATES = {
  count: (values: Row): Value => BigInt(values.length),
  countif: (values: Row): Value => BigInt(values.filter((value) => value === true).length),
  sum: (values: Row): Value => values.reduce<bigint>((sum, value) => sum + (typeof value === 'bigint' ? value : 0n), 0n), // prettier-ignore
  distinct: (values: Row): Value => BigInt(new Set(values.map((value) => keyText([value]))).size),
  max: (values: Row, type: Type): Value => known(values).reduce((best, value) => (best === null || compare(value, best) > 0 ? value : best), null) ?? missing(type), // prettier-ignore
  min: (values: Row, type: Type): Value => known(values).reduce((best, value) => (best === null || compare(value, best) < 0 ? value : best), null) ?? missing(type), // prettier-ignore
  list: (values: Row): Value => known(values).map(String).join(','),
  sorted: (values: Row): Value => known(values).sort(compare).map(String).join(','),
  set: (values: Row): Value => known(distinctRows(values.map((value) => [value])).map((row) => cell(row, 0))).sort(compare).map(String).join(','), // prettier-ignore
} as const

export type JoinKind = (typeof JOIN_KINDS)[number]
export const JOIN_KINDS = ['fullouter', 'rightouter', 'leftouter', 'rightanti', 'leftanti', 'rightsemi', 'leftsemi', 'inner'] as const // prettier-ignore

interface Side {
  readonly rows: Rows
  readonly fields: readonly Field[]
  readonly keys: readonly number[]
}

/** Here a null is equal to a null. */
export function joinRows(kind: JoinKind, left: Side, right: Side): Rows {
  const textOf = (side: Side, row: Row): string => keyText(side.keys.map((index) => cell(row, index)))
  const matches = (side: Side, row: Row, other: Side): Rows =>
    other.rows.filter((each) => textOf(other, each) === textOf(side, row))
  const has = (side: Side, row: Row, other: Side): boolean => matches(side, row, other).length > 0
  if (kind === 'leftsemi') return left.rows.filter((row) => has(left, row, right))
  if (kind === 'leftanti') return left.rows.filter((row) => !has(left, row, right))
  if (kind === 'rightsemi') return right.rows.filter((row) => has(right, row, left))
  if (kind === 'rightanti') return right.rows.filter((row) => !has(right, row, left))
  const nothing = ({ fields }: Side): Row => fields.map(({ type }) => missing(type))
  const both = left.rows.flatMap((row) => matches(left, row, right).map((each) => [...row, ...each]))
  const onlyLeft = left.rows.filter((row) => !has(left, row, right)).map((row) => [...row, ...nothing(right)])
  const onlyRight = right.rows.filter((row) => !has(right, row, left)).map((row) => [...nothing(left), ...row])
  return [
    ...both,
    ...(kind === 'leftouter' || kind === 'fullouter' ? onlyLeft : []),
    ...(kind === 'rightouter' || kind === 'fullouter' ? onlyRight : []),
  ]
}

/** The right columns behind the left ones: one whose name is taken gets a number. */
export function joinedNames(left: readonly Field[], right: readonly Field[]): readonly Field[] {
  const used = new Set(left.map(({ name }) => name))
  const all = new Set([...used, ...right.map(({ name }) => name)])
  return right.map(({ name, type }) => {
    let free = name
    for (let number = 1; free === name ? used.has(free) : all.has(free); number++) free = `${name}${number}`
    used.add(free)
    all.add(free)
    return { name: free, type }
  })
}

/** The columns of a union, and from which column of each leg its cells come; a name of two types becomes two columns. */
export function unionFields(legs: readonly (readonly Field[])[]): readonly (Field & { readonly from: string })[] {
  const all = legs.flat()
  return [...new Set(all.map(({ name }) => name))].flatMap((name) => {
    const types = [...new Set(all.filter((field) => field.name === name).map(({ type }) => type))]
    return types.map((type) => ({ name: types.length > 1 ? `${name}_${type}` : name, type, from: name }))
  })
}
