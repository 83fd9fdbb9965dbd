import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createCredential } from '../../../src/azure/index.ts'
import type { SinkOption } from '../../../src/config/sink-config.ts'
import { AuthError, DeliveryError } from '../../../src/domain/errors.ts'
import type { Sink } from '../../../src/domain/ports.ts'
import type { EmulatorOptions } from '../../../src/emulator/index.ts'
import { createSinks } from '../../../src/sinks/index.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { emulatorUnderTest } from '../../support/emulator-under-test.ts'
import type { EmulatorUnderTest } from '../../support/emulator-under-test.ts'
import { incidentOf, SLOT } from '../../support/outcomes.ts'
import { sinkContext } from '../../support/sink-context.ts'
import { closed, growing, opened, sinkContract, updated } from './contract.ts'
import type { Received } from './contract.ts'

const signal = new AbortController().signal
const WORKSPACE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/contoso'
const BASE = `${WORKSPACE}/providers/Microsoft.SecurityInsights`
const FAULTS = { busy: 'throttle; retry-after=1', lost: 'lost', denied: 'forbidden', refused: undefined } as const

function sentinel(emulator: EmulatorUnderTest, options: Readonly<Record<string, SinkOption>> = {}): Sink {
  const config = { type: 'sentinel', options: { workspace: WORKSPACE, endpoint: emulator.url, ...options } }
  const [sink] = createSinks([config], sinkContext({ clock: systemClock, ...emulator.surroundings }))
  assert.ok(sink)
  return sink
}

interface Part {
  readonly name: string
  readonly properties: Readonly<Record<string, unknown>>
}

const list = async (emulator: EmulatorUnderTest, path: string): Promise<readonly Part[]> =>
  (await emulator.get<{ value: readonly Part[] }>(`${BASE}/${path}?api-version=2025-09-01&$top=1000`)).value

async function received(emulator: EmulatorUnderTest): Promise<ReadonlyMap<string, Received>> {
  const found = new Map<string, Received>()
  for (const { name, properties } of await list(emulator, 'incidents')) {
    const comments = await list(emulator, `incidents/${name}/comments`)
    const ids = comments.flatMap(
      ({ properties: { message } }) => /Alert ids: (.*)$/.exec(String(message))?.[1]?.split(', ') ?? [],
    )
    assert.equal(new Set(ids).size, ids.length, 'each alert is told once')
    found.set(name, { title: String(properties['title']), alertIds: ids })
  }
  return found
}

sinkContract('sentinel', async (t) => {
  const emulator = await emulatorUnderTest(t)
  return {
    connect: () => sentinel(emulator),
    received: () => received(emulator),
    told: async () => {
      const incidents = await list(emulator, 'incidents')
      const comments = incidents.map(({ name }) => list(emulator, `incidents/${name}/comments`))
      return (await Promise.all(comments)).flat().map(({ properties }) => String(properties['message']))
    },
    // The second request is the first that writes.
    breakNext: (how) => (FAULTS[how] === undefined ? false : emulator.script(['slow; ms=1', FAULTS[how]])),
    secrets: emulator.secrets,
  }
})

async function broken(
  t: TestContext,
  options: Partial<EmulatorOptions>,
  sink: Readonly<Record<string, SinkOption>> = {},
) {
  const emulator = await emulatorUnderTest(t, options)
  return { emulator, connect: () => sentinel(emulator, sink) }
}

test('sentinel: bookmarks carry entities and belong to the incident, and stay one each', async (t) => {
  const { emulator, connect } = await broken(t, {})
  const first = incidentOf()
  const entities = [{ type: 'Host' as const, identifiers: { HostName: 'vm-1' }, strong: false }]
  const incident = { ...first, alerts: first.alerts.map((alert) => ({ ...alert, entities })) }
  const grown = growing(incident)
  await connect().deliver(opened(incident), signal)
  await connect().deliver(updated(grown), signal)
  const bookmarks = await list(emulator, 'bookmarks')
  const related = await list(emulator, `incidents/${grown.id}/relations`)
  assert.deepEqual(
    new Set(related.map(({ properties }) => properties['relatedResourceName'])),
    new Set(bookmarks.map(({ name }) => name)),
  )
  assert.equal(bookmarks.length, 2)
  assert.deepEqual(bookmarks[0]?.properties['entityMappings'], [
    { entityType: 'Host', fieldMappings: [{ identifier: 'HostName', value: 'vm-1' }] },
  ])
})

test('sentinel: H10: what a bookmark names may be the incident’s too, once however often it is delivered', async (t) => {
  const { emulator, connect } = await broken(t, { openPoints: { bookmarkEntities: true } })
  const first = incidentOf()
  const entities = [{ type: 'IP' as const, identifiers: { Address: '192.0.2.7' }, strong: true }]
  const incident = { ...first, alerts: first.alerts.map((alert) => ({ ...alert, entities })) }
  const grown = growing(incident)
  for (const delivery of [opened(incident), updated(grown), updated(grown)]) await connect().deliver(delivery, signal)
  const listed = await emulator.post<Listed>(`${BASE}/incidents/${grown.id}/entities?api-version=2025-09-01`)
  assert.deepEqual(listed.metaData, [{ entityKind: 'Ip', count: 1 }])
  assert.deepEqual(
    listed.entities.map(({ kind, properties }) => ({ kind, ...properties })),
    [{ kind: 'Ip', friendlyName: '192.0.2.7', address: '192.0.2.7' }],
  )
  assert.equal((await list(emulator, `incidents/${grown.id}/relations`)).length, 2)
})

interface Listed {
  readonly entities: readonly (Part & { readonly kind: string })[]
  readonly metaData: readonly { readonly entityKind: string; readonly count: number }[]
}

