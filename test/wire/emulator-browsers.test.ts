import assert from 'node:assert/strict'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { startEmulator, type EmulatorOptions } from '../../src/emulator/index.ts'
import { WORKSPACE_ID } from '../support/azure-logs.ts'
import { ALL_TYPES, tableBackend } from '../support/table-backend.ts'

const PATH = `/v1/workspaces/${WORKSPACE_ID}/query`
const BODY = '{"query":"AllTypes"}'

async function started(t: TestContext, options: Partial<EmulatorOptions> = {}): Promise<string> {
  const emulator = await startEmulator({ backend: tableBackend({ AllTypes: ALL_TYPES }), ...options })
  t.after(() => emulator.close())
  return emulator.url
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A client that sets what a browser would forbid a page, such as the host. */
const send = (url: string, method: string, headers: Record<string, string>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end(method === 'POST' ? BODY : undefined)
  })

const PREFLIGHT = {
  Origin: 'https://app.contoso.com',
  'Access-Control-Request-Method': 'POST',
  'Access-Control-Request-Headers': 'authorization,content-type,prefer',
}

describe('pages in a browser', () => {
  it('may ask with a token, and are told so before they send it', async (t) => {
    const url = await started(t, { requireTokens: true })
    const { status, headers } = await send(url + PATH, 'OPTIONS', PREFLIGHT)
    assert.equal(status, 204)
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['access-control-allow-methods'], 'POST,GET')
    assert.equal(headers['access-control-allow-headers'], 'authorization,content-type,prefer')
    const refused = await send(url + PATH, 'POST', { Origin: 'https://app.contoso.com' })
    assert.deepEqual([refused.status, refused.headers['access-control-allow-origin']], [401, '*'])
  })
  it('may not where nobody needs a token: any page could read the logs of this machine', async (t) => {
    const url = await started(t)
    assert.equal((await send(url + PATH, 'OPTIONS', PREFLIGHT)).status, 404)
    const answer = await send(`${url + PATH}?query=AllTypes`, 'GET', { Origin: 'https://app.contoso.com' })
    assert.deepEqual([answer.status, answer.headers['access-control-allow-origin']], [200, undefined])
  })
  it('may never read what arrived', async (t) => {
    const url = await started(t, { requireTokens: true })
    const answer = await send(`${url}/_emulator/requests`, 'GET', { Origin: 'https://app.contoso.com' })
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
    assert.equal((await send(`${url}/_emulator/faults`, 'OPTIONS', PREFLIGHT)).status, 404)
  })
  for (const [host, status] of [
    ['localhost:8080', 200],
    ['emulator.localhost', 200],
    ['127.0.0.1', 200],
    ['[::1]:8080', 200],
    ['192.0.2.7', 200],
    ['rebound.example.com', 403],
    ['localhost.example.com:8080', 403],
    ['127.0.0.1.example.com', 403],
  ] as const) {
    it(`${host} is a name to be asked by: ${status === 200}`, async (t) => {
      const url = await started(t)
      assert.equal((await send(`${url + PATH}?query=AllTypes`, 'GET', { Host: host })).status, status)
      const faults = (await send(`${url}/_emulator/requests`, 'GET', { Host: host })).status
      assert.equal(faults, status)
    })
  }
  it('any name will do with tokens, loosely, and where others are to reach it', async (t) => {
    const Host = 'rebound.example.com'
    for (const options of [{ requireTokens: true }, { strict: false }, { host: '0.0.0.0' }]) {
      const url = (await started(t, options)).replace('0.0.0.0', '127.0.0.1')
      assert.notEqual(
        (await send(`${url + PATH}?query=AllTypes`, 'GET', { Host })).status,
        403,
        JSON.stringify(options),
      )
    }
  })
})

describe('old and particular clients', () => {
  it('of HTTP/1.0 get a body without chunks', async (t) => {
    const { port } = new URL(await started(t))
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(
          `POST ${PATH} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
        ),
      )
      let text = ''
      socket.on('data', (part) => (text += String(part)))
      socket.on('close', () => resolve(text))
    })
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    assert.match(head, /^HTTP\/1\.1 200 OK/)
    assert.doesNotMatch(head, /transfer-encoding/i)
    assert.doesNotThrow(() => JSON.parse(body) as unknown)
  })
  for (const [accepted, isZipped] of [
    ['gzip', true],
    ['deflate, GZIP;q=0.5', true],
    ['gzip;q=1.0, *;q=0', true],
    ['gzip;q=0', false],
    ['identity, gzip; q=0.000', false],
    ['gzippy', false],
  ] as const) {
    it(`that accept '${accepted}' get ${isZipped ? 'gzip' : 'plain text'}`, async (t) => {
      const url = await started(t)
      const { headers, body } = await send(`${url + PATH}?query=AllTypes`, 'GET', { 'Accept-Encoding': accepted })
      assert.equal(headers['content-encoding'] === 'gzip', isZipped)
      assert.doesNotThrow(() => JSON.parse((isZipped ? gunzipSync(body) : body).toString()) as unknown)
    })
  }
})
