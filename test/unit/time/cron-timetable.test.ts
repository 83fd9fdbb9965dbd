import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronProblem, cronTimetable } from '../../../src/time/cron-timetable.ts'
import { hours, milliseconds } from '../../../src/time/duration.ts'
import { formatInstant, minus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'

const BERLIN = 'Europe/Berlin'

/** So many slots after a time; on the way each is its own latest one, and the one before is the latest just before it. */
function slots(expression: string, from: string, count: number): readonly string[] {
  const timetable = cronTimetable({ expression, timezone: BERLIN })
  const found = [timetable.latest(at(from))]
  for (let slot = timetable.next(at(from)); found.length <= count; slot = timetable.next(slot)) {
    assert.equal(timetable.latest(slot), slot, formatInstant(slot))
    assert.equal(timetable.latest(minus(slot, milliseconds(1))), found.at(-1), `before ${formatInstant(slot)}`)
    found.push(slot)
  }
  assert.equal(timetable.count(at(from), found.at(-1) ?? at(from)), count)
  return found.slice(1).map(formatInstant)
}

test('where the clock is put forward, the skipped time comes once, and no slot is lost', () => {
  assert.deepEqual(slots('30 2 * * *', '2026-03-28T00:00Z', 3), [
    '2026-03-28T01:30:00Z',
    '2026-03-29T01:00:00Z',
    '2026-03-30T00:30:00Z',
  ])
  assert.deepEqual(slots('0 * * * *', '2026-03-29T00:00Z', 2), ['2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'])
})

test('where the clock is put back, a time that comes twice is one slot; every hour goes on', () => {
  assert.deepEqual(slots('30 2 * * *', '2026-10-24T01:00Z', 2), ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'])
  assert.deepEqual(slots('0 * * * *', '2026-10-24T23:30Z', 3), [
    '2026-10-25T00:00:00Z',
    '2026-10-25T01:00:00Z',
    '2026-10-25T02:00:00Z',
  ])
})

test('the usual distance of two slots, and what is wrong with an expression', () => {
  assert.equal(cronTimetable({ expression: '0 */6 * * *', timezone: 'UTC' }).step, hours(6))
  assert.equal(cronProblem({ expression: '0 6 * * 1-5', timezone: BERLIN }), undefined)
  assert.match(cronProblem({ expression: '0 25 * * *', timezone: BERLIN }) ?? '', /hour/)
  assert.match(cronProblem({ expression: '0 6 * * *', timezone: 'Nowhere/X' }) ?? '', /Nowhere/)
  assert.match(cronProblem({ expression: '0 0 30 2 *', timezone: 'UTC' }) ?? '', /never/)
})
