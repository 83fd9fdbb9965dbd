import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openAzureResources } from '../../../../src/backends/azure-resources/index.ts'
import type { AzureResources } from '../../../../src/backends/azure-resources/index.ts'
import { days } from '../../../../src/time/duration.ts'
import { fakeClock } from '../../../support/instants.ts'
import {
  respondJson,
  scriptedServer,
  type Arrived,
  type ScriptedServer,
  type Step,
} from '../../../support/scripted-server.ts'

const { signal } = new AbortController()

async function asking(
  answer: (arrived: Arrived, url: string) => unknown,
  work: (resources: AzureResources, server: ScriptedServer) => Promise<void>,
): Promise<void> {
  let url = ''
  const step: Step = (response, arrived) => respondJson(200, answer(arrived, url))(response, arrived)
  const server = await scriptedServer(step)
  url = server.url
  const credential = { kind: 'client-secret', tenantId: 't', clientId: 'c', clientSecret: () => 's' } as const
  const options = { credential, managementEndpoint: server.url, clock: fakeClock(), random: () => 0 }
  try {
    await work(openAzureResources(options), server)
  } finally {
    await server.close()
  }
}

const SUBSCRIPTION = '11111111-0000-0000-0000-000000000001'
const workspace = (name: string, changes: object = {}) => ({
  id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/${name}`,
  name,
  location: 'westeurope',
  properties: { customerId: 'ABCDEF00-0000-0000-0000-000000000001', retentionInDays: 90, ...changes },
})

describe('what Azure Resource Manager knows of workspaces', () => {
  it('lists those of every enabled subscription, page by page, by name', async () => {
    const answer = ({ url }: Arrived, host: string): unknown => {
      if (url.startsWith('/subscriptions?')) {
        return {
          value: [
            { subscriptionId: SUBSCRIPTION, displayName: 'Production', state: 'Enabled' },
            { subscriptionId: 'gone', displayName: 'Gone', state: 'Disabled' },
          ],
        }
      }
      if (url.includes('page=2')) return { value: [workspace('alpha', { retentionInDays: -1 })] }
      return { value: [workspace('zulu'), { name: 'not a workspace' }], nextLink: `${host}${url}&page=2` }
    }
    await asking(answer, async (resources, server) => {
      const found = await resources.workspaces(signal)
      assert.deepEqual(
        found.map(({ name, retention }) => [name, retention]),
        [
          ['alpha', undefined],
          ['zulu', days(90)],
        ],
      )
      assert.deepEqual(found[1], {
        resourceId: workspace('zulu').id,
        name: 'zulu',
        customerId: 'abcdef00-0000-0000-0000-000000000001',
        resourceGroup: 'soc',
        subscriptionId: SUBSCRIPTION,
        subscriptionName: 'Production',
        location: 'westeurope',
        retention: days(90),
      })
      assert.ok(server.arrived.every(({ url }) => !url.includes('gone')))
    })
  })

  it('follows no link to another host: the token would go along', async () => {
    await asking(
      () => ({ value: [], nextLink: 'https://elsewhere.test/subscriptions?page=2' }),
      async (resources) => {
        await assert.rejects(resources.workspaces(signal), { code: 'backend/unreadable-answer' })
      },
    )
  })

  it('takes saved searches with an alias for functions, and leaves the others', async () => {
    const answer = () => ({
      value: [
        {
          properties: {
            functionAlias: 'Callers',
            functionParameters: 'since:datetime',
            query: 'AzureActivity | distinct Caller',
          },
        },
        { properties: { functionAlias: 'Plain', query: 'print 1' } },
        { properties: { displayName: 'a kept query', query: 'print 2' } },
        { properties: { functionAlias: '', query: 'print 3' } },
      ],
    })
    await asking(answer, async (resources, server) => {
      const functions = await resources.functions(workspace('zulu').id, signal)
      assert.deepEqual(
        functions.map(({ name, parameters, body }) => [name, parameters, body]),
        [
          ['Callers', 'since:datetime', 'AzureActivity | distinct Caller'],
          ['Plain', '', 'print 1'],
        ],
      )
      assert.match(server.arrived[0]?.url ?? '', /\/workspaces\/zulu\/savedSearches\?api-version=/)
    })
  })

  it('does not take any JSON for a list', async () => {
    await asking(
      () => ({ subscriptions: [] }),
      async (resources) => {
        await assert.rejects(resources.workspaces(signal), { code: 'backend/unreadable-answer' })
      },
    )
  })
})
