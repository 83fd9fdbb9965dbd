import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entity } from '../../../src/domain/entity.ts'
import type { ErrorRecord } from '../../../src/domain/errors.ts'
import { rulesIn } from '../../../src/report/model/common.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'
import { RULE_ID } from '../../support/rules.ts'
import { alertIn, DAY, periodRun, reportOf, ruleFacts, schedule } from '../../support/report-records.ts'

const account = (name: string): Entity => ({ type: 'Account', identifiers: { FullName: name }, strong: false })
const host = (name: string): Entity => ({ type: 'Host', identifiers: { HostName: name }, strong: false })
const OTHER = 'bbbbbbbb-0000-4000-8000-000000000002'
const broken: ErrorRecord = { code: 'backend/timeout', message: 'too slow', retryable: true, context: {} }

test('cuts long names of entities, and tells those apart that begin alike', () => {
  const names = ['x'.repeat(1_000_000), `${'X'.repeat(999_999)}y`, 'X'.repeat(1_000_000)]
  const { entities } = reportOf({ alerts: [alertIn('vm-1', { entities: names.map(account) }).alert] })
  assert.deepEqual(
    entities.map(({ label }) => label.replace(/^x{400}|^X{400}/, '').replace(/[0-9a-f]{8}\)$/, '')),
    ['… (1000000 characters, ', '… (1000000 characters, '],
  )
})

test('counts incidents, alerts and findings by severity, against the day before', () => {
  const [a, b] = [alertIn('vm-1', { severity: 'High' }), alertIn('vm-2')]
  const earlier = alertIn('vm-0', { raisedAt: minus(DAY.start, hours(5)) })
  const report = reportOf(
    {
      runs: [periodRun({ newFindingCount: 3 }), periodRun({ id: 2, status: 'partial', newFindingCount: 0 })],
      alerts: [a.alert, b.alert],
      incidents: [a.incident, b.incident],
      facts: [ruleFacts()],
      openIncidents: { Informational: 0, Low: 0, Medium: 4, High: 1 },
    },
    { alerts: [earlier.alert], incidents: [earlier.incident], runs: [periodRun()] },
  )
  const { entities, ...totals } = report.totals
  assert.equal(entities, 0)
  assert.deepEqual(totals, { incidents: 2, alerts: 2, findings: 3, rules: 1, runs: 2, failedRuns: 1 })
  assert.equal(report.totalsBefore.incidents, 1)
  assert.deepEqual(
    report.severities.map(({ severity, incidents, incidentsBefore, findings, open }) => [
      severity,
      incidents,
      incidentsBefore,
      findings,
      open,
    ]),
    [
      ['High', 1, 0, 0, 1],
      ['Medium', 1, 1, 3, 4],
      ['Low', 0, 0, 0, 0],
      ['Informational', 0, 0, 0, 0],
    ],
  )
  assert.deepEqual(
    report.incidents.map(({ severity }) => severity),
    ['High', 'Medium'],
  )
})

test('an incident was opened, grew, or was only closed', () => {
  const [opened, grew, closed] = [alertIn('a'), alertIn('b'), alertIn('c')]
  const report = reportOf({
    alerts: [opened.alert, grew.alert],
    incidents: [
      opened.incident,
      { ...grew.incident, firstAlertId: 'an earlier one', alertCount: 5 },
      { ...closed.incident, closedAt: DAY.end, classification: 'FalsePositive' },
    ],
  })
  const byId = new Map(report.incidents.map((incident) => [incident.id, incident]))
  assert.deepEqual(
    [opened, grew, closed].map(({ incident }) => byId.get(incident.incident.id)?.change),
    ['opened', 'grew', 'closed'],
  )
  assert.equal(byId.get(grew.incident.incident.id)?.allAlerts, 5)
  assert.equal(report.totals.incidents, 1)
})

test('an entity is new when no alert of the day before named it, in whatever spelling', () => {
  const today = alertIn('vm-1', { entities: [account('alice'), host('VM-1')] })
  const yesterday = alertIn('vm-0', { entities: [host('vm-1')], raisedAt: minus(DAY.start, hours(2)) })
  const { entities, news } = reportOf({ alerts: [today.alert] }, { alerts: [yesterday.alert] })
  assert.deepEqual(
    entities.map(({ label, isNew }) => [label, isNew]),
    [
      ['VM-1', false],
      ['alice', true],
    ],
  )
  assert.deepEqual(
    news.entities.map(({ label }) => label),
    ['alice'],
  )
  const first = reportOf({ alerts: [today.alert] })
  assert.ok(first.entities.every(({ isNew }) => !isNew))
  assert.match(first.remarks.join(), /nothing is called new/)
})

