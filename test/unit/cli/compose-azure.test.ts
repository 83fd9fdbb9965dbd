import assert from 'node:assert/strict'
import { test } from 'node:test'
import { azureCredential, azureOptions } from '../../../src/cli/compose-azure.ts'
import { Secret } from '../../../src/config/secret.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { ConfigError } from '../../../src/domain/errors.ts'
import { fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const variables = (texts: Readonly<Record<string, string>>, managedIdentity?: string) => ({
  azureVariables: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, new Secret(text)])),
  managedIdentity,
})

test('a client secret credential keeps its secret behind a function', () => {
  const credential = azureCredential(
    'client-secret',
    undefined,
    variables({ AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_CLIENT_SECRET: 'hunter2' }),
  )
  assert.ok(credential.kind === 'client-secret')
  assert.equal(credential.clientSecret(), 'hunter2')
  assert.doesNotMatch(JSON.stringify(credential), /hunter2/)
})

for (const [kind, texts, name] of [
  ['client-secret', { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' }, 'AZURE_CLIENT_SECRET'],
  ['client-secret', { AZURE_CLIENT_SECRET: 's', AZURE_CLIENT_ID: 'c' }, 'AZURE_TENANT_ID'],
  ['certificate', { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' }, 'AZURE_CLIENT_CERTIFICATE_PATH'],
  [
    'certificate',
    { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: '', AZURE_CLIENT_CERTIFICATE_PATH: 'x.pem' },
    'AZURE_CLIENT_ID',
  ],
] as const) {
  test(`${kind} without ${name} names it and gives an example`, () => {
    assert.throws(
      () => azureCredential(kind, undefined, variables(texts)),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        assert.equal(error.message, `the credential "${kind}" needs ${name}, which is not set`)
        assert.match(error.hint ?? '', new RegExp(`for example ${name}=`))
        return true
      },
    )
  })
}

test('a user-assigned identity is named by the setting, else by AZURE_CLIENT_ID, and by nothing that is the system’s', () => {
  const id = '0b9bd6d2-2b5c-4b2c-9d0e-6a5d1fdc1a11'
  const resource = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hunt'
  for (const kind of ['managed-identity', 'default'] as const) {
    const made = (texts: Readonly<Record<string, string>>, setting?: string) =>
      azureCredential(kind, undefined, variables(texts, setting))
    assert.deepEqual(made({}), { kind })
    assert.deepEqual(made({ AZURE_CLIENT_ID: 'c' }), { kind, clientId: 'c' })
    assert.deepEqual(made({ AZURE_CLIENT_ID: 'c' }, id), { kind, clientId: id })
    assert.deepEqual(made({ AZURE_CLIENT_ID: 'c' }, resource), { kind, resourceId: resource })
  }
  // With this, the chain of @azure/identity would take that of the system.
  const narrowed = variables({ AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' }, resource)
  assert.deepEqual(azureCredential('default', undefined, narrowed), { kind: 'managed-identity', resourceId: resource })
})

test('the setting takes the two ids of an identity and nothing else', async (t) => {
  const load = async (text: string) =>
    (await loadConfig({ cwd: tempFolder(t), env: { HUNT_MANAGED_IDENTITY: text }, flags: {} })).managedIdentity
  const resource = '/subscriptions/s/resourcegroups/g/providers/microsoft.managedidentity/userassignedidentities/hunt'
  assert.equal(await load(resource), resource)
  for (const text of ['hunt', '/subscriptions/s/resourceGroups/g', `${resource}/more`]) {
    await assert.rejects(
      load(text),
      (error) => error instanceof ConfigError && /HUNT_MANAGED_IDENTITY/.test(error.message),
    )
  }
})

test('a workspace that is not searched may be read across, without the secrets of its own login', async (t) => {
  const config = await loadConfig({ cwd: tempFolder(t), env: {}, flags: {} })
  const id = '0b9bd6d2-2b5c-4b2c-9d0e-6a5d1fdc1a11'
  const [eu, us, other] = [
    { kind: 'log-analytics', name: 'eu', id, tags: [], credential: 'azure-cli', tenantId: undefined },
    { kind: 'log-analytics', name: 'us', id, tags: ['prod'], credential: 'azure-cli', tenantId: undefined },
    { kind: 'log-analytics', name: 'other', id, tags: [], credential: 'client-secret', tenantId: undefined },
  ] as const
  const surroundings = { clock: fakeClock(), random: () => 0 }
  const { workspaces } = azureOptions({ ...config, workspaces: [eu, us, other] }, [eu], surroundings)
  assert.equal(workspaces.get('us')?.credential, workspaces.get('eu')?.credential)
  assert.deepEqual(workspaces.get('us')?.tags, ['prod'])
  assert.notEqual(workspaces.get('other')?.credential, workspaces.get('eu')?.credential)
})

test('workspaces that share a credential share the object, and with it the token', async (t) => {
  const config = await loadConfig({
    cwd: tempFolder(t),
    env: { HUNT_CLOUD: 'china', HUNT_CREDENTIAL: 'azure-cli' },
    flags: {},
  })
  const id = '0b9bd6d2-2b5c-4b2c-9d0e-6a5d1fdc1a11'
  const workspace = { kind: 'log-analytics', id, tags: [], credential: 'azure-cli', tenantId: undefined } as const
  const options = azureOptions(
    config,
    [
      { ...workspace, name: 'eu' },
      { ...workspace, name: 'us' },
      { ...workspace, name: 'other', tenantId: id },
    ],
    { clock: fakeClock(), random: () => 0 },
  )
  assert.equal(options.cloud, 'china')
  assert.equal(options.workspaces.get('eu')?.credential, options.workspaces.get('us')?.credential)
  assert.deepEqual(options.workspaces.get('other')?.credential, { kind: 'azure-cli', tenantId: id })
})
