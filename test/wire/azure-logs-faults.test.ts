import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AuthError, BackendError, ConfigError, HuntError, KqlError } from '../../src/domain/errors.ts'
import type { QueryRequest } from '../../src/domain/ports.ts'
import type { Duration } from '../../src/domain/time.ts'
import { minutes, seconds } from '../../src/time/duration.ts'
import type { AzureLogsOptions, AzureWorkspace } from '../../src/backends/azure-logs/index.ts'
import { azureUnderTest, window, WORKSPACE_ID, type AzureUnderTest } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { loginAt, tlsEmulator } from '../support/tls-emulator.ts'
import {
  ONE_ROW,
  respond,
  respondJson,
  scriptedServer,
  type ScriptedServer,
  type Step,
} from '../support/scripted-server.ts'

/** Runs `test` against a server that follows the script. */
async function against<Result>(
  steps: readonly Step[],
  test: (azure: AzureUnderTest, server: ScriptedServer) => Promise<Result>,
  options: Partial<AzureLogsOptions> = {},
): Promise<Result> {
  const server = await scriptedServer(...steps)
  try {
    return await test(azureUnderTest(server.url, options), server)
  } finally {
    await server.close()
  }
}

async function failureOf(azure: AzureUnderTest, request: Partial<QueryRequest> = {}): Promise<HuntError> {
  const error: unknown = await azure.ask(request).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof HuntError, `no HuntError but ${String(error)}`)
  return error
}

const envelope = (code: string, more: object = {}) => ({
  error: { message: 'outer', code, correlationId: 'c-1', ...more },
})
const inner = (...codes: readonly string[]): object =>
  codes.reduceRight((nested: object, code) => ({ innererror: { code, message: `about ${code}`, ...nested } }), {})

