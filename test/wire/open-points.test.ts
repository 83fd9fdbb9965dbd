import assert from 'node:assert/strict'
import { after, describe, it, test, type TestContext } from 'node:test'
import { createDataExplorerBackend } from '../../src/backends/data-explorer/index.ts'
import { createMemoryBackend } from '../../src/backends/local/index.ts'
import { loadedAnswer } from '../../src/domain/loaded-answer.ts'
import type { Backend } from '../../src/domain/ports.ts'
import type { TimeScope } from '../../src/domain/time.ts'
import { startEmulator, type EmulatorOptions } from '../../src/emulator/index.ts'
import { executeRun } from '../../src/run/index.ts'
import { hours, minutes } from '../../src/time/duration.ts'
import { azureUnderTest, window, WORKSPACE_ID } from '../support/azure-logs.ts'
import { at, fakeClock } from '../support/instants.ts'
import { scheduledRule } from '../support/rules.ts'
import { runRequest, testPorts } from '../support/run-ports.ts'
import { tablesNamed } from '../support/tables-named.ts'

/** Contract H: what nobody could confirm of the services, in each position of the emulator's switches. */

const record = (time: string, Name: string) => ({ TimeGenerated: `2026-03-02T${time}Z`, Name })
const ROWS = [
  record('09:59:59.9999999', 'before'),
  record('10:00:00', 'ten'),
  record('10:30:00', 'half past ten'),
  record('11:00:00', 'eleven'),
  record('11:00:00.0000001', 'a tick later'),
  record('12:00:00', 'twelve'),
]
const tables = new Map([
  ['Signals', ROWS],
  ['Others', [record('03:00:00', 'old'), record('10:10:00', 'other')]],
])
const engine = createMemoryBackend({ tables, schema: { tables: new Map(), functions: new Map() } })
after(() => engine.close())

async function emulatorWith(t: TestContext, options: Partial<EmulatorOptions>): Promise<string> {
  const emulator = await startEmulator({ backend: engine, ...options })
  t.after(() => emulator.close())
  return emulator.url
}

const scope = (ends: TimeScope['ends'], reach: TimeScope['reach'] = 'every-table') => ({
  openPoints: { timeScope: { ends, reach } },
})

async function namesIn(url: string, query: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/v1/workspaces/${WORKSPACE_ID}/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: `${query} | project Name`, timespan: '2026-03-02T10:00:00Z/2026-03-02T11:00:00Z' }),
  })
  const { tables: answered } = (await response.json()) as { tables: { rows: string[][] }[] }
  return (answered[0]?.rows ?? []).flat().sort()
}

describe('H3: the ends of a time span', () => {
  for (const [ends, expected] of [
    ['half-open', ['half past ten', 'ten']],
    ['closed', ['eleven', 'half past ten', 'ten']],
    ['open-start', ['eleven', 'half past ten']],
  ] as const) {
    it(ends, async (t) => assert.deepEqual(await namesIn(await emulatorWith(t, scope(ends)), 'Signals'), expected))
  }
})

describe('H2: the tables that a time span bounds', () => {
  const union = 'Signals | where Name has "half" | union Others'
  it('all', async (t) => {
    assert.deepEqual(await namesIn(await emulatorWith(t, scope('half-open')), union), ['half past ten', 'other'])
  })
  it('the first alone', async (t) => {
    const url = await emulatorWith(t, scope('half-open', 'first-table'))
    assert.deepEqual(await namesIn(url, union), ['half past ten', 'old', 'other'])
    assert.deepEqual(await namesIn(url, 'let o = Others; o | join kind=leftouter Signals on Name'), ['other'])
  })
})

