import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ErrorRecord } from '../../../src/domain/errors.ts'
import type { ScheduleState, SlotRecord } from '../../../src/domain/schedule.ts'
import { dueOf } from '../../../src/schedule/due.ts'
import type { Planned } from '../../../src/schedule/index.ts'
import { days, minutes } from '../../../src/time/duration.ts'
import { formatInstant } from '../../../src/time/instant.ts'
import { waitAfter } from '../../../src/schedule/failure-class.ts'
import { at } from '../../support/instants.ts'
import { hourlyRule, planned, stateOf } from '../../support/plans.ts'
import { nrtRule } from '../../support/rules.ts'

const timeout: ErrorRecord = { code: 'backend/timeout', message: 'slow', retryable: true, context: {} }

function record(slot: string, changes: Partial<SlotRecord> = {}): SlotRecord {
  return {
    slot: at(slot),
    isComplete: false,
    failures: 0,
    lastFailedAt: undefined,
    lastError: undefined,
    lastRuleSha256: undefined,
    ...changes,
  }
}

/** What is due, in a form that reads well. */
function due(plan: Planned, state: ScheduleState, now: string, withJitter = false) {
  const { slot, owed, advance } = dueOf(plan, state, at(now), { withJitter })
  return {
    slot: slot === undefined ? undefined : formatInstant(slot),
    owed,
    settled: advance === undefined ? undefined : formatInstant(advance.to),
    gaps: advance?.gaps.map(
      ({ reason, firstSlot, lastSlot, slotCount }) =>
        `${reason} ${formatInstant(firstSlot)}..${formatInstant(lastSlot)} ${slotCount}`,
    ),
  }
}

const NOTHING = { slot: undefined, owed: 0, settled: undefined, gaps: undefined }

test('a slot is due from its own time on, and not before', () => {
  const plan = planned()
  const state = stateOf(plan, '2026-03-02T09:00Z')
  assert.deepEqual(due(plan, state, '2026-03-02T09:59:59.999Z'), NOTHING)
  assert.deepEqual(due(plan, state, '2026-03-02T10:00Z'), { ...NOTHING, slot: '2026-03-02T10:00:00Z', owed: 1 })
})

test('after an outage the missed slots come oldest first', () => {
  const plan = planned()
  const state = stateOf(plan, '2026-03-02T09:00Z')
  assert.deepEqual(due(plan, state, '2026-03-02T14:30Z'), { ...NOTHING, slot: '2026-03-02T10:00:00Z', owed: 5 })
})

test('what is done moves the mark forward as far as there is no hole', () => {
  const plan = planned()
  const done = { isComplete: true }
  const state = stateOf(plan, '2026-03-02T09:00Z', {
    slots: [record('2026-03-02T10:00Z', done), record('2026-03-02T11:00Z', done), record('2026-03-02T13:00Z', done)],
  })
  assert.deepEqual(due(plan, state, '2026-03-02T14:30Z'), {
    slot: '2026-03-02T12:00:00Z',
    owed: 2,
    settled: '2026-03-02T11:00:00Z',
    gaps: [],
  })
})

test('what is older than maxCatchUp becomes one gap, counted and not walked', () => {
  const plan = planned(nrtRule())
  const state = stateOf(plan, '2025-03-02T09:00Z')
  assert.deepEqual(due(plan, state, '2026-03-09T09:00Z'), {
    slot: '2026-03-02T09:01:00Z',
    owed: 7 * 24 * 60,
    settled: '2026-03-02T09:00:00Z',
    gaps: [`too-old 2025-03-02T09:01:00Z..2026-03-02T09:00:00Z ${365 * 24 * 60}`],
  })
})

test('among the old ones, complete slots are no gap, and failed ones say so', () => {
  const plan = planned(hourlyRule(), { maxCatchUp: days(1) })
  const state = stateOf(plan, '2026-03-02T00:00Z', {
    slots: [
      record('2026-03-02T02:00Z', { isComplete: true }),
      record('2026-03-02T04:00Z', { failures: 3, lastFailedAt: at('2026-03-02T06:00Z'), lastError: timeout }),
    ],
  })
  assert.deepEqual(due(plan, state, '2026-03-03T05:30Z').gaps, [
    'too-old 2026-03-02T01:00:00Z..2026-03-02T01:00:00Z 1',
    'too-old 2026-03-02T03:00:00Z..2026-03-02T03:00:00Z 1',
    'failed 2026-03-02T04:00:00Z..2026-03-02T04:00:00Z 1',
    'too-old 2026-03-02T05:00:00Z..2026-03-02T05:00:00Z 1',
  ])
})

test('a window that begins before the retention because it is late is given up', () => {
  const plan = planned(hourlyRule({ queryPeriod: days(2) }), { retention: days(2.1) })
  const state = stateOf(plan, '2026-03-02T06:00Z')
  assert.deepEqual(due(plan, state, '2026-03-02T11:00Z'), {
    slot: '2026-03-02T09:00:00Z',
    owed: 3,
    settled: '2026-03-02T08:00:00Z',
    gaps: ['retention 2026-03-02T07:00:00Z..2026-03-02T08:00:00Z 2'],
  })
})