const OK = respond(200, ONE_ROW)
/** Past the server, which would not lie about a length. */
const onTheWire =
  (head: string, body: string): Step =>
  (response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${head}\r\n\r\n${body}`)
  }
const cutAfter =
  (body: Buffer, bytes: number, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': String(body.length), ...headers })
    response.write(body.subarray(0, bytes), () => response.destroy())
  }

describe('what is sent', () => {
  it('query with the slot, window as start and end, no cache, wait, statistics, no token over plain http', async () => {
    await against([OK], async (azure, server) => {
      await azure.ask({
        query: 'T | take 1',
        now: at('2026-03-02T00:00:00Z'),
        window: window('2026-03-01T00:00:00Z', '2026-03-02T00:00:00.5Z'),
        timeout: seconds(42.2),
      })
      const [arrived] = server.arrived
      assert.equal(arrived?.method, 'POST')
      assert.equal(arrived.url, `/v1/workspaces/${WORKSPACE_ID}/query`)
      assert.deepEqual(JSON.parse(arrived.body), {
        query: 'set query_now = datetime(2026-03-02T00:00:00Z);\nT | take 1',
        timespan: '2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.500Z',
      })
      assert.equal(arrived.headers['cache-control'], 'no-cache')
      assert.equal(arrived.headers.prefer, 'wait=43,include-statistics=true')
      assert.equal(arrived.headers['content-length'], String(Buffer.byteLength(arrived.body)))
      assert.match(arrived.headers['accept-encoding'] ?? '', /gzip/)
      assert.match(arrived.headers['user-agent'] ?? '', /^hunt azsdk-js-monitor-query\//)
      assert.equal(arrived.headers.authorization, undefined)
    })
  })
  it('further workspaces by name or tag, without the one that is asked', async () => {
    const id = (end: string): string => `0e0e0e0e-0000-4000-8000-0000000000${end}`
    const workspaces = new Map<string, AzureWorkspace>([
      ['contoso', { id: WORKSPACE_ID, tags: ['eu'] }],
      ['hub', { id: id('a1') }],
      ['north', { id: id('a2'), tags: ['EU'] }],
      ['south', { id: id('a3'), tags: ['us'] }],
    ])
    await against(
      [OK],
      async (azure, server) => {
        await azure.ask({ query: 'T', across: ['Hub', 'eu'] })
        const body = JSON.parse(server.arrived[0]?.body ?? '') as { readonly workspaces: unknown }
        assert.deepEqual(body.workspaces, [id('a1'), id('a2')])
        await assert.rejects(azure.ask({ across: ['nowhere'] }), { code: 'config/unknown-workspace' })
      },
      { workspaces },
    )
    const other = { kind: 'azure-cli' } as const
    const logins = new Map<string, AzureWorkspace>([...workspaces, ['hub', { id: id('a1'), credential: other }]])
    await against(
      [OK],
      async (azure, server) => {
        await assert.rejects(azure.ask({ across: ['hub'] }), { code: 'config/across-credential' })
        assert.equal(server.arrived.length, 0)
      },
      { workspaces: logins },
    )
  })
  it('no timespan at all without a window', async () => {
    await against([OK], async (azure, server) => {
      await azure.ask({ query: 'é' })
      assert.equal(server.arrived[0]?.body, '{"query":"é"}')
    })
  })
  it('never more than the service’s ten minutes', async () => {
    await against([OK], async (azure, server) => {
      await azure.ask({ timeout: minutes(30) })
      assert.match(String(server.arrived[0]?.headers['prefer']), /^wait=600,/)
    })
  })
  it('never more than the limit of the workspace, and less where less is asked for', async () => {
    const workspaces = new Map([['contoso', { id: WORKSPACE_ID, timeout: minutes(1) }]])
    await against(
      [OK, OK],
      async (azure, server) => {
        await azure.ask({ timeout: minutes(3) })
        await azure.ask({ timeout: seconds(20) })
        assert.deepEqual(
          server.arrived.map(({ headers }) => String(headers['prefer']).split(',')[0]),
          ['wait=60', 'wait=20'],
        )
      },
      { workspaces },
    )
  })
})

describe('a query that runs out of its time', () => {
  const late = respondJson(504, envelope('GatewayTimeout', inner('GatewayTimeout')))
  const hintAfter = async (timeout: Duration): Promise<string | undefined> =>
    against([late], async (azure) => (await failureOf(azure, { timeout })).hint)

  it('says where more can be asked for, unless it had all there is', async () => {
    assert.match(String(await hintAfter(minutes(3))), /or raise hunt\.timeout of the rule/)
    assert.equal(await hintAfter(minutes(10)), 'narrow the window or filter earlier')
  })
})

describe('trouble that passes', () => {
  it('asks for leave before each further request, and not before the first', async () => {
    const asked: string[] = []
    const trouble = respondJson(500, envelope('InternalServerError'))
    await against([trouble, trouble, OK], async (azure) => void (await azure.ask()), {
      beforeRetry: async (workspace) => void asked.push(workspace),
    })
    assert.deepEqual(asked, ['contoso', 'contoso'])
  })
  const rows: readonly (readonly [name: string, trouble: Step, waits: readonly number[]])[] = [
    ['429 with Retry-After in seconds', respondJson(429, envelope('ThrottledError'), { 'Retry-After': '7' }), [7000]],
    [
      '429 with Retry-After as a date',
      respondJson(429, envelope('ThrottledError'), { 'Retry-After': 'Mon, 02 Mar 2026 12:00:11 GMT' }),
      [11_000],
    ],
    ['429 without Retry-After', respondJson(429, envelope('ThrottledError')), [30_000]],
    ['503 with Retry-After', respondJson(503, envelope('ServiceUnavailable'), { 'Retry-After': '3' }), [3000]],
    ['500', respondJson(500, envelope('InternalServerError')), [2000]],
    ['502 with HTML', respond(502, '<html>Bad Gateway</html>', { 'Content-Type': 'text/html' }), [2000]],
    ['504', respondJson(504, envelope('GatewayTimeout')), [5000]],
    ['a connection that is closed without an answer', (response) => void response.destroy(), [1000]],
    ['a body that is cut', cutAfter(Buffer.from(ONE_ROW), 40), [1000]],
    ['a gzip body that is cut', cutAfter(gzipSync(ONE_ROW), 30, { 'Content-Encoding': 'gzip' }), [1000]],
    ['a body that ends too early without saying so', respond(200, ONE_ROW.slice(0, 60)), [1000]],
    ['200 without a body', respond(200), [2000]],
    ['200 with HTML', respond(200, '<!doctype html>', { 'Content-Type': 'text/html' }), [2000]],
    ['an answer from a cache', respond(200, ONE_ROW, { Age: '37' }), [45_000]],
    ['an answer from two caches', respond(200, ONE_ROW, { Age: '37, 40' }), [45_000]],
    ['an answer from a cache that says no number', respond(200, ONE_ROW, { Age: 'soon' }), [45_000]],
    ['429 with a Retry-After below zero', respond(429, '', { 'Retry-After': '-5' }), [30_000]],
    ['429 with a fraction as Retry-After', respond(429, '', { 'Retry-After': '1.5' }), [30_000]],
    ['429 with a Retry-After of nothing', respond(429, '', { 'Retry-After': '0' }), [500]],
    ['429 until a time that has passed', respond(429, '', { 'Retry-After': 'Thu, 01 Jan 1970 00:00:00 GMT' }), [500]],
    ['an answer that is no HTTP', (response) => void response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'), [1000]],
    ['two lengths', onTheWire(`Content-Length: ${ONE_ROW.length}\r\nContent-Length: 5`, ONE_ROW), [1000]],
    [
      'a length and chunks',
      onTheWire('Content-Length: 5\r\nTransfer-Encoding: chunked', `5\r\n{"tab\r\n0\r\n\r\n`),
      [1000],
    ],
    ['a chunk longer than it says', onTheWire('Transfer-Encoding: chunked', `50\r\n${ONE_ROW}\r\n0\r\n\r\n`), [1000]],
    ['more headers than any service has', onTheWire(`X-Large: ${'x'.repeat(40_000)}`, ONE_ROW), [1000]],
  ]
  for (const [name, trouble, waits] of rows) {
    it(name, async () => {
      await against([trouble, OK], async (azure, server) => {
        const result = await azure.ask()
        assert.deepEqual(result.table.rows, [[1n]])
        assert.equal(result.status, 'complete')
        assert.equal(server.arrived.length, 2)
        assert.deepEqual(azure.clock.waits, waits)
      })
    })
  }
})

