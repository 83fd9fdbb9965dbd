import assert from 'node:assert/strict'
import type { SilencedDelivery } from '../../../src/domain/silence.ts'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { reportCsv } from '../../../src/report/formats/csv.ts'
import { reportJson } from '../../../src/report/formats/json.ts'
import { reportMarkdown } from '../../../src/report/formats/markdown.ts'
import { navigatorLayer } from '../../../src/report/formats/navigator.ts'
import { folderName } from '../../../src/report/write-report.ts'
import { dayWindow } from '../../../src/time/calendar-day.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { RULE_ID } from '../../support/rules.ts'
import { alertIn, DAY, periodRun, reportOf, ruleFacts, schedule } from '../../support/report-records.ts'
import { assertFits } from '../../support/schemas.ts'

const HOSTILE = `=cmd|'/c calc'!A0 | <img src=x onerror=alert(1)> [x](javascript:1)\n# big \u202etxt`
const entity = { type: 'Account', identifiers: { FullName: HOSTILE }, strong: false } as const
const bad = alertIn('vm-1', { title: HOSTILE, entities: [entity], severity: 'High' })
const error = { code: 'backend/timeout', message: HOSTILE, retryable: true, context: {} }
const heldOf = ({
  incidentId,
  ruleId,
  ruleName,
  workspace,
  severity,
  title,
  firstActivity,
  lastActivity,
}: SilencedDelivery) => {
  return { incidentId, ruleId, ruleName, workspace, severity, title, firstActivity, lastActivity }
}
const full = reportOf({
  runs: [periodRun(), periodRun({ status: 'failed', error, ruleName: HOSTILE })],
  alerts: [bad.alert],
  incidents: [bad.incident],
  facts: [ruleFacts()],
  schedules: [schedule({ failing: { since: DAY.start, failures: 1, nextTry: DAY.end, error, version: '' } })],
  exclusions: [
    {
      runId: 1,
      ruleId: RULE_ID,
      workspace: 'local',
      name: HOSTILE,
      when: HOSTILE,
      owner: HOSTILE,
      reason: HOSTILE,
      expires: DAY.end,
      rowCount: 2,
      fault: HOSTILE,
    },
  ],
  silences: [
    {
      id: 7,
      target: { rule: undefined, workspace: undefined, entity: { kind: 'host', value: HOSTILE } },
      since: DAY.start,
      until: DAY.end,
      reason: HOSTILE,
      author: HOSTILE,
      toldAt: undefined,
      incidents: [{ ...bad.incident.incident, incidentId: bad.incident.incident.id, title: HOSTILE }].map(heldOf),
    },
  ],
  oldVersions: [{ ruleId: 'x', file: HOSTILE, brokenSince: DAY.start }],
  deliveries: [
    {
      id: 1,
      sink: 'file',
      delivery: { key: 'k', reason: 'opened', incident: { ...bad.incident.incident, alerts: [] } },
      attempts: 2,
      lastError: error,
      nextAttempt: DAY.end,
      createdAt: minus(DAY.end, hours(2)),
    },
  ],
})

test('the JSON document fits its schema, full and empty', () => {
  assertFits('report.schema.json', JSON.parse(reportJson(full)))
  assertFits('report.schema.json', JSON.parse(reportJson(reportOf({}))))
})

test('CSV has one header a table, and no cell that a spreadsheet would evaluate', () => {
  const tables = new Map(reportCsv(full).map(({ file, text }) => [file, parse(text) as string[][]]))
  assert.deepEqual(tables.get('incidents.csv')?.[0], [
    'IncidentId',
    'Change',
    'Severity',
    'Title',
    'RuleId',
    'RuleName',
    'Workspace',
    'Tactics',
    'Techniques',
    'FirstActivity',
    'LastActivity',
    'OpenedAt',
    'ClosedAt',
    'Classification',
    'Alerts',
    'AllAlerts',
    'Entities',
    'IsLate',
  ])
  assert.equal(tables.get('incidents.csv')?.[1]?.[3], `'${HOSTILE}`)
  for (const [file, rows] of tables) {
    assert.ok(new Set(rows.map(({ length }) => length)).size === 1, file)
    for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+@]/, file)
  }
  assert.deepEqual(
    tables.get('coverage.csv')?.map((row) => row[5]),
    ['Reason', 'failing'],
  )
})

test('Markdown keeps hostile text as text: no link, no image, no HTML, no line of its own', () => {
  const text = reportMarkdown(full)
  assert.doesNotMatch(text, /<img/)
  assert.doesNotMatch(text, /[^\\]\]\(/)
  assert.doesNotMatch(text, /^# big/m)
  assert.doesNotMatch(text, /\u202e/)
  assert.match(text, /big \\\\u202etxt/)
  for (const line of text.split('\n').filter((each) => each.startsWith('| High'))) {
    const columns = line.match(/(?<!\\)\|/g)?.length
    assert.ok(columns === 7 || columns === 9, line)
  }
  assert.match(text, /# Hunt report: Monday 2 March 2026/)
  assert.match(text, /\*\*Failing\*\*/)
})

test('the Navigator layer has the techniques of rules that ran, with the number of rules', () => {
  const layer = JSON.parse(navigatorLayer(full)) as {
    versions: { layer: string }
    domain: string
    gradient: { minValue: number; maxValue: number }
    techniques: { techniqueID: string; tactic: string; score: number }[]
  }
  assert.deepEqual([layer.versions.layer, layer.domain], ['4.5', 'enterprise-attack'])
  assert.deepEqual(
    layer.techniques.map(({ techniqueID, tactic, score }) => [techniqueID, tactic, score]),
    [['T1059', 'execution', 1]],
  )
  assert.ok(layer.gradient.maxValue > layer.gradient.minValue)
  const idle = reportOf({ schedules: [schedule()], facts: [ruleFacts()] })
  assert.deepEqual((JSON.parse(navigatorLayer(idle)) as typeof layer).techniques, [])
})

test('a day is called by its date in its own time zone, anything else by its ends', () => {
  assert.equal(folderName(full), '2026-03-02')
  const berlin = dayWindow('2026-03-29', 'Europe/Berlin')
  assert.ok(berlin)
  // The clock is put forward: 23 hours.
  assert.equal(berlin.end - berlin.start, hours(23))
  assert.equal(folderName({ period: berlin, timeZone: 'Europe/Berlin' }), '2026-03-29')
  assert.equal(
    folderName({ period: { start: DAY.start, end: plus(DAY.end, minutes(1)) }, timeZone: 'UTC' }),
    '20260302T000000Z-20260303T000100Z',
  )
})
