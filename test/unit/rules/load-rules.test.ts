import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, beforeEach, test } from 'node:test'
import { loadRules } from '../../../src/rules/index.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'
import { ruleWith } from './example-rule.ts'

let folder = ''
const folders: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hunt-load-'))
  folders.push(folder)
})
after(() => folders.forEach((path) => rmSync(path, { recursive: true })))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const query = 'query: AzureActivity\n'
const load = (...paths: string[]) => loadRules(paths, { cwd: folder })

async function only(text: string) {
  write('rule.yaml', text)
  const { rules, diagnostics } = await load('rule.yaml')
  const [rule] = rules
  assert.ok(rule, diagnostics.map(({ message }) => message).join('; '))
  return { rule, codes: diagnostics.map(({ code }) => code), diagnostics }
}

test('folders are searched for rule files, and for nothing else', async () => {
  for (const path of ['b.yaml', 'a.yml', 'deep/er/c.YAML', '.hidden.yaml', '.git/x.yaml', 'node_modules/y.yaml']) {
    write(path, query)
  }
  write('b.test.yaml', 'rule: b\ntests: []\n')
  write('notes.md', 'text')
  const { rules } = await load('.')
  assert.deepEqual(
    rules.map(({ source }) => source.file),
    ['a.yml', 'b.yaml', 'deep/er/c.YAML'],
  )
})

test('a file is read once, however often it is named, and whatever its extension', async () => {
  write('x/rule.kql.txt', query)
  const { rules } = await load('x/rule.kql.txt', './x/../x/rule.kql.txt', join(folder, 'x/rule.kql.txt'))
  assert.deepEqual(
    rules.map(({ source, name }) => [source.file, name]),
    [['x/rule.kql.txt', 'rule.kql.txt']],
  )
})

test('links to folders do not lead in circles', async () => {
  write('rules/a.yaml', query)
  symlinkSync(join(folder, 'rules'), join(folder, 'rules/again'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'rules/gone.yaml'))
  const { rules, diagnostics } = await load('rules')
  assert.equal(rules.length, 1)
  assert.deepEqual(
    diagnostics.filter(({ code }) => code === 'unreadable-file').map(({ message }) => message),
    ['rules/gone.yaml does not exist'],
  )
})

test('a path that does not exist is said with the near name, and the others load', async () => {
  write('queries/run-command.yaml', query)
  const { rules, diagnostics } = await load('queries', 'queries/run-comand.yaml', 'elsewhere')
  assert.equal(rules.length, 1)
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error').map(({ message, hint }) => [message, hint]),
    [
      ['elsewhere does not exist', 'name a rule file or a folder of rule files'],
      ['queries/run-comand.yaml does not exist', 'did you mean "queries/run-command.yaml"?'],
    ],
  )
})

test('one broken file never stops the others, and all problems come at once', async () => {
  write('a.yaml', 'query: "unclosed\n')
  write('b.yaml', ruleWith(''))
  write('c.yaml', 'name: no query\nseverity: Hight\ntactics: []\n')
  write('d.yaml', '\0')
  const { rules, diagnostics } = await load('.')
  assert.deepEqual(
    rules.map(({ source }) => source.file),
    ['b.yaml'],
  )
  assert.deepEqual(
    diagnostics
      .filter(({ severity }) => severity !== 'info')
      .map(({ span, code }) => `${span.file}:${span.line} ${code}`),
    [
      'a.yaml:1 yaml-syntax',
      'c.yaml:1 missing-field',
      'c.yaml:1 missing-query',
      'c.yaml:2 severity',
      'd.yaml:1 binary-file',
    ],
  )
})

