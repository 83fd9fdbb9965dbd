import type { SinkKind } from '../sink-kind.ts'
import { AZURE_OPTIONS, audienceOf, azureClient } from '../azure/services.ts'
import { createArmClient } from './arm-client.ts'
import { createSentinelSink } from './sentinel-sink.ts'

const WORKSPACE =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/?#]+$/i
const EXAMPLE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/contoso'

export const sentinelSink: SinkKind = {
  type: 'sentinel',
  summary: 'Incidents in Microsoft Sentinel, with a comment for each delivery and bookmarks where the role allows.',
  options: {
    workspace: 'ARM id of the workspace, from the JSON view of its overview page',
    bookmarks: '`auto` (where the role allows; default), `on` or `off`',
    endpoint: 'Address of Azure Resource Manager; default: that of the cloud',
    apiVersion: 'Version for incidents. Default: 2025-09-01',
    bookmarkApiVersion: 'Version for bookmarks; only previews know entities. Default: 2025-07-01-preview',
    ...AZURE_OPTIONS,
  },
  limit: 100,
  create(name, options, context) {
    const workspace = options.needed('workspace', EXAMPLE).replace(/\/+$/, '')
    if (!WORKSPACE.test(workspace))
      throw options.wrong('workspace', 'is no ARM id of a workspace', `for example workspace: ${EXAMPLE}`)
    const audience = audienceOf('arm', options, context)
    const endpoint = options.text('endpoint') === undefined ? audience : options.address('endpoint', audience).origin
    return createSentinelSink({
      name,
      bookmarks: options.choice('bookmarks', ['auto', 'on', 'off']) ?? 'auto',
      arm: createArmClient({
        client: azureClient(name, 'arm', options, context),
        endpoint,
        workspace,
        apiVersion: options.text('apiVersion') ?? '2025-09-01',
        bookmarkApiVersion: options.text('bookmarkApiVersion') ?? '2025-07-01-preview',
      }),
    })
  },
}