describe('trouble that does not pass', () => {
  const rows: readonly (readonly [name: string, trouble: Step, code: string, attempts: number, text: RegExp])[] = [
    [
      '429',
      respondJson(429, envelope('ThrottledError')),
      'backend/throttled',
      6,
      /after 6 attempts: outer \[ThrottledError\]/,
    ],
    ['503', respondJson(503, envelope('ServiceUnavailable')), 'backend/unavailable', 5, /status 503 after 5 attempts/],
    [
      '504',
      respondJson(504, envelope('GatewayTimeout', inner('GatewayTimeout'))),
      'backend/timeout',
      2,
      /within the 180 s/,
    ],
    [
      'HTML 502',
      respond(502, '<html>secret page</html>', { 'Content-Type': 'text/html' }),
      'backend/unavailable',
      5,
      /status 502 after 5 attempts$/,
    ],
    [
      'closed connections',
      (response) => void response.destroy(),
      'backend/unreachable',
      5,
      /socket hang up|ECONNRESET/,
    ],
    ['cut bodies', cutAfter(Buffer.from(ONE_ROW), 40), 'backend/cut-answer', 5, /broke inside the body/],
    [
      'cut gzip bodies',
      cutAfter(gzipSync(ONE_ROW), 30, { 'Content-Encoding': 'gzip' }),
      'backend/cut-answer',
      5,
      /broke inside the body/,
    ],
    ['empty bodies', respond(200), 'backend/unreadable-answer', 3, /the body is empty/],
    ['HTML 200', respond(200, '<html>'), 'backend/unreadable-answer', 3, /a web page/],
    ['cached answers', respond(200, ONE_ROW, { Age: '37' }), 'backend/cached-answer', 4, /37 s old/],
    [
      'a wait of half an hour',
      respondJson(429, envelope('ThrottledError'), { 'Retry-After': '1800' }),
      'backend/throttled',
      1,
      /throttles this identity:/,
    ],
  ]
  for (const [name, trouble, code, attempts, text] of rows) {
    it(name, async () => {
      await against([trouble], async (azure, server) => {
        const error = await failureOf(azure)
        assert.ok(error instanceof BackendError)
        assert.equal(error.code, code)
        assert.equal(error.retryable, true)
        assert.match(error.message, text)
        assert.doesNotMatch(error.message, /secret/)
        assert.notEqual(error.hint, undefined)
        assert.equal(error.context['attempts'], attempts)
        assert.equal(server.arrived.length, attempts)
      })
    })
  }
})

