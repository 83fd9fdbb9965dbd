import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Duration, Instant } from '../../../src/domain/time.ts'
import { backfillsOf, runBackfills } from '../../../src/schedule/index.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { formatInstant, plus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'
import { planned } from '../../support/plans.ts'
import { testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'

const START = at('2026-03-02T00:00Z')
const { signal } = new AbortController()
const slotAt = (hour: number): Instant => plus(START, hours(hour))

async function backfill(ports: TestPorts, hoursOfDay: readonly [number, number], delay: Duration): Promise<void> {
  const [start, end] = hoursOfDay.map(slotAt)
  assert.ok(start !== undefined && end !== undefined)
  const backfills = backfillsOf([planned(undefined, { delay })], { start, end }, () => new Set(), 10)
  assert.ok(backfills !== undefined)
  const results = await runBackfills(backfills, ports, { concurrency: 1 }, signal)
  assert.deepEqual(new Set(results.map(({ kind }) => kind)), new Set(['finished']))
}

const minuteOf = (instant: Instant): string => formatInstant(instant).slice(11, 16)

test('slots that are backfilled with a shorter delay than those before them leave no minute between them unsearched', async () => {
  const ports = testPorts({})
  ports.clock.set(slotAt(20))
  await backfill(ports, [1, 2], minutes(30))
  await backfill(ports, [3, 5], minutes(5))
  assert.deepEqual(
    ports.backend.asked.map(({ window }) => window && [minuteOf(window.start), minuteOf(window.end)]),
    [
      ['23:30', '00:30'],
      ['00:30', '01:30'],
      ['01:30', '02:55'],
      ['02:55', '03:55'],
      ['03:55', '04:55'],
    ],
  )
  assert.equal(ports.ledger.coverage().length, 1)
})

test('more slots than somebody can mean are not even counted', () => {
  const [start, end] = [at('0001-01-01'), slotAt(20)]
  assert.equal(
    backfillsOf([planned()], { start, end }, () => new Set(), 100),
    undefined,
  )
  const few = backfillsOf([planned(), planned()], { start: slotAt(1), end: slotAt(3) }, () => new Set(), 6)
  assert.deepEqual(
    few?.map(({ slots }) => slots.length),
    [3, 3],
  )
  assert.equal(
    backfillsOf([planned(), planned()], { start: slotAt(1), end: slotAt(3) }, () => new Set(), 5),
    undefined,
  )
})
