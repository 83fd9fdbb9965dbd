/** Expressions of datetimes and timespans, and of what they are made into. */
import { call, chosen, comparisons, isWithin, oneOf, strict, type Maker } from './program-calls.ts'
import {
  added, dateTicks, datetimeWithin, difference, floored, formatDatetime, formatTimespan, partsOf, startOf, TICKS,
  UNITS, weekOfYear, type Parts, type Unit,
} from './reference-times.ts' // prettier-ignore
import { compare, open, textOf, type Type, type Value } from './reference-values.ts'

const STEPS: readonly (readonly [string, bigint])[] = [
  ['7d', TICKS.day * 7n], ['36h', TICKS.hour * 36n], ['15m', TICKS.minute * 15n], ['1ms', TICKS.millisecond], ['1h', TICKS.hour], ['1d', TICKS.day],
] // prettier-ignore
/** A step of a grid, and its own text. */
const grid = (make: (step: bigint, text: string) => Maker): Maker => chosen(STEPS, ([text, step]) => make(step, text))
/** A day and five hours after a day. */
const FIXED = { text: 'datetime(2020-01-02T05:00:00)', ticks: dateTicks(2020, 1, 2) + TICKS.hour * 5n }

/** Longer ones come near to the end of what 64 bits hold when they are taken several times. */
const MOST = TICKS.day * 100_000n
const span = (ticks: bigint): Value => (ticks > -MOST && ticks < MOST ? ticks : open())
/** A datetime that calendars reckon with: the first years and the last are asked elsewhere. */
const moment = (ticks: bigint): Value => (ticks > dateTicks(2, 1, 1) && ticks < dateTicks(9998, 1, 1) ? ticks : open())

const units = (make: (unit: Unit) => Maker): Maker => chosen(UNITS, make)
const CALENDAR: readonly Unit[] = ['week', 'year', 'month', 'day']
const OFFSETS = [-13, -1, 1, 4, 14] as const

const startOrEnd: Maker = chosen(CALENDAR, (unit) =>
  oneOf(
    strict('datetime', ['datetime'], `startof${unit}(#)`, (time: bigint) => startOf(unit, time)),
    strict('datetime', ['datetime'], `endof${unit}(#)`, (time: bigint) => added(unit, 1, startOf(unit, time)) - 1n),
    chosen(
      OFFSETS,
      (count) =>
      strict('datetime', ['datetime'], `startof${unit}(#, ${count})`, (time: bigint) => moment(added(unit, count, startOf(unit, moment(time) as bigint)))), // prettier-ignore
    ),
    chosen(
      OFFSETS,
      (count) =>
      strict('datetime', ['datetime'], `endof${unit}(#, ${count})`, (time: bigint) => moment(added(unit, count + 1, startOf(unit, moment(time) as bigint)) - 1n)), // prettier-ignore
    ),
  ),
)

const byCalendar: Maker = units(
  (unit) =>
  chosen([-25, -1, 1, 3, 12], (count) =>
    strict('datetime', ['datetime'], `datetime_add("${unit}", ${count}, #)`, (time: bigint) => moment(added(unit, count, moment(time) as bigint)))), // prettier-ignore
)

const DATE_FORMATS = ['yyyy', 'yy', 'MM', 'M', 'dd', 'd', 'HH', 'H', 'hh', 'h', 'tt', 'mm', 'm', 'ss', 's', 'fff', 'fffffff'] as const // prettier-ignore
const SPAN_FORMATS = ['ddd', 'd', 'hh', 'h', 'mm', 'm', 'ss', 's', 'fff', 'fffffff'] as const
const SEPARATORS = [':', '_', '.', ' ', '-'] as const

/** Parts of a format and what stands between them. */
const formatted =
  (parts: readonly string[], make: (format: readonly string[]) => Maker): Maker =>
  (asked) => {
    const { random } = asked.making
    const format = [random.pick(parts)]
    random.several(0.6, () => format.push(random.pick(SEPARATORS), random.pick(parts)))
    // Alone, a letter may stand for a format of its own.
    if (format.join('').length === 1) format.push('-', 'mm')
    return make(format)(asked)
  }

