import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { DeliveryError } from '../../../src/domain/errors.ts'
import { createHttpClient } from '../../../src/sinks/http/http-client.ts'
import { fakeClock } from '../../support/instants.ts'
import { scriptedServer, type Step } from '../../support/scripted-server.ts'

const packed = gzipSync('{"id":7}')
const answer =
  (body: Buffer): Step =>
  (response) => {
    response.writeHead(201, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
    response.end(body)
  }

async function post(step: Step): Promise<{ readonly status: number; readonly text: string }> {
  const server = await scriptedServer(step)
  const client = createHttpClient({ sink: 'tickets', clock: fakeClock(), version: '0.1.0' })
  try {
    const request = { method: 'POST', url: server.url, body: '{}' } as const
    const { status, text } = await client.send(request, new AbortController().signal)
    return { status, text }
  } finally {
    await server.close()
  }
}

test('an answer that is compressed is read', async () => {
  assert.deepEqual(await post(answer(packed)), { status: 201, text: '{"id":7}' })
})

test('a compressed answer that was cut fails at once, as an incident that may not have arrived', async () => {
  await assert.rejects(post(answer(packed.subarray(0, 15))), (error) => {
    assert.ok(error instanceof DeliveryError)
    assert.equal(error.code, 'sink/unreachable')
    assert.match(error.message, /^sink tickets cannot reach 127\.0\.0\.1:\d+: unexpected end of file$/)
    return true
  })
})