describe('windows that follow one another find each record once', () => {
  for (const ends of ['half-open', 'closed', 'open-start'] as const) {
    for (const records of [500_000, 2]) {
      it(`${ends}${records === 2 ? ', searched in parts' : ''}`, async (t) => {
        const url = await emulatorWith(t, { ...scope(ends), limits: { records } })
        const found = await newNames(azureUnderTest(url).backend, 'Signals | project TimeGenerated, Name')
        assert.deepEqual(found, ROWS.map(({ Name }) => Name).sort())
      })
    }
  }
  it('of a table that the time span does not bound, too', async (t) => {
    const { backend } = azureUnderTest(await emulatorWith(t, scope('half-open', 'first-table')))
    const found = await newNames(backend, 'Signals | where Name == "ten" | union Others | project TimeGenerated, Name')
    assert.deepEqual(found, ['old', 'other', 'ten'])
  })
  it('of Azure Data Explorer, where the query itself is exact', async (t) => {
    const cluster = await emulatorWith(t, scope('closed', 'first-table'))
    const backend = createDataExplorerBackend({
      databases: new Map([['contoso', { cluster, database: 'logs', credential: { kind: 'default' } }]]),
      tablesOf: tablesNamed({ Signals: ['TimeGenerated'], Others: ['TimeGenerated'] }),
      clock: azureUnderTest(cluster).clock,
      random: () => 0,
    })
    const HOUR = window('2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z')
    const request = { query: 'Signals | union Others', now: HOUR.end, workspace: 'contoso', timeout: minutes(1) }
    const answer = loadedAnswer(await backend.query({ ...request, window: HOUR }, new AbortController().signal))
    assert.equal(answer.table.rows.length, 3)
  })
})

/** Names of what hourly runs over adjacent windows find and no run before has found. */
async function newNames(backend: Backend, query: string): Promise<readonly string[]> {
  const rule = scheduledRule({ query, queryFrequency: hours(1), queryPeriod: hours(1) })
  const isRowLocal = { isRowLocal: true } as const
  const ports = {
    ...testPorts({ clock: fakeClock(at('2026-03-02T14:00:00Z')) }),
    backend,
    rowLocality: async () => isRowLocal,
  }
  const names: string[] = []
  for (const hour of ['09', '10', '11', '12']) {
    const slot = at(`2026-03-02T${String(Number(hour) + 1)}:00:00Z`)
    const asked = window(`2026-03-02T${hour}:00:00Z`, `2026-03-02T${Number(hour) + 1}:00:00Z`)
    const request = { ...runRequest(rule, { slot, window: asked }), workspace: 'contoso', purpose: 'slot' as const }
    const outcome = await executeRun(request, ports, new AbortController().signal)
    assert.deepEqual([outcome.status, outcome.error], ['complete', undefined])
    for (const { isNew, row } of outcome.findings) if (isNew) names.push(String(row[1]))
  }
  return names.sort()
}

describe('H5: a workspace that fails among several', () => {
  const across = { query: 'Signals', across: ['other'] }
  const workspaces = new Map([
    ['contoso', { id: WORKSPACE_ID }],
    ['other', { id: '0e0e0e0e-0000-4000-8000-000000000009' }],
  ])
  const asked = async (t: TestContext, as: string) => {
    const url = await emulatorWith(t, {})
    await fetch(`${url}/_emulator/faults`, {
      method: 'POST',
      body: JSON.stringify({ faults: [`workspace-failed${as}`] }),
    })
    return azureUnderTest(url, { workspaces }).ask(across)
  }
  it('the others’ rows are a partial answer that names it, and worth another try', async (t) => {
    const { status, table, partialError } = await asked(t, '')
    assert.deepEqual([status, table.rows.length], ['partial', ROWS.length])
    assert.deepEqual([partialError?.code, partialError?.retryable], ['backend/partial-result', true])
    assert.match(partialError?.message ?? '', /0e0e0e0e-0000-4000-8000-000000000009/)
  })
  it('an error of the whole is one of permission, or of the name', async (t) => {
    await assert.rejects(asked(t, '; as=forbidden'), { code: 'auth/forbidden' })
    await assert.rejects(asked(t, '; as=unresolved'), { code: 'config/unknown-workspace' })
  })
  it('and is nothing else', async (t) => {
    const url = await emulatorWith(t, {})
    const headers = { 'Content-Type': 'application/json', 'hunt-fault': 'workspace-failed; as=tea' }
    const body = JSON.stringify({ query: 'Signals' })
    const path = `${url}/v1/workspaces/${WORKSPACE_ID}/query`
    assert.equal((await fetch(path, { method: 'POST', headers, body })).status, 400)
  })
})

test('H1, H16: a client needs neither the code of a refusal nor its body', async (t) => {
  const url = await emulatorWith(t, {})
  const faults = ['throttle; code=TooManyRequests', 'throttle; body=none; retry-after=7', 'unavailable; body=none']
  await fetch(`${url}/_emulator/faults`, { method: 'POST', body: JSON.stringify({ faults }) })
  const under = azureUnderTest(url)
  assert.equal((await under.ask({ query: 'Signals' })).status, 'complete')
  assert.deepEqual(under.clock.waits.slice(0, 2), [30_000, 7_000])
})