/** A datetime of the parts of two. */
const made: Maker = oneOf(
  strict('datetime', ['datetime', 'datetime'], 'make_datetime(getyear(#), monthofyear(#), 3)', (one: bigint, other: bigint) => dateTicks(partsOf(one).year, partsOf(other).month, 3)), // prettier-ignore
  strict('datetime', ['datetime', 'datetime'], 'make_datetime(2021, 2, 28, hourofday(#), datetime_part("minute", #))', (one: bigint, other: bigint) => dateTicks(2021, 2, 28) + BigInt(partsOf(one).hour) * TICKS.hour + BigInt(partsOf(other).minute) * TICKS.minute), // prettier-ignore
)

const PARTS: readonly (readonly [string, (parts: Parts, time: bigint) => number])[] = [
  ['getyear(#)', ({ year }) => year], ['monthofyear(#)', ({ month }) => month], ['getmonth(#)', ({ month }) => month], ['dayofmonth(#)', ({ day }) => day],
  ['dayofyear(#)', ({ dayOfYear }) => dayOfYear], ['hourofday(#)', ({ hour }) => hour], ['week_of_year(#)', (_, time) => weekOfYear(time)],
  ['datetime_part("year", #)', ({ year }) => year], ['datetime_part("quarter", #)', ({ month }) => Math.ceil(month / 3)],
  ['datetime_part("day", #)', ({ day }) => day], ['datetime_part("dayofyear", #)', ({ dayOfYear }) => dayOfYear],
  ['datetime_part("week_of_year", #)', (_, time) => weekOfYear(time)], ['datetime_part("hour", #)', ({ hour }) => hour],
  ['datetime_part("minute", #)', ({ minute }) => minute], ['datetime_part("second", #)', ({ second }) => second],
  ['datetime_part("millisecond", #)', ({ fraction }) => Math.floor(fraction / 10_000)],
] // prettier-ignore

const binned = (type: Type): Maker =>
  grid((step, text) => strict(type, [type], `bin(#, ${text})`, (ticks: bigint) => floored(ticks, step)))