describe('trouble that no repetition cures', () => {
  type Kind = abstract new (...args: never[]) => HuntError
  const rows: readonly (readonly [name: string, trouble: Step, kind: Kind, code: string, text: RegExp])[] = [
    ['401', respondJson(401, envelope('AuthenticationFailed')), AuthError, 'auth/rejected', /access token: outer/],
    ['401 without a body', respond(401), AuthError, 'auth/rejected', /another login/],
    [
      '403 without a role',
      respondJson(403, envelope('InsufficientAccessError', inner('AuthorizationFailedError'))),
      AuthError,
      'auth/forbidden',
      /'contoso'/,
    ],
    [
      '403 for the audience',
      respondJson(403, envelope('InvalidAuthenticationTokenAudience')),
      AuthError,
      'auth/wrong-audience',
      /api\.loganalytics\.io/,
    ],
    [
      '403 for the signature',
      respondJson(403, envelope('InvalidTokenError', inner('SignatureVerificationFailed'))),
      AuthError,
      'auth/rejected',
      /SignatureVerificationFailed/,
    ],
    [
      '404',
      respondJson(404, envelope('PathNotFoundError')),
      ConfigError,
      'config/unknown-workspace',
      new RegExp(WORKSPACE_ID),
    ],
    [
      '400 for the workspace',
      respondJson(400, envelope('FailedToResolveResource')),
      ConfigError,
      'config/unknown-workspace',
      /'contoso'/,
    ],
    [
      '400 for the request',
      respondJson(400, envelope('BadArgumentError', inner('QueryValidationError'))),
      BackendError,
      'backend/bad-request',
      /QueryValidationError/,
    ],
    ['204', respond(204), BackendError, 'backend/empty-workspace', /never received data/],
    ['413', respond(413), BackendError, 'backend/bad-request', /refuses the request/],
    ['418', respond(418), BackendError, 'backend/unexpected-status', /418/],
    [
      'a value of the wrong type',
      respond(200, ONE_ROW.replace('[[1]]', '[["hush"]]')),
      BackendError,
      'backend/unreadable-answer',
      /column 'n'/,
    ],
    [
      'JSON of another service',
      respondJson(200, { value: [] }),
      BackendError,
      'backend/unreadable-answer',
      /no tables/,
    ],
  ]
  for (const [name, trouble, kind, code, text] of rows) {
    it(name, async () => {
      await against([trouble], async (azure, server) => {
        const error = await failureOf(azure)
        assert.ok(error instanceof kind, error.name)
        assert.equal(error.code, code)
        assert.equal(error.retryable, false)
        assert.match(error.message, text)
        assert.doesNotMatch(error.message, /hush/)
        assert.equal(server.arrived.length, 1)
        assert.deepEqual(azure.clock.waits, [])
      })
    })
  }

  for (const status of [300, 301, 302, 303, 307, 308]) {
    it(`a redirect is not followed, be it to the same host: ${status}`, async () => {
      await against([respond(status, '', { Location: '/v1/elsewhere' }), OK], async (azure, server) => {
        assert.equal((await failureOf(azure)).code, 'backend/unexpected-status')
        assert.equal(server.arrived.length, 1)
      })
    })
  }

  it('no token that an error gives back is said again', async () => {
    for (const token of ['eyJhbGciOiJub25lIn0.aHVzaA.', 'opaque-hush-token-4711']) {
      const words = { error: { code: 'BadArgumentError', message: `no: Bearer ${token}` } }
      for (const body of [words, { error: { ...words.error, innererror: words.error } }]) {
        await against([respondJson(400, body)], async (azure) => {
          const error = await failureOf(azure)
          assert.match(error.message, /no: Bearer \*\*\*/)
          assert.doesNotMatch(JSON.stringify(error), /hush|aHVzaA/)
        })
      }
    }
  })

  for (const body of [
    '{"error":"hear me"}',
    '"hear me"',
    '{"Message":"hear me"}',
    '{"statusCode":400,"message":"hear me"}',
    '{"title":"Bad","detail":"hear me"}',
    '{"error":"invalid_request","error_description":"hear me"}',
  ]) {
    it(`the words of a gateway are heard: ${body}`, async () => {
      await against([respond(400, body)], async (azure) => assert.match((await failureOf(azure)).message, /: hear me/))
    })
  }

  it('keeps the service’s codes and ids for support', async () => {
    const trouble = respondJson(403, envelope('InsufficientAccessError', inner('UnauthorizedClient')), {
      'x-ms-request-id': 'r-1',
    })
    await against([trouble], async (azure, server) => {
      const { context } = await failureOf(azure)
      assert.deepEqual(context, {
        workspace: 'contoso',
        workspaceId: WORKSPACE_ID,
        status: 403,
        attempts: 1,
        serviceCode: 'InsufficientAccessError',
        innerCodes: 'UnauthorizedClient',
        correlationId: 'c-1',
        requestId: 'r-1',
        clientRequestId: server.arrived[0]?.headers['x-ms-client-request-id'],
      })
    })
  })
})

describe('errors of the query', () => {
  const query = 'AzureActivity\n| wher x'
  const syntax = envelope('BadArgumentError', {
    innererror: {
      code: 'SyntaxError',
      message: 'A recognition error occurred.',
      innererror: {
        code: 'SYN0002',
        message: "could not be parsed at 'wher' on line [3,2]",
        line: 3,
        pos: 2,
        token: 'wher',
      },
    },
  })
  it('point into the query as it was given, not as it was sent', async () => {
    await against([respondJson(400, syntax)], async (azure) => {
      const error = await failureOf(azure, { query, now: at('2026-03-02T00:00:00Z') })
      assert.ok(error instanceof KqlError)
      assert.equal(error.code, 'kql/syntax')
      assert.deepEqual(error.position, { offset: query.indexOf('wher'), length: 4 })
      assert.equal(error.message, "the service rejects the query: could not be parsed at 'wher' [SYN0002]")
    })
  })
  it('without a place keep the service’s words', async () => {
    await against(
      [respondJson(400, envelope('BadArgumentError', inner('SemanticError', 'SEM0100')))],
      async (azure) => {
        const error = await failureOf(azure, { query })
        assert.ok(error instanceof KqlError)
        assert.equal(error.code, 'kql/semantic')
        assert.equal(error.position, undefined)
        assert.match(error.message, /about SEM0100 \[SEM0100\]/)
        assert.equal(error.context['innerCodes'], 'SemanticError/SEM0100')
      },
    )
  })
})

