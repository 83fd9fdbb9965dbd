import { DateTime } from 'luxon'
import type { Instant, Window } from '../domain/time.ts'

/** A day of a calendar as `2026-03-02`; its hours depend on the time zone, and are 23 or 25 when a clock is changed. */
export type CalendarDay = string

const FORM = 'yyyy-MM-dd'

/** From midnight to midnight; undefined for what is no day. */
export function dayWindow(day: CalendarDay, timeZone: string): Window | undefined {
  const start = DateTime.fromFormat(day, FORM, { zone: timeZone })
  if (!start.isValid || start.toFormat(FORM) !== day) return undefined
  const next = DateTime.fromFormat(dayAfter(day, 1), FORM, { zone: timeZone })
  return { start: start.toMillis() as Instant, end: next.toMillis() as Instant }
}

/** The day that an instant lies in. */
export function dayOf(instant: Instant, timeZone: string): CalendarDay {
  return DateTime.fromMillis(instant, { zone: timeZone }).toFormat(FORM)
}

/** So many days later, or earlier. */
export function dayAfter(day: CalendarDay, days: number): CalendarDay {
  return DateTime.fromFormat(day, FORM, { zone: 'utc' }).plus({ days }).toFormat(FORM)
}

/** The moment of a clock time, `06:00`, on a day; where the clock skips it, what comes after. */
export function timeOfDay(day: CalendarDay, time: string, timeZone: string): Instant {
  return DateTime.fromFormat(`${day} ${time}`, `${FORM} HH:mm`, { zone: timeZone }).toMillis() as Instant
}

/** Is it the name of a time zone that this computer knows? */
export function isTimeZone(name: string): boolean {
  return DateTime.utc().setZone(name).isValid
}
