import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../../../src/monitor/index.ts'
import type { Metrics, ScheduleSnapshot } from '../../../src/monitor/index.ts'
import { milliseconds, minutes } from '../../../src/time/duration.ts'
import { at } from '../../support/instants.ts'
import { incidentOf, outcomeOf, runKey } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { scriptedBackend, testPorts, runRequest } from '../../support/run-ports.ts'
import { runAll } from '../../../src/run/index.ts'

const EMPTY: ScheduleSnapshot = { pairs: [], openGapSlots: 0, oldVersions: 0, outbox: {}, budgets: {} }

function metricsOver(snapshot: () => ScheduleSnapshot = () => EMPTY): Metrics {
  return createMetrics({ version: '1.2.3', snapshot })
}

/** The samples of ours, by name and labels. */
async function samples(metrics: Metrics): Promise<Readonly<Record<string, number>>> {
  const { text } = await metrics.scrape()
  const lines = text.split('\n').filter((line) => line.startsWith('hunt_'))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

test('a real run is counted: slot, rows, findings, incidents, seconds, deliveries', async () => {
  const metrics = metricsOver()
  const ports = { ...testPorts(), observer: metrics.observe }
  await runAll([runRequest()], ports, {}, new AbortController().signal)
  const found = await samples(metrics)
  for (const [name, value] of Object.entries({
    'hunt_slots_total{workspace="local",status="complete"}': 1,
    'hunt_rows_total{workspace="local"}': 1,
    'hunt_findings_total{workspace="local",kind="new"}': 1,
    'hunt_findings_total{workspace="local",kind="known"}': 0,
    'hunt_incidents_total{workspace="local",action="opened"}': 1,
    'hunt_deliveries_total{sink="memory",result="delivered"}': 1,
    'hunt_query_seconds_count{workspace="local",status="complete"}': 1,
    hunt_runs_running: 0,
  })) {
    assert.equal(found[name], value, name)
  }
})

test('runs that fail and deliveries that wait are counted apart', async () => {
  const metrics = metricsOver()
  const ports = testPorts({ backend: scriptedBackend({ broken: new Error('no') }) })
  const requests = [runRequest(scheduledRule({ query: 'broken' })), runRequest(scheduledRule({ id: 'other' }))]
  if (ports.sinks[0] !== undefined) ports.sinks[0].failure = new Error('down')
  await runAll(requests, { ...ports, observer: metrics.observe }, {}, new AbortController().signal)
  const found = await samples(metrics)
  assert.equal(found['hunt_slots_total{workspace="local",status="failed"}'], 1)
  assert.equal(found['hunt_slots_total{workspace="local",status="complete"}'], 1)
  assert.equal(found['hunt_deliveries_total{sink="memory",result="failed"}'], 1)
})

test('what runs is a gauge, and a run that is given up is no result', async () => {
  const metrics = metricsOver()
  const window = outcomeOf().window
  metrics.observe({ kind: 'started', attempt: 1, key: runKey(), ruleName: 'r', window })
  assert.equal((await samples(metrics))['hunt_runs_running'], 1)
  metrics.observe({ kind: 'gave-up', attempt: 1, key: runKey() })
  const found = await samples(metrics)
  assert.equal(found['hunt_runs_running'], 0)
  assert.equal(found['hunt_slots_total{workspace="local",status="given-up"}'], 1)
})

test('seconds come from the query, in buckets up to the ten minutes of the service', async () => {
  const metrics = metricsOver()
  const outcome = outcomeOf()
  const statistics = { ...outcome.statistics, queryDuration: minutes(4) }
  metrics.observe({ kind: 'finished', outcome: { ...outcome, statistics }, files: undefined })
  const found = await samples(metrics)
  assert.equal(found['hunt_query_seconds_bucket{le="120",workspace="local",status="complete"}'], 0)
  assert.equal(found['hunt_query_seconds_bucket{le="300",workspace="local",status="complete"}'], 1)
  assert.equal(found['hunt_query_seconds_sum{workspace="local",status="complete"}'], 240)
})

test('the schedule is asked at each scrape, and a rule that is gone leaves nothing behind', async () => {
  const pair = { ruleId: 'r1', workspace: 'prod', owed: 3, isFailing: true, lag: minutes(90) }
  let snapshot: ScheduleSnapshot = {
    pairs: [pair, { ...pair, ruleId: 'r2', owed: 1, isFailing: false, lag: milliseconds(0) }],
    openGapSlots: 7,
    oldVersions: 0,
    outbox: { file: 4 },
    budgets: { queries: { used: 2, limit: 5 } },
  }
  const metrics = metricsOver(() => snapshot)
  const before = await samples(metrics)
  for (const [name, value] of Object.entries({
    'hunt_slots_due{workspace="prod"}': 4,
    'hunt_slot_lag_seconds{rule="r1",workspace="prod"}': 5400,
    'hunt_rule_failing{rule="r1",workspace="prod"}': 1,
    'hunt_rule_failing{rule="r2",workspace="prod"}': 0,
    hunt_gap_slots: 7,
    'hunt_outbox_depth{sink="file"}': 4,
    'hunt_budget_used{budget="queries"}': 2,
    'hunt_budget_limit{budget="queries"}': 5,
  })) {
    assert.equal(before[name], value, name)
  }
  snapshot = EMPTY
  const after = await samples(metrics)
  assert.deepEqual(
    Object.keys(after).filter((name) => /lag|failing|depth|budget/.test(name)),
    [],
  )
})

test('neither names nor cells become labels', async () => {
  const metrics = metricsOver()
  const opened = [incidentOf('evil"\n{label}')]
  metrics.observe({ kind: 'finished', outcome: outcomeOf({}, { opened }), files: undefined })
  const { text } = await metrics.scrape()
  assert.doesNotMatch(text, /evil|Rare script/)
  assert.match(text, /hunt_build_info\{version="1\.2\.3"\} 1/)
})

test('the end of a pass is a time in seconds', async () => {
  const metrics = metricsOver()
  metrics.passed(at('2026-03-02T00:00:01.500Z'))
  assert.equal((await samples(metrics))['hunt_last_pass_timestamp_seconds'], Date.UTC(2026, 2, 2, 0, 0, 1, 500) / 1000)
})
