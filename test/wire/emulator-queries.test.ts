import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createMemoryBackend } from '../../src/backends/local/index.ts'
import { startEmulator } from '../../src/emulator/index.ts'
import type { EmulatorOptions, RunningEmulator } from '../../src/emulator/index.ts'
import { WORKSPACE_ID } from '../support/azure-logs.ts'
import { ALL_TYPES, EMPTY, tableBackend } from '../support/table-backend.ts'

const GROUP = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces'

interface Body {
  readonly error?: { readonly code: string; readonly message: string; readonly innererror?: { readonly code: string } }
  readonly tables?: readonly { readonly rows: readonly unknown[][] }[]
  readonly render?: Record<string, unknown>
  readonly permissions?: unknown
  readonly dataSources?: readonly {
    readonly resourceId: string
    readonly workspace: string
    readonly tables: readonly string[]
  }[]
}

function running(options: Partial<EmulatorOptions> = {}) {
  let emulator: RunningEmulator
  before(async () => {
    emulator = await startEmulator({ backend: tableBackend({ AllTypes: ALL_TYPES, Empty: EMPTY }), ...options })
  })
  after(() => emulator.close())
  return {
    url: () => emulator.url,
    async post(path: string, body: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(emulator.url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      const text = await response.text()
      return { status: response.status, text, body: (text === '' ? {} : JSON.parse(text)) as Body }
    },
  }
}

describe('emulator: several queries in one request', () => {
  const { post } = running()
  const member = (id: string, changes: object = {}) => ({
    id,
    method: 'POST',
    path: '/query',
    workspace: WORKSPACE_ID,
    headers: { 'Content-Type': 'application/json' },
    body: { query: 'AllTypes | take 1' },
    ...changes,
  })
  const batch = async (requests: unknown, path = '/v1/$batch') => post(path, { requests })

  it('answers each by its id, with its own status, and numbers as they are', async () => {
    const { status, text } = await batch([
      member('1'),
      member('2', { path: '/other' }),
      member('3', { workspace: 'x' }),
      member('4', { body: { query: 'Nothing' } }),
      member('5', { method: 'DELETE' }),
      member('6', { method: undefined, path: '/query?query=Empty', body: { query: 'ignored' } }),
      member('7', { headers: { Prefer: 'include-render=true' } }),
      member('8', { path: 'http://[' }),
    ])
    assert.equal(status, 200)
    const { responses } = JSON.parse(text) as { responses: { id: string; status: number; body: Body }[] }
    const found = responses
      .map(({ id, status: own, body }) => [id, own, body.error?.code ?? body.tables?.[0]?.rows.length])
      .sort()
    assert.deepEqual(found, [
      ['1', 200, 1],
      ['2', 404, 'PathNotFoundError'],
      ['3', 400, 'FailedToResolveResource'],
      ['4', 400, 'BadArgumentError'],
      ['5', 404, 'PathNotFoundError'],
      ['6', 200, 0],
      ['7', 200, 1],
      ['8', 404, 'PathNotFoundError'],
    ])
    assert.notEqual(responses.find(({ id }) => id === '7')?.body.render, undefined)
    const alone = await post(`/v1/workspaces/${WORKSPACE_ID}/query`, { query: 'AllTypes | take 1' })
    assert.ok(text.includes(alone.text), 'the body is that of the query alone, byte by byte')
  })

  it('is found with its sign encoded, as some clients send it', async () => {
    assert.equal((await batch([member('1')], '/v1/%24batch')).status, 200)
  })

  for (const [what, body, inner] of [
    ['no JSON', '{', 'QueryValidationError'],
    ['no requests', {}, 'QueryValidationError'],
    ['one id twice', { requests: [member('1'), member('1')] }, 'QueryValidationError'],
    ['a request without workspace', { requests: [member('1', { workspace: undefined })] }, 'QueryValidationError'],
    ['an unknown member', { requests: [member('1', { timeout: 3 })] }, 'QueryValidationError'],
  ] as const) {
    it(`fails as a whole for ${what}`, async () => {
      const answer = await post('/v1/$batch', body)
      assert.deepEqual(
        [answer.status, answer.body.error?.code, answer.body.error?.innererror?.code],
        [400, 'BadArgumentError', inner],
      )
    })
  }
})

describe('emulator: workspaces of one query', () => {
  const { post } = running({
    workspaces: new Map([
      [WORKSPACE_ID, 'contoso'],
      ['0'.repeat(8) + WORKSPACE_ID.slice(8), 'other'],
    ]),
  })
  const path = `/v1/workspaces/${WORKSPACE_ID}/query`
  const codeWith = async (workspaces: readonly string[]) => {
    const { status, body } = await post(path, { query: 'AllTypes', workspaces })
    return [status, body.error?.code ?? 'none']
  }

  for (const [what, text] of [
    ['its id', WORKSPACE_ID],
    ['its name', 'Contoso'],
    ['its qualified name', 'sub/rg/contoso'],
    ['its ARM id', `${GROUP}/contoso`],
  ] as const) {
    it(`knows a workspace by ${what}`, async () => assert.deepEqual(await codeWith([text]), [200, 'none']))
  }
  for (const text of ['nobody', 'sub/rg/nobody', `${GROUP}/nobody`, '12345678-abcd-4000-8000-123456789abc']) {
    it(`does not know ${text}`, async () => assert.deepEqual(await codeWith([text]), [400, 'FailedToResolveResource']))
  }
  it('does not join another workspace', async () => {
    assert.deepEqual(await codeWith(['other']), [400, 'BadArgumentError'])
  })
  it('takes a hundred and no more, its own included', async () => {
    const some = (count: number): string[] => Array.from({ length: count }, () => 'contoso')
    assert.deepEqual(await codeWith(some(99)), [200, 'none'])
    assert.deepEqual(await codeWith(some(100)), [400, 'BadArgumentError'])
  })
})

describe('emulator: what a query may be asked beside its rows', () => {
  const { post } = running()
  const resource = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm'

  const source =
    '/subscriptions/0e0e0e0e-0000-4000-8000-000000000004/resourceGroups/hunt-emulator/providers/Microsoft.OperationalInsights/workspaces/hunt-emulator'

  it('names the permissions of a resource and of a workspace', async () => {
    const headers = { Prefer: 'include-permissions=true' }
    const { body } = await post(`/v1${resource}/query`, { query: 'Empty' }, headers)
    assert.deepEqual(body.permissions, {
      resources: [{ resourceId: resource, dataSources: [source] }],
      dataSources: [{ resourceId: source }],
    })
    const own = await post(`/v1/workspaces/${WORKSPACE_ID}/query`, { query: 'Empty' }, headers)
    assert.deepEqual(own.body.permissions, { dataSources: [{ resourceId: source }] })
    const without = await post(`/v1/workspaces/${WORKSPACE_ID}/query`, { query: 'Empty' })
    assert.equal(without.body.permissions, undefined)
  })

  describe('where it read', () => {
    const tables = new Map(['Heartbeat', 'Perf', 'Usage'].map((name) => [name, [{ Name: name }]]))
    const reading = running({
      backend: createMemoryBackend({ tables, schema: { tables: new Map(), functions: new Map() } }),
    })
    for (const [query, read] of [
      ['Perf | join kind=leftouter Heartbeat on Name', ['Perf', 'Heartbeat']],
      ["let usage = Usage; search 'Perf' | union usage", ['Heartbeat', 'Perf', 'Usage']],
    ] as const) {
      it(`is said of ${query}`, async () => {
        const headers = { Prefer: 'include-dataSources=true' }
        const { body } = await reading.post(`/v1/workspaces/${WORKSPACE_ID}/query`, { query }, headers)
        const [found, ...others] = body.dataSources ?? []
        assert.deepEqual(others, [])
        assert.deepEqual([found?.resourceId, found?.workspace], [source, WORKSPACE_ID])
        assert.deepEqual([...(found?.tables ?? [])].sort(), [...read].sort())
      })
    }
    it('is nowhere for a query without a table, and not said to who does not ask', async () => {
      const ask = async (query: string, headers: Record<string, string>) =>
        (await reading.post(`/v1${resource}/query`, { query }, headers)).body.dataSources
      assert.deepEqual(await ask('print 1', { Prefer: 'include-dataSources=true' }), [])
      assert.equal(await ask('Perf', {}), undefined)
    })
  })

  it('is asked through Azure Resource Manager too, with its version', async () => {
    const path = `${resource}/providers/microsoft.insights/logs`
    const { status, body } = await post(`${path}?api-version=2018-03-01-preview`, { query: 'AllTypes | take 1' })
    assert.deepEqual([status, body.tables?.[0]?.rows.length], [200, 1])
    const without = await post(path, { query: 'AllTypes' })
    assert.deepEqual([without.status, without.body.error?.code], [400, 'MissingApiVersionParameter'])
  })
})

describe('emulator: the demo workspace', () => {
  const { post, url } = running({ requireTokens: true })
  const path = '/v1/workspaces/DEMO_WORKSPACE/query'
  const query = { query: 'AllTypes | take 1' }
  const basic = (key: string) => `Basic ${Buffer.from(`x:${key}`).toString('base64')}`

  it('needs its key and no token', async () => {
    const asked = [
      await post(path, query, { 'X-Api-Key': 'DEMO_KEY' }),
      await post(path, query, { Authorization: basic('DEMO_KEY') }),
    ]
    assert.deepEqual(
      asked.map(({ status }) => status),
      [200, 200],
    )
    assert.equal((await fetch(`${url()}${path}?query=Empty&api_key=DEMO_KEY`)).status, 200)
  })
  it('refuses another key with 403, and none with 401', async () => {
    const wrong = await post(path, query, { 'X-Api-Key': 'MY_KEY' })
    assert.deepEqual([wrong.status, wrong.body.error?.code], [403, 'InvalidTokenError'])
    assert.equal((await post(path, query, { Authorization: basic('x') })).status, 403)
    assert.equal((await post(path, query)).status, 401)
  })
  it('has a key for itself alone', async () => {
    const other = await post(`/v1/workspaces/${WORKSPACE_ID}/query`, query, { 'X-Api-Key': 'DEMO_KEY' })
    assert.equal(other.status, 401)
  })
})