test('a rule that reads more than is kept is run once a slot, over what is left, and then given up', () => {
  const plan = planned(hourlyRule({ queryPeriod: days(2) }), { retention: days(2) })
  // Its window begins two days and five minutes before the slot.
  assert.equal(due(plan, stateOf(plan, '2026-03-02T10:00Z'), '2026-03-02T11:00Z').slot, '2026-03-02T11:00:00Z')
  const searched = record('2026-03-02T11:00Z', {
    failures: 1,
    lastFailedAt: at('2026-03-02T11:00Z'),
    lastError: { code: 'backend/beyond-retention', message: 'older', retryable: false, context: {} },
    lastRuleSha256: plan.rule.source.sha256,
  })
  const GIVEN_UP = {
    slot: undefined,
    owed: 0,
    settled: '2026-03-02T11:00:00Z',
    gaps: ['retention 2026-03-02T11:00:00Z..2026-03-02T11:00:00Z 1'],
  }
  const state = stateOf(plan, '2026-03-02T10:00Z', { slots: [searched] })
  assert.deepEqual(due(plan, state, '2026-03-02T11:00Z'), GIVEN_UP)
  const untold = { ...plan, retention: undefined }
  assert.deepEqual(due(untold, state, '2026-03-02T11:00Z'), GIVEN_UP, 'whoever said what is kept')
  const edited = { ...searched, lastRuleSha256: 'of an earlier version' }
  const again = stateOf(plan, '2026-03-02T10:00Z', { slots: [edited] })
  assert.equal(due(untold, again, '2026-03-02T12:00Z').gaps, undefined, 'another version may read less')
  // Nothing at all is left of a window.
  const old = planned(hourlyRule({ queryPeriod: days(2) }), { retention: days(1), maxCatchUp: days(7) })
  assert.deepEqual(due(old, stateOf(old, '2026-02-27T00:00Z'), '2026-03-02T01:00Z').gaps, [
    'retention 2026-02-27T01:00:00Z..2026-03-01T01:00:00Z 49',
  ])
})

test('slots of a pause are a gap; what was owed before it waits and runs after it', () => {
  const plan = planned()
  const paused = { since: at('2026-03-02T10:30Z'), until: at('2026-03-02T12:30Z') }
  const state = stateOf(plan, '2026-03-02T10:00Z', { paused })
  assert.deepEqual(due(plan, state, '2026-03-02T12:10Z'), {
    slot: undefined,
    owed: 0,
    settled: '2026-03-02T12:00:00Z',
    gaps: ['paused 2026-03-02T11:00:00Z..2026-03-02T12:00:00Z 2'],
  })
  assert.equal(due(plan, state, '2026-03-02T13:00Z').slot, '2026-03-02T13:00:00Z')
  const owing = stateOf(plan, '2026-03-02T09:00Z', { paused })
  assert.deepEqual(due(plan, owing, '2026-03-02T12:10Z'), { ...NOTHING, owed: 3 })
  assert.equal(due(plan, owing, '2026-03-02T12:30Z').slot, '2026-03-02T10:00:00Z')
})

test('a rule that is enabled again owes nothing for the time between; one whose file came back is caught up', () => {
  const plan = planned()
  const since = at('2026-03-02T09:30Z')
  const disabled = stateOf(plan, '2026-03-02T09:00Z', { inactive: { since, reason: 'disabled' } })
  assert.deepEqual(due(plan, disabled, '2026-03-02T12:30Z'), {
    slot: '2026-03-02T12:00:00Z',
    owed: 1,
    settled: '2026-03-02T11:00:00Z',
    gaps: ['disabled 2026-03-02T10:00:00Z..2026-03-02T11:00:00Z 2'],
  })
  const retired = stateOf(plan, '2026-03-02T09:00Z', { inactive: { since, reason: 'retired' } })
  assert.equal(due(plan, retired, '2026-03-02T11:30Z').slot, '2026-03-02T10:00:00Z')
})

test('a slot that fails by itself steps back, longer each time, and lets later ones go first', () => {
  const plan = planned()
  const failed = (failures: number) =>
    stateOf(plan, '2026-03-02T09:00Z', {
      slots: [record('2026-03-02T10:00Z', { failures, lastFailedAt: at('2026-03-02T11:00Z'), lastError: timeout })],
    })
  assert.equal(due(plan, failed(1), '2026-03-02T11:04Z').slot, '2026-03-02T11:00:00Z')
  assert.equal(due(plan, failed(1), '2026-03-02T11:05Z').slot, '2026-03-02T10:00:00Z')
  assert.equal(due(plan, failed(2), '2026-03-02T11:05Z').slot, '2026-03-02T11:00:00Z')
  assert.equal(due(plan, failed(2), '2026-03-02T11:10Z').slot, '2026-03-02T10:00:00Z')
})

