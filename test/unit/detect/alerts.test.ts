import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertsOf } from '../../../src/detect/alerts.ts'
import type { Alerts } from '../../../src/detect/alerts.ts'
import type { ResultTable } from '../../../src/domain/kusto.ts'
import type { AlertDetailsOverride, NrtRule, ScheduledRule } from '../../../src/domain/rule.ts'
import { days, hours } from '../../../src/time/duration.ts'
import { formatInstant, minus } from '../../../src/time/instant.ts'
import { windowAt } from '../../../src/time/rule-times.ts'
import { defaultDelay } from '../../../src/time/default-times.ts'
import { newFindings } from '../../support/findings.ts'
import { at } from '../../support/instants.ts'
import { mapping, nrtRule, scheduledRule } from '../../support/rules.ts'
import { namesTable, table } from '../../support/tables.ts'

const slot = at('2026-03-02T00:00:00Z')

function alerts(rule: ScheduledRule | NrtRule, result: ResultTable, windowOverride = ''): Alerts {
  const key = { ruleId: rule.id, workspace: 'local', slot, windowOverride }
  const source = { rule, key, window: windowAt(rule, slot, defaultDelay(rule)), columns: result.columns }
  return alertsOf(source, newFindings(rule, result), result.rows.length)
}

const names = (count: number): ResultTable => namesTable(...Array.from({ length: count }, (_, n) => `vm-${n}`))
const perResult = scheduledRule({ eventGrouping: 'AlertPerResult' })

test('SingleAlert: one alert over all findings', () => {
  const { alerts: made, warnings } = alerts(scheduledRule(), names(200))
  assert.deepEqual(
    made.map((alert) => alert.findingIds.length),
    [200],
  )
  assert.deepEqual(warnings, [])
})

test('AlertPerResult: one alert a finding, up to 150', () => {
  const { alerts: made, warnings } = alerts(perResult, names(150))
  assert.deepEqual(new Set(made.map((alert) => alert.findingIds.length)), new Set([1]))
  assert.equal(new Set(made.map((alert) => alert.id)).size, 150)
  assert.deepEqual(warnings, [])
})

for (const [what, rule, limit] of [
  ['a scheduled rule', perResult, 150],
  ['an NRT rule', nrtRule({ eventGrouping: 'AlertPerResult' }), 30],
] as const) {
  test(`AlertPerResult of ${what} beyond ${limit}: the last alert is about all of them, and this is said`, () => {
    const { alerts: made, warnings } = alerts(rule, names(limit + 1))
    assert.equal(made.length, limit)
    assert.deepEqual(
      made.slice(-2).map((alert) => alert.findingIds.length),
      [1, limit + 1],
    )
    const last = made.at(-1)
    assert.equal(last?.title, `${rule.name}: all ${limit + 1} findings of one run`)
    assert.match(last.description, new RegExp(`^Stands for all ${limit + 1} new findings of the run; 2 of them`))
    assert.deepEqual(warnings, [
      `${limit + 1} new findings exceed ${limit} alerts a run: the first ${limit - 1} have an alert each, ` +
        `alert ${limit} stands for all of them; 2 findings have no alert of their own`,
    ])
  })
}

test('the alert that stands for all findings does not take the title of the first row', () => {
  const rule = scheduledRule({
    eventGrouping: 'AlertPerResult',
    alertDetailsOverride: { alertDisplayNameFormat: 'Script on {{Name}}', alertDynamicProperties: [] },
  })
  const { alerts: made } = alerts(rule, names(151))
  assert.equal(made[0]?.title, 'Script on vm-0')
  assert.equal(made[149]?.title, 'Rare script: all 151 findings of one run')
})

test('a chosen window may make as many alerts as the slots that it covers', () => {
  const window = { start: minus(slot, days(2)), end: slot }
  const key = { ruleId: perResult.id, workspace: 'local', slot, windowOverride: 'a/b' }
  const made = (count: number): Alerts => {
    const result = names(count)
    return alertsOf({ rule: perResult, key, window, columns: result.columns }, newFindings(perResult, result), count)
  }
  assert.deepEqual([made(300).alerts.length, made(300).warnings], [300, []])
  assert.equal(made(301).alerts.length, 300)
})

test('alerts are raised at their slot; in a chosen window at the first slot that has their activity', () => {
  const rule = scheduledRule({ queryFrequency: hours(1), queryPeriod: hours(1), eventGrouping: 'AlertPerResult' })
  const times = ['2026-03-01T10:54:59.999Z', '2026-03-01T10:55:00.001Z']
  const raised = (windowOverride: string, ofTimes = times): readonly string[] => {
    const window = { start: minus(slot, days(1)), end: slot }
    const key = { ruleId: rule.id, workspace: 'local', slot, windowOverride }
    const { columns, rows } = table({ TimeGenerated: 'datetime' }, ...ofTimes.map((time) => [time]))
    const source = { rule, key, window, columns }
    const made = alertsOf(source, newFindings(rule, { columns, rows }), rows.length).alerts
    return made.map(({ raisedAt }) => formatInstant(raisedAt))
  }
  assert.deepEqual(raised(''), ['2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z'])
  assert.deepEqual(raised('a/b'), ['2026-03-01T11:00:00Z', '2026-03-01T12:00:00Z'])
  // What tables say for "never" is in no slot of the window.
  const never = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.9999999Z']
  assert.deepEqual(raised('a/b', never), ['2026-03-01T01:00:00Z', '2026-03-02T01:00:00Z'])
})

