import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { ClientSecretCredential } from '@azure/identity'
import { LogsQueryClient, LogsQueryResultStatus, type LogsQueryResult } from '@azure/monitor-query'
import { RestError } from '@azure/core-rest-pipeline'
import { AuthorityKeyIdentifierExtension, SubjectKeyIdentifierExtension, X509Certificate } from '@peculiar/x509'
import { DEFAULT_IDENTITY } from '../../src/emulator/index.ts'
import type { Instant } from '../../src/domain/time.ts'
import { minutes } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { createAuthority } from '../../src/emulator/authority.ts'
import { tlsEmulator, type TlsEmulator } from '../support/tls-emulator.ts'
import { getJson, postJson } from '../support/tls-client.ts'
import { WORKSPACE_ID } from '../support/azure-logs.ts'

const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
const DAY = { startTime: new Date('2026-03-02T00:00:00Z'), endTime: new Date('2026-03-03T00:00:00Z') }

let emulator: TlsEmulator

function credential(secret = clientSecret, tenant = tenantId): ClientSecretCredential {
  const { url, ca } = emulator
  return new ClientSecretCredential(tenant, clientId, secret, {
    authorityHost: url,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
  })
}

/** The official client, with a fault for each of its requests. */
function client(fault?: string, options: { audience?: string; token?: string } = {}): LogsQueryClient {
  const { url, ca } = emulator
  const token = options.token
  const login =
    token === undefined ? credential() : { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 1e6 }) }
  return new LogsQueryClient(login, {
    endpoint: url,
    tlsOptions: { ca },
    retryOptions: { maxRetries: 0 },
    ...(options.audience === undefined ? {} : { audience: options.audience }),
    additionalPolicies: [
      {
        position: 'perRetry',
        policy: {
          name: 'fault',
          sendRequest(request, next) {
            if (fault !== undefined) request.headers.set('hunt-fault', fault)
            return next(request)
          },
        },
      },
    ],
  })
}

async function failure(work: Promise<unknown>): Promise<RestError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof RestError, String(error))
  return error
}

function rowsOf(result: LogsQueryResult): readonly unknown[][] {
  assert.equal(result.status, LogsQueryResultStatus.Success)
  return result.status === LogsQueryResultStatus.Success ? (result.tables[0]?.rows ?? []) : []
}

before(async () => {
  emulator = await tlsEmulator()
})
after(() => emulator.close())

