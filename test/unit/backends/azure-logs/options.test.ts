import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { servicesOf } from '../../../../src/azure/cloud.ts'
import { createCredential } from '../../../../src/azure/credential.ts'
import { ConfigError } from '../../../../src/domain/errors.ts'
import { azureUnderTest } from '../../../support/azure-logs.ts'

describe('clouds', () => {
  const rows = [
    ['public by default', {}, 'https://api.loganalytics.io', 'https://api.loganalytics.io', undefined],
    [
      'US Government',
      { cloud: 'usgovernment' },
      'https://api.loganalytics.us',
      'https://api.loganalytics.us',
      'https://login.microsoftonline.us',
    ],
    [
      'China',
      { cloud: 'china' },
      'https://api.loganalytics.azure.cn',
      'https://api.loganalytics.azure.cn',
      'https://login.chinacloudapi.cn',
    ],
    [
      'host and audience are independent',
      { endpoint: 'https://api.loganalytics.azure.com' },
      'https://api.loganalytics.azure.com',
      'https://api.loganalytics.io',
      undefined,
    ],
  ] as const
  for (const [name, options, endpoint, audience, authorityHost] of rows) {
    it(name, () => {
      const { managementEndpoint, managementAudience, graphAudience, ...query } = servicesOf(options)
      assert.deepEqual(query, { endpoint, audience, authorityHost, isPlainEmulator: false })
      const management: Readonly<Record<string, string>> = {
        'https://api.loganalytics.io': 'https://management.azure.com',
        'https://api.loganalytics.us': 'https://management.usgovcloudapi.net',
        'https://api.loganalytics.azure.cn': 'https://management.chinacloudapi.cn',
      }
      const graph: Readonly<Record<string, string>> = {
        'https://api.loganalytics.io': 'https://graph.microsoft.com',
        'https://api.loganalytics.us': 'https://graph.microsoft.us',
      }
      assert.equal(graphAudience, graph[audience])
      assert.equal(managementEndpoint, management[audience])
      assert.equal(managementAudience, management[audience])
    })
  }
})

describe('settings that cannot work are refused before anything is sent', () => {
  const code = (expected: string) => (error: unknown) => error instanceof ConfigError && error.code === expected
  it('plain http to another machine', () => {
    assert.throws(() => azureUnderTest('http://api.loganalytics.io'), code('config/endpoint'))
  })
  it('an endpoint that is no address', () => {
    assert.throws(() => azureUnderTest('api.loganalytics.io'), code('config/endpoint'))
  })
  it('a workspace id that is no GUID', () => {
    const workspaces = new Map([['contoso', { id: '/subscriptions/1/x' }]])
    assert.throws(() => azureUnderTest('https://127.0.0.1:1', { workspaces }), code('config/workspace-id'))
  })
  it('a certificate authority file that is not there', () => {
    assert.throws(() => azureUnderTest('https://127.0.0.1:1', { caFiles: ['/nowhere/ca.pem'] }), code('config/ca-file'))
  })
  it('a credential with empty ids', () => {
    assert.throws(
      () =>
        createCredential(
          { kind: 'client-secret', tenantId: '', clientId: '', clientSecret: () => 'hush' },
          { authorityHost: undefined, ca: undefined },
        ),
      (error) => code('config/credential')(error) && !String(error).includes('hush'),
    )
  })
  it('a workspace that is not configured', async () => {
    await assert.rejects(azureUnderTest('https://127.0.0.1:1').ask({ workspace: 'fabrikam' }), (error) => {
      return code('config/unknown-workspace')(error) && (error as ConfigError).hint === "configured: 'contoso'"
    })
  })
})
