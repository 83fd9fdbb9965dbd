/**
 * What Kusto's operators answer over a few rows, said as plainly as the reference does and without regard to speed: the judge of the
 * queries of programs.ts. It shares nothing with the engine.
 */
import { compare, keyText, missing, NotAsked, type Type, type Value } from './reference-values.ts'

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

const MOST_ROWS = 1_000

export function bounded(rows: Rows): Rows {
  if (rows.length > MOST_ROWS) throw new NotAsked()
  return rows
}

export const cell = (row: Row, index: number): Value => row[index] ?? null

export interface SortKey {
  readonly of: (row: Row) => Value
  readonly isDescending: boolean
  readonly areNullsFirst: boolean
}

export function sortRows(rows: Rows, keys: readonly SortKey[]): Rows {
  return [...rows].sort((one, other) => {
    for (const { of, isDescending, areNullsFirst } of keys) {
      const [left, right] = [of(one), of(other)]
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
