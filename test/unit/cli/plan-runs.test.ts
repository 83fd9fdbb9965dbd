import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planRuns } from '../../../src/cli/plan-runs.ts'
import type { PlanInput } from '../../../src/cli/plan-runs.ts'
import { hours, days, minutes } from '../../../src/time/duration.ts'
import { formatInstant } from '../../../src/time/instant.ts'
import { executeRun } from '../../../src/run/index.ts'
import { at } from '../../support/instants.ts'
import { huntingQuery, nrtRule, scheduledRule } from '../../support/rules.ts'
import { complete, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { table } from '../../support/tables.ts'

const hourly = scheduledRule({ name: 'Hourly', queryFrequency: hours(1), queryPeriod: days(1) })
const nrt = nrtRule({ name: 'At once' })
const hunting = huntingQuery({ name: 'Ad hoc' })

function plan(changes: Partial<PlanInput>) {
  const { requests, notices } = planRuns({
    rules: [hourly],
    workspaces: ['local'],
    choice: { kind: 'rule' },
    now: at('2026-03-02T10:20:30Z'),
    delay: undefined,
    opensIncidents: true,
    ...changes,
  })
  const runs = requests.map(({ rule, workspace, slot, window, windowOverride }) =>
    [
      rule.name,
      workspace,
      formatInstant(slot),
      `${formatInstant(window.start)}..${formatInstant(window.end)}`,
      windowOverride,
    ].join(' '),
  )
  return { runs, notices }
}

for (const [what, changes, runs, notices] of [
  [
    'the latest slot of a rule, five minutes late',
    {},
    ['Hourly local 2026-03-02T10:00:00Z 2026-03-01T09:55:00Z..2026-03-02T09:55:00Z '],
    [
      'Searching 2026-03-01T09:55:00Z to 2026-03-02T09:55:00Z (1d), the window of the latest slot 2026-03-02T10:00:00Z.',
    ],
  ],
  [
    'NRT waits two minutes, a delay of the configuration goes before both',
    { rules: [hourly, nrt], delay: minutes(10) },
    [
      'Hourly local 2026-03-02T10:00:00Z 2026-03-01T09:50:00Z..2026-03-02T09:50:00Z ',
      'At once local 2026-03-02T10:20:00Z 2026-03-02T10:09:00Z..2026-03-02T10:10:00Z ',
    ],
    ['Searching, for each rule, the window of its latest slot due.'],
  ],
  [
    'a hunting query takes the last day and says so',
    { rules: [hunting] },
    [
      'Ad hoc local 2026-03-02T10:20:30Z 2026-03-01T10:20:30Z..2026-03-02T10:20:30Z 2026-03-01T10:20:30Z/2026-03-02T10:20:30Z',
    ],
    [
      'Searching the last day with the hunting query "Ad hoc", which has no schedule; --from, --to or --period choose another window.',
    ],
  ],
  [
    'a slot between two is the one before',
    { choice: { kind: 'slot', at: at('2026-03-01T07:30Z') } },
    ['Hourly local 2026-03-01T07:00:00Z 2026-02-28T06:55:00Z..2026-03-01T06:55:00Z '],
    [
      'Searching 2026-02-28T06:55:00Z to 2026-03-01T06:55:00Z (1d), the window of the slot 2026-03-01T07:00:00Z.',
      '2026-03-01T07:30:00Z is no slot of "Hourly" (every 1h): 2026-03-01T07:00:00Z is meant.',
    ],
  ],
  [
    'a chosen window is the same for all, in every workspace, without delay',
    {
      rules: [hourly, hunting],
      workspaces: ['eu', 'us'],
      choice: { kind: 'window', from: at('2026-02-01'), to: at('2026-02-08') },
    },
    ['Hourly eu', 'Hourly us', 'Ad hoc eu', 'Ad hoc us'].map(
      (name) =>
        `${name} 2026-02-08T00:00:00Z 2026-02-01T00:00:00Z..2026-02-08T00:00:00Z 2026-02-01T00:00:00Z/2026-02-08T00:00:00Z`,
    ),
    ['Searching 2026-02-01T00:00:00Z to 2026-02-08T00:00:00Z (7d).'],
  ],
  [
    'a period ends now',
    { choice: { kind: 'window', period: days(7) } },
    [
      'Hourly local 2026-03-02T10:20:30Z 2026-02-23T10:20:30Z..2026-03-02T10:20:30Z 2026-02-23T10:20:30Z/2026-03-02T10:20:30Z',
    ],
    ['Searching 2026-02-23T10:20:30Z to 2026-03-02T10:20:30Z (7d).'],
  ],
] as const) {
  test(`planRuns: ${what}`, () => {
    const actual = plan(changes as Partial<PlanInput>)
    assert.deepEqual(actual.runs, runs)
    assert.deepEqual(actual.notices, notices)
  })
}

test('a rule runs where it selects, by name or tag; one that selects none is told', () => {
  const workspaceTags = new Map([
    ['contoso-prod', ['prod', 'EU']],
    ['lab', []],
  ])
  const rules = [
    { ...hourly, name: 'Every' },
    { ...hourly, name: 'Tagged', workspaces: ['eu'] },
    { ...hourly, name: 'Named', workspaces: ['LAB'] },
    { ...hourly, name: 'Nowhere', workspaces: ['us'] },
  ]
  const { runs, notices } = plan({ rules, workspaces: ['contoso-prod', 'lab'], workspaceTags })
  assert.deepEqual(
    runs.map((run) => run.split(' ').slice(0, 2).join(' ')),
    ['Every contoso-prod', 'Every lab', 'Tagged contoso-prod', 'Named lab'],
  )
  assert.match(notices.join(), /"Nowhere" runs only in us, which is none of the workspaces searched: contoso-prod, lab/)
  assert.equal(plan({ rules, workspaceTags }).runs.length, 4, 'a data folder stands for any workspace')
})

test('alerts of a window that was chosen count by the slots of the schedule, with its delay for the tables of the rule', async () => {
  const rule = { ...hourly, query: 'Slow_CL', eventGrouping: 'AlertPerResult' } as const
  const { requests } = planRuns({
    rules: [rule],
    workspaces: ['local'],
    choice: { kind: 'window', from: at('2026-03-01T00:00Z'), to: at('2026-03-02T00:00Z') },
    now: at('2026-03-02T10:20:30Z'),
    delay: minutes(1),
    tableDelays: new Map([['Slow_CL', minutes(45)]]),
    opensIncidents: true,
  })
  const [request] = requests
  assert.ok(request !== undefined)
  const rows = table({ TimeGenerated: 'datetime' }, ['2026-03-01T10:10:00Z'], ['2026-03-01T10:20:00Z'])
  const ports = testPorts({ backend: scriptedBackend({ Slow_CL: complete(rows) }) })
  const { alerts } = await executeRun(request, ports, new AbortController().signal)
  assert.deepEqual(
    alerts.map(({ raisedAt }) => formatInstant(raisedAt)),
    ['2026-03-01T11:00:00Z', '2026-03-01T12:00:00Z'],
  )
})