test('a scheduled rule is read whole', async () => {
  const { rule } = await only(
    ruleWith(`description: |
  'Wrapped in quotes
  over two lines.'
version: 1.10
tags:
  - Schema: ASimDns
  - DEV-0001
requiredDataConnectors:
  - connectorId: MCAS
    dataTypes:
      - SecurityAlert (MCAS)
      - AzureActivity
customDetails:
  Who: Caller
suppressionEnabled: true
suppressionDuration: 2h
eventGroupingSettings:
  aggregationKind: AlertPerResult
alertDetailsOverride:
  alertDisplayNameFormat: '{{Caller}}'
  alertDynamicProperties:
    - alertProperty: AlertLink
      value: Link
sentinelEntitiesMappings:
  - columnName: Entities
incidentConfiguration:
  createIncident: false
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: true
    lookbackDuration: P3D
    matchingMethod: Selected
    groupByEntities:
      - Account
    groupByAlertDetails: [Severity]
    groupByCustomDetails: [Who]
queryFrequency: 1h30m
queryPeriod: 1.00:00:00
triggerOperator: LessThan
triggerThreshold: 10
hunt:
  identity: [CorrelationId, Caller, Caller]
  workspaces: [contoso-prod, eu]
  across: [hub]
  schedule:
    cron: 0 6 * * 1-5
    timezone: Europe/Berlin
  delay: 10m
  overlap: 1h
  maxCatchUp: 3d
  timeout: 8m`),
  )
  assert.equal(rule.kind, 'Scheduled')
  const { source, doubts, ...rest } = rule
  assert.deepEqual(doubts, [])
  assert.match(source.sha256, /^[0-9a-f]{64}$/)
  assert.deepEqual(rest, {
    kind: 'Scheduled',
    id: '3b1c7e0a-52b4-4c29-8f0a-7d6d5a1c9e42',
    name: 'Run Command by an unusual account',
    description: 'Wrapped in quotes\nover two lines.',
    query: 'AzureActivity\n| where Caller == "x"',
    severity: 'Medium',
    trigger: { operator: 'lt', threshold: 10 },
    queryFrequency: hours(1.5),
    queryPeriod: days(1),
    eventGrouping: 'AlertPerResult',
    alertDetailsOverride: {
      alertDisplayNameFormat: '{{Caller}}',
      alertDynamicProperties: [{ alertProperty: 'AlertLink', value: 'Link' }],
    },
    scheduling: {
      cron: { expression: '0 6 * * 1-5', timezone: 'Europe/Berlin' },
      delay: minutes(10),
      overlap: hours(1),
      maxCatchUp: days(3),
    },
    suppression: { enabled: true, duration: hours(2) },
    incidentConfiguration: {
      createIncident: false,
      grouping: {
        enabled: true,
        reopenClosedIncident: true,
        lookbackDuration: days(3),
        matchingMethod: 'Selected',
        groupByEntities: ['Account'],
        groupByAlertDetails: ['Severity'],
        groupByCustomDetails: ['Who'],
      },
    },
    enabled: true,
    timeout: minutes(8),
    tactics: ['Execution'],
    techniques: ['T1059'],
    entityMappings: [{ entityType: 'Account', fieldMappings: [{ identifier: 'FullName', columnName: 'Caller' }] }],
    sentinelEntityColumns: ['Entities'],
    identityColumns: ['CorrelationId', 'Caller'],
    workspaces: ['contoso-prod', 'eu'],
    across: ['hub'],
    customDetails: { Who: 'Caller' },
    version: '1.10',
    tags: ['Schema: ASimDns', 'DEV-0001'],
    requiredTables: ['SecurityAlert', 'AzureActivity'],
  })
})

const kinds = [
  { name: 'as it says', keys: 'kind: Scheduled', kind: 'Scheduled' },
  { name: 'in lower case', keys: 'kind: scheduled', kind: 'Scheduled' },
  { name: 'near real time', keys: 'kind: nrt', kind: 'NRT' },
  { name: 'no kind, but schedule and trigger', keys: 'kind:', kind: 'Scheduled' },
  { name: 'no kind and no trigger', keys: 'kind:\ntriggerOperator:\ntriggerThreshold:', kind: 'Hunting' },
  { name: 'no kind and no schedule', keys: 'kind:\nqueryFrequency:\nqueryPeriod:', kind: 'Hunting' },
  { name: 'Scheduled without a schedule', keys: 'kind: Scheduled\nqueryFrequency:\nqueryPeriod:', kind: 'Hunting' },
  { name: 'Scheduled with half a schedule', keys: 'kind: Scheduled\nqueryFrequency:', kind: 'Scheduled' },
  { name: 'an unknown kind with a schedule', keys: 'kind: Fusion', kind: 'Scheduled' },
  { name: 'a hunting query with a severity', keys: 'kind: Hunting', kind: 'Hunting' },
] as const

