import { request } from 'node:https'

interface Server {
  readonly url: string
  /** PEM text of its authority. */
  readonly ca: string
}

/** A client of the emulator's own pages, which shares no code with the clients under test. */
export async function getJson<T>(server: Server, path: string): Promise<T> {
  return JSON.parse(await send(server, path, 'GET', undefined)) as T
}

/** Sends JSON, or a form where one is given. */
export async function postJson<T>(server: Server, path: string, body: object, headers: Headers = {}): Promise<T> {
  return JSON.parse(await send(server, path, 'POST', body, headers)) as T
}

type Headers = Readonly<Record<string, string>>

function send(
  { url, ca }: Server,
  path: string,
  method: string,
  body: object | undefined,
  headers: Headers = {},
): Promise<string> {
  const isForm = body instanceof URLSearchParams
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json'
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}${path}`,
      { method, ca, agent: false, headers: { 'Content-Type': type, ...headers } },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text)
          else reject(new Error(`${path}: ${response.statusCode} ${text}`))
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : isForm ? body.toString() : JSON.stringify(body))
  })
}
