import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecurityInsights } from '@azure/arm-securityinsight'
import { ClientSecretCredential } from '@azure/identity'
import { AggregateLogsUploadError, LogsIngestionClient } from '@azure/monitor-ingestion'
import { emulatorUnderTest } from '../support/emulator-under-test.ts'
import type { EmulatorUnderTest } from '../support/emulator-under-test.ts'
import { DEFAULT_IDENTITY } from '../../src/emulator/index.ts'

/** The official SDKs, as anybody would use them: they judge the emulator, not hunt. */
function credentialAt({ url, ca }: EmulatorUnderTest): ClientSecretCredential {
  const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
  const options = { authorityHost: url, disableInstanceDiscovery: true, tlsOptions: { ca } }
  return new ClientSecretCredential(tenantId, clientId, clientSecret, options)
}

test('@azure/arm-securityinsight opens, changes, comments and ties a bookmark', async (t) => {
  const emulator = await emulatorUnderTest(t)
  const client = new SecurityInsights(credentialAt(emulator), 'sub', {
    endpoint: emulator.url,
    credentialScopes: 'https://management.azure.com/.default',
    tlsOptions: { ca: emulator.ca },
  })
  const open = { title: 'from the SDK', severity: 'High', status: 'New' }
  const made = await client.incidents.createOrUpdate('rg', 'ws', 'i-1', open)
  assert.equal(made.incidentNumber, 1)
  await assert.rejects(client.incidents.createOrUpdate('rg', 'ws', 'i-1', open), { statusCode: 409, code: 'Conflict' })
  const changed = await client.incidents.createOrUpdate('rg', 'ws', 'i-1', {
    ...open,
    status: 'Active',
    etag: made.etag ?? '',
  })
  assert.equal(changed.status, 'Active')
  await client.incidentComments.createOrUpdate('rg', 'ws', 'i-1', 'c-1', { message: 'hello' })
  const entityMappings = [{ entityType: 'Host', fieldMappings: [{ identifier: 'HostName', value: 'vm' }] }]
  const bookmark = await client.bookmarks.createOrUpdate('rg', 'ws', 'b-1', {
    displayName: 'd',
    query: 'q',
    entityMappings,
  })
  await client.incidentRelations.createOrUpdate('rg', 'ws', 'i-1', 'r-1', { relatedResourceId: bookmark.id ?? '' })
  const listed: string[] = []
  for await (const { title = '', additionalData } of client.incidents.list('rg', 'ws')) {
    listed.push(`${title} ${additionalData?.commentsCount} ${additionalData?.bookmarksCount}`)
  }
  assert.deepEqual(listed, ['from the SDK 1 1'])
  await client.incidents.delete('rg', 'ws', 'i-1')
  await assert.rejects(client.incidents.get('rg', 'ws', 'i-1'), { statusCode: 404 })
})

test('@azure/monitor-ingestion uploads in batches, and sees what is refused', async (t) => {
  const emulator = await emulatorUnderTest(t)
  const client = new LogsIngestionClient(emulator.url, credentialAt(emulator), { tlsOptions: { ca: emulator.ca } })
  const rows = Array.from({ length: 3000 }, (_, n) => ({
    TimeGenerated: '2026-03-02T00:00:00Z',
    n,
    text: 'x'.repeat(1000),
  }))
  await client.upload('dcr-0123456789abcdef0123456789abcdef', 'Custom-Rows', rows)
  const { streams } = await emulator.get<{ streams: { rows: { n: number }[] }[] }>('/_emulator/streams')
  assert.deepEqual(new Set(streams[0]?.rows.map(({ n }) => n)).size, 3000)
  await assert.rejects(
    client.upload('dcr-0', 'Custom-Rows', rows.slice(0, 1)),
    (error) => error instanceof AggregateLogsUploadError,
  )
})
