import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openLedger } from '../../../src/ledger/index.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { recordIn } from '../../support/ledgers.ts'
import { outcomeOf, runKey, SLOT } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { namesTable } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const rule = scheduledRule({ queryFrequency: hours(1), queryPeriod: hours(1) })
const DAY = { start: SLOT, end: plus(SLOT, days(1)), grace: hours(1) }
const NEXT = { ...DAY, start: DAY.end, end: plus(DAY.end, days(1)) }

/** Runs at the given hours of the day; each is recorded so many hours after its slot. */
function ledgerWith(t: TestContext, runs: readonly { readonly hour: number; readonly lag?: number }[]) {
  const path = join(tempFolder(t), 'hunt.db')
  recordIn(
    path,
    runs.map(({ hour, lag = 0 }) => {
      const slot = plus(SLOT, hours(hour))
      const finishedAt = plus(slot, minutes(lag * 60 + 6))
      const outcome = outcomeOf({ rule, key: runKey({ slot }), table: namesTable(`vm-${hour}`) })
      return { ...outcome, startedAt: minus(finishedAt, minutes(1)), finishedAt }
    }),
  )
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  return ledger
}

const namesIn = (ledger: ReturnType<typeof ledgerWith>, period: typeof DAY): readonly (number | undefined)[] =>
  ledger.readPeriod(period, minus(period.start, days(90))).alerts.map(({ alert }) => (alert.raisedAt - SLOT) / hours(1))

test('an alert belongs to the day in which it was raised; a late one also to the day in which it came', (t) => {
  const ledger = ledgerWith(t, [{ hour: -1 }, { hour: 0 }, { hour: 23, lag: 0.8 }, { hour: 22, lag: 9 }, { hour: 24 }])
  assert.deepEqual(namesIn(ledger, DAY), [0, 23, 22])
  // What came within the grace after midnight was there when the report of its day was made.
  assert.deepEqual(namesIn(ledger, NEXT), [22, 24])
})

test('every alert stands in a report that was made after it came, whenever that was', (t) => {
  const lags = [0, 0.5, 0.99, 1.01, 2, 5, 23, 24, 30, 47, 100]
  const runs = lags.map((lag, index) => ({ hour: 13 + index, lag }))
  const ledger = ledgerWith(t, runs)
  const seen = new Set<number>()
  for (let day = 0; day < 8; day++) {
    const period = { ...DAY, start: plus(SLOT, days(day)), end: plus(SLOT, days(day + 1)) }
    // The earliest moment at which a daily report is made: the grace after its day.
    const madeAt = plus(period.end, period.grace)
    for (const { alert, recordedAt } of ledger.readPeriod(period, SLOT).alerts)
      if (recordedAt <= madeAt) seen.add((alert.raisedAt - SLOT) / hours(1))
  }
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    runs.map(({ hour }) => hour),
  )
})

test('a run keeps what its rule says of itself, and incidents say how many alerts they have in all', (t) => {
  const ledger = ledgerWith(t, [{ hour: 3 }])
  const { facts, incidents, runs, openIncidents } = ledger.readPeriod(DAY, SLOT)
  assert.deepEqual(facts, [
    {
      ruleId: rule.id,
      sha256: rule.source.sha256,
      kind: 'Scheduled',
      severity: 'Medium',
      tactics: ['Execution'],
      techniques: ['T1059'],
      queryFrequency: hours(1),
      queryPeriod: hours(1),
    },
  ])
  const [alert] = ledger.readPeriod(DAY, SLOT).alerts
  assert.deepEqual(
    incidents.map(({ alertCount, firstAlertId }) => [alertCount, firstAlertId]),
    [[1, alert?.alert.id]],
  )
  assert.equal(openIncidents.Medium, 1)
  assert.deepEqual(
    runs.map(({ status, rowCount, isChosen }) => [status, rowCount, isChosen]),
    [['complete', 1, false]],
  )
})

