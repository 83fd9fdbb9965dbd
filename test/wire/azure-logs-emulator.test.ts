import assert from 'node:assert/strict'
import { generateKeyPairSync, KeyObject, webcrypto } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { SignJWT } from 'jose'
import { X509CertificateGenerator } from '@peculiar/x509'
import type { AzureLogsOptions } from '../../src/backends/azure-logs/index.ts'
import { AuthError, KqlError } from '../../src/domain/errors.ts'
import { DEFAULT_IDENTITY } from '../../src/emulator/index.ts'
import { executeRun } from '../../src/run/index.ts'
import { days, minutes } from '../../src/time/duration.ts'
import { formatInstant, plus } from '../../src/time/instant.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { azureUnderTest, window, WORKSPACE_ID, type AzureUnderTest } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { scheduledRule } from '../support/rules.ts'
import { runRequest, testPorts } from '../support/run-ports.ts'
import { ALL_TYPES, EMPTY, tableBackend } from '../support/table-backend.ts'
import { table } from '../support/tables.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { getJson } from '../support/tls-client.ts'
import { loginAt, tlsEmulator, type TlsEmulator } from '../support/tls-emulator.ts'

const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
const MANY = table(
  { n: 'long', s: 'string' },
  ...Array.from({ length: 20_000 }, (_, index) => [2n ** 53n + BigInt(index), `row ${index} é`]),
)

let emulator: TlsEmulator
const engine = tableBackend({ AllTypes: ALL_TYPES, Empty: EMPTY, Many: MANY })
const azure = (options: Partial<AzureLogsOptions> = {}): AzureUnderTest =>
  azureUnderTest(emulator.url, { ...loginAt(emulator), ...options })

before(async () => {
  emulator = await tlsEmulator({ backend: engine })
})
after(() => emulator.close())

describe('the azure backend against the emulator, over TLS with a token', () => {
  it('returns what the engine holds, value for value', async () => {
    const result = await azure().ask()
    assert.equal(result.status, 'complete')
    assert.deepEqual(result.table, ALL_TYPES)
    assert.equal(result.partialError, undefined)
    assert.notEqual(result.statistics, undefined)
  })
  it('of many rows too', async () => {
    assert.deepEqual((await azure().ask({ query: 'Many' })).table, MANY)
  })
  it('and the columns of an empty result', async () => {
    assert.deepEqual((await azure().ask({ query: 'Empty' })).table, EMPTY)
  })
  it('within the window, for the slot', async () => {
    const asked = window('2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z')
    const result = await azure().ask({ window: asked, now: at('2026-03-03T00:05:00Z') })
    assert.equal(result.table.rows.length, 3)
    assert.deepEqual(engine.requests.at(-1)?.window, asked)
    assert.match(engine.requests.at(-1)?.query ?? '', /^set query_now = datetime\(2026-03-03T00:05:00Z\);\nAllTypes$/)
  })
  it('finds the place of an error in the original', async () => {
    const query = '\n  completely invalid syntax'
    await assert.rejects(azure().ask({ query, now: at('2026-03-03T00:05:00Z') }), (error) => {
      assert.ok(error instanceof KqlError)
      assert.deepEqual(error.position, { offset: query.indexOf('invalid'), length: 'invalid'.length })
      return true
    })
  })
  it('takes a window that begins before what is kept for partly searched, as little as any of its workspaces keeps', async () => {
    const asked = async (start: string, across: readonly string[] = []): Promise<unknown> => {
      const workspaces = new Map([
        ['contoso', { id: WORKSPACE_ID, retention: days(30) }],
        ['hub', { id: WORKSPACE_ID, retention: days(10) }],
        ['silent', { id: WORKSPACE_ID }],
      ])
      const { clock } = azureUnderTest(emulator.url)
      const under = azureUnderTest(emulator.url, { ...loginAt(emulator), workspaces, clock })
      const answer = await under.ask({ window: window(start, '2026-03-02T12:00:00Z'), across })
      const { code, message } = answer.partialError ?? {}
      return [answer.status, answer.table.rows.length, code, /older than (\S+) was not/.exec(message ?? '')?.[1]]
    }
    const gone = 'backend/beyond-retention'
    assert.deepEqual(await asked('2026-01-31T12:00:00Z'), ['complete', 3, undefined, undefined])
    assert.deepEqual(await asked('2026-01-31T11:59:59Z'), ['partial', 3, gone, '2026-01-31T12:00:00Z'])
    assert.deepEqual(await asked('2026-02-20T12:00:00Z', ['silent']), ['complete', 3, undefined, undefined])
    assert.deepEqual(await asked('2026-02-20T11:00:00Z', ['hub']), ['partial', 3, gone, '2026-02-20T12:00:00Z'])
  })
  it('tells a truncated result', async () => {
    const small = await tlsEmulator({ backend: engine, limits: { records: 100 } })
    try {
      const result = await azureUnderTest(small.url, loginAt(small)).ask({ query: 'Many' })
      assert.equal(result.status, 'partial')
      assert.equal(result.table.rows.length, 100)
      assert.equal(result.partialError?.code, 'backend/result-truncated')
    } finally {
      await small.close()
    }
  })
  it('truncated, in as many parts as it takes when a run asks', async () => {
    const rows = Array.from({ length: 1440 }, (_, n) => [plus(at('2026-03-02T00:00Z'), minutes(n)), BigInt(n)] as const)
    const timed = table({ TimeGenerated: 'datetime', n: 'long' }, ...rows.map(([time, n]) => [formatInstant(time), n]))
    const small = await tlsEmulator({ backend: tableBackend({ Timed: timed }), limits: { records: 500 } })
    try {
      const { backend } = azureUnderTest(small.url, loginAt(small))
      const ports = { ...testPorts(), backend, rowLocality: async () => ({ isRowLocal: true }) as const }
      const rule = scheduledRule({ query: 'Timed' })
      const asked = window('2026-03-02T00:00Z', '2026-03-03T00:00Z')
      const request = { ...runRequest(rule, { window: asked }), workspace: 'contoso' }
      const outcome = await executeRun(request, ports, new AbortController().signal)
      assert.deepEqual([outcome.status, outcome.error, outcome.findings.length], ['complete', undefined, 1440])
    } finally {
      await small.close()
    }
  })
})

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}

