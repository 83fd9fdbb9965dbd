/** Datetimes as 100 ns ticks since 0001-01-01T00:00:00Z in a bigint; the proleptic Gregorian calendar of .NET. */
import { MAX_DATETIME_TICKS, TICKS_PER_MILLISECOND, UNIX_EPOCH_TICKS } from '../duckdb/storage.ts'
import { TICKS } from './timespan.ts'

export interface CalendarParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Ticks within the second. */
  readonly fraction: bigint
}

export function isDatetime(ticks: bigint): boolean {
  return ticks >= 0n && ticks <= MAX_DATETIME_TICKS
}

export function toParts(ticks: bigint): CalendarParts {
  const fraction = ticks % TICKS.second
  const date = new Date(Number((ticks - fraction - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND))
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction,
  }
}

/** Undefined for a day or time that does not exist, or outside years 1 to 9999. */
export function fromParts(parts: CalendarParts): bigint | undefined {
  const { year, month, day, hour, minute, second, fraction } = parts
  if (year < 1 || year > 9999 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (day < 1 || date.getUTCMonth() !== month - 1) return undefined
  date.setUTCHours(hour, minute, second)
  return BigInt(date.getTime()) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS + fraction
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const CLOCK = String.raw`(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(am|pm)?)?\s*(z|gmt|utc|[+-]\d{1,2}:?\d{2})?`
/** The forms of the reference's page on the datetime type: ISO 8601, US dates, RFC 822 and RFC 850. */
const FORMS: readonly { readonly pattern: RegExp; readonly order: readonly ('y' | 'm' | 'd')[] }[] = [
  { pattern: new RegExp(`^(\\d{4})-(\\d{1,2})(?:-(\\d{1,2}))?(?:[t\\s]+${CLOCK})?$`, 'i'), order: ['y', 'm', 'd'] },
  { pattern: /^(\d{4}),\s*(\d{1,2}),\s*(\d{1,2})$/, order: ['y', 'm', 'd'] },
  { pattern: new RegExp(`^(\\d{4})/(\\d{1,2})/(\\d{1,2})(?:[t\\s]+${CLOCK})?$`, 'i'), order: ['y', 'm', 'd'] },
  { pattern: new RegExp(`^(\\d{1,2})[/-](\\d{1,2})[/-](\\d{4})(?:[t\\s]+${CLOCK})?$`, 'i'), order: ['m', 'd', 'y'] },
  {
    pattern: new RegExp(`^(?:[a-z]+,?\\s+)?(\\d{1,2})[\\s-]([a-z]{3})[a-z]*[\\s-](\\d{2,4})(?:[t\\s]+${CLOCK})?$`, 'i'),
    order: ['d', 'm', 'y'],
  },
  {
    pattern: new RegExp(`^(?:[a-z]+\\s+)?([a-z]{3})[a-z]*\\s+(\\d{1,2}),?\\s+(\\d{4})(?:[t\\s]+${CLOCK})?$`, 'i'),
    order: ['m', 'd', 'y'],
  },
]

function monthNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1
}

function fullYear(text: string): number {
  if (text.length > 2) return Number(text)
  return Number(text) + (Number(text) < 50 ? 2000 : 1900)
}

function offsetTicks(zone: string): bigint {
  const match = /^([+-])(\d{1,2}):?(\d{2})$/.exec(zone)
  if (match === null) return 0n
  const [, sign, hours = '0', minutes = '0'] = match
  const ticks = BigInt(hours) * TICKS.hour + BigInt(minutes) * TICKS.minute
  return sign === '-' ? -ticks : ticks
}

function hourOf(text: string, half: string): number {
  if (half === '') return Number(text)
  return (Number(text) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
}

function fractionTicks(digits: string): bigint {
  const padded = digits.padEnd(8, '0')
  // .NET rounds digits beyond the seventh.
  return BigInt(padded.slice(0, 7)) + (padded.charAt(7) >= '5' ? 1n : 0n)
}

/** Ticks of a datetime text (no zone: UTC); undefined where it is none. */
export function parseDatetime(text: string): bigint | undefined {
  const trimmed = text.trim()
  for (const { pattern, order } of FORMS) {
    const match = pattern.exec(trimmed)
    if (match === null) continue
    const date = { y: '1', m: '1', d: '1' }
    order.forEach((part, index) => (date[part] = match[index + 1] ?? '1'))
    const [, , , , hour = '0', minute = '0', second = '0', fraction = '', half = '', zone = ''] = match
    const ticks = fromParts({
      year: fullYear(date.y),
      month: monthNumber(date.m),
      day: Number(date.d),
      hour: hourOf(hour, half),
      minute: Number(minute),
      second: Number(second),
      fraction: fractionTicks(fraction),
    })
    const utc = ticks === undefined ? undefined : ticks - offsetTicks(zone)
    return utc !== undefined && isDatetime(utc) ? utc : undefined
  }
  return undefined
}

/** `2020-01-01T00:00:00.0000000Z`: Kusto's own text, always seven digits. */
export function formatDatetime(ticks: bigint): string {
  return `${textOfSecond(ticks)}.${String(ticks % TICKS.second).padStart(7, '0')}Z`
}

/** The same with no more digits than it needs: `2020-01-01T00:00:00Z`. */
export function formatDatetimeShort(ticks: bigint): string {
  const fraction = Number(ticks % TICKS.second)
  if (fraction === 0) return `${textOfSecond(ticks)}Z`
  const digits = String(fraction).padStart(7, '0')
  let length = digits.length
  while (digits.charAt(length - 1) === '0') length--
  return `${textOfSecond(ticks)}.${digits.slice(0, length)}Z`
}

const SECONDS_OF_DAY = 86_400
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
/** Rows of one day follow upon each other, and making its text takes longer than all the rest. */
let latest = { day: -1, text: '' }

function textOfSecond(ticks: bigint): string {
  const seconds = Number(ticks / TICKS.second)
  const second = seconds % SECONDS_OF_DAY
  const day = (seconds - second) / SECONDS_OF_DAY
  if (day !== latest.day) latest = { day, text: textOfDay(day) }
  const part = (number: number): string => TWO_DIGITS[Math.floor(number)] ?? ''
  return `${latest.text}T${part(second / 3600)}:${part((second / 60) % 60)}:${part(second % 60)}`
}

/** Of a day since 0001-01-01. */
function textOfDay(day: number): string {
  return new Date(day * SECONDS_OF_DAY * 1000 - Number(UNIX_EPOCH_TICKS / TICKS_PER_MILLISECOND))
    .toISOString()
    .slice(0, 10)
}