for (const { name, keys, kind } of kinds) {
  test(`the kind of a rule: ${name}`, async () => {
    assert.equal((await only(ruleWith(keys))).rule.kind, kind)
  })
}

const HUNT = 'kind: Hunting\nqueryFrequency:\nqueryPeriod:\ntriggerOperator:\ntriggerThreshold:\nhunt:\n'

for (const [name, block, wanted] of [
  ['frequency and period', '  schedule:\n    frequency: 6h\n    period: 7d', { frequency: hours(6), period: days(7) }],
  ['a period as long as the frequency', '  schedule:\n    frequency: 6h', { frequency: hours(6), period: hours(6) }],
  [
    'a cron expression over the last day, overlap as measured',
    '  overlap: measured\n  schedule:\n    cron: 0 6 * * *',
    { cron: { expression: '0 6 * * *', timezone: 'UTC' }, overlap: 'measured', period: days(1) },
  ],
  ['none without either', '  delay: 10m', undefined],
] as const) {
  test(`a hunting query that is scheduled: ${name}`, async () => {
    const { rule } = await only(ruleWith(`${HUNT}${block}`))
    assert.ok(rule.kind === 'Hunting')
    const nothing = {
      cron: undefined,
      frequency: undefined,
      delay: undefined,
      overlap: undefined,
      maxCatchUp: undefined,
    }
    assert.deepEqual(rule.scheduling, wanted === undefined ? undefined : { ...nothing, ...wanted })
  })
}

for (const [name, keys, messages] of [
  [
    'too often, too far',
    `${HUNT}  schedule:\n    frequency: 10s\n    period: 1000d`,
    ['hunt.schedule.frequency 10s is too short', 'hunt.schedule.period 1000d is too long'],
  ],
  [
    'twice',
    `${HUNT}  schedule:\n    frequency: 1h\n    cron: 0 * * * *`,
    ['hunt.schedule.frequency and hunt.schedule.cron both say when the query runs'],
  ],
  [
    'how far but not when',
    `${HUNT}  schedule:\n    period: 1h`,
    ['hunt.schedule.period says how far back to look, but nothing says when'],
  ],
  [
    'no duration',
    `${HUNT}  schedule:\n    frequency: often`,
    ['hunt.schedule.frequency is "often", which is no duration'],
  ],
  ['never', `${HUNT}  schedule:\n    frequency: 0s`, ['hunt.schedule.frequency is "0s", which is no duration']],
  ['a misspelt key', `${HUNT}  schedule:\n    frequenzy: 1h`, ['hunt.schedule has no key "frequenzy"']],
  [
    'in a rule that alerts',
    'hunt:\n  schedule:\n    frequency: 1h',
    ['hunt.schedule.frequency has no effect in a rule that alerts'],
  ],
  ['an overlap that is none', 'hunt:\n  overlap: guessed', ['hunt.overlap is "guessed", which is no duration']],
  ['a timeout longer than the service takes', 'hunt:\n  timeout: 10m1s', ['hunt.timeout 10m1s is too long']],
  ['a timeout of less than a second', 'hunt:\n  timeout: PT0.5S', ['hunt.timeout 0.5s is too short']],
  ['a timeout that is none', 'hunt:\n  timeout: long', ['hunt.timeout is "long", which is no duration']],
] as const) {
  test(`a schedule of the hunt: block that is wrong: ${name}`, async () => {
    write('rule.yaml', ruleWith(keys))
    const { diagnostics } = await load('rule.yaml')
    const ours = diagnostics.filter(({ code }) => code === 'hunt-schedule' || code === 'hunt-key')
    assert.deepEqual(
      ours.map(({ message, severity }) => [severity, message]),
      messages.map((message) => ['error', message]),
    )
  })
}