test('coverage is what was searched of what was due; each hole has its reason', () => {
  const noon = plus(DAY.start, hours(12))
  const records = {
    schedules: [schedule()],
    facts: [ruleFacts()],
    covered: [
      {
        ruleId: RULE_ID,
        workspace: 'local',
        window: { start: minus(DAY.start, hours(3)), end: plus(DAY.start, hours(6)) },
      },
      { ruleId: RULE_ID, workspace: 'local', window: { start: noon, end: minus(DAY.end, minutes(5)) } },
    ],
    gaps: [
      {
        id: 1,
        ruleId: RULE_ID,
        ruleName: 'Rare script',
        workspace: 'local',
        firstSlot: plus(DAY.start, hours(7)),
        lastSlot: plus(DAY.start, hours(10)),
        slotCount: 4,
        window: { start: plus(DAY.start, hours(6)), end: plus(DAY.start, hours(10)) },
        reason: 'failed' as const,
        error: broken,
        recordedAt: noon,
        acknowledgedAt: undefined,
        searchedSince: 0,
      },
    ],
  }
  const [pair] = reportOf(records, {}, { madeAt: plus(DAY.end, minutes(1)) }).coverage.pairs
  assert.deepEqual(
    pair?.holes.map(({ window, reason, isWorrying, error }) => [
      (window.end - window.start) / hours(1),
      reason,
      isWorrying,
      error?.code,
    ]),
    [
      [4, 'failed', true, 'backend/timeout'],
      [2, 'unknown', true, undefined],
      [5 / 60, 'not due yet', false, undefined],
    ],
  )
  assert.ok(Math.abs((pair?.share ?? 0) - (24 - 6 - 5 / 60) / (24 - 5 / 60)) < 1e-9)
  // Six hours later nobody has searched the last five minutes: they are owed.
  const [late] = reportOf(records).coverage.pairs
  assert.equal(late?.holes.at(-1)?.reason, 'owed')
})

for (const [what, state, facts, expected] of [
  [
    'a rule that fails',
    { failing: { since: DAY.start, failures: 3, nextTry: DAY.end, error: broken, version: '' } },
    {},
    'failing',
  ],
  ['a paused rule', { paused: { since: DAY.start, until: undefined } }, {}, 'paused'],
  ['a disabled rule', { inactive: { since: plus(DAY.start, hours(1)), reason: 'disabled' as const } }, {}, 'disabled'],
  [
    'a rule whose file is gone',
    { inactive: { since: plus(DAY.start, hours(1)), reason: 'retired' as const } },
    {},
    'retired',
  ],
  [
    'a rule that was first seen late in the day',
    { firstSeen: minus(DAY.end, hours(1)) },
    { queryFrequency: days(1), queryPeriod: days(1) },
    'not due yet',
  ],
  ['a rule that nobody ran', {}, {}, 'owed'],
] as const) {
  test(`the day of ${what} was not searched because: ${expected}`, () => {
    const [pair] = reportOf({ schedules: [schedule(state)], facts: [ruleFacts(facts)] }).coverage.pairs
    assert.deepEqual(
      pair?.holes.map(({ reason, window }) => [reason, window]),
      [[expected, DAY]],
    )
  })
}

test('of a day that is not over, what has not come yet counts as searched by nobody and missed by nobody', () => {
  const failing = { since: DAY.start, failures: 3, nextTry: DAY.end, error: broken, version: '' }
  const noon = plus(DAY.start, hours(12))
  const of = (state: Parameters<typeof schedule>[0]) =>
    reportOf(
      { schedules: [schedule(state)], facts: [ruleFacts({ queryPeriod: hours(1) })] },
      {},
      { madeAt: noon },
    ).coverage.pairs[0]?.holes.map(({ reason, window }) => [reason, (window.end - window.start) / hours(1)])
  assert.deepEqual(of({ failing }), [
    ['failing', 12],
    ['not due yet', 12],
  ])
  // Nor is a new rule to have searched what was before it.
  assert.deepEqual(of({ failing, firstSeen: plus(DAY.start, hours(10)) }), [
    ['not scheduled yet', 9],
    ['failing', 3],
    ['not due yet', 12],
  ])
})

test('a pause that is over explains its own time, and no more', () => {
  const paused = { since: plus(DAY.start, hours(2)), until: plus(DAY.start, hours(3)) }
  const [pair] = reportOf({ schedules: [schedule({ paused })], facts: [ruleFacts()] }).coverage.pairs
  assert.deepEqual(
    pair?.holes.map(({ reason, window }) => [reason, (window.end - window.start) / hours(1)]),
    [
      ['owed', 2],
      ['paused', 1],
      ['owed', 21],
    ],
  )
})

