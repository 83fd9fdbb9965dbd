import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '../../../src/domain/time.ts'
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