test('a result without rows makes one alert without findings; known findings alone make none', () => {
  const rule = scheduledRule({ trigger: { operator: 'lt', threshold: 5 } })
  const { alerts: made } = alerts(rule, names(0))
  assert.deepEqual(
    made.map((alert) => [alert.title, alert.findingIds]),
    [['Rare script', []]],
  )
  assert.equal(formatInstant(made[0]?.firstActivity ?? slot), '2026-02-28T23:55:00Z')
  const source = {
    rule,
    key: { ruleId: rule.id, workspace: 'local', slot, windowOverride: '' },
    window: windowAt(rule, slot, defaultDelay(rule)),
    columns: [],
  }
  assert.deepEqual(alertsOf(source, [], 3).alerts, [])
})

test('ids follow from rule, workspace, slot, window and findings alone', () => {
  const id = (result: ResultTable, windowOverride = ''): string | undefined =>
    alerts(scheduledRule(), result, windowOverride).alerts[0]?.id
  assert.equal(id(namesTable('a', 'b')), id(namesTable('b', 'a')))
  assert.match(id(namesTable('a')) ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.notEqual(id(namesTable('a')), id(namesTable('b')))
  assert.notEqual(id(namesTable()), id(namesTable(), 'x/y'))
})

test('activity is that of the rows', () => {
  const result = table(
    { TimeGenerated: 'datetime' },
    ['2026-03-01T10:00:00.1234567Z'],
    ['2026-03-01T08:00:00Z'],
    [null],
  )
  const [alert] = alerts(scheduledRule(), result).alerts
  assert.deepEqual(
    [alert?.firstActivity, alert?.lastActivity],
    [at('2026-03-01T08:00:00Z'), at('2026-03-01T10:00:00.123Z')],
  )
})

test('a result without TimeGenerated may say start and end', () => {
  const result = table(
    { StartTime: 'datetime', EndTime: 'datetime', SignInTime: 'datetime' },
    ['2026-03-01T08:00:00Z', '2026-03-01T09:00:00Z', '2026-02-01T00:00:00Z'],
    ['2026-03-01T07:00:00Z', '2026-03-01T08:30:00Z', null],
  )
  const [alert] = alerts(scheduledRule(), result).alerts
  assert.deepEqual(
    [alert?.firstActivity, alert?.lastActivity],
    [at('2026-03-01T07:00:00Z'), at('2026-03-01T09:00:00Z')],
  )
})

test('entities are merged over findings and shared out between mappings beyond 500', () => {
  const rule = scheduledRule({
    entityMappings: [mapping('Host', { HostName: 'Name' }), mapping('Account', { Name: 'User' })],
  })
  const rows = Array.from({ length: 300 }, (_, n) => [`vm-${n}`, n % 2 === 0 ? 'BOB' : 'bob'])
  const { alerts: made, notes } = alerts(rule, table({ Name: 'string', User: 'string' }, ...rows))
  const types = (made[0]?.entities ?? []).map((entity) => entity.type)
  assert.equal(types.filter((type) => type === 'Host').length, 250)
  assert.equal(types.filter((type) => type === 'Account').length, 1)
  assert.deepEqual(notes, ['an alert keeps 251 of 301 entities, at most 250 a mapping; the files have all'])
})

test('custom details: different values in order, empty ones left out, limits told', () => {
  const rule = scheduledRule({ customDetails: { script: 'Name', big: 'Text', gone: 'Nowhere' } })
  const rows = Array.from({ length: 60 }, (_, n) => [n === 3 ? '' : `s${n % 55}`, 'x'.repeat(20_000) + n])
  const { alerts: made, warnings, notes } = alerts(rule, table({ Name: 'string', Text: 'string' }, ...rows))
  assert.equal(made[0]?.customDetails['script']?.length, 50)
  assert.deepEqual(made[0]?.customDetails['script']?.slice(0, 4), ['s0', 's1', 's2', 's4'])
  assert.equal(made[0]?.customDetails['big']?.length, 3)
  assert.deepEqual(notes, [
    'custom detail script: an alert keeps 50 of 55 values; the files have all',
    'custom detail big: an alert keeps 3 of 60 values; the files have all',
  ])
  assert.deepEqual(warnings, ['custom detail gone: the result has no column "Nowhere"'])
})

test('custom details: a value longer than the limit hides no other', () => {
  const rule = scheduledRule({ customDetails: { script: 'Name' } })
  const { alerts: made, notes } = alerts(rule, table({ Name: 'string' }, ['x'.repeat(70_000)], ['a'], ['b']))
  assert.deepEqual(made[0]?.customDetails['script'], ['a', 'b'])
  assert.deepEqual(notes, ['custom detail script: an alert keeps 2 of 3 values; the files have all'])
})

const override = (changes: Partial<AlertDetailsOverride>): AlertDetailsOverride => ({
  alertDynamicProperties: [],
  ...changes,
})
const columns = { Name: 'string', Severity: 'string', Tactics: 'dynamic', Count: 'long' } as const

test('overrides: placeholders, columns and dynamic properties', () => {
  const rule = scheduledRule({
    alertDetailsOverride: override({
      alertDisplayNameFormat: '{{Name}} ran {{Count}} times',
      alertDescriptionFormat: 'On {{ Name }}.',
      alertSeverityColumnName: 'Severity',
      alertTacticsColumnName: 'Tactics',
      alertDynamicProperties: [
        { alertProperty: 'AlertLink', value: 'Name' },
        { alertProperty: 'Techniques', value: 'Techniques' },
      ],
    }),
  })
  const result = table({ ...columns, Techniques: 'string' }, [
    'vm-7',
    'high',
    '["Command And Control","Impact"]',
    3n,
    't1078, T1059',
  ])
  const { alerts: made, warnings } = alerts(rule, result)
  assert.deepEqual(warnings, [])
  const [alert] = made
  assert.equal(alert?.title, 'vm-7 ran 3 times')
  assert.equal(alert?.description, 'On vm-7.')
  assert.equal(alert?.severity, 'High')
  assert.deepEqual(alert?.tactics, ['CommandAndControl', 'Impact'])
  assert.deepEqual(alert?.techniques, ['T1078', 'T1059'])
  assert.deepEqual(alert?.properties, { AlertLink: 'vm-7' })
})

for (const [what, changes, warning] of [
  [
    'a missing column',
    { alertDisplayNameFormat: 'On {{Nowhere}}' },
    'AlertName stays as the rule says, because the result has no column "Nowhere"',
  ],
  [
    'an empty column',
    { alertDisplayNameFormat: 'On {{Empty}}' },
    'AlertName stays as the rule says, because column "Empty" is empty',
  ],
  [
    'a title that is too long',
    { alertDisplayNameFormat: '{{Long}}' },
    'AlertName stays as the rule says, because the value is too long or of no accepted form',
  ],
  [
    'no severity',
    { alertSeverityColumnName: 'Name' },
    'AlertSeverity stays as the rule says, because the value is too long or of no accepted form',
  ],
  [
    'an unknown tactic among known ones',
    { alertTacticsColumnName: 'Tactics' },
    'Tactics stays as the rule says, because the value is too long or of no accepted form',
  ],
  [
    'a confidence beyond one',
    { alertDynamicProperties: [{ alertProperty: 'ConfidenceScore', value: 'Count' }] },
    'ConfidenceScore stays as the rule says, because the value is too long or of no accepted form',
  ],
] as const) {
  test(`overrides: ${what} falls back to the rule, and says so`, () => {
    const rule = scheduledRule({ alertDetailsOverride: override(changes) })
    const result = table({ Name: 'string', Empty: 'string', Long: 'string', Tactics: 'string', Count: 'long' }, [
      'vm',
      '',
      'x'.repeat(257),
      'Impact,Ransomware',
      2n,
    ])
    const { alerts: made, warnings } = alerts(rule, result)
    assert.deepEqual(warnings, [`alertDetailsOverride: ${warning}`])
    assert.deepEqual(
      [made[0]?.title, made[0]?.severity, made[0]?.tactics, made[0]?.properties],
      ['Rare script', 'Medium', ['Execution'], {}],
    )
  })
}

test('overrides: the first row speaks for a SingleAlert, each row for its own alert', () => {
  const changes = { alertDetailsOverride: override({ alertDisplayNameFormat: 'On {{Name}}' }) }
  const titles = (rule: ScheduledRule): readonly string[] =>
    alerts(rule, namesTable('b', 'a')).alerts.map((alert) => alert.title)
  assert.deepEqual(titles(scheduledRule(changes)), ['On b'])
  assert.deepEqual(titles(scheduledRule({ ...changes, eventGrouping: 'AlertPerResult' })), ['On b', 'On a'])
})

test('overrides: more than 50 different values are kept, and what Sentinel would do is said', () => {
  const rule = scheduledRule({
    eventGrouping: 'AlertPerResult',
    alertDetailsOverride: override({ alertDisplayNameFormat: 'On {{Name}}' }),
  })
  assert.deepEqual(alerts(rule, names(50)).notes, [])
  const { alerts: made, notes } = alerts(rule, names(51))
  assert.equal(made[50]?.title, 'On vm-50')
  assert.deepEqual(notes, [
    "alertDetailsOverride: AlertName has 51 different values in this run; hunt keeps them, Sentinel would show the rule's own beyond 50",
  ])
})

test('a dollar sign in a value is no pattern', () => {
  const rule = scheduledRule({ alertDetailsOverride: override({ alertDisplayNameFormat: 'ran {{Name}}' }) })
  assert.equal(alerts(rule, namesTable('$&$1$$')).alerts[0]?.title, 'ran $&$1$$')
})
