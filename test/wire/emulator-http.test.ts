import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { startEmulator, type EmulatorOptions, type RunningEmulator } from '../../src/emulator/index.ts'
import { milliseconds } from '../../src/time/duration.ts'
import { WORKSPACE_ID } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { ALL_TYPES, EMPTY, tableBackend, type TableBackend } from '../support/table-backend.ts'

const PATH = `/v1/workspaces/${WORKSPACE_ID}/query`
const JSON_TYPE = { 'Content-Type': 'application/json' }

interface Envelope {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly correlationId: string
    readonly innererror?: { readonly code: string; readonly innererror?: { readonly code: string } }
  }
}
interface Body extends Partial<Envelope> {
  readonly tables: readonly {
    readonly name: string
    readonly columns: readonly unknown[]
    readonly rows: readonly unknown[][]
  }[]
  readonly statistics?: { readonly query: { readonly executionTime: number } }
  readonly render?: object
}

let backend: TableBackend
let emulator: RunningEmulator

async function start(options: Partial<EmulatorOptions> = {}): Promise<void> {
  backend = tableBackend({ AllTypes: ALL_TYPES, Empty: EMPTY })
  emulator = await startEmulator({ backend, ...options })
}

const post = (body: unknown, headers: Record<string, string> = {}, path = PATH): Promise<Response> =>
  fetch(emulator.url + path, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const bodyOf = async (response: Response): Promise<Body> => (await response.json()) as Body
const codesOf = ({ error }: Body) =>
  [error?.code, error?.innererror?.code, error?.innererror?.innererror?.code].filter(Boolean).join('/')

describe('over plain http, strict, without tokens', () => {
  before(() => start())
  after(() => emulator.close())

  it('answers a query for any workspace id', async () => {
    const response = await post(
      { query: 'AllTypes | take 2' },
      {},
      '/v1/workspaces/12345678-ABCD-4000-8000-123456789abc/query',
    )
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8')
    const { tables } = await bodyOf(response)
    assert.equal(tables[0]?.name, 'PrimaryResult')
    assert.equal(tables[0]?.rows.length, 2)
  })
  it('does not mind a token that it does not need', async () => {
    assert.equal((await post({ query: 'AllTypes' }, { Authorization: 'Bearer whatever' })).status, 200)
  })
  it('sends the service’s headers', async () => {
    const { headers } = await post({ query: 'AllTypes' }, { Prefer: 'wait=5' })
    assert.match(headers.get('via') ?? '', /^1\.1 draft-oms-/)
    assert.match(headers.get('strict-transport-security') ?? '', /max-age/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.match(headers.get('access-control-expose-headers') ?? '', /Retry-After,Age/)
    assert.equal(headers.get('preference-applied'), 'wait=5')
  })
  it('compresses when asked, and only then', async () => {
    const raw = (encoding?: string) =>
      new Promise<{ encoding: string | undefined; text: string }>((resolve, reject) => {
        const headers = { ...JSON_TYPE, ...(encoding === undefined ? {} : { 'Accept-Encoding': encoding }) }
        const sent = httpRequest(emulator.url + PATH, { method: 'POST', headers }, (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () => {
            const bytes = Buffer.concat(parts)
            const used = response.headers['content-encoding']
            resolve({ encoding: used, text: (used === 'gzip' ? gunzipSync(bytes) : bytes).toString() })
          })
        })
        sent.on('error', reject)
        sent.end('{"query":"AllTypes"}')
      })
    const [plain, compressed] = [await raw(), await raw('gzip, deflate')]
    assert.deepEqual([plain.encoding, compressed.encoding], [undefined, 'gzip'])
    assert.equal(plain.text, compressed.text)
  })
  it('gives an empty result its columns', async () => {
    const { tables } = await bodyOf(await post({ query: 'Empty' }))
    assert.equal(tables[0]?.columns.length, 10)
    assert.deepEqual(tables[0]?.rows, [])
  })
  it('adds statistics and render only when asked', async () => {
    const bare = await bodyOf(await post({ query: 'Empty' }))
    assert.deepEqual(Object.keys(bare), ['tables'])
    const full = await bodyOf(await post({ query: 'Empty' }, { Prefer: 'include-statistics=true,include-render=true' }))
    assert.equal(typeof full.statistics?.query.executionTime, 'number')
    assert.notEqual(full.render, undefined)
  })
  it('passes window, text and wait to the engine', async () => {
    const query = 'set query_now = datetime(2026-03-02T00:00:00Z);\nAllTypes'
    const response = await post(
      { query, timespan: '2026-03-02T10:00:00Z/2026-03-02T10:00:00.5Z' },
      { Prefer: 'wait=7' },
    )
    assert.equal((await bodyOf(response)).tables[0]?.rows.length, 2)
    assert.deepEqual(backend.requests.at(-1), {
      query,
      window: { start: at('2026-03-02T10:00:00Z'), end: at('2026-03-02T10:00:00.5Z') },
      timeScope: { ends: 'half-open', reach: 'every-table' },
      now: undefined,
      workspace: 'local',
      timeout: 7000,
      enough: { rows: 500_000, bytes: 64_000_000 },
    })
  })
  it('intersects the time spans of address and body', async () => {
    await post({ query: 'AllTypes', timespan: '2026-03-01/2026-03-03' }, {}, `${PATH}?timespan=2026-03-02/2026-03-04`)
    assert.deepEqual(backend.requests.at(-1)?.window, { start: at('2026-03-02'), end: at('2026-03-03') })
  })
  it('answers GET', async () => {
    const response = await fetch(
      `${emulator.url}${PATH}?query=AllTypes%20%7C%20take%201&timespan=2026-03-02/2026-03-04`,
    )
    assert.equal((await bodyOf(response)).tables[0]?.rows.length, 1)
  })
  it('answers resource-centric queries', async () => {
    const path = '/v1/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm/query'
    assert.equal((await post({ query: 'AllTypes' }, {}, path)).status, 200)
  })

  const refused: readonly (readonly [name: string, send: () => Promise<Response>, status: number, codes: string])[] = [
    ['no JSON', () => post('{'), 400, 'BadArgumentError/QueryValidationError'],
    ['a list', () => post('[]'), 400, 'BadArgumentError/QueryValidationError'],
    ['no query', () => post({}), 400, 'BadArgumentError/QueryValidationError'],
    ['an empty query', () => post({ query: ' ' }), 400, 'BadArgumentError/QueryValidationError'],
    ['a query that is a number', () => post({ query: 1 }), 400, 'BadArgumentError/QueryValidationError'],
    ['an unknown member', () => post({ query: 'AllTypes', maxRows: 1 }), 400, 'BadArgumentError/QueryValidationError'],
    [
      'an unknown parameter',
      () => post({ query: 'AllTypes' }, {}, `${PATH}?top=1`),
      400,
      'BadArgumentError/QueryValidationError',
    ],
    [
      'an unknown service header',
      () => post({ query: 'AllTypes' }, { 'x-ms-foo': '1' }),
      400,
      'BadArgumentError/QueryValidationError',
    ],
    [
      'an unknown preference',
      () => post({ query: 'AllTypes' }, { Prefer: 'respond-async' }),
      400,
      'BadArgumentError/QueryValidationError',
    ],
    [
      'a time span that is none',
      () => post({ query: 'AllTypes', timespan: '1h' }),
      400,
      'BadArgumentError/QueryValidationError',
    ],
    ['another workspace beside', () => post({ query: 'AllTypes', workspaces: ['x'] }), 400, 'FailedToResolveResource'],
    ['a syntax error', () => post({ query: 'completely invalid syntax' }), 400, 'BadArgumentError/SyntaxError/SYN0002'],
    ['an unknown table', () => post({ query: 'Missing' }), 400, 'BadArgumentError/SemanticError/SEM0100'],
    [
      'a workspace that is no GUID',
      () => post({ query: 'AllTypes' }, {}, '/v1/workspaces/mine/query'),
      404,
      'PathNotFoundError',
    ],
    ['another path', () => post({ query: 'AllTypes' }, {}, '/v2/query'), 404, 'PathNotFoundError'],
    ['another method', () => fetch(emulator.url + PATH, { method: 'PUT', body: '{}' }), 404, 'PathNotFoundError'],
    ['a damaged path', () => post({ query: 'AllTypes' }, {}, '/v1/workspaces/%zz/query'), 404, 'PathNotFoundError'],
  ]
  for (const [name, send, status, codes] of refused) {
    it(`refuses ${name}`, async () => {
      const response = await send()
      const body = await bodyOf(response)
      assert.equal(response.status, status)
      assert.equal(codesOf(body), codes)
      assert.match(String(body.error?.correlationId), /^[0-9a-f-]{36}$/)
      assert.equal(Number(response.headers.get('content-length')) > 0, true)
    })
  }
  it('names the place of a syntax error as the service does', async () => {
    const body = (await bodyOf(await post({ query: 'completely invalid syntax' }))) as unknown
    assert.deepEqual((body as { error: { innererror: { innererror: object } } }).error.innererror.innererror, {
      code: 'SYN0002',
      message: "Query could not be parsed at 'invalid' on line [1,11]: not a query",
      line: 1,
      pos: 11,
      token: 'invalid',
    })
  })
  it('answers a POST without a JSON content type with nothing', async () => {
    const response = await post({ query: 'AllTypes' }, { 'Content-Type': 'text/plain' })
    assert.deepEqual([response.status, await response.text()], [200, ''])
  })
})

describe('faults', () => {
  before(() => start())
  after(() => emulator.close())
  const ask = (fault: string) => post({ query: 'AllTypes' }, { 'hunt-fault': fault })
  const rows = [
    ['throttle', 429, 'ThrottledError/ThrottledError'],
    ['unavailable', 503, 'ServiceUnavailable'],
    ['gateway-timeout', 504, 'GatewayTimeout/GatewayTimeout'],
    ['unauthenticated', 401, 'AuthenticationFailed'],
    ['expired-token', 403, 'InvalidAuthenticationToken'],
    ['forbidden', 403, 'InsufficientAccessError/AuthorizationFailedError'],
    ['nonsense', 400, 'BadArgumentError/QueryValidationError'],
  ] as const
  for (const [fault, status, codes] of rows) {
    it(`${fault} is ${status}`, async () => {
      const response = await ask(fault)
      assert.equal(response.status, status)
      assert.equal(codesOf(await bodyOf(response)), codes)
      assert.equal(response.headers.get('retry-after'), null)
    })
  }
  it('throttle has both forms of Retry-After', async () => {
    assert.equal((await ask('throttle; retry-after=7')).headers.get('retry-after'), '7')
    assert.equal(
      Number.isNaN(Date.parse(String((await ask('throttle; retry-after-date=7')).headers.get('retry-after')))),
      false,
    )
  })
  it('bad-gateway and wrong-content-type are HTML', async () => {
    for (const [fault, status] of [
      ['bad-gateway', 502],
      ['wrong-content-type', 200],
    ] as const) {
      const response = await ask(fault)
      assert.equal(response.status, status)
      assert.match(await response.text(), /^<html>/)
    }
  })
  it('empty and no-content have no body', async () => {
    for (const [fault, status] of [
      ['empty', 200],
      ['no-content', 204],
    ] as const) {
      const response = await ask(fault)
      assert.deepEqual([response.status, await response.text()], [status, ''])
    }
  })
  it('cut breaks the connection inside the body', async () => {
    const response = await ask('cut; bytes=40')
    assert.equal(response.status, 200)
    await assert.rejects(response.text())
  })
  it('truncate and partial keep rows and say so', async () => {
    const truncated = await bodyOf(await ask('truncate; records=2'))
    assert.deepEqual([truncated.tables[0]?.rows.length, truncated.error?.code], [2, 'PartialError'])
    assert.match(JSON.stringify(truncated.error), /"-2133196797"/)
    const partial = await bodyOf(await ask('partial'))
    assert.deepEqual([partial.tables[0]?.rows.length, partial.error?.code], [5, 'PartialError'])
  })
  it('slow comes late, and still right', async () => {
    assert.equal((await bodyOf(await ask('slow; ms=5'))).tables[0]?.rows.length, 5)
  })
  it('cached has an age', async () => assert.equal((await ask('cached; age=9')).headers.get('age'), '9'))
  it('of a script go to the coming requests, in order', async () => {
    const control = `${emulator.url}/_emulator/faults`
    const added = await fetch(control, { method: 'POST', body: JSON.stringify({ faults: ['empty', 'throttle'] }) })
    assert.equal(((await added.json()) as { waiting: unknown[] }).waiting.length, 2)
    const statuses = []
    for (let count = 0; count < 3; count += 1) statuses.push((await post({ query: 'AllTypes' })).status)
    assert.deepEqual(statuses, [200, 429, 200])
    assert.equal((await fetch(control, { method: 'POST', body: '{"faults":["nonsense"]}' })).status, 400)
  })
})

describe('what arrived', () => {
  before(() => start())
  after(() => emulator.close())
  it('can be looked at, without tokens', async () => {
    await post(
      { query: 'AllTypes' },
      { Authorization: 'Bearer hush', 'hunt-fault': 'throttle', 'x-ms-client-request-id': 'r-1' },
    )
    const { requests } = (await (await fetch(`${emulator.url}/_emulator/requests`)).json()) as {
      requests: Record<string, unknown>[]
    }
    assert.equal(requests.length, 1)
    const [entry] = requests
    assert.deepEqual(
      [entry?.['method'], entry?.['url'], entry?.['body'], entry?.['status'], entry?.['fault']],
      ['POST', PATH, '{"query":"AllTypes"}', 429, 'throttle'],
    )
    assert.equal((entry?.['headers'] as Record<string, string>)['x-ms-client-request-id'], 'r-1')
    assert.doesNotMatch(JSON.stringify(requests), /hush/)
    await fetch(`${emulator.url}/_emulator/requests`, { method: 'DELETE' })
    const after = (await (await fetch(`${emulator.url}/_emulator/requests`)).json()) as { requests: unknown[] }
    assert.deepEqual(after.requests, [])
  })
})

describe('connections that misbehave', () => {
  before(() => start())
  after(() => emulator.close())
  const write = (bytes: string) =>
    new Promise<string>((resolve) => {
      const { port } = new URL(emulator.url)
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
      let answer = ''
      socket.on('data', (part) => (answer += String(part)))
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(answer))
      setTimeout(() => socket.destroy(), 50)
    })
  const rows = [
    ['garbage', '\u0000\u0001nonsense\r\n\r\n'],
    ['an address that is none', 'POST // HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'],
    [
      'a body that never ends',
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"query"`,
    ],
    ['a client that leaves at once', `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`],
  ] as const
  for (const [name, bytes] of rows) {
    it(`${name} hurts nobody else`, async () => {
      await write(bytes)
      assert.equal((await post({ query: 'AllTypes' })).status, 200)
    })
  }
})

describe('switches', () => {
  const withEmulator = async (options: Partial<EmulatorOptions>, test: () => Promise<void>): Promise<void> => {
    await start(options)
    try {
      await test()
    } finally {
      await emulator.close()
    }
  }
  it('a workspace that is asked by its resource is that one, and no other', async () => {
    const group = '/v1/subscriptions/1/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces'
    const workspaces = new Map([
      ['0e0e0e0e-0000-4000-8000-00000000000a', 'contoso-prod'],
      ['0e0e0e0e-0000-4000-8000-00000000000b', 'contoso-lab'],
    ])
    await withEmulator({ workspaces }, async () => {
      assert.equal((await post({ query: 'AllTypes' }, {}, `${group}/Contoso-Lab/query`)).status, 200)
      assert.equal(backend.requests.at(-1)?.workspace, 'contoso-lab')
      const unknown = await post({ query: 'AllTypes' }, {}, `${group}/fabrikam/query`)
      assert.deepEqual([unknown.status, codesOf(await bodyOf(unknown))], [404, 'ResourceNotFoundError'])
    })
  })
  it('loose takes unknown members, headers, preferences, types and ids', async () => {
    await withEmulator({ strict: false }, async () => {
      const headers = { 'Content-Type': 'text/plain', Prefer: 'respond-async,wait=9000', 'x-ms-foo': '1' }
      const response = await post({ query: 'AllTypes', maxRows: 1 }, headers, '/v1/workspaces/mine/query')
      assert.equal((await bodyOf(response)).tables[0]?.rows.length, 5)
    })
  })
  it('named workspaces are the only ones', async () => {
    await withEmulator({ workspaces: new Map([[WORKSPACE_ID, 'contoso']]) }, async () => {
      assert.equal(emulator.description.workspace, WORKSPACE_ID)
      assert.equal((await post({ query: 'AllTypes' })).status, 200)
      assert.equal(backend.requests.at(-1)?.workspace, 'contoso')
      assert.equal(
        (await post({ query: 'AllTypes' }, {}, '/v1/workspaces/12345678-abcd-4000-8000-123456789abc/query')).status,
        404,
      )
    })
  })
  it('smaller limits truncate', async () => {
    await withEmulator({ limits: { records: 3 } }, async () => {
      const body = await bodyOf(await post({ query: 'AllTypes' }))
      assert.deepEqual([body.tables[0]?.rows.length, body.error?.code], [3, 'PartialError'])
    })
  })
  it('a request that is too large is refused, and the connection lives on', async () => {
    await withEmulator({ limits: { requestBytes: 100 } }, async () => {
      assert.equal((await post({ query: 'x'.repeat(500_000) })).status, 413)
      assert.equal((await post({ query: 'AllTypes' })).status, 200)
    })
  })
  it('the cache answers the second time, unless told not to', async () => {
    await withEmulator({ cache: true }, async () => {
      const first = await post({ query: 'AllTypes' })
      const second = await post({ query: 'AllTypes' })
      assert.deepEqual([first.headers.get('age'), second.headers.get('age')], [null, '0'])
      assert.equal(await first.text(), await second.text())
      assert.equal((await post({ query: 'AllTypes' }, { 'Cache-Control': 'no-cache' })).headers.get('age'), null)
      assert.equal(backend.requests.length, 2)
    })
  })
  it('a query that runs longer than wait is a 504, and the engine is told', async () => {
    let told: AbortSignal | undefined
    const endless = tableBackend({ AllTypes: ALL_TYPES }, (_result, _request, signal) => {
      told = signal
      return new Promise(() => undefined)
    })
    await withEmulator({ backend: endless, limits: { defaultWait: milliseconds(20) } }, async () => {
      const response = await post({ query: 'AllTypes' })
      assert.equal(response.status, 504)
      assert.equal(codesOf(await bodyOf(response)), 'GatewayTimeout/GatewayTimeout')
      assert.equal(told?.aborted, true)
    })
  })
  it('a client that leaves stops its query', async () => {
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => (stop = resolve))
    const waiting = tableBackend({ AllTypes: ALL_TYPES }, (_result, _request, signal) => {
      signal.addEventListener('abort', () => stop())
      return new Promise(() => undefined)
    })
    await withEmulator({ backend: waiting }, async () => {
      await assert.rejects(
        fetch(emulator.url + PATH, {
          method: 'POST',
          headers: JSON_TYPE,
          body: '{"query":"AllTypes"}',
          signal: AbortSignal.timeout(50),
        }),
      )
      await stopped
    })
  })
  it('an engine that breaks is a 500 each time, and the next query is answered', async () => {
    let broken = true
    const flaky = tableBackend({ AllTypes: ALL_TYPES }, async (result) => {
      if (broken) throw new RangeError('engine bug')
      return result
    })
    await withEmulator({ backend: flaky }, async () => {
      for (let count = 0; count < 20; count += 1) assert.equal((await post({ query: 'AllTypes' })).status, 500)
      broken = false
      assert.equal((await post({ query: 'AllTypes' })).status, 200)
    })
  })
  it('a port that is taken is said so', async () => {
    await withEmulator({}, async () => {
      const port = Number(new URL(emulator.url).port)
      await assert.rejects(startEmulator({ backend, port }), { code: 'config/listen' })
    })
  })
})
