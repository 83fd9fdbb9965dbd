import type { Cell, KustoType } from '../domain/kusto.ts'

/** A cell as the service's JSON has it. Numbers that a double would not hold as written are still text. */
export type WireCell = unknown

/** A value that its column's type does not allow. Carries no value: cells are nobody's business but the user's. */
export class CellError extends Error {
  readonly type: KustoType
  readonly found: string

  constructor(type: KustoType, found: string) {
    super(`its type is ${type}, but it holds ${found}`)
    this.type = type
    this.found = found
  }
}

/** `shared/reference/azure-contract.md` A4: one reader a type. Null is read before these are asked. */
const READERS: Readonly<Record<KustoType, (value: WireCell) => Cell | undefined>> = {
  bool: (value) => (typeof value === 'boolean' ? value : value === 0 || value === 1 ? value === 1 : undefined),
  datetime: (value) => (typeof value === 'string' ? readDatetime(value) : undefined),
  decimal: (value) => readDigits(value, /^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/),
  // Objects and arrays arrive as text that holds JSON, scalars as bare text. A parsed object would have lost the
  // spelling of its numbers on the way, so it is refused rather than written back.
  dynamic: (value) => (typeof value === 'string' || isNumberOrBoolean(value) ? String(value) : undefined),
  guid: (value) => (typeof value === 'string' && GUID.test(value) ? value.toLowerCase() : undefined),
  int: (value) => (typeof value === 'number' && (value | 0) === value ? value : undefined),
  long: readLong,
  real: readReal,
  string: (value) => (typeof value === 'string' || isNumberOrBoolean(value) ? String(value) : undefined),
  timespan: (value) => (typeof value === 'string' ? readTimespan(value) : undefined),
}

/**
 * Makes the function that turns a wire value into the canonical cell of `domain/kusto.ts`. Null stays null, which the stock
 * client turns into 1970 for datetimes (contract A4); only a string has no null and becomes `''`. It throws CellError.
 */
export function cellReader(type: KustoType): (value: WireCell) => Cell {
  const read = READERS[type]
  const missing = type === 'string' ? '' : null
  return (value) => {
    if (value === null || value === undefined) return missing
    const cell = read(value)
    if (cell === undefined) throw new CellError(type, describe(value))
    return cell
  }
}

const DATETIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?Z$/
const TIMESPAN = /^-?(?:\d+\.)?(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?$/
const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

function readDatetime(text: string): string | undefined {
  if (!DATETIME.test(text) || (text.slice(8, 10) > '28' && !isDay(text))) return undefined
  // The usual case first: half of a result is times, and almost none has zeros to trim.
  return text.at(-2) === '0' && text.includes('.') ? `${trimFraction(text.slice(0, -1))}Z` : text
}

/** Of the last days of a month: JavaScript makes the second of March of the thirtieth of February. */
function isDay(text: string): boolean {
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10))
}

function readTimespan(text: string): string | undefined {
  if (!TIMESPAN.test(text)) return undefined
  return /:\d\d\.\d*0$/.test(text) ? trimFraction(text) : text
}

/** Of a text that ends in a fraction of a second. */
function trimFraction(text: string): string {
  return text.replace(/\.?0+$/, '')
}

function readLong(value: WireCell): bigint | undefined {
  // A number is one that a double holds (row-scanner.ts); longer ones come as text.
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return undefined
  const long = BigInt(value)
  return BigInt.asIntN(64, long) === long ? long : undefined
}

const NAMED_REALS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

function readReal(value: WireCell): number | undefined {
  // One too large for a double becomes infinite on the way, and the service has words for that.
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  return NAMED_REALS[value] ?? (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value) ? Number(value) : undefined)
}

function readDigits(value: WireCell, pattern: RegExp): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  return pattern.test(text) ? text : undefined
}

function isNumberOrBoolean(value: WireCell): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function describe(value: WireCell): string {
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value} of another form`
}