test('a rule that looks at less than the time between its runs leaves that out by design', () => {
  const covered = [0, 6, 12, 18].map((hour) => ({
    ruleId: RULE_ID,
    workspace: 'local',
    window: { start: plus(DAY.start, hours(hour)), end: plus(DAY.start, hours(hour + 2)) },
  }))
  const facts = [ruleFacts({ queryFrequency: hours(6), queryPeriod: hours(2) })]
  const { coverage } = reportOf({ schedules: [schedule()], covered, facts })
  assert.deepEqual([...new Set(coverage.pairs[0]?.holes.map(({ reason }) => reason))], ['by design'])
  assert.equal(coverage.share, 1)
})

test('nothing scheduled is no coverage, and the report says so', () => {
  const { coverage, remarks } = reportOf({ runs: [periodRun({ purpose: 'ad-hoc', isChosen: true })] })
  assert.equal(coverage.share, undefined)
  assert.equal(coverage.chosenOnly.length, 1)
  assert.match(remarks.join(), /nothing proves/)
})

test('failing rules are those that fail now and those that failed and recovered', () => {
  const failing = { since: minus(DAY.start, days(2)), failures: 9, nextTry: DAY.end, error: broken, version: '' }
  const { health, rules } = reportOf(
    {
      schedules: [schedule({ failing })],
      runs: [
        periodRun({ status: 'failed', error: broken }),
        periodRun({ id: 2, ruleId: OTHER, ruleName: 'Other', status: 'partial', error: broken }),
        periodRun({ id: 3, ruleId: OTHER, ruleName: 'Other' }),
      ],
    },
    { runs: [periodRun({ status: 'failed', error: broken })] },
  )
  assert.deepEqual(
    health.failing.map(({ ruleName, since, isNew }) => [ruleName, since, isNew]),
    [
      ['Rare script', failing.since, false],
      ['Other', undefined, true],
    ],
  )
  assert.deepEqual(new Map(rules.map(({ ruleName, conditions }) => [ruleName, conditions])).get('Other'), ['failed'])
})

test('a rule that is gone fails no more', () => {
  const failing = { since: DAY.start, failures: 3, nextTry: DAY.end, error: broken, version: '' }
  const inactive = { since: plus(DAY.start, hours(1)), reason: 'retired' as const }
  assert.deepEqual(reportOf({ schedules: [schedule({ failing, inactive })] }).health.failing, [])
})

test('a rule that fails in two workspaces is one rule', () => {
  const failing = { since: DAY.start, failures: 3, nextTry: DAY.end, error: broken, version: '' }
  const { health } = reportOf({ schedules: [schedule({ failing }), schedule({ failing, workspace: 'lab' })] })
  assert.deepEqual([health.failing.length, rulesIn(health.failing)], [2, 1])
})

test('silent are rules without a row for two weeks, and those that never ran', () => {
  const history = {
    ruleId: RULE_ID,
    workspace: 'local',
    completeRuns: 700,
    first: minus(DAY.end, days(30)),
    last: DAY.end,
  }
  const silentWith = (lastWithRows: typeof DAY.end | undefined) =>
    reportOf({
      schedules: [schedule()],
      histories: [{ ...history, lastWithRows }],
      runs: [periodRun({ warnings: ['SigninLogs has a file, but no rows'] })],
    }).health.silent
  assert.deepEqual(silentWith(minus(DAY.end, days(13))), [])
  assert.deepEqual(
    silentWith(undefined).map(({ kind, since, warnings }) => [kind, since, warnings]),
    [['no result', history.first, ['SigninLogs has a file, but no rows']]],
  )
  const { health } = reportOf({
    schedules: [schedule(), schedule({ ruleId: OTHER, firstSeen: minus(DAY.end, hours(2)) })],
  })
  assert.deepEqual(
    health.silent.map(({ ruleId, kind }) => [ruleId, kind]),
    [[RULE_ID, 'never ran']],
  )
})

test('noisy is what makes most of the alerts, or what people closed as false', () => {
  const many = Array.from({ length: 25 }, (_, n) => alertIn(`vm-${n}`).alert)
  const verdicts = [{ ruleId: OTHER, workspace: 'local', closed: 4, falsePositives: 3 }]
  const { health } = reportOf({ alerts: many, verdicts }, { runs: [periodRun()] })
  assert.deepEqual(
    health.noisy.map(({ ruleId, because }) => [ruleId, because]),
    [
      [RULE_ID, 'it made 25 of 25 alerts; it made 25 alerts after none'],
      [OTHER, '3 of 4 closed incidents were false or benign'],
    ],
  )
  assert.deepEqual(reportOf({ alerts: many.slice(0, 5) }).health.noisy, [])
})