describe('a partial answer is never taken for a complete one', () => {
  const partial = (code: string, message: string): Step => {
    const error = {
      code: 'PartialError',
      message: 'some errors',
      details: [{ code: 'EngineError', message: 'm', innererror: { code, message, severity: 2 } }],
    }
    return respond(200, `${ONE_ROW.slice(0, -1)},"error":${JSON.stringify(error)}}`)
  }
  const rows = [
    ['too large by code', partial('-2133196797', 'words that change'), 'backend/result-truncated', false],
    ['too large by symbol', partial('1', 'E_QUERY_RESULT_SET_TOO_LARGE'), 'backend/result-truncated', false],
    ['out of memory', partial('-2133196799', 'Runaway'), 'backend/query-out-of-memory', false],
    ['anything else', partial('7', 'a shard is away'), 'backend/partial-result', true],
  ] as const
  for (const [name, answer, code, retryable] of rows) {
    it(name, async () => {
      await against([answer], async (azure, server) => {
        const result = await azure.ask()
        assert.equal(result.status, 'partial')
        assert.deepEqual(result.table.rows, [[1n]])
        assert.equal(result.partialError?.code, code)
        assert.equal(result.partialError.retryable, retryable)
        assert.match(String(result.partialError.context['innerCodes']), /^EngineError\//)
        assert.equal(server.arrived.length, 1)
      })
    })
  }

  describe('but one that only warns of what a fuzzy union lacks is whole', () => {
    const detail = (changes: object, name = 'Missing_CL'): object => ({
      code: 'EngineError',
      message: 'm',
      innererror: {
        code: '-2133196790',
        message: `'union' operator: Failed to resolve table or column expression named '${name}'`,
        severity: 3,
        severityName: 'Warning',
        ...changes,
      },
    })
    const answerWith = (...details: readonly object[]): Step => {
      const error = { code: 'PartialError', message: 'some errors', details }
      return respond(200, `${ONE_ROW.slice(0, -1)},"error":${JSON.stringify(error)}}`)
    }
    it('and says what that is', async () => {
      const names = ['A_CL', 'B_CL', 'B_CL', 'C_CL', 'D_CL', 'E_CL']
      await against([answerWith(...names.map((name) => detail({}, name)))], async (azure) => {
        const { status, warnings, partialError } = await azure.ask()
        assert.deepEqual([status, partialError, warnings.length], ['complete', undefined, 1])
        assert.match(warnings[0] ?? '', /a fuzzy union goes on without .*'A_CL'; .*'B_CL'; .*'C_CL', and 2 more$/)
      })
    })
    const others: readonly (readonly [name: string, ...details: readonly object[]])[] = [
      ['an error', detail({ severity: 2, severityName: 'Error' })],
      ['a warning of another kind', detail({ code: '-2133196797', message: 'E_QUERY_RESULT_SET_TOO_LARGE' })],
      ['another thing beside it', detail({}), detail({ code: '7' })],
      ['no severity', detail({ severity: undefined, severityName: undefined })],
      ['no details'],
    ]
    for (const [name, ...details] of others) {
      it(`${name} makes it partial`, async () => {
        await against([answerWith(...details)], async (azure) => {
          assert.equal((await azure.ask()).status, 'partial')
        })
      })
    }
  })

  const elsewhere: readonly (readonly [name: string, body: string])[] = [
    ['words', `${ONE_ROW.slice(0, -1)},"error":"a shard is away"}`],
    ['an empty bag', `${ONE_ROW.slice(0, -1)},"error":{}}`],
    ['an empty text', `${ONE_ROW.slice(0, -1)},"error":""}`],
    ['a list', `${ONE_ROW.slice(0, -1)},"errors":[{"code":"PartialError"}]}`],
    ['another name', `${ONE_ROW.slice(0, -1)},"Exceptions":["Query execution has exceeded the limits"]}`],
    ['another place', ONE_ROW.replace('"rows"', '"error":{"code":"PartialError"},"rows"')],
  ]
  for (const [name, body] of elsewhere) {
    it(`its error being ${name}`, async () => {
      await against([respond(200, body)], async (azure) => {
        const { status, partialError } = await azure.ask()
        assert.deepEqual([status, partialError?.code], ['partial', 'backend/partial-result'])
      })
    })
  }

  it('exactly 500,000 records without an error are suspicious', async () => {
    const rows = Array.from({ length: 500_000 }, () => '[1]').join(',')
    await against([respond(200, ONE_ROW.replace('[1]', rows))], async (azure) => {
      const result = await azure.ask()
      assert.equal(result.table.rows.length, 500_000)
      assert.match(result.warnings.join(), /exactly 500,000 records/)
    })
  })

  it('further tables are named', async () => {
    const extra = '{"name":"Extra","columns":[{"name":"n","type":"long"}],"rows":[[2]]}'
    const body = `${ONE_ROW.slice(0, -2)},${extra}]}`
    await against([respond(200, body)], async (azure) => {
      const result = await azure.ask()
      assert.deepEqual(result.table.rows, [[1n]])
      assert.equal(result.status, 'complete')
      assert.match(result.warnings.join(), /'Extra'/)
    })
  })

  it('a result of another name is named', async () => {
    await against([respond(200, ONE_ROW.replace('PrimaryResult', 'Table_0'))], async (azure) => {
      const result = await azure.ask()
      assert.deepEqual(result.table.rows, [[1n]])
      assert.match(result.warnings.join(), /calls the result 'Table_0'/)
    })
  })

  for (const [first, second] of [
    ['PrimaryResult', 'PrimaryResult'],
    ['Table_0', 'Table_1'],
  ] as const) {
    it(`of the results ${first} and ${second} nothing says which is meant`, async () => {
      const table = (name: string, cell: number): string =>
        `{"name":"${name}","columns":[{"name":"n","type":"long"}],"rows":[[${cell}]]}`
      const body = `{"tables":[${table(first, 1)},${table(second, 2)}]}`
      await against([respond(200, body)], async (azure) => {
        const result = await azure.ask()
        assert.equal(result.status, 'partial')
        assert.deepEqual(result.table.rows, [[1n]])
        assert.equal(result.partialError?.code, 'backend/several-results')
        assert.match(result.partialError.message, new RegExp(`2 results \\('${first}', '${second}'\\)`))
      })
    })
  }
})

/** Bytes for which JSON.stringify has no words. */
const badBytes = (...bytes: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from(TEXT.slice(0, TEXT.indexOf('a"]'))), Buffer.from(bytes), Buffer.from('"]]}]}')])
const TEXT = '{"tables":[{"name":"PrimaryResult","columns":[{"name":"s","type":"string"}],"rows":[["a"]]}]}'
const cell = (type: string, value: string): string =>
  TEXT.replace('"type":"string"', `"type":"${type}"`).replace('["a"]', `[${value}]`)
