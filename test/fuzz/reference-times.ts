/** Datetimes and timespans of the interpreter: ticks of 100 ns, a datetime since the year 1. */

export const TICKS = { millisecond: 10_000n, second: 10_000_000n, minute: 600_000_000n, hour: 36_000_000_000n, day: 864_000_000_000n } as const // prettier-ignore
const EPOCH = 621_355_968_000_000_000n
const LAST = 3_155_378_975_999_999_999n

/** Null beyond the years 1 to 9999. */
export const datetimeWithin = (ticks: bigint): bigint | null => (ticks >= 0n && ticks <= LAST ? ticks : null)

export const floored = (ticks: bigint, step: bigint): bigint => ticks - (((ticks % step) + step) % step)
const digits = (value: bigint | number, length: number): string => String(value).padStart(length, '0')

export interface Parts {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Of the second, in ticks. */
  readonly fraction: number
  /** Sunday is 0. */
  readonly weekday: number
  readonly dayOfYear: number
}

export function partsOf(ticks: bigint): Parts {
  const date = new Date(Number((floored(ticks, TICKS.second) - EPOCH) / TICKS.millisecond))
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1]
  return {
    year,
    month,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction: Number(ticks % TICKS.second),
    weekday: date.getUTCDay(),
    dayOfYear: Number((floored(ticks, TICKS.day) - dateTicks(year, 1, 1)) / TICKS.day) + 1,
  }
}

/** Months beyond the twelfth are those of the next years. */
export function dateTicks(year: number, month: number, day: number): bigint {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return BigInt(date.getTime()) * TICKS.millisecond + EPOCH
}

export const at = (year: number, month = 1, day = 1, time = 0n): bigint => dateTicks(year, month, day) + time

export type Unit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'
export const UNITS: readonly Unit[] = ['millisecond', 'second', 'minute', 'hour', 'week', 'quarter', 'year', 'month', 'day'] // prettier-ignore
const MONTHS: Partial<Record<Unit, number>> = { month: 1, quarter: 3, year: 12 }

/** The beginning of the unit that it is in; weeks begin on Sunday. */
export function startOf(unit: Unit, ticks: bigint): bigint {
  const { year, month, day, weekday } = partsOf(ticks)
  if (unit === 'week') return dateTicks(year, month, day - weekday)
  const months = MONTHS[unit]
  if (months !== undefined) return dateTicks(year, month - ((month - 1) % months), 1)
  return floored(ticks, TICKS[unit as keyof typeof TICKS])
}

/** The day of a month that has fewer days is its last. */
export function added(unit: Unit, count: number, ticks: bigint): bigint {
  const months = MONTHS[unit]
  if (unit === 'week') return ticks + BigInt(count * 7) * TICKS.day
  if (months === undefined) return ticks + BigInt(count) * TICKS[unit as keyof typeof TICKS]
  const { year, month, day } = partsOf(ticks)
  const lastDay = partsOf(dateTicks(year, month + count * months + 1, 0)).day
  return dateTicks(year, month + count * months, Math.min(day, lastDay)) + (ticks % TICKS.day)
}

/** How many of the unit's beginnings lie between them. */
export function difference(unit: Unit, one: bigint, other: bigint): bigint {
  const [first, second] = [startOf(unit, one), startOf(unit, other)]
  const months = MONTHS[unit]
  if (months === undefined)
    return (first - second) / (unit === 'week' ? TICKS.day * 7n : TICKS[unit as keyof typeof TICKS])
  const count = (ticks: bigint): number => partsOf(ticks).year * 12 + partsOf(ticks).month
  return BigInt((count(first) - count(second)) / months)
}

/** By ISO 8601: that of the Thursday in the week from Monday. */
export function weekOfYear(ticks: bigint): number {
  const { weekday } = partsOf(ticks)
  const thursday = ticks + BigInt(4 - (weekday === 0 ? 7 : weekday)) * TICKS.day
  return Math.floor((partsOf(thursday).dayOfYear - 1) / 7) + 1
}

export function datetimeText(ticks: bigint): string {
  const { year, month, day, hour, minute, second, fraction } = partsOf(ticks)
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(fraction, 7)}Z` // prettier-ignore
}

export function timespanText(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks
  const { days, hours, minutes, seconds, fraction } = timespanParts(size)
  const clock = [hours, minutes, seconds].map((part) => digits(part, 2)).join(':')
  return `${ticks < 0n ? '-' : ''}${days > 0n ? `${days}.` : ''}${clock}${fraction > 0n ? `.${digits(fraction, 7)}` : ''}`
}

function timespanParts(size: bigint): Record<'days' | 'hours' | 'minutes' | 'seconds' | 'fraction', bigint> {
  return {
    days: size / TICKS.day,
    hours: (size / TICKS.hour) % 24n,
    minutes: (size / TICKS.minute) % 60n,
    seconds: (size / TICKS.second) % 60n,
    fraction: size % TICKS.second,
  }
}

/** By its parts and what stands between them. */
export function formatDatetime(ticks: bigint, format: readonly string[]): string {
  const { year, month, day, hour, minute, second, fraction } = partsOf(ticks)
  const half = hour % 12 === 0 ? 12 : hour % 12
  const texts: Readonly<Record<string, string>> = {
    yyyy: digits(year, 4), yy: digits(year % 100, 2), MM: digits(month, 2), M: String(month), dd: digits(day, 2), d: String(day),
    HH: digits(hour, 2), H: String(hour), hh: digits(half, 2), h: String(half), tt: hour < 12 ? 'AM' : 'PM',
    mm: digits(minute, 2), m: String(minute), ss: digits(second, 2), s: String(second),
    fff: digits(fraction, 7).slice(0, 3), fffffff: digits(fraction, 7),
  } // prettier-ignore
  return format.map((part) => texts[part] ?? part).join('')
}

export function formatTimespan(ticks: bigint, format: readonly string[]): string {
  const { days, hours, minutes, seconds, fraction } = timespanParts(ticks)
  const texts: Readonly<Record<string, string>> = {
    d: String(days), ddd: digits(days, 3), hh: digits(hours, 2), h: String(hours), mm: digits(minutes, 2), m: String(minutes),
    ss: digits(seconds, 2), s: String(seconds), fff: digits(fraction, 7).slice(0, 3), fffffff: digits(fraction, 7),
  } // prettier-ignore
  return format.map((part) => texts[part] ?? part).join('')
}