describe('the official client with a real token', () => {
  it('queries a workspace and understands every type', async () => {
    const result = await client().queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY, { includeQueryStatistics: true })
    const [first, second] = rowsOf(result)
    assert.deepEqual(first?.slice(0, 3), [new Date('2026-03-02T10:00:00.123Z'), true, 2147483647])
    assert.equal(first?.[5], '79228162514264337593543950335')
    assert.deepEqual((first?.[9] as { b: unknown }).b, [1.1, null])
    assert.equal(second?.[4], 'NaN')
    assert.equal(rowsOf(result).length, 3)
  })
  it('gets statistics and visualization when it asks', async () => {
    const options = { includeQueryStatistics: true, includeVisualization: true, serverTimeoutInSeconds: 20 }
    const result = await client().queryWorkspace(WORKSPACE_ID, 'Empty', DAY, options)
    assert.equal(typeof (result.statistics?.['query'] as { executionTime: unknown }).executionTime, 'number')
    assert.equal(result.visualization?.['isQuerySorted'], false)
  })
  it('gets the columns of an empty result', async () => {
    const result = await client().queryWorkspace(WORKSPACE_ID, 'Empty', { duration: 'PT1H' })
    assert.equal(result.status === LogsQueryResultStatus.Success && result.tables[0]?.columnDescriptors.length, 10)
  })
  it('queries a resource', async () => {
    const resource = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm'
    assert.equal(rowsOf(await client().queryResource(resource, 'AllTypes', DAY)).length, 3)
  })
  it('asks several queries at once, of which one fails by itself', async () => {
    const asked = ['AllTypes', 'Nothing', 'Empty'].map((query) => ({
      workspaceId: WORKSPACE_ID,
      query,
      timespan: DAY,
      includeVisualization: true,
      serverTimeoutInSeconds: 60,
    }))
    const [all, nothing, empty] = await client().queryBatch(asked)
    assert.ok(all?.status === LogsQueryResultStatus.Success && empty?.status === LogsQueryResultStatus.Success)
    assert.deepEqual([all.tables[0]?.rows.length, empty.tables[0]?.rows.length], [3, 0])
    assert.equal(all.visualization?.['visualization'], null)
    assert.ok(nothing?.status === LogsQueryResultStatus.Failure)
    assert.equal(nothing.code, 'BadArgumentError')
  })
  it('sees a partial failure', async () => {
    const result = await client('truncate; records=1').queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY)
    assert.equal(result.status, LogsQueryResultStatus.PartialFailure)
    assert.equal(result.status === LogsQueryResultStatus.PartialFailure && result.partialTables[0]?.rows.length, 1)
    assert.equal(result.status === LogsQueryResultStatus.PartialFailure && result.partialError.code, 'PartialError')
  })
  it('sees the errors of a query', async () => {
    const error = await failure(client().queryWorkspace(WORKSPACE_ID, 'completely invalid syntax', DAY))
    assert.deepEqual([error.statusCode, error.code], [400, 'BadArgumentError'])
    assert.match(JSON.stringify(error.details), /SYN0002/)
  })
  for (const [fault, status, code] of [
    ['throttle', 429, 'ThrottledError'],
    ['gateway-timeout', 504, 'GatewayTimeout'],
    ['forbidden', 403, 'InsufficientAccessError'],
    ['bad-gateway', 502, undefined],
    ['no-content', 204, undefined],
  ] as const) {
    it(`sees ${fault}`, async () => {
      const error = await failure(client(fault).queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY))
      assert.deepEqual([error.statusCode, error.code], [status, code])
    })
  }
  it('retries by itself when told how long to wait', async () => {
    await fetchControl('faults', { faults: ['throttle; retry-after=0'] })
    const { url, ca } = emulator
    const patient = new LogsQueryClient(credential(), { endpoint: url, tlsOptions: { ca } })
    assert.equal(rowsOf(await patient.queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY)).length, 3)
  })
})

/** The control endpoints over TLS, through the one https client at hand that takes an authority. */
async function fetchControl(path: string, body: unknown): Promise<void> {
  const script = `const r = await fetch(process.argv[1], { method: 'POST', body: process.argv[2] }); if (!r.ok) process.exit(1)`
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: emulator.caFile }
  const args = ['--input-type=module', '-e', script, `${emulator.url}/_emulator/${path}`, JSON.stringify(body)]
  await promisify(execFile)(process.execPath, args, { env })
}