test('ATT&CK counts techniques of rules that completed a run; one that only stands there is idle', () => {
  const { attack } = reportOf({
    runs: [periodRun(), periodRun({ id: 2, ruleId: OTHER, ruleName: 'Other', status: 'failed', error: broken })],
    schedules: [schedule(), schedule({ ruleId: OTHER, ruleName: 'Other' })],
    facts: [ruleFacts(), ruleFacts({ ruleId: OTHER, techniques: ['T1078.004', 'T0800'] })],
    alerts: [alertIn('vm-1', { techniques: ['T1059'] }).alert],
  })
  const all = attack.tactics.flatMap(({ tactic, techniques }) => techniques.map((each) => ({ tactic, ...each })))
  assert.deepEqual(
    all.filter(({ rules }) => rules.length > 0),
    [{ tactic: 'Execution', id: 'T1059', rules: ['Rare script'], idle: [], alerts: 1 }],
  )
  assert.deepEqual([...new Set(all.filter(({ idle }) => idle.length > 0).map(({ id }) => id))], ['T1078.004'])
  assert.deepEqual(attack.others, [{ id: 'T0800', rules: [], idle: ['Other'], alerts: 0 }])
})

test('an alert of before the period that came in it is late, and has no bar of its own', () => {
  const late = alertIn('vm-1', { raisedAt: minus(DAY.start, hours(3)) })
  const {
    late: found,
    timeline,
    incidents,
  } = reportOf({
    alerts: [{ ...late.alert, recordedAt: plus(DAY.start, hours(9)) }, alertIn('vm-2').alert],
    incidents: [late.incident],
    runs: [
      periodRun({ startedAt: at('2026-03-02T15:30:00Z') }),
      periodRun({ purpose: 'reconciliation', newFindingCount: 2 }),
    ],
  })
  assert.deepEqual(
    found.alerts.map(({ id }) => id),
    [late.alert.alert.id],
  )
  assert.equal(incidents[0]?.isLate, true)
  assert.equal(timeline.lateAlerts, 1)
  assert.equal(
    timeline.buckets.reduce((sum, { alerts }) => sum + alerts.Medium, 0),
    1,
  )
  assert.deepEqual(
    found.runs.map(({ count, worst }) => [count, worst]),
    [[1, hours(3.5)]],
  )
  assert.deepEqual(
    found.reconciled.map(({ findings }) => findings),
    [2],
  )
})

test('exclusions are summed by rule and name, as they read last; one that could hide nothing is there, too', () => {
  const use = {
    runId: 1,
    ruleId: RULE_ID,
    workspace: 'local',
    name: 'patching',
    when: 'Caller == "patch"',
    owner: 'it',
    reason: 'patch day',
    expires: undefined,
    rowCount: 3,
    fault: undefined,
  }
  const { hidden } = reportOf({
    runs: [periodRun()],
    exclusions: [
      use,
      { ...use, runId: 2, rowCount: 4, owner: 'ops' },
      { ...use, runId: 2, name: 'backup', rowCount: 0, fault: 'no column "Caler"' },
    ],
  })
  assert.deepEqual(
    hidden.map(({ ruleName, name, owner, rows, runs, fault }) => [ruleName, name, owner, rows, runs, fault]),
    [
      ['Rare script', 'patching', 'ops', 7, 2, undefined],
      ['Rare script', 'backup', 'it', 0, 1, 'no column "Caler"'],
    ],
  )
})

test('silences are told with what they held back, the gravest first; one that held nothing is there, too', () => {
  const [low, high] = [alertIn('vm-1', { severity: 'Low' }), alertIn('vm-2', { severity: 'High' })].map(
    ({ incident }) => {
      const { id: incidentId, ...rest } = incident.incident
      return { ...rest, incidentId }
    },
  )
  assert.ok(low && high)
  const target = { rule: undefined, workspace: 'prod', entity: { kind: 'host', value: 'vm-1' } } as const
  const silence = { target, since: DAY.start, until: DAY.end, reason: 'patch day', author: 'eve', toldAt: DAY.end }
  const { silences } = reportOf({
    silences: [
      { ...silence, id: 1, incidents: [low, high] },
      { ...silence, id: 2, incidents: [] },
    ],
  })
  assert.deepEqual(
    silences.map(({ id, what, incidents }) => [id, what, incidents.map(({ severity }) => severity)]),
    [
      [2, 'host:vm-1 in prod', []],
      [1, 'host:vm-1 in prod', ['High', 'Low']],
    ],
  )
})

test('a period that is not over says so', () => {
  assert.match(reportOf({}, {}, { madeAt: plus(DAY.start, hours(9)) }).remarks.join(), /not over/)
})
