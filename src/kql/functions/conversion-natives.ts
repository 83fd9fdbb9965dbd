/** Conversions that DuckDB has no function for: null where there is no value, never an error. */
import { REFUSAL } from '../errors.ts'
import { formatDatetime, parseDatetime } from '../values/datetime.ts'
import { fromStorage, printJson, type Json } from '../values/json.ts'
import { formatReal } from '../values/real.ts'
import { formatTimespan, parseTimespan } from '../values/timespan.ts'
import type { NativeFunction } from './entry.ts'

const MAX_LONG = (1n << 63n) - 1n
const MIN_LONG = -(1n << 63n)

export function parseLong(text: string): bigint | null {
  const match = /^\s*([+-]?)(0x[0-9a-f]+|\d+)\s*$/i.exec(text)
  if (match === null) return null
  const value = BigInt(match[2] ?? '0') * (match[1] === '-' ? -1n : 1n)
  return value > MAX_LONG || value < MIN_LONG ? null : value
}

export function parseReal(text: string): number | null {
  const trimmed = text.trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  if (/^nan$/i.test(trimmed)) return NaN
  const infinity = /^([+-]?)inf(inity)?$/i.exec(trimmed)
  return infinity === null ? null : infinity[1] === '-' ? -Infinity : Infinity
}

export function parseBool(text: string): boolean | null {
  const trimmed = text.trim().toLowerCase()
  if (trimmed === 'true') return true
  if (trimmed === 'false') return false
  const number = parseLong(trimmed)
  return number === null ? null : number !== 0n
}

/** Reals beyond the range stop at its end. */
function truncate(value: number): bigint | null {
  if (Number.isNaN(value)) return null
  if (value >= 2 ** 63) return MAX_LONG
  return value <= -(2 ** 63) ? MIN_LONG : BigInt(Math.trunc(value))
}

/** Recorded is that texts beyond 32 bits are no int, and that reals beyond 64 bits stop at the end of long: not what a real is as int. */
function realToInt(value: number): bigint | null {
  const long = truncate(value)
  if (long === null || BigInt.asIntN(32, long) === long) return long
  throw new Error(`${REFUSAL}toint() of the real ${value}, which is beyond 32 bits`)
}

function jsonToLong(value: Json): bigint | null {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return truncate(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'string' ? parseLong(value) : null
}

function jsonToReal(value: Json): number | null {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' ? parseReal(value) : null
}

function jsonToBool(value: Json): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value === 'bigint' || typeof value === 'number') return value !== 0n && value !== 0
  return typeof value === 'string' ? parseBool(value) : null
}

type Run = NativeFunction['run']
const native = (
  name: string,
  takes: NativeFunction['takes'][number],
  returns: NativeFunction['returns'],
  run: Run,
): NativeFunction => ({
  name: `kql_${name}`,
  takes: [takes],
  returns,
  run,
})

const json = (value: unknown): Json => fromStorage(String(value))

/** By what they make of what. */
export const NATIVE = {
  textToLong: native('text_to_long', 'VARCHAR', 'BIGINT', (value) => parseLong(String(value))),
  textToReal: native('text_to_real', 'VARCHAR', 'DOUBLE', (value) => parseReal(String(value))),
  textToBool: native('text_to_bool', 'VARCHAR', 'BOOLEAN', (value) => parseBool(String(value))),
  textToDatetime: native('text_to_datetime', 'VARCHAR', 'BIGINT', (value) => parseDatetime(String(value)) ?? null),
  textToTimespan: native('text_to_timespan', 'VARCHAR', 'BIGINT', (value) => parseTimespan(String(value)) ?? null),
  realToLong: native('real_to_long', 'DOUBLE', 'BIGINT', (value) => truncate(Number(value))),
  realToInt: native('real_to_int', 'DOUBLE', 'BIGINT', (value) => realToInt(Number(value))),
  realToText: native('real_to_text', 'DOUBLE', 'VARCHAR', (value) => formatReal(Number(value))),
  datetimeToText: native('datetime_to_text', 'BIGINT', 'VARCHAR', (value) => formatDatetime(BigInt(value as bigint))),
  timespanToText: native('timespan_to_text', 'BIGINT', 'VARCHAR', (value) => formatTimespan(BigInt(value as bigint))),
  jsonToLong: native('json_to_long', 'VARCHAR', 'BIGINT', (value) => jsonToLong(json(value))),
  realToJson: native('real_to_json', 'DOUBLE', 'VARCHAR', (value) => printJson(Number(value))),
  jsonToReal: native('json_to_real', 'VARCHAR', 'DOUBLE', (value) => jsonToReal(json(value))),
  jsonToBool: native('json_to_bool', 'VARCHAR', 'BOOLEAN', (value) => jsonToBool(json(value))),
} as const

export const conversionNatives: readonly NativeFunction[] = Object.values(NATIVE)
