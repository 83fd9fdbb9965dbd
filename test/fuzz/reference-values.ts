/** The values of the interpreter of programs.ts, how they compare, and how a result shows them. It shares nothing with the engine. */
import type { Cell } from '../../src/domain/kusto.ts'
import { datetimeText, timespanText } from './reference-times.ts'

/** The last is the simplest. */
export const TYPES = ['dynamic', 'timespan', 'datetime', 'real', 'int', 'bool', 'string', 'long'] as const
export type Type = (typeof TYPES)[number]

/** Times are ticks; a dynamic is what JSON writes, its whole numbers are longs. */
export type Value = bigint | number | string | boolean | null | readonly Value[] | Bag
export type Bag = ReadonlyMap<string, Value>

/** Thrown where a program is not worth asking for. */
export class NotAsked extends Error {}

/** Thrown where no page tells the answer. */
export function open(): never {
  throw new NotAsked()
}

export const isArray = (value: Value): value is readonly Value[] => Array.isArray(value)
export const isBag = (value: Value): value is Bag => value instanceof Map

/** A text is never null. */
export const missing = (type: Type): Value => (type === 'string' ? '' : null)

/** The same for equal values of a type alone. */
export const keyText = (values: readonly Value[]): string =>
  JSON.stringify(values, (_, value: unknown) =>
    typeof value === 'bigint' ? { long: String(value) } : value instanceof Map ? { bag: [...value] } : value,
  )

export const distinctByText = (values: readonly Value[]): Value[] => [...new Map(values.map((value) => [keyText([value]), value])).values()] // prettier-ignore

/** Nulls first; texts by their bytes. */
export function compare(one: Value, other: Value): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null)
  if (typeof one === 'string' && typeof other === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other))
  return one < other ? -1 : Number(one > other)
}

/** What adds up to the same in any order: few bits behind the point, and far from where bits get lost before it. */
export const isExact = (value: number): boolean =>
  Number.isInteger(value * 2 ** 16) && Math.abs(value) < 2 ** 30 && !Object.is(value, -0)

/** As tostring() writes a real. Of several texts with so many digits that mean the same, the pages do not say which. */
export function realText(value: number): string {
  const size = Math.abs(value)
  const isLong = String(size).replace('.', '').length > 15
  if (isLong || Object.is(value, -0) || !Number.isFinite(value) || (size !== 0 && size < 1e-4)) return open()
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

export function jsonText(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return realText(value)
  if (isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (isBag(value))
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`).join(',')}}`
  return String(value)
}

/** As tostring() writes it. */
export function textOf(value: Value, type: Type): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (type === 'datetime') return datetimeText(value as bigint)
  if (type === 'timespan') return timespanText(value as bigint)
  if (type === 'bool') return value === true ? 'True' : 'False'
  return jsonText(value)
}

/** What it is as an element of an array or a member of a bag. */
export const packed = (value: Value, type: Type): Value =>
  value !== null && (type === 'datetime' || type === 'timespan') ? textOf(value, type) : value

/** What is between the brackets of a literal of its type. */
export function cellOf(value: Value, type: Type): Cell {
  if (value === null) return null
  if (type === 'int') return Number(value)
  if (type === 'datetime')
    return datetimeText(value as bigint)
      .replace(/\.?0+Z$/, 'Z')
      .replace(/T(\d\d):?(\d\d)?:?$/, 'T$1')
  if (type === 'dynamic' || typeof value === 'object') return typeof value === 'string' ? value : jsonText(value)
  return type === 'timespan' ? timespanText(value as bigint) : value
}