test('an incident that was closed in the period is there, with how it was judged', (t) => {
  const ledger = ledgerWith(t, [{ hour: -30 }])
  const [record] = ledger.incidentRecords({})
  assert.ok(record)
  const event = { at: plus(SLOT, hours(4)), author: 'alice', classification: 'FalsePositive' as const, text: '' }
  ledger.closeIncident(record.incident.id, event, [])
  const { incidents, verdicts } = ledger.readPeriod(DAY, minus(SLOT, days(9)))
  assert.deepEqual(
    incidents.map(({ classification, closedAt }) => [classification, closedAt]),
    [['FalsePositive', event.at]],
  )
  assert.deepEqual(verdicts, [{ ruleId: rule.id, workspace: 'local', closed: 1, falsePositives: 1 }])
  assert.deepEqual(ledger.readPeriod(NEXT, SLOT).incidents, [])
})

test('what exclusions hid is told of the runs of the period', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const use = {
    name: 'patching',
    when: 'true',
    owner: 'it',
    reason: 'patch day',
    expires: undefined,
    rowCount: 2,
    fault: undefined,
  }
  recordIn(
    path,
    [0, 24].map((hour) => ({
      ...outcomeOf({ rule, key: runKey({ slot: plus(SLOT, hours(hour)) }), table: namesTable(`vm-${hour}`) }),
      exclusions: [use],
    })),
  )
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  const { exclusions } = ledger.readPeriod(DAY, SLOT)
  assert.deepEqual(exclusions, [{ ...use, runId: 1, ruleId: rule.id, workspace: 'local' }])
})

test('the report of a day is claimed by one process, once', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const owner = (name: string) => ({ name, isGone: (holder: string) => holder === 'gone' })
  const [a, b, gone] = ['a', 'b', 'gone'].map((name) => openLedger(path, { owner: owner(name) }))
  t.after(() => [a, b, gone].forEach((ledger) => ledger?.close()))
  const lease = minutes(10)
  assert.equal(a?.claimReport('2026-03-02', SLOT, lease), true)
  assert.equal(b?.claimReport('2026-03-02', plus(SLOT, minutes(1)), lease), false)
  // Killed while it made the report: when the lease ends, another makes it.
  assert.equal(b?.claimReport('2026-03-02', plus(SLOT, minutes(10)), lease), true)
  b?.finishReport('2026-03-02', 'output/reports/2026-03-02', plus(SLOT, minutes(11)))
  assert.equal(a?.claimReport('2026-03-02', plus(SLOT, days(3)), lease), false)
  assert.deepEqual(a?.reportedDays(), ['2026-03-02'])
  // A process that is known to be gone holds nothing up; one that gives up gives the day back.
  assert.equal(gone?.claimReport('2026-03-03', SLOT, lease), true)
  assert.equal(a?.claimReport('2026-03-03', SLOT, lease), true)
  a?.releaseReport('2026-03-03')
  assert.equal(b?.claimReport('2026-03-03', SLOT, lease), true)
})

test('a silence belongs to each period in which it held, with what it held back there', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  const target = { rule: { id: rule.id, name: rule.name }, workspace: undefined, entity: undefined }
  const words = { reason: 'patch day', author: 'eve' }
  ledger.silence({ target, since: SLOT, until: plus(SLOT, days(3)), ...words })
  ledger.silence({ target, since: plus(SLOT, days(5)), until: plus(SLOT, days(6)), ...words })
  recordIn(
    path,
    [1, 25].map((hour) => {
      const slot = plus(SLOT, hours(hour))
      const outcome = outcomeOf({ rule, key: runKey({ slot }), table: namesTable(`vm-${hour}`) })
      return { ...outcome, startedAt: slot, finishedAt: plus(slot, minutes(6)) }
    }),
  )
  const held = (period: typeof DAY): unknown =>
    ledger
      .readPeriod(period, SLOT)
      .silences.map(({ id, reason, toldAt, incidents }) => [
        id,
        reason,
        toldAt,
        incidents.map(({ title }) => title).length,
      ])
  assert.deepEqual(held(DAY), [[1, 'patch day', undefined, 1]])
  assert.deepEqual(held(NEXT), [[1, 'patch day', undefined, 1]])
  assert.deepEqual(held({ ...DAY, start: plus(SLOT, days(3)), end: plus(SLOT, days(4)) }), [])
})
