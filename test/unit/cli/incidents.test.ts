import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { writeFiles } from '../../support/hunt.ts'
import type { HuntResult } from '../../support/hunt.ts'
import { huntHere } from '../../support/in-process.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { assertFits } from '../../support/schemas.ts'
import { SIGN_IN_RULE, SMALL_FOLDER } from '../../support/small-rules.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const RUN = ['run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-02T12:00:00Z']

type Hunt = (...args: readonly string[]) => Promise<HuntResult>

function folder(t: TestContext, config = ''): Hunt & { readonly cwd: string } {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, ...(config === '' ? {} : { 'hunt.yaml': config }) })
  const clock = fakeClock(at('2026-03-02T12:10Z'))
  const hunt: Hunt = (...args) => huntHere(args, { cwd, clock, env: { USER: 'ann', COLUMNS: '80' } })
  return Object.assign(hunt, { cwd })
}

function read<Document>(schema: Parameters<typeof assertFits>[0], { stdout }: HuntResult): Document {
  const document: unknown = JSON.parse(stdout)
  assertFits(schema, document)
  return document as Document
}

interface Incidents {
  readonly incidents: readonly { readonly id: string; readonly title: string; readonly state: string }[]
}

test('every job of hunt incidents prints the document that its schema describes', async (t) => {
  const hunt = folder(t)
  await hunt(...RUN)
  const { incidents } = read<Incidents>('incidents.schema.json', await hunt('incidents', '--json'))
  assert.equal(incidents.length, 2)
  const id = incidents[0]?.id ?? ''
  read('incidents.schema.json', await hunt('incidents', 'show', id, '--json'))
  const comment = await hunt('incidents', 'comment', id, '--text', 'asked', '--json')
  assert.deepEqual(read('incidents.schema.json', comment), {
    ...{ schemaVersion: 1, job: 'comment', id, changed: true },
    tells: ['file'],
  })
  const closing = await hunt('incidents', 'close', id, '--as', 'FalsePositive', '--json')
  assert.deepEqual(read<{ tells: unknown }>('incidents.schema.json', closing).tells, ['file'])
  const again = await hunt('incidents', 'close', id, '--json')
  assert.deepEqual([again.code, read<{ changed: boolean }>('incidents.schema.json', again).changed], [1, false])
  read('incidents.schema.json', await hunt('incidents', 'export', id, '--json'))
  const all = read<Incidents>('incidents.schema.json', await hunt('incidents', '--all', '--json'))
  assert.deepEqual(all.incidents.map(({ state }) => state).sort(), ['closed', 'open'])
  const table = await hunt('incidents', '--all')
  for (const line of table.stdout.split('\n')) assert.ok(line.length <= 80, line)
  // What is owed is told by the next run, once.
  const owed = read<{ deliveries: readonly { reason: string }[] }>('outbox.schema.json', await hunt('outbox', '--json'))
  assert.deepEqual(
    owed.deliveries.map(({ reason }) => reason),
    ['commented', 'closed'],
  )
  assert.equal((await hunt(...RUN)).code, 0)
  assert.deepEqual((await hunt('outbox')).stdout, 'Nothing waits: every sink has been told.\n')
})

test('hunt outbox prints what waits, and what it did about it, as its schema describes', async (t) => {
  const hunt = folder(t)
  // No folder can be made where a file is.
  writeFiles(hunt.cwd, { 'output/.keep': '' })
  writeFileSync(join(hunt.cwd, 'output', 'incidents'), '')
  assert.equal((await hunt(...RUN)).code, 7)
  const { deliveries } = read<{ deliveries: readonly { id: number; lastError: unknown }[] }>(
    'outbox.schema.json',
    await hunt('outbox', '--json'),
  )
  assert.equal(deliveries.length, 2)
  assert.notEqual(deliveries[0]?.lastError, null)
  assert.match(
    (await hunt('status')).stdout,
    /^warning: 2 deliveries to sinks did not arrive yet; hunt outbox says why$/m,
  )
  const { undelivered } = read<{ undelivered: unknown }>('status.schema.json', await hunt('status', '--json'))
  assert.deepEqual(undelivered, { waiting: 2, dead: 0 })
  const retried = read<{ count: number }>('outbox.schema.json', await hunt('outbox', 'retry', '--all', '--json'))
  assert.equal(retried.count, 2)
  const dropped = await hunt('outbox', 'drop', String(deliveries[0]?.id), '--json')
  assert.equal(read<{ count: number }>('outbox.schema.json', dropped).count, 1)
})

