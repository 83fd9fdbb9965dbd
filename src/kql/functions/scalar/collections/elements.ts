/** Elements of dynamics: sameness, order and text. */
import { unsupported } from '../../../errors.ts'
import { isArray, isObject, printJson, type Json } from '../../../values/json.ts'
import { formatReal } from '../../../values/real.ts'
import type { CallInfo, SqlArg } from '../../entry.ts'

/** Equal elements have equal keys: numbers by value, whatever their type. */
export function elementKey(value: Json): string {
  if (typeof value === 'number' && Number.isInteger(value)) return String(BigInt(value))
  return printJson(value)
}

export function distinct(values: readonly Json[]): Json[] {
  const seen = new Set<string>()
  return values.filter((value) => {
    const key = elementKey(value)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Numbers, then strings, then all other elements (the reference's page on array_sort_asc). */
function rank(value: Json): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 0
  return typeof value === 'string' ? 1 : 2
}

export function compareElements(left: Json, right: Json): number {
  const byRank = rank(left) - rank(right)
  if (byRank !== 0) return byRank
  if (rank(left) === 2) return compareText(printJson(left), printJson(right))
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  return (left as number) < (right as number) ? -1 : (left as number) > (right as number) ? 1 : 0
}

/** By code points, as Kusto compares strings. */
export function compareText(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** `tostring` of an element: strings bare, null empty, the rest as JSON. */
export function elementText(value: Json): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  return typeof value === 'number' ? formatReal(value) : printJson(value)
}

export const asArray = (value: Json): readonly Json[] | undefined => (isArray(value) ? value : undefined)

/** The arrays, or undefined as soon as one argument is none. */
export function allArrays(values: readonly Json[]): (readonly Json[])[] | undefined {
  const arrays = values.map(asArray)
  return arrays.every((array) => array !== undefined) ? arrays : undefined
}

export const asBag = (value: Json): ReadonlyMap<string, Json> | undefined => (isObject(value) ? value : undefined)

/** A decimal among elements: no dynamic holds one, and the text that stands for it here equals no number. */
export function refuseDecimal(args: readonly SqlArg[], info: CallInfo): void {
  const decimal = args.find(({ type }) => type === 'decimal')
  if (decimal !== undefined) throw unsupported(`${info.name} of a decimal`, decimal.span, 'convert it with todouble()')
}