describe('tokens are checked', () => {
  const refusals = [
    ['none that is one', async () => 'abc', 'InvalidAuthenticationToken'],
    [
      'of another authority',
      async () => createAuthority(DEFAULT_IDENTITY, systemClock, () => '').issue('https://api.loganalytics.io'),
      'InvalidTokenError',
    ],
  ] as const
  for (const [name, token, code] of refusals) {
    it(name, async () => {
      const error = await failure(
        client(undefined, { token: await token() }).queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY),
      )
      assert.deepEqual([error.statusCode, error.code], [403, code])
    })
  }
  it('for another audience', async () => {
    const error = await failure(
      client(undefined, { audience: 'https://management.azure.com' }).queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY),
    )
    assert.deepEqual([error.statusCode, error.code], [403, 'InvalidAuthenticationTokenAudience'])
  })
  it('that have expired', async () => {
    let later = 0
    const clock = { ...systemClock, now: () => (systemClock.now() + later) as Instant }
    const first = emulator
    emulator = await tlsEmulator({ clock })
    try {
      const { token } = await credential().getToken('https://api.loganalytics.io/.default')
      const ask = () => client(undefined, { token }).queryWorkspace(WORKSPACE_ID, 'AllTypes', DAY)
      assert.equal(rowsOf(await ask()).length, 3)
      later = minutes(61)
      const error = await failure(ask())
      assert.deepEqual([error.statusCode, error.code], [403, 'InvalidAuthenticationToken'])
    } finally {
      await emulator.close()
      emulator = first
    }
  })
  it('a login with a wrong secret names the reason', async () => {
    await assert.rejects(credential('wrong').getToken('https://api.loganalytics.io/.default'), /AADSTS7000215/)
  })
  it('the older endpoint gives a token for a resource, which the services take', async () => {
    const login = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    const path = `/${tenantId}/oauth2/token`
    const form = new URLSearchParams({ ...login, resource: 'https://api.loganalytics.io/' })
    const { access_token: token, ...rest } = await postJson<Record<string, string>>(emulator, path, form)
    assert.deepEqual(
      [rest['token_type'], rest['expires_in'], rest['resource']],
      ['Bearer', '3599', form.get('resource')],
    )
    const query = `/v1/workspaces/${WORKSPACE_ID}/query`
    const answer = await postJson<{ tables: { rows: unknown[] }[] }>(
      emulator,
      query,
      { query: 'AllTypes | take 1' },
      { Authorization: `Bearer ${token}` },
    )
    assert.equal(answer.tables[0]?.rows.length, 1)
    const withoutResource = new URLSearchParams({ ...login, scope: 'https://api.loganalytics.io/.default' })
    await assert.rejects(postJson(emulator, path, withoutResource), /400 .*AADSTS1002012/)
  })
  it('an unknown tenant has no metadata and no tokens, as the service’s own does not', async () => {
    const unknown = '00000000-0000-0000-0000-000000000000'
    // MSAL reads the metadata first, and says no more than that.
    await assert.rejects(
      credential(clientSecret, unknown).getToken('https://api.loganalytics.io/.default'),
      /endpoints_resolution_error/,
    )
    for (const [path, error, body] of [
      [`/${unknown}/v2.0/.well-known/openid-configuration`, 'invalid_tenant', undefined],
      [`/${unknown}/oauth2/v2.0/token`, 'invalid_request', new URLSearchParams({ client_id: clientId })],
    ] as const) {
      const answer = body === undefined ? getJson(emulator, path) : postJson(emulator, path, body)
      await assert.rejects(answer, new RegExp(`400 .*"error":"${error}".*AADSTS90002`))
    }
  })
})

it('the certificates name each other’s keys, which strict verifiers ask for', async () => {
  const { hostname, port } = new URL(emulator.url)
  const socket = connect({ host: hostname, port: Number(port), ca: emulator.ca })
  await once(socket, 'secureConnect')
  const server = new X509Certificate(socket.getPeerCertificate().raw)
  socket.destroy()
  const authority = new X509Certificate(emulator.ca)
  const key = authority.getExtension(SubjectKeyIdentifierExtension)?.keyId
  assert.match(String(key), /^[0-9a-f]{40}$/)
  assert.equal(server.getExtension(AuthorityKeyIdentifierExtension)?.keyId, key)
})

it('NODE_EXTRA_CA_CERTS and AZURE_ variables are all that another process needs', async () => {
  const script = `
    import { EnvironmentCredential } from '@azure/identity'
    import { LogsQueryClient } from '@azure/monitor-query'
    const [url, workspace] = process.argv.slice(1)
    const credential = new EnvironmentCredential({ disableInstanceDiscovery: true })
    const client = new LogsQueryClient(credential, { endpoint: url })
    const result = await client.queryWorkspace(workspace, 'AllTypes | take 2', { duration: 'P9999D' })
    console.log(result.status, result.tables[0].rows.length)
  `
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: emulator.caFile,
    AZURE_AUTHORITY_HOST: emulator.url,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
  }
  const args = ['--input-type=module', '-e', script, emulator.url, WORKSPACE_ID]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  assert.equal(stdout.trim(), 'Success 2')
})
