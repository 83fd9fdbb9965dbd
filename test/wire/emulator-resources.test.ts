import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openAzureResources } from '../../src/backends/azure-resources/index.ts'
import { AuthError } from '../../src/domain/errors.ts'
import { DEFAULT_IDENTITY, startEmulator } from '../../src/emulator/index.ts'
import type { RunningEmulator } from '../../src/emulator/index.ts'
import { days } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { at } from '../support/instants.ts'
import { recordingClock } from '../support/recording-clock.ts'
import { ALL_TYPES, tableBackend } from '../support/table-backend.ts'
import { tlsEmulator, type TlsEmulator } from '../support/tls-emulator.ts'

const WORKSPACE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w'

const { signal } = new AbortController()
const functions = new Map([
  ['Callers', { name: 'Callers', parameters: 'least:string=""', body: 'AllTypes | take 1', columns: undefined }],
])
const WORKSPACES = new Map([['0e0e0e0e-0000-4000-8000-00000000000a', 'contoso-prod']])
const TABLES = new Map([
  ['AllTypes', { plan: 'Analytics' as const, totalRetentionInDays: 365 }],
  ['Flows_CL', { plan: 'Basic' as const, retentionInDays: 30, totalRetentionInDays: 365 }],
  ['Packets_CL', { plan: 'Auxiliary' as const, retentionInDays: 30, totalRetentionInDays: 365 }],
])

describe('Azure Resource Manager of the emulator, over TLS with a login', () => {
  let emulator: TlsEmulator
  before(async () => {
    const backend = tableBackend({ AllTypes: ALL_TYPES })
    emulator = await tlsEmulator({ backend, functions, workspaces: WORKSPACES, tables: TABLES })
  })
  after(() => emulator.close())

  const resources = (clientSecret: string) => {
    const { tenantId, clientId } = DEFAULT_IDENTITY
    return openAzureResources({
      credential: { kind: 'client-secret', tenantId, clientId, clientSecret: () => clientSecret },
      managementEndpoint: emulator.url,
      authorityHost: emulator.url,
      caFiles: [emulator.caFile],
      clock: systemClock,
      random: () => 0,
    })
  }

  it('lists the workspaces that are served, and their functions', async () => {
    const known = resources(DEFAULT_IDENTITY.clientSecret)
    const [workspace, ...others] = await known.workspaces(signal)
    assert.deepEqual(others, [])
    assert.equal(workspace?.name, 'contoso-prod')
    assert.equal(workspace.customerId, [...WORKSPACES.keys()][0])
    assert.equal(workspace.retention, days(90))
    assert.deepEqual(await known.functions(workspace.resourceId, signal), [...functions.values()])
    assert.deepEqual(await known.tables(workspace.resourceId, signal), [
      { name: 'AllTypes', plan: 'Analytics', kept: days(90) },
      { name: 'Flows_CL', plan: 'Basic', kept: days(30) },
      // Queries over this plan reach all that is kept.
      { name: 'Packets_CL', plan: 'Auxiliary', kept: days(365) },
    ])
  })

  it('refuses a wrong secret, and says which credential it was without saying the secret', async () => {
    await assert.rejects(resources('not-the-secret').workspaces(signal), (error) => {
      assert.ok(error instanceof AuthError)
      assert.match(error.message, /client-secret/)
      assert.doesNotMatch(error.message, /not-the-secret/)
      return true
    })
  })
})

describe('Azure Resource Manager of the emulator, for any client', () => {
  const clock = recordingClock(at('2026-03-02T12:00:00Z'))
  let emulator: RunningEmulator
  before(async () => {
    emulator = await startEmulator({ backend: tableBackend({ AllTypes: ALL_TYPES }), requireTokens: false, clock })
  })
  after(() => emulator.close())
  const status = async (path: string): Promise<number> => (await fetch(`${emulator.url}${path}`)).status

  it('wants an api-version, and knows only what it serves', async () => {
    assert.equal(await status('/subscriptions?api-version=2022-12-01'), 200)
    assert.equal(await status('/subscriptions'), 400)
    const list = '/providers/Microsoft.OperationalInsights/workspaces?api-version=2023-09-01'
    assert.equal(await status(`/subscriptions/00000000-0000-0000-0000-000000000000${list}`), 404)
  })

  it('gives one workspace by its id', async () => {
    const get = async (path: string): Promise<Response> => fetch(`${emulator.url}${path}?api-version=2023-09-01`)
    const list = `/subscriptions/0e0e0e0e-0000-4000-8000-000000000004/providers/Microsoft.OperationalInsights/workspaces`
    const { value } = (await (await get(list)).json()) as { value: { id: string }[] }
    const [first] = value
    assert.deepEqual(await (await get(first?.id ?? '')).json(), first)
    assert.equal((await get(`${first?.id}-other`)).status, 404)
  })

  for (const path of [
    '/subscriptions?api-version=2022-12-01',
    `${WORKSPACE}/providers/Microsoft.SecurityInsights/incidents?api-version=2025-09-01`,
  ]) {
    it(`takes faults of the wire too: GET ${path.split('?')[0]}`, async () => {
      const faulty = (fault: string): Promise<Response> =>
        fetch(emulator.url + path, { headers: { 'hunt-fault': fault }, signal: AbortSignal.timeout(10_000) })
      await assert.rejects((await faulty('cut; bytes=5')).text())
      assert.equal((await faulty('cached; age=9')).headers.get('age'), '9')
      assert.equal((await faulty('slow; ms=700')).status, 200)
      assert.equal(clock.waits.at(-1), 700)
    })
  }
})