const raw =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Step =>
  (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers })
    response.end(body)
  }
const packed = gzipSync(ONE_ROW)
const NOBODY = { method: '', url: '', headers: {}, body: '' }
const deep = '['.repeat(200_000) + ']'.repeat(200_000)

describe('a 200 that lies', () => {
  const rows: readonly (readonly [name: string, trouble: Step, code: string, text: RegExp])[] = [
    ['a gzip body that was cut before it was sent', raw(packed.subarray(0, 40), { 'Content-Encoding': 'gzip' }), 'backend/cut-answer', /unexpected end of file/],
    ['a gzip body without its checksum', raw(packed.subarray(0, -4), { 'Content-Encoding': 'gzip' }), 'backend/cut-answer', /unexpected end of file/],
    ['a gzip body with a wrong checksum', raw(Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8, 1)]), { 'Content-Encoding': 'gzip' }), 'backend/cut-answer', /incorrect data check/],
    ['gzip that is none', raw(ONE_ROW, { 'Content-Encoding': 'gzip' }), 'backend/cut-answer', /incorrect header check/],
    ['gzip that is not said', raw(packed), 'backend/unreadable-answer', /not JSON$/],
    ['an encoding that was not asked for', raw(packed, { 'Content-Encoding': 'zstd' }), 'backend/unreadable-answer', /not JSON$/],
    ['a Content-Length beyond the body', onTheWire(`Content-Length: ${ONE_ROW.length + 1}`, ONE_ROW), 'backend/cut-answer', /broke inside the body/],
    ['a Content-Length inside the body', onTheWire(`Content-Length: ${ONE_ROW.length - 20}`, ONE_ROW), 'backend/cut-answer', /ends inside the JSON document/],
    ['a Content-Length of 0', onTheWire('Content-Length: 0', ONE_ROW), 'backend/unreadable-answer', /the body is empty/],
    ['chunks without the last one', onTheWire('Transfer-Encoding: chunked', `${ONE_ROW.length.toString(16)}\r\n${ONE_ROW}\r\n`), 'backend/cut-answer', /broke inside the body/],
    ['a body that a closed connection ends', onTheWire('Connection: close', ONE_ROW.slice(0, 70)), 'backend/cut-answer', /ends inside the JSON document/],
    ['white space', raw(' \n'), 'backend/cut-answer', /ends inside the JSON document/],
    ['a byte order mark alone', raw('\ufeff'), 'backend/cut-answer', /ends inside the JSON document/],
    ['bytes that are not UTF-8', raw(badBytes(0xff, 0xfe)), 'backend/unreadable-answer', /not UTF-8$/],
    ['half a character', raw(badBytes(0xc3)), 'backend/unreadable-answer', /not UTF-8$/],
    ['a name of a column that is not UTF-8', raw(Buffer.from(TEXT.replace('"s"', '"\u00e9"'), 'latin1')), 'backend/unreadable-answer', /not UTF-8$/],
    ['UTF-16', raw(Buffer.from(ONE_ROW, 'utf16le'), { 'Content-Type': 'application/json; charset=utf-16' }), 'backend/unreadable-answer', /not JSON$/],
    ['something behind the document', raw(`${ONE_ROW}{}`), 'backend/unreadable-answer', /follows the JSON document/],
    ['two columns of one name', raw(TEXT.replace('[{"name":"s","type":"string"}]', '[{"name":"s","type":"string"},{"name":"s","type":"long"}]').replace('["a"]', '["a",1]')), 'backend/unreadable-answer', /two columns "s"/],
    ['a column of an unknown type', raw(cell('int128', '1')), 'backend/unreadable-answer', /"int128"/],
    ['a row that is too short', raw(cell('long', '')), 'backend/unreadable-answer', /0 cells for 1 column$/],
    ['a row that is too long', raw(cell('long', '1,2')), 'backend/unreadable-answer', /2 cells for 1 column$/],
    ['rows that are none', raw(TEXT.replace('[["a"]]', 'null')), 'backend/unreadable-answer', /no rows/],
    ['a bare NaN', raw(cell('real', 'NaN')), 'backend/unreadable-answer', /not JSON$/],
    ['an infinity of another spelling', raw(cell('real', '"+Infinity"')), 'backend/unreadable-answer', /its type is real/],
    ['a real beyond all doubles', raw(cell('real', '1e999')), 'backend/unreadable-answer', /its type is real/],
    ['rows without columns', raw('{"tables":[{"name":"PrimaryResult","columns":[],"rows":[[],[]]}]}'), 'backend/unreadable-answer', /no columns/],
    ['an error that is said twice', raw(`${ONE_ROW.slice(0, -1)},"error":{"code":"PartialError"},"error":null}`), 'backend/unreadable-answer', /a member twice/],
    ['tables that are said twice', raw(`{"tables":[],${ONE_ROW.slice(1)}`), 'backend/unreadable-answer', /a member twice/],
    ['a day that is none', raw(cell('datetime', '"2026-02-30T00:00:00Z"')), 'backend/unreadable-answer', /its type is datetime/],
    ['a row that is null', raw(TEXT.replace('[["a"]]', '[["a"],null]')), 'backend/unreadable-answer', /a row of the answer is not a list/],
    ['gzip and something behind it', raw(Buffer.concat([packed, Buffer.from('more')]), { 'Content-Encoding': 'gzip' }), 'backend/cut-answer', /incorrect header check/],
    ['gzip in gzip', raw(gzipSync(packed), { 'Content-Encoding': 'gzip, gzip' }), 'backend/unreadable-answer', /not JSON$/],
    ['a comma too many', raw(TEXT.replace('["a"]', '["a",]')), 'backend/unreadable-answer', /not JSON$/],
    ['a prefix against theft', raw(`)]}',\n${ONE_ROW}`), 'backend/unreadable-answer', /not JSON$/],
    ['words as an error and no tables', raw('{"error":"a shard is away"}'), 'backend/unreadable-answer', /the answer is an error: a shard is away$/],
    ['a time that is none', raw(cell('datetime', '"2026-13-02T00:00:00Z"')), 'backend/unreadable-answer', /its type is datetime/],
    ['a guid that is none', raw(cell('guid', '"hush"')), 'backend/unreadable-answer', /its type is guid/],
    ['an error and no tables', raw(JSON.stringify(envelope('BadArgumentError', inner('SemanticError')))), 'backend/unreadable-answer', /the answer is an error: about SemanticError \[BadArgumentError\/SemanticError\]/],
    ['an infinite long', raw(cell('long', '"Infinity"')), 'backend/unreadable-answer', /its type is long/],
    ['a long beyond 64 bits', raw(cell('long', '9223372036854775808')), 'backend/unreadable-answer', /its type is long/],
    ['an int beyond 32 bits', raw(cell('int', '2147483648')), 'backend/unreadable-answer', /its type is int/],
    ['a document that is too deep for its own good', raw(`{"tables":${deep}}`), 'backend/unreadable-answer', /no columns/],
  ] // prettier-ignore
  for (const [name, trouble, code, text] of rows) {
    it(`with ${name} is no answer`, async () => {
      await against([trouble], async (azure) => {
        const error = await failureOf(azure)
        assert.equal(error.code, code)
        assert.match(error.message, text)
      })
    })
  }

  it('never has its cells in the message', async () => {
    for (const value of ['"hush" hush', 'hush', '"hu\nsh"']) {
      await against([raw(cell('string', value))], async (azure) => {
        assert.doesNotMatch((await failureOf(azure)).message, /hu\s?sh/)
      })
    }
  })
})

