import { fromParts, isDatetime, parseDatetime } from '../../../values/datetime.ts'
import { parseTimespan, TICKS } from '../../../values/timespan.ts'
import { double } from '../../../sql/build.ts'
import { learn, scalar, type ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

/** Seconds with their fraction to ticks, rounded to the nearest. */
const secondTicks = (seconds: number): bigint => BigInt(Math.round(seconds * 1e7))

/** Null for a day or time that does not exist. */
function makeDatetime(parts: readonly (number | null)[]): bigint | null {
  const [years = NaN, months = NaN, days = NaN, hours = NaN, minutes = NaN, seconds = NaN] = parts.map((part) => part ?? NaN) // prettier-ignore
  if (![years, months, days, hours, minutes, seconds].every(Number.isFinite)) return null
  if (seconds < 0 || hours < 0 || minutes < 0) return null
  const whole = Math.floor(seconds)
  const ticks = fromParts({
    year: Math.trunc(years),
    month: Math.trunc(months),
    day: Math.trunc(days),
    hour: Math.trunc(hours),
    minute: Math.trunc(minutes),
    second: whole,
    fraction: 0n,
  })
  if (ticks === undefined) return null
  const exact = ticks + secondTicks(seconds) - BigInt(whole) * TICKS.second
  return isDatetime(exact) ? exact : null
}

/** Null unless hours are below 24, minutes and seconds below 60 and nothing is negative (recorded: r3-datetime-timespan/0012). */
export function makeTimespan(days: bigint, hours: bigint, minutes: bigint, seconds: number): bigint | null {
  if (days < 0n || hours < 0n || hours > 23n || minutes < 0n || minutes > 59n) return null
  if (!(seconds >= 0 && seconds < 60) || days > 10_675_198n) return null
  return days * TICKS.day + hours * TICKS.hour + minutes * TICKS.minute + secondTicks(seconds)
}

const datetimeOfParts = nativeScalar({
  name: 'make_datetime',
  page: 'make-datetime-function',
  takes: ['real', 'real', 'real', 'real', 'real', 'real'],
  defaults: { 3: double(0), 4: double(0), 5: double(0) },
  returns: 'datetime',
  run: (year, month, day, hour, minute, second) => makeDatetime([year, month, day, hour, minute, second]),
})

const datetimeOfText = nativeScalar({
  name: 'make_datetime_text',
  page: 'make-datetime-function',
  takes: ['string'],
  returns: 'datetime',
  run: (text) => parseDatetime(text) ?? null,
})

const timespanOfFour = nativeScalar({
  name: 'make_timespan_days',
  page: 'make-timespan-function',
  takes: ['long', 'long', 'long', 'real'],
  returns: 'timespan',
  run: (days, hours, minutes, seconds) => makeTimespan(days ?? 0n, hours ?? 0n, minutes ?? 0n, seconds ?? 0),
})

const timespanOfThree = nativeScalar({
  name: 'make_timespan_hours',
  page: 'make-timespan-function',
  takes: ['long', 'long', 'real'],
  defaults: { 2: double(0) },
  returns: 'timespan',
  run: (hours, minutes, seconds) => makeTimespan(0n, hours ?? 0n, minutes ?? 0n, seconds ?? 0),
})

const timespanOfText = nativeScalar({
  name: 'make_timespan_text',
  page: 'make-timespan-function',
  takes: ['string'],
  returns: 'timespan',
  run: (text) => parseTimespan(text) ?? null,
})

const nativesOf = (...entries: readonly ScalarEntry[]) => entries.flatMap(({ natives }) => natives ?? [])

export const makeEntries: readonly ScalarEntry[] = [
  scalar({
    name: 'make_datetime',
    docs: learn('make-datetime-function'),
    nulls: 'null',
    natives: nativesOf(datetimeOfParts, datetimeOfText),
    sql: (args, info) => {
      const [only] = args
      if (only === undefined || args.length > 1) return datetimeOfParts.sql(args, info)
      return only.type === 'datetime' ? only.sql : datetimeOfText.sql(args, info)
    },
  }),
  scalar({
    name: 'make_timespan',
    docs: learn('make-timespan-function'),
    nulls: 'null',
    natives: nativesOf(timespanOfFour, timespanOfThree, timespanOfText),
    sql: (args, info) => {
      const [only] = args
      if (args.length === 4) return timespanOfFour.sql(args, info)
      if (only === undefined || args.length > 1) return timespanOfThree.sql(args, info)
      return only.type === 'timespan' ? only.sql : timespanOfText.sql(args, info)
    },
  }),
]
