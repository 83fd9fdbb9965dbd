import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { createServiceClient } from '../../../src/azure/index.ts'
import type { ServiceClientOptions } from '../../../src/azure/index.ts'
import { AuthError, BackendError } from '../../../src/domain/errors.ts'
import type { Duration } from '../../../src/domain/time.ts'
import { fakeClock } from '../../support/instants.ts'
import { respond, respondJson, scriptedServer, type Step } from '../../support/scripted-server.ts'

interface Asked {
  readonly waits: readonly Duration[]
  send: ReturnType<typeof createServiceClient>['send']
}

/** A client of a scripted server, over a clock whose waits take no time. */
async function asking(steps: readonly Step[], work: (asked: Asked) => Promise<void>): Promise<void> {
  const server = await scriptedServer(...steps)
  const waits: Duration[] = []
  const clock = { ...fakeClock(), sleep: async (wait: Duration) => void waits.push(wait) }
  const options: ServiceClientOptions = {
    name: 'the service',
    endpoint: server.url,
    audience: 'https://service.test',
    credential: { getToken: async () => ({ token: 'secret-token', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    roleHint: 'give it the role',
    clock,
    random: () => 0,
  }
  try {
    await work({ waits, send: createServiceClient(options).send })
    for (const { headers } of server.arrived) assert.equal(headers.authorization, undefined, 'no token over plain http')
  } finally {
    await server.close()
  }
}

const sent =
  (body: Buffer, headers: Readonly<Record<string, string>>): Step =>
  (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers })
    response.end(body)
  }

const partOf =
  (body: Buffer, bytes: number, headers: Readonly<Record<string, string>> = {}): Step =>
  (response) => {
    response.writeHead(200, { 'Content-Length': String(body.length), ...headers })
    response.write(body.subarray(0, bytes), () => response.destroy())
  }

const { signal } = new AbortController()
const GET = { method: 'GET', path: '/things?api-version=1' } as const

describe('a client of a service of Azure', () => {
  it('gives the parsed body, and nothing for an empty one', async () => {
    await asking([respondJson(200, { value: [1] }, { 'x-ms-request-id': 'r1' }), respond(204)], async ({ send }) => {
      const first = await send(GET, signal)
      assert.deepEqual(first.body, { value: [1] })
      assert.equal(first.headers['x-ms-request-id'], 'r1')
      assert.equal((await send(GET, signal)).body, undefined)
    })
  })

  it('waits as the service asks, and tries again', async () => {
    const steps = [respond(429, '', { 'Retry-After': '7' }), respond(503), respondJson(200, {})]
    await asking(steps, async ({ send, waits }) => {
      assert.equal((await send(GET, signal)).status, 200)
      assert.deepEqual(waits, [7000, 2000])
    })
  })

  it('says which role is missing, with the ids that support asks for', async () => {
    const body = { error: { code: 'AuthorizationFailed', message: 'The client does not have authorization' } }
    await asking([respondJson(403, body, { 'x-ms-request-id': 'r2' })], async ({ send }) => {
      await assert.rejects(send(GET, signal), (error) => {
        assert.ok(error instanceof AuthError)
        assert.equal(error.code, 'auth/forbidden')
        assert.equal(error.hint, 'give it the role')
        assert.match(error.message, /GET \/things with status 403: The client does not have authorization/)
        assert.equal(error.context['requestId'], 'r2')
        assert.equal(error.context['serviceCode'], 'AuthorizationFailed')
        return true
      })
    })
  })

  it('does not try again what cannot succeed, unless the caller understands it', async () => {
    await asking([respondJson(409, { error: { code: 'Conflict' } })], async ({ send, waits }) => {
      await assert.rejects(send(GET, signal), { code: 'backend/unexpected-status', retryable: false })
      assert.deepEqual((await send({ ...GET, accepts: [409] }, signal)).body, { error: { code: 'Conflict' } })
      assert.deepEqual(waits, [])
    })
  })

  it('never takes a web page for an answer', async () => {
    await asking([respond(200, '<html>sign in</html>')], async ({ send }) => {
      await assert.rejects(send(GET, signal), { code: 'backend/unreadable-answer' })
    })
  })

  it('follows no redirect: the token would go along', async () => {
    await asking([respond(307, '', { Location: 'http://127.0.0.1:9/' })], async ({ send }) => {
      await assert.rejects(
        send(GET, signal),
        (error) => error instanceof BackendError && error.context['status'] === 307,
      )
    })
  })

  it('names the host that cannot be reached, after its retries', async () => {
    const cut: Step = (response) => response.destroy()
    await asking([cut], async ({ send, waits }) => {
      await assert.rejects(send(GET, signal), (error) => {
        assert.ok(error instanceof BackendError)
        assert.equal(error.code, 'backend/unreachable')
        assert.match(error.message, /the service at http:\/\/127\.0\.0\.1:\d+ cannot be reached after 5 attempts/)
        return true
      })
      assert.equal(waits.length, 4)
    })
  })

  const whole = gzipSync(JSON.stringify({ value: [1] }))
  const broken: readonly (readonly [name: string, step: Step])[] = [
    ['a compressed body whose connection breaks', partOf(whole, 15, { 'Content-Encoding': 'gzip' })],
    ['a compressed body that was cut before it was sent', sent(whole.subarray(0, 15), { 'Content-Encoding': 'gzip' })],
    ['a body whose connection breaks', partOf(Buffer.from('{"value":[1]}'), 5)],
  ]
  for (const [name, step] of broken) {
    it(`asks again after ${name}, and says that the answer breaks off`, async () => {
      await asking([step, sent(whole, { 'Content-Encoding': 'gzip' })], async ({ send, waits }) => {
        assert.deepEqual((await send(GET, signal)).body, { value: [1] })
        assert.deepEqual(waits, [1000])
      })
      await asking([step], async ({ send }) => {
        await assert.rejects(send(GET, signal), (error) => {
          assert.ok(error instanceof BackendError)
          assert.equal(error.code, 'backend/cut-answer')
          assert.match(error.message, /^the answer of the service at \S+ breaks off after 5 attempts: /)
          return true
        })
      })
    })
  }

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const never: Step = () => stop.abort(new Error('enough'))
    await asking([never], async ({ send }) => {
      await assert.rejects(send(GET, stop.signal), /enough|aborted/)
    })
  })
})
