import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it } from 'node:test'
import { createDefaultHttpClient, createPipelineRequest } from '@azure/core-rest-pipeline'
import { rawBody, readText, takeRawBody, type BodyLimits } from '../../../src/azure/raw-body.ts'

/** A body of a hundred bytes, one of them every 20 ms. */
async function dripping(limits: BodyLimits): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Length': '100' })
    const drops = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(drops))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const request = createPipelineRequest({ url, allowInsecureConnection: true })
    takeRawBody(request)
    return await readText(rawBody(await createDefaultHttpClient().sendRequest(request), limits))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

it('a body that comes drop by drop is given up in the end, though it never falls silent', async () => {
  await assert.rejects(dripping({ idle: 5000, whole: 200 }), /not all of it within 0\.2 s/)
})

it('a body that falls silent is given up', async () => {
  await assert.rejects(dripping({ idle: 5, whole: 60_000 }), /no byte for 0\.005 s/)
})