export const TIME_MAKERS: Partial<Record<Type, readonly Maker[]>> = {
  datetime: [
    startOrEnd, startOrEnd, byCalendar, made, binned('datetime'),
    strict('datetime', ['datetime', 'timespan'], '(# + #)', (time: bigint, length: bigint) => datetimeWithin(time + length)),
    strict('datetime', ['datetime', 'timespan'], '(# - #)', (time: bigint, length: bigint) => datetimeWithin(time - length)),
    grid((step, text) => strict('datetime', ['datetime'], `bin_at(#, ${text}, ${FIXED.text})`, (time: bigint) => FIXED.ticks + floored(time - FIXED.ticks, step))),
    strict('datetime', ['datetime'], 'todatetime(tostring(#))', (time: bigint) => time),
    strict('datetime', ['datetime'], 'todatetime(format_datetime(#, "yyyy-MM-dd HH:mm"))', (time: bigint) => floored(time, TICKS.minute)),
    strict('datetime', ['datetime'], 'unixtime_seconds_todatetime(datetime_diff("second", #, datetime(1970-01-01)))', (time: bigint) => floored(time, TICKS.second)),
    call('datetime', ['datetime', 'long'], 'todatetime(pack_array(#, #)[0])', (time) => time),
    call('datetime', ['string', 'datetime'], 'todatetime(bag_pack("a", #, "b", #).b)', (_, time) => time),
  ],
  timespan: [
    binned('timespan'),
    strict('timespan', ['datetime', 'datetime'], '(# - #)', (one: bigint, other: bigint) => one - other),
    strict('timespan', ['timespan', 'timespan'], '(# + #)', (one: bigint, other: bigint) => span(one + other)),
    strict('timespan', ['timespan', 'timespan'], '(# - #)', (one: bigint, other: bigint) => span(one - other)),
    strict('timespan', ['timespan'], '(-#)', (length: bigint) => -length),
    strict('timespan', ['timespan'], 'abs(#)', (length: bigint) => (length < 0n ? -length : length)),
    strict('timespan', ['timespan'], '(# * 2)', (length: bigint) => span(length * 2n)),
    strict('timespan', ['long'], '(# * 1h)', (count: bigint) => span(count * TICKS.hour)),
    strict('timespan', ['long'], '(1d * #)', (count: bigint) => span(count * TICKS.day)),
    strict('timespan', ['timespan'], '(# / 2)', (length: bigint) => (length % 2n === 0n ? length / 2n : open())),
    strict('timespan', ['timespan'], '(# % 1h)', (length: bigint) => (length < 0n ? open() : length % TICKS.hour)),
    strict('timespan', ['datetime'], 'dayofweek(#)', (time: bigint) => BigInt(partsOf(time).weekday) * TICKS.day),
    strict('timespan', ['datetime', 'datetime'], '(# - startofday(#))', (one: bigint, other: bigint) => one - startOf('day', other)),
    strict('timespan', ['datetime'], 'make_timespan(hourofday(#), 5)', (time: bigint) => BigInt(partsOf(time).hour) * TICKS.hour + 5n * TICKS.minute),
    strict('timespan', ['timespan'], 'totimespan(tostring(#))', (length: bigint) => length),
    call('timespan', ['timespan', 'string'], 'totimespan(pack_array(#, #)[0])', (length) => length),
    call('timespan', ['bool', 'timespan'], 'totimespan(bag_pack("a", #, "b", #)["b"])', (_, length) => length),
  ],
  long: [
    units((unit) => strict('long', ['datetime', 'datetime'], `tolong(datetime_diff("${unit}", #, #))`, (one: bigint, other: bigint) => difference(unit, one, other))),
    // Of which the binder says int, the engine long.
    chosen(PARTS, ([text, of]) => strict('long', ['datetime'], `tolong(${text})`, (time: bigint) => BigInt(of(partsOf(time), time)))),
    strict('long', ['timespan'], '(tolong(#) / 36000000000)', (length: bigint) => length / TICKS.hour),
  ],
  real: [
    strict('real', ['timespan'], '(# / 1h)', (length: bigint) => Number(length) / Number(TICKS.hour)),
    strict('real', ['timespan'], '(# / time(-00:00:00.5))', (length: bigint) => (length === 0n ? open() : Number(length) / -5_000_000)),
    strict('real', ['datetime', 'datetime'], '((# - #) / 1d)', (one: bigint, other: bigint) => Number(one - other) / Number(TICKS.day)),
  ],
  string: [
    call('string', ['datetime'], 'tostring(#)', (time) => textOf(time, 'datetime')),
    call('string', ['timespan'], 'tostring(#)', (length) => textOf(length, 'timespan')),
    call('string', ['datetime', 'timespan'], 'strcat(#, "/", #)', (time, length) => `${textOf(time, 'datetime')}/${textOf(length, 'timespan')}`),
    formatted(DATE_FORMATS, (format) => call('string', ['datetime'], `format_datetime(#, "${format.join('')}")`, (time) => (time === null ? '' : formatDatetime(time as bigint, format)))),
    formatted(SPAN_FORMATS, (format) => call('string', ['timespan'], `format_timespan(#, "${format.join('')}")`, (length) => (length === null ? '' : (length as bigint) < 0n ? open() : formatTimespan(length as bigint, format)))),
    call('string', ['datetime'], 'tostring(pack_array(#)[0])', (time) => textOf(time, 'datetime')),
    call('string', ['timespan'], 'tostring(bag_pack("a", #).a)', (length) => textOf(length, 'timespan')),
  ],
  bool: [
    comparisons('datetime', 'datetime'), comparisons('timespan', 'timespan'),
    call('bool', ['datetime'], 'isnull(#)', (time) => time === null), call('bool', ['timespan'], 'isnotnull(#)', (length) => length !== null),
    call('bool', ['datetime', 'datetime', 'datetime'], '(isnotnull(#) and coalesce(# between (datetime(2020-01-01) .. 5d), false) and isnull(#))', (one, time, other) => one !== null && isWithin(time, dateTicks(2020, 1, 1), dateTicks(2020, 1, 6)) && other === null),
    call('bool', ['timespan'], 'coalesce(# between (1h .. 1d), false)', (length) => isWithin(length, TICKS.hour, TICKS.day)),
    call('bool', ['datetime'], 'coalesce(# in (datetime(2020-01-01), datetime(2020-02-29)), false)', (time) => time === dateTicks(2020, 1, 1) || time === dateTicks(2020, 2, 29)),
    call('bool', ['datetime'], '(coalesce(#, datetime(1999-01-01)) > ago(3000d))', (time) => time !== null && compare(time, dateTicks(2026, 3, 2) - TICKS.day * 3000n) > 0),
  ],
} // prettier-ignore
