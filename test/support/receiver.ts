import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Message {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpReceiver {
  readonly url: string
  readonly messages: readonly Message[]
  /** `how` for the next message: a status in place of an answer, or `lost`: taken in, but the connection breaks. */
  breakNext(how: number | 'lost', only?: (message: Message) => boolean): void
}

/** A real server over http on this machine; `take` is what it does with a message. */
export async function httpReceiver(t: TestContext, take: (message: Message) => Answer): Promise<HttpReceiver> {
  const messages: Message[] = []
  let broken: { readonly how: number | 'lost'; readonly only: (message: Message) => boolean } | undefined
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const message = { method, path: url, headers, body: Buffer.concat(parts).toString('utf8') }
      messages.push(message)
      const fault = broken?.only(message) === true ? broken.how : undefined
      if (fault !== undefined) broken = undefined
      const answer = typeof fault === 'number' ? { status: fault, body: { says: message.headers } } : take(message)
      if (fault === 'lost') return void response.destroy()
      response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers })
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    breakNext: (how, only = () => true) => void (broken = { how, only }),
  }
}
