import type { Random } from './random.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const SECONDS = 1000
export const MINUTES = MINUTE
export const HOURS = HOUR

/** Monday to Sunday, half-open, UTC. Times of the generator are milliseconds since the epoch. */
export const WEEK = { start: Date.UTC(2026, 2, 2), end: Date.UTC(2026, 2, 9) } as const

export const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export type DayName = (typeof DAY_NAMES)[number]

/** `on('Tuesday', '02:41:07')` is that time of the sample week, in UTC. */
export function on(day: DayName, time: string): number {
  const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(time)
  if (match === null) throw new RangeError(`not a time of day: ${time}`)
  const [, hour, minute, second = '0'] = match
  return (
    WEEK.start + DAY_NAMES.indexOf(day) * DAY + Number(hour) * HOUR + Number(minute) * MINUTE + Number(second) * 1000
  )
}

export function days(): readonly { readonly name: DayName; readonly start: number; readonly isWorkday: boolean }[] {
  return DAY_NAMES.map((name, index) => ({ name, start: WEEK.start + index * DAY, isWorkday: index < 5 }))
}

/** ISO 8601 with seven fractional digits, as Azure writes its times; the digits below a millisecond are random. */
export function stamp(time: number, random: Random): string {
  return new Date(Math.floor(time)).toISOString().replace('Z', `${String(random.int(0, 9999)).padStart(4, '0')}Z`)
}
