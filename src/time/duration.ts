import { Duration as IsoDuration } from 'luxon'
import type { Duration } from '../domain/time.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const UNITS: Readonly<Record<string, number>> = { d: DAY, h: HOUR, m: MINUTE, s: SECOND }

export const milliseconds = (count: number): Duration => count as Duration
export const seconds = (count: number): Duration => (count * SECOND) as Duration
export const minutes = (count: number): Duration => (count * MINUTE) as Duration
export const hours = (count: number): Duration => (count * HOUR) as Duration
export const days = (count: number): Duration => (count * DAY) as Duration

/**
 * Reads the forms that rule files use: `5m`, `1h10m`, `1.5h`, ISO 8601 (`PT1H`, `P1D`, `P1DT2H`) and the .NET TimeSpan
 * literal (`1.00:00:00`, `01:00:00`; a bare integer means days, as the template validator reads it; contract B1).
 * Months and years are refused because their length depends on the calendar. Returns undefined for anything else.
 */
export function parseDuration(text: string): Duration | undefined {
  const trimmed = text.trim()
  return parseUnits(trimmed) ?? parseIso(trimmed) ?? parseTimeSpan(trimmed)
}

function parseUnits(text: string): Duration | undefined {
  if (!/^(\d+(\.\d+)?[dhms])+$/i.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([dhms])/gi)) {
    total += Number(count) * (UNITS[(unit ?? '').toLowerCase()] ?? Number.NaN)
  }
  return total as Duration
}

function parseIso(text: string): Duration | undefined {
  if (!/^P/i.test(text)) return undefined
  const parsed = IsoDuration.fromISO(text.toUpperCase())
  if (!parsed.isValid || parsed.months !== 0 || parsed.years !== 0) return undefined
  return parsed.as('milliseconds') as Duration
}

function parseTimeSpan(text: string): Duration | undefined {
  if (/^\d+$/.test(text)) return days(Number(text))
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?$/.exec(text)
  if (match === null) return undefined
  const [, day = '0', hour = '0', minute = '0', second = '0', fraction = '0'] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  return (Number(day) * DAY +
    Number(hour) * HOUR +
    Number(minute) * MINUTE +
    Number(second) * SECOND +
    Number(`0.${fraction}`) * SECOND) as Duration
}

/** `P1D`, `PT1H30M`: the form that ARM and the Logs Query API take. */
export function toIsoDuration(duration: Duration): string {
  if (duration === 0) return 'PT0S'
  return IsoDuration.fromMillis(duration).shiftTo('days', 'hours', 'minutes', 'seconds').normalize().toISO() ?? 'PT0S'
}

/** Short and exact, for people and rule files: `1d`, `1h10m`, `2.5s`. */
export function formatDuration(duration: Duration): string {
  if (duration < 0) return `-${formatDuration(-duration as Duration)}`
  const parts: string[] = []
  let rest: number = duration
  for (const [unit, size] of [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
  ] as const) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count}${unit}`)
    rest -= count * size
  }
  if (rest > 0 || parts.length === 0) parts.push(`${Number((rest / SECOND).toFixed(3))}s`)
  return parts.join('')
}