describe('a 200 that is odd, and whole', () => {
  const rows: readonly (readonly [name: string, step: Step, cell: unknown])[] = [
    ['a byte order mark', raw(`\ufeff${ONE_ROW}`), 1n],
    ['the Content-Type of a page', raw(ONE_ROW, { 'Content-Type': 'text/html' }), 1n],
    ['the name of its encoding in capitals', raw(packed, { 'Content-Encoding': 'GZIP' }), 1n],
    ['the end of the connection as its end', onTheWire('Connection: close', ONE_ROW), 1n],
    ['NaN in words', raw(cell('real', '"NaN"')), Number.NaN],
    ['infinity in words', raw(cell('real', '"-Infinity"')), Number.NEGATIVE_INFINITY],
    [
      'news before its status',
      (response) => void (response.writeEarlyHints({ link: '</x>; rel=preload' }), raw(ONE_ROW)(response, NOBODY)),
      1n,
    ],
    [
      'a trailer',
      onTheWire(
        'Transfer-Encoding: chunked',
        `${ONE_ROW.length.toString(16)};x="y"\r\n${ONE_ROW}\r\n0\r\nX-More: z\r\n\r\n`,
      ),
      1n,
    ],
    [
      'several parts of gzip',
      raw(Buffer.concat([gzipSync(ONE_ROW.slice(0, 30)), gzipSync(ONE_ROW.slice(30))]), { 'Content-Encoding': 'gzip' }),
      1n,
    ],
    [
      'the last day of February in a leap year',
      raw(cell('datetime', '"2028-02-29T00:00:00Z"')),
      '2028-02-29T00:00:00Z',
    ],
    ['an empty list of errors', raw(`${ONE_ROW.slice(0, -1)},"errors":[]}`), 1n],
    ['the longest long', raw(cell('long', '-9223372036854775808')), -(2n ** 63n)],
    ['a value that is nested deeply', raw(cell('dynamic', `"${deep}"`)), deep],
  ]
  for (const [name, step, value] of rows) {
    it(`has ${name}`, async () => {
      await against([step], async (azure) => {
        const { status, table } = await azure.ask()
        assert.deepEqual([status, ...table.rows], ['complete', [value]])
      })
    })
  }
})

