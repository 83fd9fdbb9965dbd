import { DateTime } from 'luxon'
import type { Duration, Instant, Window } from '../../domain/time.ts'
import { days, formatDuration, minutes } from '../../time/duration.ts'
import { lengthOf } from '../../time/instant.ts'
import type { Report } from '../model/report.ts'

/** Times as people read them, in the zone of the report. */
export interface Clockface {
  /** `2026-03-02 14:05` */
  minute(instant: Instant): string
  /** `02 Mar` */
  day(instant: Instant): string
  /** `14:05` */
  time(instant: Instant): string
}

export function clockfaceOf(timeZone: string): Clockface {
  const format = (pattern: string) => (instant: Instant) =>
    DateTime.fromMillis(instant, { zone: timeZone }).setLocale('en').toFormat(pattern)
  return { minute: format('yyyy-MM-dd HH:mm'), day: format('dd LLL'), time: format('HH:mm') }
}

/** `Monday 2 March 2026`, or `2026-03-02 00:00 to 2026-03-10 00:00`. */
export function periodTitle({ period, timeZone }: Pick<Report, 'period' | 'timeZone'>): string {
  const start = DateTime.fromMillis(period.start, { zone: timeZone }).setLocale('en')
  const isDay = start.startOf('day').equals(start) && start.plus({ days: 1 }).toMillis() === period.end
  if (isDay) return start.toFormat('cccc d LLLL yyyy')
  const { minute } = clockfaceOf(timeZone)
  return `${minute(period.start)} to ${minute(period.end)}`
}

/** To two units, which is as exact as people read: `3d 4h`, `12m`, `40s`. */
export function roughly(duration: Duration): string {
  const step = duration >= days(1) ? minutes(60) : duration >= minutes(1) ? minutes(1) : (1000 as Duration)
  const rounded = (Math.max(1, Math.round(duration / step)) * step) as Duration
  return formatDuration(rounded).replace(/(?<=[dhms])(?=\d)/g, ' ')
}

/** `up 12`, `down 3`, `as before`. */
export function change(now: number, before: number): string {
  if (now === before) return 'as before'
  return now > before ? `up ${now - before}` : `down ${before - now}`
}

export function percent(share: number): string {
  // 99.96 % is not all of it.
  const shown = share === 1 ? 100 : Math.min(99.9, Math.round(share * 1000) / 10)
  return `${shown} %`
}

export { countOf as count } from '../../text/count.ts'

/** `2026-03-02 14:00 to 2026-03-02 15:30 (1h 30m)` */
export function spanWords(window: Window, { minute }: Clockface): string {
  return `${minute(window.start)} to ${minute(window.end)} (${roughly(lengthOf(window))})`
}

/** Why something was not searched, and what to do about it. */
export const HOLE_WORDS = {
  'too-old': 'missed for longer than maxCatchUp',
  retention: 'older than what the workspace keeps',
  paused: 'the rule was paused',
  disabled: 'the rule was disabled',
  retired: 'the rule’s file is gone',
  failed: 'every attempt failed until it was too old',
  failing: 'the rule fails, and is tried again',
  owed: 'due, and not searched yet',
  'by design': 'the rule looks at less than the time between its runs',
  'not scheduled yet': 'the rule was not scheduled yet',
  'not due yet': 'its run had not come yet',
  unknown: 'the ledger does not say',
} as const
