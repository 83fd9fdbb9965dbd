import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError } from '../../../src/domain/errors.ts'
import { DelayMeasurements, delaysByWorkspace, makePlan, RequestBudget } from '../../../src/schedule/index.ts'
import type { PlanSettings } from '../../../src/schedule/index.ts'
import { days, hours, minutes, seconds } from '../../../src/time/duration.ts'
import { formatInstant, minus, plus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, testPorts } from '../../support/run-ports.ts'
import type { Answer, TestPorts } from '../../support/run-ports.ts'
import { table } from '../../support/tables.ts'

const START = at('2026-03-02T00:00Z')
const QUERY =
  'SigninLogs | extend Delay = ingestion_time() - TimeGenerated | summarize Records = count(), P50 = percentile(Delay, 50), P99 = percentile(Delay, 99)'

function answerOf(...cells: (string | number | null)[]): Answer {
  return complete(table({ Records: 'long', P50: 'timespan', P99: 'timespan' }, cells))
}

const planOf = (settings: Partial<PlanSettings> = {}) =>
  makePlan([hourlyRule({ query: 'SigninLogs', requiredTables: [] })], { ...SETTINGS, overlap: 'measured', ...settings })

function measuring(ports: TestPorts, budget?: RequestBudget) {
  const troubles: string[] = []
  const measurements = new DelayMeasurements(
    ports,
    {
      tablesOf: () => ['SigninLogs'],
      budget,
      timeout: minutes(3),
      onTrouble: (name, workspace, { code }) => void troubles.push(`${name} ${workspace} ${code}`),
    },
    new AbortController().signal,
  )
  return { measurements, troubles }
}

test('each table of each workspace once a day, over a day that ended a day ago; the plan then goes by it', async () => {
  const ports = testPorts()
  ports.clock.set(START)
  ports.backend.answers = { [QUERY]: answerOf(12, '00:03:00', '00:25:00.5000000') }
  const { measurements } = measuring(ports)
  const workspaces = ['a', 'b']
  const plan = planOf({ workspaces })
  assert.deepEqual(
    plan.map(({ overlap }) => overlap),
    [0, 0],
    'nothing is known yet',
  )
  await measurements.all(plan, 10)
  assert.deepEqual(
    ports.backend.asked.map(({ workspace, window }) => [
      workspace,
      window && formatInstant(window.start),
      window && formatInstant(window.end),
    ]),
    workspaces.map((name) => [name, '2026-02-28T00:00:00Z', '2026-03-01T00:00:00Z']),
  )
  const delays = ports.ledger.ingestionDelays()
  assert.deepEqual(
    delays.map(({ workspace, rows, p99 }) => [workspace, rows, p99]),
    workspaces.map((name) => [name, 12, minutes(25) + 500]),
  )
  const next = planOf({ workspaces, measuredDelays: delaysByWorkspace(delays) })
  assert.deepEqual(
    next.map(({ overlap, window }) => [overlap, window(START).start]),
    workspaces.map(() => [minutes(21), minus(START, minutes(60 + 5 + 21))]),
  )
  ports.clock.set(plus(START, hours(23)))
  await measurements.all(plan, 10)
  assert.equal(ports.backend.asked.length, 2)
  ports.clock.set(plus(START, days(1)))
  await measurements.all(plan, 10)
  assert.equal(ports.backend.asked.length, 4)
})

test('what cannot be measured is said, tried again a day later, and what was measured before stays', async () => {
  const ports = testPorts()
  ports.clock.set(START)
  ports.backend.answers = { [QUERY]: answerOf(3, '00:00:01', '00:10:00') }
  const { measurements, troubles } = measuring(ports)
  await measurements.all(planOf(), 10)
  ports.clock.set(plus(START, days(1)))
  ports.backend.answers = { [QUERY]: new BackendError({ code: 'backend/timeout', message: 'slow', retryable: true }) }
  await measurements.all(planOf(), 10)
  assert.deepEqual(troubles, ['SigninLogs local backend/timeout'])
  assert.equal(ports.backend.asked.length, 2)
  assert.equal(ports.ledger.ingestionDelays()[0]?.p99, minutes(10))
  ports.clock.set(plus(START, days(2)))
  ports.backend.answers = { [QUERY]: answerOf(0, null, null) }
  await measurements.all(planOf(), 10)
  assert.equal(ports.ledger.ingestionDelays()[0]?.p99, minutes(10), 'a day without records says nothing')
})

test('rules whose overlap is fixed are not measured for, and a busy identity is not asked', async () => {
  const ports = testPorts()
  ports.clock.set(START)
  const budget = new RequestBudget({ concurrent: 5, rate: 4, per: seconds(30) })
  const { measurements } = measuring(ports, budget)
  await measurements.all(planOf({ overlap: minutes(30) }), 10)
  assert.equal(ports.backend.asked.length, 0)
  budget.begin('a', START)
  budget.begin('a', START)
  await measurements.all(planOf(), 10)
  assert.equal(ports.backend.asked.length, 0, 'half of the rate is for what is due')
  ports.clock.set(plus(START, seconds(31)))
  await measurements.all(planOf(), 10)
  assert.equal(ports.backend.asked.length, 1)
  assert.deepEqual(
    budget.usage(ports.clock.now()).map(({ running, recent }) => [running, recent]),
    [[2, 1]],
  )
})