describe('cancellation', () => {
  const reason = new Error('stopped by the user')
  const slow: readonly (readonly [name: string, step: Step])[] = [
    ['before the answer', () => undefined],
    [
      'inside the body',
      (response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' })
        response.write(ONE_ROW.slice(0, 30))
      },
    ],
  ]
  for (const [name, step] of slow) {
    it(`${name} reaches the connection, and is no failure of the service`, async () => {
      const controller = new AbortController()
      let closed: Promise<void> | undefined
      const watch: Step = (response, arrived) => {
        closed = new Promise((resolve) => response.on('close', resolve))
        step(response, arrived)
        setTimeout(() => controller.abort(reason), 20)
      }
      await against([watch], async (azure, server) => {
        await assert.rejects(azure.ask({}, controller.signal), reason)
        await closed
        assert.equal(server.arrived.length, 1)
      })
    })
  }

  it('during a login that says nothing ends at once', async (t) => {
    const emulator = await tlsEmulator()
    t.after(() => emulator.close())
    await emulator.script(['login-slow; ms=30000'])
    const started = performance.now()
    const asked = azureUnderTest(emulator.url, loginAt(emulator)).ask({}, AbortSignal.timeout(200))
    await assert.rejects(asked, { name: 'TimeoutError' })
    assert.ok(performance.now() - started < 15_000)
  })

  it('before the request sends nothing', async () => {
    await against([OK], async (azure, server) => {
      await assert.rejects(azure.ask({}, AbortSignal.abort(reason)), reason)
      assert.equal(server.arrived.length, 0)
    })
  })
})

it('a server that says nothing at all is not waited for', async () => {
  const server = await scriptedServer(() => undefined)
  const azure = azureUnderTest(server.url, { grace: seconds(0) })
  const error = await failureOf(azure, { timeout: seconds(1) })
  await server.close()
  assert.equal(error.code, 'backend/timeout')
  assert.match(error.message, /after 2 attempts: nothing came within 1 s/)
})

it('a server that is not there is unreachable', async () => {
  const server = await scriptedServer(OK)
  await server.close()
  const error = await failureOf(azureUnderTest(server.url))
  assert.equal(error.code, 'backend/unreachable')
  assert.match(error.message, /ECONNREFUSED/)
})
