import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { TestContext } from 'node:test'
import { createCredential } from '../../src/azure/index.ts'
import { DEFAULT_IDENTITY, startEmulator } from '../../src/emulator/index.ts'
import type { EmulatorOptions } from '../../src/emulator/index.ts'
import type { SinkContext } from '../../src/sinks/index.ts'
import { ALL_TYPES, tableBackend } from './table-backend.ts'

export interface EmulatorUnderTest {
  readonly url: string
  readonly ca: string
  readonly identity: { readonly tenantId: string; readonly clientId: string }
  /** What sinks of Azure need of their surroundings to reach it, with a real login. */
  readonly surroundings: Pick<SinkContext, 'azure' | 'caFile'>
  readonly secrets: readonly string[]
  get<T>(path: string): Promise<T>
  put(path: string, body: unknown): Promise<void>
  post<T>(path: string): Promise<T>
  /** Faults for the coming requests; true, as it could. */
  script(faults: readonly string[]): Promise<true>
}

/** The emulator with TLS and tokens, and a client of its own that no sink shares code with. */
export async function emulatorUnderTest(
  t: TestContext,
  options: Partial<EmulatorOptions> = {},
): Promise<EmulatorUnderTest> {
  const emulator = await startEmulator({ backend: tableBackend({ AllTypes: ALL_TYPES }), tls: true, ...options })
  t.after(() => emulator.close())
  const caFile = emulator.description.ca ?? ''
  const ca = readFileSync(caFile, 'utf8')
  const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
  const login = { kind: 'client-secret' as const, tenantId, clientId, clientSecret: () => clientSecret }
  const credential = createCredential(login, { authorityHost: emulator.url, ca: [ca] })
  const call = async (method: string, path: string, body?: unknown): Promise<string> => {
    const { token } = (await credential.getToken('https://management.azure.com/.default')) ?? { token: '' }
    const { status, text } = await send(`${emulator.url}${path}`, method, { ca, token, body })
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return text
  }
  return {
    url: emulator.url,
    ca,
    identity: { tenantId, clientId },
    surroundings: { caFile, azure: { cloud: 'public', credential: async () => credential } },
    secrets: [clientSecret, 'eyJ'],
    get: async <T>(path: string) => JSON.parse(await call('GET', path)) as T,
    put: async (path, body) => void (await call('PUT', path, body)),
    post: async <T>(path: string) => JSON.parse(await call('POST', path)) as T,
    async script(faults) {
      await call('POST', '/_emulator/faults', { faults })
      return true
    },
  }
}

interface Sent {
  readonly ca: string
  readonly token: string
  readonly body: unknown
}

function send(url: string, method: string, { ca, token, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
    const outgoing = request(url, { method, ca, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
