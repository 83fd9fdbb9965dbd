import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers one request in whatever way a test needs. */
export type Step = (response: ServerResponse, arrived: Arrived) => void

export interface ScriptedServer {
  readonly url: string
  readonly arrived: readonly Arrived[]
  close(): Promise<void>
}

/** A real server that gives the next step to each request, and the last one again when the script is over. */
export async function scriptedServer(...steps: readonly Step[]): Promise<ScriptedServer> {
  const arrived: Arrived[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const entry = { method, url, headers, body: Buffer.concat(parts).toString('utf8') }
      arrived.push(entry)
      steps[Math.min(arrived.length, steps.length) - 1]?.(response, entry)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

export function respond(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers })
    response.end(body)
  }
}

export const respondJson = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Step =>
  respond(status, JSON.stringify(value), headers)

/** One cell, enough to see that an answer came through. */
export const ONE_ROW = '{"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"long"}],"rows":[[1]]}]}'
