import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import type { AzureLogsOptions } from '../../src/backends/azure-logs/index.ts'
import type { AzureCredential } from '../../src/azure/index.ts'
import { AuthError } from '../../src/domain/errors.ts'
import { DEFAULT_IDENTITY } from '../../src/emulator/index.ts'
import { IDENTITY_HEADER } from '../../src/emulator/operations/managed-identity.ts'
import { forgetIdentity } from '../support/forget-identity.ts'
import { at } from '../support/instants.ts'
import { azureUnderTest, type AzureUnderTest } from '../support/azure-logs.ts'
import { recordingClock } from '../support/recording-clock.ts'
import { ALL_TYPES } from '../support/table-backend.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { getJson, postJson } from '../support/tls-client.ts'
import { loginAt, tlsEmulator, type TlsEmulator } from '../support/tls-emulator.ts'

const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
const NOW = at('2026-03-02T12:00:00Z')

let emulator: TlsEmulator

before(async () => {
  emulator = await tlsEmulator()
})
after(() => emulator.close())
afterEach(async () => {
  const { waiting } = await getJson<{ waiting: unknown[] }>(emulator, '/_emulator/faults')
  assert.deepEqual(waiting, [], 'a fault that nobody met proves nothing')
})

/** Waits between attempts take no time and are recorded. */
function azure(options: Partial<AzureLogsOptions> = {}): AzureUnderTest {
  const clock = recordingClock(NOW)
  return { ...azureUnderTest(emulator.url, { ...loginAt(emulator), ...options, clock }), clock }
}

const script = (...faults: string[]): Promise<unknown> => postJson(emulator, '/_emulator/faults', { faults })

async function logins(): Promise<number> {
  const { requests } = await getJson<{ requests: { url: string }[] }>(emulator, '/_emulator/requests')
  return requests.filter(({ url }) => url.includes('oauth2')).length
}

async function failure(under: AzureUnderTest): Promise<AuthError> {
  const error: unknown = await under.ask().then(
    () => assert.fail('the login should fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof AuthError, String(error))
  const everything = JSON.stringify([error.message, error.hint, error.context, error.stack, String(error.cause)])
  assert.ok(!everything.includes(clientSecret) && !/eyJ/.test(everything), everything)
  return error
}

describe('a login that is refused says which credential, why, and what to do; nothing is tried again', () => {
  for (const [fault, code, hint] of [
    ['login-wrong-secret', 'AADSTS7000215', /use its value, not its id/],
    ['login-expired-secret', 'AADSTS7000222', /has expired: create a new one/],
    ['login-unknown-tenant', 'AADSTS90002', /check the tenant id and the authority host/],
    ['login-no-consent', 'AADSTS65001', /administrator of the tenant has to consent/],
  ] as const) {
    it(fault, async () => {
      await script(fault)
      const error = await failure(azure())
      assert.equal(error.code, 'auth/login-failed')
      assert.match(error.message, new RegExp(`credential 'client-secret' failed: .*${code}`))
      assert.match(error.hint ?? '', hint)
      assert.deepEqual([error.retryable, error.context['entraCode']], [false, code])
    })
  }
  it('a tenant that does not exist, before anybody asks for a token', async () => {
    const other = '00000000-0000-4000-8000-00000000dead'
    const credential = { kind: 'client-secret', tenantId: other, clientId, clientSecret: () => clientSecret } as const
    const error = await failure(azure({ credential }))
    assert.match(error.message, /AADSTS90002: Tenant '00000000-0000-4000-8000-00000000dead' not found/)
    assert.match(error.hint ?? '', /check the tenant id/)
    assert.equal(error.retryable, false)
  })
})

describe('a login that passes is tried again, after the wait that is asked for', () => {
  for (const [fault, least, most] of [
    ['login-throttle; retry-after=7', 7000, 7000],
    ['login-throttle', 30_000, 35_000],
    ['login-unavailable; retry-after=9', 9000, 9000],
    ['login-unavailable', 2000, 3000],
    ['login-bad-gateway', 2000, 3000],
    ['login-wrong-content-type', 2000, 3000],
    ['login-cut', 1000, 3000],
  ] as const) {
    it(fault, async () => {
      await script(fault)
      const under = azure()
      assert.deepEqual((await under.ask()).table, ALL_TYPES)
      const [wait, ...more] = under.clock.waits
      assert.deepEqual(more, [])
      assert.ok(wait !== undefined && wait >= least && wait <= most, String(wait))
    })
  }
  for (const [fault, times, message, hint] of [
    ['login-throttle', 6, /after 6 attempts: .*status 429: AADSTS90055/, /is busy: try again later/],
    ['login-unavailable', 5, /after 5 attempts: .*status 503: AADSTS90033/, /is busy: try again later/],
    ['login-wrong-content-type', 3, /after 3 attempts: .*something else than JSON/, /a proxy or a sign-in page/],
  ] as const) {
    it(`${fault}, ${times} times, ends with what to do`, async () => {
      await script(...Array.from({ length: times }, () => fault))
      const error = await failure(azure())
      assert.match(error.message, message)
      assert.match(error.hint ?? '', hint)
      assert.equal(error.retryable, true)
    })
  }
  it('a slow one is waited for', async () => {
    await script('login-slow; ms=200')
    assert.equal((await azure().ask()).status, 'complete')
  })
})

it('one token serves many queries; one that ends soon is renewed before it ends', async () => {
  const under = azure()
  const before = await logins()
  await under.ask()
  await under.ask()
  assert.equal((await logins()) - before, 1)
  await script('login-short-lived; seconds=60')
  const other = azure()
  await other.ask()
  await other.ask()
  await other.ask()
  assert.equal((await logins()) - before, 3, 'the second query asks anew, and the third lives on that')
})

/** Sets variables for a test; undefined takes one away. No login of before is remembered. */
function withVariables(t: TestContext, variables: Readonly<Record<string, string | undefined>>): void {
  forgetIdentity()
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name]
    const set = (text: string | undefined): void => {
      if (text === undefined) delete process.env[name]
      else process.env[name] = text
    }
    set(value)
    t.after(() => set(before))
  }
}