test('sentinel: an end in hunt is an end there, with classification; an alert that reopens takes it back', async (t) => {
  const { emulator, connect } = await broken(t, {})
  const incident = incidentOf()
  const state = async (): Promise<readonly unknown[]> => {
    const [found] = await list(emulator, 'incidents')
    const { status, classification, classificationReason, classificationComment } = found?.properties ?? {}
    return [status, classification, classificationReason, classificationComment]
  }
  await connect().deliver(opened(incident), signal)
  assert.equal((await state())[0], 'New')
  await connect().deliver(closed(incident), signal)
  assert.deepEqual(await state(), ['Closed', 'BenignPositive', 'SuspiciousButExpected', 'ann: patch day'])
  const event = { at: SLOT, kind: 'reopened', author: 'hunt', text: 'another alert came' } as const
  await connect().deliver({ ...updated(growing(incident)), event }, signal)
  assert.deepEqual((await state()).slice(0, 2), ['Active', undefined])
})

test('sentinel: what an analyst has closed there keeps their classification', async (t) => {
  const { emulator, connect } = await broken(t, {})
  const incident = incidentOf()
  await connect().deliver(opened(incident), signal)
  const path = `${BASE}/incidents/${incident.id}?api-version=2025-09-01`
  const there = await emulator.get<{ etag: string; properties: object }>(path)
  const properties = { ...there.properties, status: 'Closed', classification: 'TruePositive' }
  await emulator.put(path, { etag: there.etag, properties })
  await connect().deliver(closed(incident), signal)
  const [found] = await list(emulator, 'incidents')
  assert.deepEqual(found?.properties['classification'], 'TruePositive')
})

test('sentinel: a responder, who may not write bookmarks, still gets incident and comment', async (t) => {
  const { emulator, connect } = await broken(t, { sentinelRole: 'responder' })
  await connect().deliver(opened(incidentOf()), signal)
  assert.equal((await received(emulator)).size, 1)
  assert.deepEqual(await list(emulator, 'bookmarks'), [])
})

for (const [what, options, sink, role] of [
  ['a reader', { sentinelRole: 'reader' }, {}, 'Microsoft Sentinel Responder'],
  [
    'a responder where bookmarks are asked for',
    { sentinelRole: 'responder' },
    { bookmarks: 'on' },
    'Microsoft Sentinel Contributor',
  ],
] as const) {
  test(`sentinel: ${what} hears which role is missing, and where`, async (t) => {
    const { connect } = await broken(t, options, sink)
    await assert.rejects(connect().deliver(opened(incidentOf()), signal), (error) => {
      assert.ok(error instanceof DeliveryError)
      assert.deepEqual([error.code, error.fault], ['sink/role', 'sink'])
      assert.match(
        error.hint ?? '',
        new RegExp(`the role "${role}" on the resource group /subscriptions/[^/]+/resourceGroups/soc;`),
      )
      return true
    })
  })
}

test('sentinel: what analysts changed stays, and their simultaneous writing is no loss', async (t) => {
  const { emulator, connect } = await broken(t, {})
  const incident = { ...incidentOf(), severity: 'Low' as const }
  await connect().deliver(opened(incident), signal)
  const path = `${BASE}/incidents/${incident.id}?api-version=2025-09-01`
  const { etag, properties } = await emulator.get<{ etag: string; properties: Record<string, unknown> }>(path)
  const labels = [...(properties['labels'] as unknown[]), { labelName: 'mine' }]
  const owner = { assignedTo: 'Ann' }
  await emulator.put(path, { etag, properties: { ...properties, title: 'Renamed', status: 'Active', owner, labels } })
  // Somebody writes between our reading and our writing, twice, in both ways of saying so.
  await emulator.script(['slow; ms=1', 'slow; ms=1', 'conflict', 'slow; ms=1', 'slow; ms=1', 'precondition'])
  await connect().deliver(updated(growing({ ...incident, severity: 'High' })), signal)
  const after = (await emulator.get<{ properties: Record<string, unknown> }>(path)).properties
  assert.deepEqual(
    [after['title'], after['status'], after['owner'], after['severity']],
    ['Renamed', 'Active', owner, 'High'],
  )
  assert.ok((after['labels'] as { labelName: string }[]).some(({ labelName }) => labelName === 'mine'))
})

test('sentinel: cells in a comment are text, not HTML', async (t) => {
  const { emulator, connect } = await broken(t, {})
  const incident = { ...incidentOf(), description: '<img src=x onerror=alert(1)>' }
  await connect().deliver(opened(incident), signal)
  const [comment] = await list(emulator, `incidents/${incident.id}/comments`)
  assert.match(String(comment?.properties['message']), /&lt;img src=x onerror=alert\(1\)&gt;/)
})

test('sentinel: a login that fails says so, without the secret', async (t) => {
  const emulator = await emulatorUnderTest(t)
  const azure: typeof emulator.surroundings.azure = {
    cloud: 'public',
    credential: async () =>
      createCredential(
        { kind: 'client-secret', ...emulator.identity, clientSecret: () => 'wrong-secret' },
        { authorityHost: emulator.url, ca: [emulator.ca] },
      ),
  }
  const config = { type: 'sentinel', options: { workspace: WORKSPACE, endpoint: emulator.url } }
  const [sink] = createSinks([config], sinkContext({ clock: systemClock, ...emulator.surroundings, azure }))
  await assert.rejects(sink?.deliver(opened(incidentOf()), signal) ?? assert.fail(), (error) => {
    assert.ok(error instanceof AuthError)
    assert.match(error.message, /AADSTS7000215/)
    assert.ok(!error.message.includes('wrong-secret'))
    return true
  })
})
