import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, it } from 'node:test'
import { identityHint } from '../../src/azure/identity-hints.ts'
import type { AzureCredential } from '../../src/azure/index.ts'
import { AuthError, ConfigError } from '../../src/domain/errors.ts'
import { azureUnderTest } from '../support/azure-logs.ts'
import { forgetIdentity } from '../support/forget-identity.ts'
import { ALL_TYPES } from '../support/table-backend.ts'
import { getJson } from '../support/tls-client.ts'
import { tlsEmulator, type TlsEmulator } from '../support/tls-emulator.ts'

const RESOURCE_ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hunt'
const VARIABLES = [
  ...['AZURE_POD_IDENTITY_AUTHORITY_HOST', 'AZURE_TOKEN_CREDENTIALS', 'AZURE_CLIENT_ID'],
  ...['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'IDENTITY_SERVER_THUMBPRINT', 'MSI_ENDPOINT', 'IMDS_ENDPOINT'],
]

let emulator: TlsEmulator
const inherited = new Map(VARIABLES.map((name) => [name, process.env[name]]))

before(async () => {
  emulator = await tlsEmulator()
})
after(() => emulator.close())
afterEach(() => setVariables(Object.fromEntries(inherited)))

function setVariables(texts: Readonly<Record<string, string | undefined>>): void {
  forgetIdentity()
  for (const name of VARIABLES) {
    const text = texts[name]
    if (text === undefined) delete process.env[name]
    else process.env[name] = text
  }
}

const ask = (credential: AzureCredential) =>
  azureUnderTest(emulator.url, { credential, caFiles: [emulator.caFile] }).ask()

async function askedFor(): Promise<string | undefined> {
  const { requests } = await getJson<{ requests: { url: string }[] }>(emulator, '/_emulator/requests')
  const last = requests.findLast(({ url }) => url.includes('/token'))
  return last === undefined ? undefined : new URL(last.url, emulator.url).search
}

describe('a user-assigned managed identity by the id of its resource', () => {
  for (const [where, texts, parameter] of [
    ['on a virtual machine', () => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.url }), 'msi_res_id'],
    [
      'in App Service',
      () => ({ IDENTITY_ENDPOINT: `${emulator.url}/msi/token`, IDENTITY_HEADER: 'hunt-emulator-identity-header' }),
      'mi_res_id',
    ],
  ] as const) {
    it(`is asked for ${where}`, async () => {
      setVariables(texts())
      assert.deepEqual((await ask({ kind: 'managed-identity', resourceId: RESOURCE_ID })).table, ALL_TYPES)
      assert.equal(new URLSearchParams(await askedFor()).get(parameter), RESOURCE_ID)
    })
  }
  it('is the one of the chain too', async () => {
    setVariables({ AZURE_TOKEN_CREDENTIALS: 'prod', AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.url })
    assert.deepEqual((await ask({ kind: 'default', resourceId: RESOURCE_ID })).table, ALL_TYPES)
    assert.equal(new URLSearchParams(await askedFor()).get('msi_res_id'), RESOURCE_ID)
  })
  it('is refused where it is none, with what to do', async () => {
    setVariables({ AZURE_POD_IDENTITY_AUTHORITY_HOST: emulator.url })
    await assert.rejects(
      ask({ kind: 'managed-identity', resourceId: RESOURCE_ID.replace('userAssigned', 'x') }),
      (error) => {
        assert.ok(error instanceof AuthError)
        assert.match(error.message, /Identity not found/)
        assert.match(error.hint ?? '', /its client id or resource id \(managedIdentity in hunt\.yaml\)/)
        return true
      },
    )
  })
})

describe('what a managed identity may meet', () => {
  it('a server of Azure Arc whose keys cannot be read', async () => {
    setVariables({ IDENTITY_ENDPOINT: `${emulator.url}/arc/token`, IMDS_ENDPOINT: emulator.url })
    await assert.rejects(ask({ kind: 'managed-identity' }), (error) => {
      assert.ok(error instanceof AuthError)
      assert.match(error.hint ?? '', /\/var\/opt\/azcmagent\/tokens, on Windows those under %ProgramData%/)
      return true
    })
  })
  for (const [where, texts] of [
    ['Cloud Shell', { MSI_ENDPOINT: 'http://127.0.0.1:1/token' }],
    [
      'Service Fabric',
      { IDENTITY_ENDPOINT: 'http://127.0.0.1:1', IDENTITY_HEADER: 'x', IDENTITY_SERVER_THUMBPRINT: 'x' },
    ],
  ] as const) {
    it(`${where}, where it cannot be chosen`, () => {
      setVariables(texts)
      assert.throws(
        () => azureUnderTest(emulator.url, { credential: { kind: 'managed-identity', resourceId: RESOURCE_ID } }),
        (error) => {
          assert.ok(error instanceof ConfigError, String(error))
          assert.match(error.hint ?? '', /cannot be chosen: take managedIdentity and AZURE_CLIENT_ID away/)
          return true
        },
      )
    })
  }
  it('codes of MSAL, which it still has', () => {
    const require = createRequire(import.meta.url)
    const library = readFileSync(require.resolve('@azure/msal-node'), 'utf8')
    for (const code of [
      'unable_to_read_secret_file',
      'invalid_file_path',
      'user_assigned_managed_identity_not_confirmed',
    ]) {
      assert.ok(library.includes(`"${code}"`), code)
      assert.notEqual(identityHint(`ManagedIdentityError: ${code}: words`), undefined, code)
    }
  })
})