describe('logins', () => {
  const assertion = async (): Promise<string> => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    return new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).setExpirationTime('5m').sign(privateKey)
  }
  it('with a certificate', async (test) => {
    const folder = tempFolder(test)
    const file = join(folder, 'client.pem')
    const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=hunt',
      keys,
      signingAlgorithm: RSA,
    })
    const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
    writeFileSync(file, `${key}\n${certificate.toString('pem')}`)
    const credential = { kind: 'certificate', tenantId, clientId, certificateFile: file } as const
    assert.deepEqual((await azure({ credential }).ask()).table, ALL_TYPES)
  })
  it('with a workload identity', async (test) => {
    const file = join(tempFolder(test), 'token')
    writeFileSync(file, await assertion())
    const credential = { kind: 'workload-identity', tenantId, clientId, tokenFile: file } as const
    assert.deepEqual((await azure({ credential }).ask()).table, ALL_TYPES)
  })
  it('one token serves many queries', async () => {
    const backend = azure()
    await backend.ask()
    await backend.ask()
  })
  it('by workspace', async () => {
    const workspaces = new Map([
      [
        'contoso',
        {
          id: emulator.description.workspace,
          credential: { kind: 'client-secret', tenantId, clientId, clientSecret: () => clientSecret },
        },
      ],
    ] as const)
    const credential = { kind: 'client-secret', tenantId, clientId, clientSecret: () => 'wrong-secret' } as const
    assert.equal((await azure({ workspaces, credential }).ask()).status, 'complete')
  })

  const failures: readonly (readonly [
    name: string,
    change: (login: Partial<AzureLogsOptions>) => Partial<AzureLogsOptions>,
    code: string,
    text: RegExp,
    hint: RegExp,
  ])[] = [
    [
      'a wrong secret',
      (login) => ({
        ...login,
        credential: { kind: 'client-secret', tenantId, clientId, clientSecret: () => 'hush-hush' },
      }),
      'auth/login-failed',
      /credential 'client-secret' failed: .*AADSTS7000215/,
      /use its value, not its id/,
    ],
    [
      'an unknown application',
      (login) => ({
        ...login,
        credential: { kind: 'client-secret', tenantId, clientId: tenantId, clientSecret: () => clientSecret },
      }),
      'auth/login-failed',
      /AADSTS700016/,
      /no application with this client id/,
    ],
    [
      'a workload identity without its file',
      (login) => ({
        ...login,
        credential: { kind: 'workload-identity', tenantId, clientId, tokenFile: '/nowhere/token' },
      }),
      'auth/login-failed',
      /nowhere/,
      /AZURE_FEDERATED_TOKEN_FILE/,
    ],
    [
      'an authority that nobody vouches for',
      ({ caFiles: _none, ...login }) => login,
      'auth/login-failed',
      /certificate/,
      /NODE_EXTRA_CA_CERTS/,
    ],
    [
      'the wrong audience',
      (login) => ({ ...login, audience: 'https://management.azure.com' }),
      'auth/wrong-audience',
      /management\.azure\.com/,
      /audience/,
    ],
  ]
  for (const [name, change, code, text, hint] of failures) {
    it(`${name} is explained, without the secret`, async () => {
      const backend = azureUnderTest(emulator.url, change(loginAt(emulator)))
      await assert.rejects(backend.ask(), (error) => {
        assert.ok(error instanceof AuthError, String(error))
        assert.equal(error.code, code)
        assert.match(error.message, text)
        assert.match(error.hint ?? '', hint)
        assert.equal(error.retryable, false)
        assert.doesNotMatch(JSON.stringify([error.message, error.hint, error.context, error.stack]), /hush-hush|eyJ/)
        return true
      })
    })
  }
  it('a token that the service wants no more is not sent twice', async () => {
    const under = azureUnderTest(emulator.url, loginAt(emulator))
    const logins = async (): Promise<number> => {
      const { requests } = await getJson<{ requests: { url: string }[] }>(emulator, '/_emulator/requests')
      return requests.filter(({ url }) => url.includes('oauth2')).length
    }
    const before = await logins()
    await under.ask()
    await under.ask()
    assert.equal((await logins()) - before, 1, 'one login for both')
    await emulator.script(['expired-token'])
    await assert.rejects(under.ask(), { code: 'auth/rejected' })
    assert.equal((await under.ask()).status, 'complete')
    assert.equal((await logins()) - before, 2)
  })
  it('an authority that cannot be reached is worth another try', async () => {
    const gone = await tlsEmulator()
    const login = loginAt(gone)
    const options = { ...login, caFiles: [emulator.caFile], clock: { ...systemClock, sleep: async () => undefined } }
    await gone.close()
    await assert.rejects(azureUnderTest(emulator.url, options).ask(), (error) => {
      assert.ok(error instanceof AuthError, String(error))
      assert.equal(error.retryable, true)
      return true
    })
  })
})
