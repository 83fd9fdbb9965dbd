import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { after, before, describe, it } from 'node:test'
import { startEmulator } from '../../src/emulator/index.ts'
import type { RunningEmulator } from '../../src/emulator/index.ts'
import { ALL_TYPES, tableBackend } from '../support/table-backend.ts'

const BASE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights'
const STABLE = 'api-version=2025-09-01'
const PREVIEW = 'api-version=2025-07-01-preview'
const RULE = 'dcr-0123456789abcdef0123456789abcdef'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json: Record<string, unknown>
}

/** An emulator over plain http without tokens, and fetch: a client that knows nothing of hunt. */
function running(options: Partial<Parameters<typeof startEmulator>[0]> = {}) {
  let emulator: RunningEmulator
  before(async () => {
    emulator = await startEmulator({ backend: tableBackend({ AllTypes: ALL_TYPES }), ...options })
  })
  after(() => emulator.close())
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const raw = body instanceof Uint8Array
    const response = await fetch(`${emulator.url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      json: text === '' ? {} : (JSON.parse(text) as Answer['json']),
    }
  }
  return call
}

const codeOf = ({ status, json }: Answer): readonly unknown[] => [
  status,
  (json['error'] as { code?: string } | undefined)?.code,
]
const incident = (changes: object = {}) => ({ properties: { title: 'a', severity: 'Low', status: 'New', ...changes } })

describe('emulator: incidents of Sentinel', () => {
  const call = running()
  const path = `${BASE}/incidents/i-1?${STABLE}`

  it('creates with 201, shows what the service adds, and changes only with the present etag', async () => {
    const made = await call('PUT', path, incident({ labels: [{ labelName: 'x' }] }))
    assert.equal(made.status, 201)
    for (const name of ['x-ms-request-id', 'x-ms-correlation-request-id']) {
      assert.match(String(made.headers.get(name)), /^[0-9a-f-]{36}$/, 'good answers too have the ids of support')
    }
    const { etag, properties } = made.json as { etag: string; properties: Record<string, unknown> }
    assert.match(etag, /^"[0-9a-f-]{36}"$/)
    assert.deepEqual(
      [properties['incidentNumber'], properties['providerName'], properties['labels']],
      [1, 'Azure Sentinel', [{ labelName: 'x', labelType: 'User' }]],
    )
    assert.deepEqual(codeOf(await call('PUT', path, incident())), [409, 'Conflict'])
    assert.deepEqual(codeOf(await call('PUT', path, { etag: '"old"', ...incident() })), [409, 'Conflict'])
    const changed = await call(
      'PUT',
      path.replace('resourceGroups', 'RESOURCEGROUPS').replace('/incidents/', '/Incidents/'),
      {
        etag,
        ...incident({ title: 'b' }),
      },
    )
    assert.deepEqual([changed.status, (changed.json['properties'] as { title: string }).title], [200, 'b'])
    assert.notEqual(changed.json['etag'], etag)
  })

  it('changes the etag with each comment', async () => {
    const before = (await call('GET', path)).json['etag']
    const comment = `${BASE}/incidents/i-1/comments/c-1?${STABLE}`
    assert.equal((await call('PUT', comment, { properties: { message: 'm' } })).status, 201)
    const second = await call('PUT', comment, { properties: { message: 'n' } })
    assert.deepEqual(
      [second.status, Object.keys(second.json['properties'] as object).sort()],
      [200, ['author', 'createdTimeUtc', 'lastModifiedTimeUtc', 'message']],
    )
    const now = (await call('GET', path)).json
    assert.notEqual(now['etag'], before)
    assert.equal((now['properties'] as { additionalData: { commentsCount: number } }).additionalData.commentsCount, 1)
    assert.deepEqual(codeOf(await call('GET', comment.replace('c-1', 'c-2'))), [404, 'NotFound'])
  })

  it('ties only bookmarks that exist, and knows entities of bookmarks in previews alone', async () => {
    const bookmark = `${BASE}/bookmarks/b-1`
    const properties = { displayName: 'd', query: 'q' }
    const entityMappings = [{ entityType: 'Host', fieldMappings: [{ identifier: 'HostName', value: 'vm' }] }]
    const relation = { properties: { relatedResourceId: bookmark } }
    const tie = `${BASE}/incidents/i-1/relations/r-1?${STABLE}`
    assert.deepEqual(codeOf(await call('PUT', tie, relation)), [404, 'NotFound'])
    assert.deepEqual(
      codeOf(await call('PUT', `${bookmark}?${STABLE}`, { properties: { ...properties, entityMappings } })),
      [400, 'BadRequest'],
    )
    assert.equal(
      (await call('PUT', `${bookmark}?${PREVIEW}`, { properties: { ...properties, entityMappings } })).status,
      201,
    )
    const columnName = [{ entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'x' }] }]
    assert.equal(
      (await call('PUT', `${bookmark}?${PREVIEW}`, { properties: { ...properties, entityMappings: columnName } }))
        .status,
      400,
    )
    assert.equal((await call('PUT', tie, relation)).status, 201)
    const { json } = await call('POST', `${BASE}/incidents/i-1/bookmarks?${STABLE}`)
    assert.equal((json['value'] as unknown[]).length, 1)
    assert.deepEqual((await call('POST', `${BASE}/incidents/i-1/entities?${STABLE}`)).json, {
      entities: [],
      metaData: [],
    })
  })

  for (const [what, method, target, body, expected] of [
    ['no api-version', 'GET', `${BASE}/incidents/i-1`, undefined, [400, 'MissingApiVersionParameter']],
    [
      'a version that never was',
      'GET',
      `${BASE}/incidents/i-1?api-version=2031-01-01`,
      undefined,
      [400, 'NoRegisteredProviderFound'],
    ],
    ['no title', 'PUT', path, { properties: { severity: 'Low', status: 'New' } }, [400, 'BadRequest']],
    ['a severity of its own', 'PUT', path, incident({ severity: 'Severe' }), [400, 'BadRequest']],
    ['a reason of its own', 'PUT', path, incident({ classificationReason: 'Noise' }), [400, 'BadRequest']],
    ['an unknown member', 'PUT', path, { ...incident(), tags: [] }, [400, 'BadRequest']],
    ['an unknown property', 'PUT', path, incident({ tactics: [] }), [400, 'BadRequest']],
    ['an owner with an unknown member', 'PUT', path, incident({ owner: { name: 'x' } }), [400, 'BadRequest']],
    ['a description above 5000', 'PUT', path, incident({ description: 'x'.repeat(5001) }), [400, 'BadRequest']],
    ['no id', 'PUT', `${BASE}/incidents?${STABLE}`, incident(), [405, 'UnsupportedApiVersion']],
    ['an incident that is not there', 'GET', `${BASE}/incidents/none?${STABLE}`, undefined, [404, 'NotFound']],
    ['an unknown filter', 'GET', `${BASE}/incidents?${STABLE}&$filter=x`, undefined, [400, 'BadRequest']],
  ] as const) {
    it(`refuses ${what}`, async () => assert.deepEqual(codeOf(await call(method, target, body)), expected))
  }

  it('refuses If-Match, which the specification does not have', async () => {
    assert.deepEqual(codeOf(await call('PUT', path, incident(), { 'If-Match': '"x"' })), [400, 'BadRequest'])
  })

  it('lists in pages', async () => {
    for (let n = 2; n <= 5; n++)
      await call('PUT', `${BASE}/incidents/i-${n}?${STABLE}`, incident({ severity: n > 3 ? 'High' : 'Low' }))
    const first = await call('GET', `${BASE}/incidents?${STABLE}&$top=3&$orderby=properties/createdTimeUtc desc`)
    const next = new URL(String(first.json['nextLink']))
    const second = await call('GET', `${next.pathname}${next.search}`)
    const names = [first, second].flatMap(({ json }) => (json['value'] as { name: string }[]).map(({ name }) => name))
    assert.deepEqual([...names].sort(), ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'])
    assert.equal(second.json['nextLink'], undefined)
    const high = await call('GET', `${BASE}/incidents?${STABLE}&$filter=properties/severity eq 'High'`)
    assert.equal((high.json['value'] as unknown[]).length, 2)
  })

  it('carries a request out although its answer is lost, and twice when told to', async () => {
    const lost = `${BASE}/incidents/lost?${STABLE}`
    await assert.rejects(call('PUT', lost, incident(), { 'hunt-fault': 'lost' }))
    assert.equal((await call('GET', lost)).status, 200)
    const twice = `${BASE}/incidents/twice?${STABLE}`
    assert.deepEqual(codeOf(await call('PUT', twice, incident(), { 'hunt-fault': 'duplicate' })), [409, 'Conflict'])
  })

  for (const [fault, expected] of [
    ['throttle; retry-after=3', [429, 'TooManyRequests']],
    ['forbidden', [403, 'AuthorizationFailed']],
    ['expired-token', [401, 'ExpiredAuthenticationToken']],
    ['precondition', [412, 'PreconditionFailed']],
  ] as const) {
    it(`speaks as ARM does under the fault ${fault}`, async () => {
      const answer = await call('GET', path, undefined, { 'hunt-fault': fault })
      assert.deepEqual(codeOf(answer), expected)
      assert.deepEqual(Object.keys(answer.json['error'] as object).sort(), ['code', 'message'])
      if (fault.startsWith('throttle')) assert.equal(answer.headers.get('retry-after'), '3')
    })
  }

  it('shows another time under clock-skew', async () => {
    const { headers } = await call('GET', path, undefined, { 'hunt-fault': 'clock-skew; seconds=-7200' })
    const off = Date.parse(headers.get('date') ?? '') - Date.now()
    assert.ok(off < -7_100_000 && off > -7_300_000, String(off))
  })
})

describe('emulator: tasks and alerts of an incident', () => {
  const call = running()
  const tasks = `${BASE}/incidents/i-1/tasks`
  const task = (changes: object = {}) => ({ properties: { title: 't', status: 'New', ...changes } })
  before(async () => {
    await call('PUT', `${BASE}/incidents/i-1?${STABLE}`, incident())
  })

  it('keeps tasks, which only their present etag or none changes', async () => {
    const path = `${tasks}/t-1?${STABLE}`
    const made = await call('PUT', path, task({ description: 'look' }))
    const { type, properties } = made.json as { type: string; properties: Record<string, unknown> }
    assert.deepEqual([made.status, type], [201, 'Microsoft.SecurityInsights/Incidents/Tasks'])
    assert.deepEqual(
      ['title', 'status', 'description', 'createdBy'].map((name) => properties[name]),
      ['t', 'New', 'look', { name: 'hunt emulator' }],
    )
    assert.match(String(properties['createdTimeUtc']), /^\d{4}-\d\d-\d\dT/)
    assert.deepEqual(codeOf(await call('PUT', path, { ...task(), etag: '"old"' })), [409, 'Conflict'])
    const done = await call('PUT', path, { ...task({ status: 'Completed' }), etag: made.json['etag'] })
    assert.equal(done.status, 200)
    assert.deepEqual((await call('GET', path)).json, done.json)
    assert.equal((await call('DELETE', path)).status, 200)
    assert.equal((await call('DELETE', path)).status, 204)
    assert.deepEqual(codeOf(await call('GET', path)), [404, 'NotFound'])
  })

  for (const [what, body] of [
    ['without a title', task({ title: '' })],
    ['with a status of an incident', task({ status: 'Active' })],
    ['with an unknown property', task({ owner: 'x' })],
  ] as const) {
    it(`refuses a task ${what}`, async () => {
      assert.deepEqual(codeOf(await call('PUT', `${tasks}/t-x?${STABLE}`, body)), [400, 'BadRequest'])
    })
  }

  it('takes 40 tasks, and changes those that are there beyond', async () => {
    const names = Array.from({ length: 40 }, (_none, n) => `${tasks}/m-${n}?${STABLE}`)
    const made = await Promise.all(names.map((name) => call('PUT', name, task())))
    assert.ok(made.every(({ status }) => status === 201))
    assert.deepEqual(codeOf(await call('PUT', `${tasks}/m-40?${STABLE}`, task())), [400, 'BadRequest'])
    assert.equal((await call('PUT', `${tasks}/m-39?${STABLE}`, task())).status, 200)
    const { json } = await call('GET', `${tasks}?${STABLE}`)
    assert.equal((json['value'] as unknown[]).length, 40)
  })

  it('ties 150 alerts that exist, and 20 bookmarks beside them', async () => {
    const tie = (name: string, relatedResourceId: string): Promise<Answer> =>
      call('PUT', `${BASE}/incidents/i-1/relations/${name}?${STABLE}`, { properties: { relatedResourceId } })
    assert.deepEqual(codeOf(await tie('r', `${BASE}/entities/a-0`)), [404, 'NotFound'])
    const ids = Array.from({ length: 151 }, (_none, n) => `${BASE}/entities/a-${n}`)
    assert.equal((await call('POST', '/_emulator/alerts', { alerts: ids })).status, 200)
    assert.equal((await call('POST', '/_emulator/alerts', { alerts: ['x'] })).status, 400)
    const ties = await Promise.all(ids.slice(0, 150).map((id, n) => tie(`r-${n}`, id)))
    assert.ok(ties.every(({ status }) => status === 201))
    assert.deepEqual(codeOf(await tie('r-more', ids[150] ?? '')), [400, 'BadRequest'])
    for (let n = 0; n <= 20; n++) {
      const bookmark = `${BASE}/bookmarks/b-${n}`
      await call('PUT', `${bookmark}?${STABLE}`, { properties: { displayName: 'd', query: 'q' } })
      assert.equal((await tie(`b-${n}`, bookmark)).status, n < 20 ? 201 : 400)
    }
    const { json } = await call('GET', `${BASE}/incidents/i-1?${STABLE}`)
    const { additionalData } = json['properties'] as { additionalData: Record<string, unknown> }
    assert.deepEqual([additionalData['alertsCount'], additionalData['bookmarksCount']], [150, 20])
    const alerts = (await call('POST', `${BASE}/incidents/i-1/alerts?${STABLE}`)).json['value'] as { kind: string }[]
    assert.deepEqual([alerts.length, alerts[0]?.kind], [150, 'SecurityAlert'])
  })

  it('takes 100 comments of 30,000 characters', async () => {
    const comment = (n: number, message: string): Promise<Answer> =>
      call('PUT', `${BASE}/incidents/i-1/comments/c-${n}?${STABLE}`, { properties: { message } })
    assert.equal((await comment(0, 'x'.repeat(30_000))).status, 201)
    assert.deepEqual(codeOf(await comment(1, 'x'.repeat(30_001))), [400, 'BadRequest'])
    const further = await Promise.all(Array.from({ length: 99 }, (_none, n) => comment(n + 1, 'm')))
    assert.ok(further.every(({ status }) => status === 201))
    assert.deepEqual(codeOf(await comment(100, 'm')), [400, 'BadRequest'])
  })
})

describe('emulator: roles of Sentinel', () => {
  const call = running({ sentinelRole: 'responder' })
  it('lets a responder write incidents and comments, and neither delete nor write bookmarks', async () => {
    const path = `${BASE}/incidents/i?${STABLE}`
    assert.equal((await call('PUT', path, incident())).status, 201)
    assert.equal(
      (await call('PUT', `${BASE}/incidents/i/comments/c?${STABLE}`, { properties: { message: 'm' } })).status,
      201,
    )
    assert.equal(
      (await call('PUT', `${BASE}/incidents/i/tasks/t?${STABLE}`, { properties: { title: 't', status: 'New' } }))
        .status,
      201,
    )
    assert.deepEqual(codeOf(await call('DELETE', path)), [403, 'AuthorizationFailed'])
    const bookmark = { properties: { displayName: 'd', query: 'q' } }
    assert.deepEqual(codeOf(await call('PUT', `${BASE}/bookmarks/b?${PREVIEW}`, bookmark)), [
      403,
      'AuthorizationFailed',
    ])
  })
})

describe('emulator: Logs Ingestion', () => {
  const call = running()
  const path = `/dataCollectionRules/${RULE}/streams/Custom-Rows?api%2Dversion=2023-01-01`
  const row = (changes: object = {}) => ({ TimeGenerated: '2026-03-02T00:00:00Z', a: 1, ...changes })

  it('takes rows in, plain and compressed, and shows them', async () => {
    assert.equal((await call('POST', path, [row()])).status, 204)
    const packed = gzipSync(JSON.stringify([row({ a: 2 }), row({ a: 'x'.repeat(70_000) })]))
    assert.equal((await call('POST', path, packed, { 'Content-Encoding': 'gzip' })).status, 204)
    const { streams } = (await call('GET', '/_emulator/streams')).json as {
      streams: { stream: string; rows: { a: unknown }[] }[]
    }
    assert.deepEqual(
      streams.map(({ stream, rows }) => [stream, rows.length]),
      [['Custom-Rows', 3]],
    )
    assert.equal(String(streams[0]?.rows[2]?.a).length, 65_536, 'what is longer is cut')
  })

  it('takes the version that clients of 2022 send, and no other', async () => {
    const version = (text: string): string => path.replace('2023-01-01', text)
    assert.equal((await call('POST', version('2021-11-01-preview'), [row()])).status, 204)
    assert.deepEqual(codeOf(await call('POST', version('2024-01-01'), [row()])), [400, 'UnsupportedApiVersion'])
  })

  for (const [what, target, body, expected] of [
    ['no array', path, row(), [400, 'InvalidPayload']],
    ['a reserved column', path, [row({ Title: 'x' })], [400, 'InvalidPayload']],
    ['no TimeGenerated', path, [{ a: 1 }], [400, 'InvalidPayload']],
    ['a rule that is none', path.replace(RULE, 'dcr-1'), [row()], [404, 'NotFound']],
    ['a stream that is none', path.replace('Custom-Rows', 'Rows'), [row()], [400, 'InvalidStream']],
    ['no version', path.replace(/\?.*/, ''), [row()], [400, 'MissingApiVersionParameter']],
    ['more than 1 MB', path, [row({ a: 'x'.repeat(1_048_576) })], [413, 'ContentLengthLimitExceeded']],
  ] as const) {
    it(`refuses ${what}`, async () => assert.deepEqual(codeOf(await call('POST', target, body)), expected))
  }

  it('refuses what is more than 1 MB only when unpacked', async () => {
    const packed = gzipSync(JSON.stringify([row({ a: 'x'.repeat(1_048_576) })]))
    const answer = await call('POST', path, packed, { 'Content-Encoding': 'gzip' })
    assert.deepEqual(codeOf(answer), [413, 'ContentLengthLimitExceeded'])
  })
})

describe('emulator: loose', () => {
  const call = running({ strict: false })
  it('overlooks what it does not know', async () => {
    const path = `${BASE}/incidents/i?${STABLE}&unknown=1`
    assert.equal((await call('PUT', path, { ...incident({ tactics: [] }), tags: [] }, { 'x-ms-foo': '1' })).status, 201)
    const bookmark = { properties: { displayName: 'd', query: 'q', entityMappings: [] } }
    const { json } = await call('PUT', `${BASE}/bookmarks/b?${STABLE}`, bookmark)
    assert.equal('entityMappings' in (json['properties'] as object), false, 'a stable version drops it')
  })
})