const ALONE = {
  AZURE_POD_IDENTITY_AUTHORITY_HOST: undefined,
  IDENTITY_ENDPOINT: undefined,
  IDENTITY_HEADER: undefined,
  AZURE_TOKEN_CREDENTIALS: undefined,
  AZURE_TENANT_ID: undefined,
  AZURE_CLIENT_ID: undefined,
  AZURE_CLIENT_SECRET: undefined,
  AZURE_FEDERATED_TOKEN_FILE: undefined,
}
const RESOURCE_ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hunt'

describe('managed identity', () => {
  const identities: readonly (readonly [string, AzureCredential])[] = [
    ['of the system', { kind: 'managed-identity' }],
    ['of a user, by client id', { kind: 'managed-identity', clientId }],
    ['of a user, by resource id', { kind: 'managed-identity', resourceId: RESOURCE_ID }],
  ]
  for (const [name, credential] of identities) {
    it(`${name}, on a virtual machine`, async (t) => {
      withVariables(t, { ...ALONE, AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.url })
      assert.deepEqual((await azure({ credential }).ask()).table, ALL_TYPES)
    })
    it(`${name}, in App Service`, async (t) => {
      withVariables(t, { ...ALONE, IDENTITY_ENDPOINT: `${emulator.url}/msi/token`, IDENTITY_HEADER })
      assert.deepEqual((await azure({ credential }).ask()).table, ALL_TYPES)
    })
  }
  it('one that is not assigned is refused, with what to do', async (t) => {
    withVariables(t, { ...ALONE, AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.url })
    const error = await failure(azure({ credential: { kind: 'managed-identity', clientId: tenantId } }))
    assert.match(error.message, /credential 'managed-identity' failed: .*Identity not found/)
    assert.match(error.hint ?? '', /has a managed identity; a user-assigned one needs its client id/)
    assert.equal(error.retryable, false)
  })
})

describe('other logins', () => {
  it('a fake az on the path', async (t) => {
    const folder = tempFolder(t)
    const token = await tokenOf(emulator)
    const answer = { accessToken: token, expires_on: Math.floor(Date.now() / 1000) + 3000, tokenType: 'Bearer' }
    writeFileSync(join(folder, 'answer.json'), JSON.stringify(answer))
    writeFileSync(
      join(folder, 'az'),
      `#!/bin/sh\necho "$*" > ${join(folder, 'asked')}\ncat ${join(folder, 'answer.json')}\n`,
    )
    chmodSync(join(folder, 'az'), 0o755)
    withVariables(t, { ...ALONE, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` })
    assert.deepEqual((await azure({ credential: { kind: 'azure-cli' } }).ask()).table, ALL_TYPES)
  })
  it('an az that nobody has logged in says so', async (t) => {
    const folder = tempFolder(t)
    writeFileSync(join(folder, 'az'), '#!/bin/sh\necho "Please run az login to setup account." >&2\nexit 1\n')
    chmodSync(join(folder, 'az'), 0o755)
    withVariables(t, { ...ALONE, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` })
    const error = await failure(azure({ credential: { kind: 'azure-cli' } }))
    assert.deepEqual([error.code, error.hint], ['auth/no-credential', 'log in with: az login'])
  })
  it('AZURE_TOKEN_CREDENTIALS narrows the chain to what the variables of the environment describe', async (t) => {
    withVariables(t, {
      ...ALONE,
      AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
    })
    assert.deepEqual((await azure({ credential: { kind: 'default' } }).ask()).table, ALL_TYPES)
    assert.deepEqual((await azure({ credential: { kind: 'environment' } }).ask()).table, ALL_TYPES)
  })
})

async function tokenOf({ url, ca }: TlsEmulator): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://api.loganalytics.io/.default',
  })
  const { access_token: token } = await postJson<{ access_token: string }>(
    { url, ca },
    `/${tenantId}/oauth2/v2.0/token`,
    form,
  )
  return token
}