test('a slot that fails by itself is tried at once by another version of its rule, and never before Retry-After', () => {
  const plan = planned()
  const truncated: ErrorRecord = { ...timeout, code: 'backend/result-truncated', retryable: false }
  const failed = (changes: Partial<SlotRecord>): ScheduleState => {
    const slot = record('2026-03-02T10:00Z', { failures: 1, lastFailedAt: at('2026-03-02T10:01Z'), ...changes })
    return stateOf(plan, '2026-03-02T09:00Z', { slots: [slot] })
  }
  const same = failed({ lastError: truncated, lastRuleSha256: plan.rule.source.sha256 })
  assert.equal(due(plan, same, '2026-03-02T10:02Z').slot, undefined)
  const edited = failed({ lastError: truncated, lastRuleSha256: 'b'.repeat(64) })
  assert.equal(due(plan, edited, '2026-03-02T10:02Z').slot, '2026-03-02T10:00:00Z')
  const patient = { ...timeout, context: { retryAfterMilliseconds: minutes(40) } }
  assert.equal(due(plan, failed({ lastError: patient }), '2026-03-02T10:40Z').slot, undefined)
  assert.equal(due(plan, failed({ lastError: patient }), '2026-03-02T10:41Z').slot, '2026-03-02T10:00:00Z')
  const played = dueOf(plan, failed({ lastError: patient }), at('2026-03-02T10:02Z'), {
    withJitter: false,
    clock: at('2026-03-02T10:41Z'),
  })
  assert.equal(played.slot, at('2026-03-02T10:00Z'), 'a pass played as of an earlier moment waits by the clock')
  assert.equal(
    waitAfter({ ...patient, code: 'backend/throttled' }, 1, () => 0.5),
    minutes(40),
  )
})

test('a rule that fails as such is not tried before its time, unless its file has changed', () => {
  const plan = planned()
  const error: ErrorRecord = { code: 'kql/unknown-column', message: 'no', retryable: false, context: {} }
  const failing = {
    since: at('2026-03-02T10:00Z'),
    failures: 1,
    nextTry: at('2026-03-02T12:00Z'),
    error,
    version: plan.version,
  }
  const state = stateOf(plan, '2026-03-02T09:00Z', { failing })
  assert.deepEqual(due(plan, state, '2026-03-02T11:59Z'), { ...NOTHING, owed: 2 })
  assert.equal(due(plan, state, '2026-03-02T12:00Z').slot, '2026-03-02T10:00:00Z')
  const edited = stateOf(plan, '2026-03-02T09:00Z', { failing: { ...failing, version: 'b'.repeat(64) } })
  assert.equal(due(plan, edited, '2026-03-02T11:59Z').slot, '2026-03-02T10:00:00Z')
})

test('jitter holds back the newest slot only, by less than a quarter of the way to the next, without moving its window', () => {
  const plan = planned(hourlyRule(), { jitter: minutes(60) })
  assert.ok(plan.jitter > 0 && plan.jitter < minutes(15), `${plan.jitter}`)
  assert.equal(plan.jitter, planned(hourlyRule(), { jitter: minutes(60) }).jitter)
  const state = stateOf(plan, '2026-03-02T09:00Z')
  const early = dueOf(plan, state, at('2026-03-02T10:00Z'), { withJitter: true })
  assert.deepEqual([early.slot, early.nextLook - at('2026-03-02T10:00Z')], [undefined, plan.jitter])
  assert.equal(due(plan, state, '2026-03-02T10:15Z', true).slot, '2026-03-02T10:00:00Z')
  assert.equal(due(plan, state, '2026-03-02T11:00Z', true).slot, '2026-03-02T10:00:00Z', 'an old slot does not wait')
  assert.deepEqual(plan.window(at('2026-03-02T10:00Z')), planned().window(at('2026-03-02T10:00Z')))
})

test('a thousand rules of one frequency spread evenly over their jitter', () => {
  const begins = Array.from(
    { length: 1000 },
    (_, n) => planned(hourlyRule({ id: `rule-${n}` }), { jitter: minutes(10) }).jitter,
  )
  const counts = Array.from(
    { length: 10 },
    (_, n) => begins.filter((each) => Math.floor(each / minutes(1)) === n).length,
  )
  assert.ok(
    counts.every((count) => count > 60 && count < 140),
    counts.join(' '),
  )
})

test('a clock that went back finds nothing due', () => {
  const plan = planned()
  assert.deepEqual(due(plan, stateOf(plan, '2026-03-02T12:00Z'), '2026-03-02T09:30Z'), NOTHING)
})

test('a rule whose frequency was changed goes on where it was, on its new grid', () => {
  const plan = planned(hourlyRule())
  const state = stateOf(plan, '2026-03-02T00:00Z', { slots: [record('2026-03-02T00:30Z', { isComplete: true })] })
  assert.deepEqual(due(plan, state, '2026-03-02T02:00Z'), { ...NOTHING, slot: '2026-03-02T01:00:00Z', owed: 2 })
})