test('a near-real-time rule runs every minute, whatever it says', async () => {
  const { rule } = await only(ruleWith('kind: NRT\nqueryFrequency: 1d'))
  assert.ok(rule.kind === 'NRT')
  assert.deepEqual([rule.queryFrequency, rule.queryPeriod], [minutes(1), minutes(1)])
})

test('ids: lower case, braces, and from the path where there is none', async () => {
  const upper = await only(ruleWith('id: 3B1C7E0A-52B4-4C29-8F0A-7D6D5A1C9E42'))
  assert.equal(upper.rule.id, '3b1c7e0a-52b4-4c29-8f0a-7d6d5a1c9e42')
  assert.ok(!upper.codes.includes('id-format'))
  const braced = await only(ruleWith('id: "{3B1C7E0A-52B4-4C29-8F0A-7D6D5A1C9E42}"'))
  assert.equal(braced.rule.id, upper.rule.id)
  assert.ok(braced.codes.includes('id-format'))
  const first = await only(ruleWith('id: none'))
  const again = await only(ruleWith('id: another'))
  assert.match(first.rule.id, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(first.rule.id, again.rule.id)
})

test('a rule carries what was read with tolerance, so that its results can say it', async () => {
  const { rule } = await only(ruleWith('tactics: Execution'))
  assert.deepEqual(
    rule.doubts.map(({ code, severity }) => [code, severity]),
    [['wrong-type', 'warning']],
  )
})

test('rules with one id keep apart: the first has it, the next ones get their own', async () => {
  write('a.yaml', ruleWith(''))
  write('b.yaml', `${ruleWith('')}---\n${ruleWith('')}`)
  const { rules, diagnostics } = await load('.')
  assert.equal(new Set(rules.map(({ id }) => id)).size, 3)
  assert.equal(rules[0]?.id, '3b1c7e0a-52b4-4c29-8f0a-7d6d5a1c9e42')
  assert.match(diagnostics[0]?.message ?? '', /already that of a\.yaml:2/)
})

test('an alias bomb neither expands nor hangs', async () => {
  const levels = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`)
  const { rule } = await only(`${levels.join('\n')}\ntactics: *a29\n${query}`)
  assert.deepEqual(rule.tactics, [])
})

const traps: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'brackets without end', text: `query: ${'['.repeat(20_000)}` },
  { name: 'a fence without end', text: `query: "${'`'.repeat(50_000)}"` },
  {
    name: 'placeholders without end',
    text: `${query}alertDetailsOverride:\n  alertDisplayNameFormat: "${'{{'.repeat(20_000)}"`,
  },
  { name: 'a list that contains itself', text: `${query}entityMappings: &x\n  - *x` },
  { name: 'an alias of nothing', text: `${query}tactics: *nothing` },
  { name: 'a key that is a list', text: `${query}? [a, b]\n: c` },
]

for (const { name, text } of traps) {
  test(`a file that is made to break a parser only gets diagnostics: ${name}`, async () => {
    write('trap.yaml', text)
    const { diagnostics } = await load('trap.yaml')
    assert.ok(diagnostics.length > 0)
  })
}

test('an alias stands for its anchor', async () => {
  const { rule } = await only(`tactics: &t\n  - Execution\nquery: &q AzureActivity\nname: *q\n`)
  assert.equal(rule.name, 'AzureActivity')
})

test('keys that no object should have do no harm', async () => {
  const { rule } = await only(`${query}customDetails:\n  __proto__: A\n  constructor: B\n`)
  assert.equal(Object.getPrototypeOf(rule.customDetails), Object.prototype)
  assert.deepEqual(Object.keys(rule.customDetails).sort(), ['__proto__', 'constructor'])
})

test('rules load without DuckDB and without the Kusto language service', () => {
  const script = `
    import { loadRules } from './src/rules/index.ts'
    await loadRules(['queries'], { cwd: process.cwd() })
    const loaded = process.report.getReport().sharedObjects.concat(Object.keys((await import('node:module')).default._cache ?? {}))
    process.stdout.write(JSON.stringify(loaded.filter((path) => /duckdb|@kusto/i.test(path))))
  `
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: root,
    encoding: 'utf8',
  })
  assert.equal(stdout, '[]', stderr)
})
