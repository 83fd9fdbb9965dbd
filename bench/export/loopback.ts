import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of this process that answers every query with the body; contestants meet it from processes of their own. */
export async function serveAnswer(answer: string): Promise<{ readonly endpoint: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' })
      createReadStream(answer, { highWaterMark: 256 * 1024 }).pipe(response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