test('a run marks the incidents that a silence holds back, and says which silence it is', async (t) => {
  const hunt = folder(t)
  await hunt('run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-01T12:00:00Z')
  await hunt('silence', 'ip:192.0.2.8', '--for', '4h', '--reason', 'moving house')
  const { code, stdout } = await hunt(...RUN)
  assert.equal(code, 0)
  assert.match(stdout, /^ {2}High {4}Sign-in of eve@contoso\.com from afar {2}silent$/m)
  assert.match(stdout, /^ {2}High {4}Sign-in of mallory@contoso\.com from afar$/m)
  assert.match(
    stdout.replace(/\n {2}/g, ' '),
    /silent: 1 incident is held back until 2026-03-02T16:10Z \(silence 1 of ip:192\.0\.2\.8, by ann: moving house\)/,
  )
  for (const line of stdout.split('\n')) assert.ok(line.startsWith('  output/') || line.length <= 80, line)
})

test('the documents of a run name the incidents that are held back', async (t) => {
  const hunt = folder(t)
  await hunt('run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-01T12:00:00Z')
  await hunt('silence', 'ip:192.0.2.8', '--for', '4h', '--reason', 'moving house')
  const report = read<{ runs: readonly { silenced: readonly object[] }[] }>(
    'run-report.schema.json',
    await hunt(...RUN, '--json'),
  )
  const { incidents } = read<Incidents>('incidents.schema.json', await hunt('incidents', '--json'))
  const incidentId = incidents.find(({ title }) => title.includes('eve'))?.id
  assert.deepEqual(report.runs[0]?.silenced, [
    { incidentId, silenceId: 1, until: '2026-03-02T16:10:00Z', reason: 'moving house' },
  ])
})

test('the story of an incident has its description, details and what its alerts share, in words', async (t) => {
  const hunt = folder(t)
  const grouped = `${SIGN_IN_RULE}customDetails:
  Country: Location
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: 1d
    matchingMethod: Selected
    groupByEntities: [Account]
    groupByAlertDetails: [Severity]
    groupByCustomDetails: [Country]
`
    .replace('UserPrincipalName, IPAddress', 'UserPrincipalName = "eve@contoso.com", IPAddress, Location')
    .replace(
      'entityMappings:',
      'entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: UserPrincipalName',
    )
  writeFiles(hunt.cwd, { 'queries/sign-in-from-afar.yaml': grouped })
  assert.equal((await hunt(...RUN)).code, 0)
  const { incidents } = read<Incidents>('incidents.schema.json', await hunt('incidents', '--json'))
  assert.equal(incidents.length, 1)
  const { stdout } = await hunt('incidents', 'show', incidents[0]?.id ?? '')
  assert.match(stdout, /^Made for a test\.$/m)
  assert.match(stdout, /^Details\n {2}Country: IS$/m)
  assert.match(
    stdout.replace(/\n {4}/g, ' '),
    /joined, because it shares Account eve@contoso\.com, Severity High, Country IS$/m,
  )
})

test('a run says which sinks were told, and in which folders incidents lie, not the beginnings of addresses', async (t) => {
  const sinks = ['  - file', '  - {type: syslog, host: 127.0.0.1, port: 9, protocol: udp}', '']
  const hunt = folder(t, `sinks:\n${sinks.join('\n')}`)
  const { code, stdout } = await hunt(...RUN)
  assert.equal(code, 0)
  assert.match(stdout, /^ {2}in output\/incidents\/2026-03-02\/\n {2}told: syslog$/m)
})

test('a try over exported logs, where workspaces are searched for real, says which sinks it tells', async (t) => {
  const workspace = 'workspaces:\n  - {name: prod, id: 00000000-0000-0000-0000-000000000001}\n'
  const sinks = 'sinks:\n  - file\n  - {type: syslog, name: siem, host: 127.0.0.1, port: 9, protocol: udp}\n'
  const hunt = folder(t, `${workspace}${sinks}`)
  const said = /What is new in these logs is told to siem; --no-incidents writes files only\./
  assert.doesNotMatch((await hunt(...RUN, '--no-incidents')).stderr, said)
  assert.match((await hunt(...RUN)).stderr.replace(/\s+/g, ' '), said)
  writeFiles(hunt.cwd, { 'hunt.yaml': sinks })
  assert.doesNotMatch((await hunt(...RUN)).stderr, said)
})

