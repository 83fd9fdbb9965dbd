import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Duration, Instant } from '../../../src/domain/time.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'
import { formatInstant, parseInstant, plus } from '../../../src/time/instant.ts'
import { timetableOf, windowAt } from '../../../src/time/rule-times.ts'
import { defaultDelay } from '../../../src/time/default-times.ts'
import { nrtRule, scheduledRule } from '../../support/rules.ts'

function at(text: string): Instant {
  const instant = parseInstant(text)
  assert.ok(instant !== undefined, text)
  return instant
}

const daily = scheduledRule()
const nrt = nrtRule()
const overlapping = scheduledRule({ queryFrequency: hours(1), queryPeriod: days(14) })
const odd = scheduledRule({ queryFrequency: minutes(70), queryPeriod: hours(25) })

for (const [what, rule, slot, start, end] of [
  ['a day, five minutes late', daily, '2026-03-02T00:00:00Z', '2026-02-28T23:55:00Z', '2026-03-01T23:55:00Z'],
  ['a minute, two minutes late', nrt, '2026-03-02T00:00:00Z', '2026-03-01T23:57:00Z', '2026-03-01T23:58:00Z'],
  ['a long period', overlapping, '2026-03-02T10:00:00Z', '2026-02-16T09:55:00Z', '2026-03-02T09:55:00Z'],
  ['an odd period', odd, '2026-03-02T00:00:00Z', '2026-02-28T22:55:00Z', '2026-03-01T23:55:00Z'],
] as const) {
  test(`windowAt: ${what}`, () => {
    const window = windowAt(rule, at(slot), defaultDelay(rule))
    assert.deepEqual([formatInstant(window.start), formatInstant(window.end)], [start, end])
  })
}

test('windowAt takes another delay', () => {
  const window = windowAt(daily, at('2026-03-02T00:00:00Z'), minutes(0))
  assert.equal(formatInstant(window.end), '2026-03-02T00:00:00Z')
})

test('windows of consecutive slots meet without gap or overlap', () => {
  const slot = at('2026-03-02T00:00:00Z')
  const delay = defaultDelay(nrt)
  assert.equal(windowAt(nrt, plus(slot, nrt.queryFrequency), delay).start, windowAt(nrt, slot, delay).end)
})

for (const [what, rule, now, expected] of [
  ['between slots', daily, '2026-03-02T17:00:00Z', '2026-03-02T00:00:00Z'],
  ['on a slot', daily, '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z'],
  ['a millisecond before a slot', daily, '2026-03-01T23:59:59.999Z', '2026-03-01T00:00:00Z'],
  ['in a summer-time night', overlapping, '2026-03-29T01:30:00Z', '2026-03-29T01:00:00Z'],
] as const) {
  test(`the latest slot: ${what}`, () => assert.equal(formatInstant(timetableOf(rule).latest(at(now))), expected))
}

/** What the slots of a cron expression search, one after another. */
function windowsOf(
  cron: string,
  queryPeriod: Duration,
  from: string,
  count: number,
  timezone = 'Europe/Berlin',
): readonly string[] {
  const rule = scheduledRule({
    queryPeriod,
    scheduling: { ...daily.scheduling, cron: { expression: cron, timezone } },
  })
  const timetable = timetableOf(rule)
  const windows: string[] = []
  for (let slot = timetable.next(at(from)); windows.length < count; slot = timetable.next(slot)) {
    const { start, end } = windowAt(rule, slot, minutes(0))
    windows.push(`${formatInstant(start).slice(5, 16)} ${formatInstant(end).slice(5, 16)}`)
  }
  return windows
}

test('where the clock is put back, the slot after it searches the hour more that the day has', () => {
  assert.deepEqual(windowsOf('0 9 * * *', days(1), '2026-10-24T00:00Z', 3), [
    '10-23T07:00 10-24T07:00',
    '10-24T07:00 10-25T08:00',
    '10-25T08:00 10-26T08:00',
  ])
  assert.deepEqual(windowsOf('30 2 * * *', days(1), '2026-10-25T00:00Z', 2), [
    '10-24T00:30 10-25T00:30',
    '10-25T00:30 10-26T01:30',
  ])
  assert.deepEqual(windowsOf('0 * * * *', hours(1), '2026-10-25T00:30Z', 2), [
    '10-25T00:00 10-25T01:00',
    '10-25T01:00 10-25T02:00',
  ])
})

test('where the clock is put forward nothing is left out; gaps that the rule wants stay as they are', () => {
  assert.deepEqual(windowsOf('0 9 * * *', days(1), '2026-03-28T00:00Z', 3), [
    '03-27T08:00 03-28T08:00',
    '03-28T07:00 03-29T07:00',
    '03-29T07:00 03-30T07:00',
  ])
  // Monday after the change: the weekend is nobody's, as on any other Monday.
  assert.deepEqual(windowsOf('0 9 * * 1-5', days(1), '2026-10-25T12:00Z', 1), ['10-25T08:00 10-26T08:00'])
})

test('where the clock is put forward by half an hour, a time of each hour that it skips leaves nothing unsearched', () => {
  assert.deepEqual(windowsOf('15 * * * *', hours(1), '2026-10-03T14:00Z', 3, 'Australia/Lord_Howe'), [
    '10-03T13:45 10-03T14:45',
    '10-03T14:45 10-03T16:15',
    '10-03T16:15 10-03T17:15',
  ])
})