test('a sink that is down is said once in a run, and one that the settings lost is said by the outbox', async (t) => {
  const hook = 'sinks:\n  - {type: webhook, name: hook, url: "http://127.0.0.1:9/"}\n'
  const hunt = folder(t, hook)
  const { code, stderr } = await hunt(...RUN)
  assert.equal(code, 7)
  assert.equal(stderr.match(/^undelivered /gm)?.length, 1, stderr)
  assert.match(stderr, /2 deliveries to sinks did not arrive yet/)
  assert.doesNotMatch((await hunt('outbox')).stdout, /not in these settings/)
  writeFiles(hunt.cwd, { 'hunt.yaml': 'sinks: [file]\n' })
  assert.match(
    (await hunt('outbox')).stdout.replace(/\n {2}/g, ' '),
    /^warning: The sink hook is not in these settings, so that nobody delivers to it: put it back, or hunt outbox drop --sink hook$/m,
  )
  const { unconfiguredSinks } = read<{ unconfiguredSinks: unknown }>(
    'outbox.schema.json',
    await hunt('outbox', '--json'),
  )
  assert.deepEqual(unconfiguredSinks, ['hook'])
  const misspelt = await hunt('outbox', '--sink', 'hok')
  assert.equal(misspelt.code, 2)
  assert.match(misspelt.stderr, /no sink is called "hok" \[usage\/outbox\]\n {2}hint: did you mean hook\?/)
})

test('incidents are found by rule, severity and entity, together and as JSON', async (t) => {
  const hunt = folder(t)
  writeFiles(hunt.cwd, {
    'queries/any.yaml': SIGN_IN_RULE.replace('aaaaaaaa', 'cccccccc')
      .replace('Sign-in from afar', 'Any sign-in')
      .replace('severity: High', 'severity: Low')
      .replace('from afar', 'at all')
      .replace('  | where Location == "IS"\n', ''),
  })
  await hunt('run', '--all', '--data', 'logs', '--at', '2026-03-02T12:00:00Z')
  const titles = async (...args: readonly string[]) =>
    read<Incidents>('incidents.schema.json', await hunt('incidents', ...args, '--json'))
      .incidents.map(({ title }) => title.replace(/Sign-in of (\w+)@contoso.com/, '$1'))
      .sort()
  const all = ['alice at all', 'eve at all', 'eve from afar', 'mallory at all', 'mallory from afar']
  assert.deepEqual(await titles(), all)
  assert.deepEqual(await titles('--rule', 'FROM afar'), ['eve from afar', 'mallory from afar'])
  assert.deepEqual(
    await titles('--rule', 'cccc'),
    all.filter((title) => title.endsWith('all')),
  )
  assert.deepEqual(await titles('--rule', 'sign-in'), all, 'a part of several names')
  assert.deepEqual(await titles('--severity', 'medium'), ['eve from afar', 'mallory from afar'])
  assert.deepEqual(await titles('--entity', '0.2.8'), ['eve at all', 'eve from afar'])
  assert.deepEqual(await titles('--entity', 'ip:192.0.2.0/29'), ['alice at all', 'mallory at all', 'mallory from afar'])
  assert.deepEqual(await titles('--entity', 'ip:0.2.8'), [], 'as silences name entities: all of it')
  assert.deepEqual(await titles('--entity', '192.0.2.7', '--severity', 'High', '--rule', 'afar'), ['mallory from afar'])
  assert.equal((await titles('--entity', '192', '--limit', '2')).length, 2, 'counted after what matches')
})

test('a search that finds nothing says so, and a rule that nobody knows is refused', async (t) => {
  const hunt = folder(t)
  await hunt('run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-02-01T12:00:00Z')
  const nothing = await hunt('incidents', '--rule', 'afar')
  assert.deepEqual(
    [nothing.code, nothing.stdout],
    [0, 'No open incidents of this kind. --all lists closed ones too.\n'],
  )
  assert.equal((await hunt('incidents')).stdout, 'No open incidents. --all lists closed ones too.\n')
  assert.equal((await hunt('incidents', '--all')).stdout, 'No incidents.\n')
  const misspelt = await hunt('incidents', '--rule', 'Sign-in from a far')
  assert.equal(misspelt.code, 2)
  assert.match(misspelt.stderr, /no rule is called "Sign-in from a far"[^]*did you mean "Sign-in from afar"/)
  assert.match(
    (await hunt('incidents', '--severity', 'meduim')).stderr,
    /is "meduim"[^]*did you mean --severity Medium/,
  )
  assert.match((await hunt('incidents', '--entity', 'host:')).stderr, /--entity: host: names nothing/)
  assert.match((await hunt('incidents', '--rule', '')).stderr, /--rule is empty/)
  await hunt(...RUN)
  assert.match((await hunt('incidents', '--limit', '1')).stderr, /There are more: these are the latest 1,/)
  assert.equal((await hunt('incidents', '--limit', '2')).stderr, '')
})
