import { json } from '../reply.ts'
import type { Operation } from './operation.ts'

/**
 * Where to log in for a cluster, and for which resource: Kusto's own clients ask this before anything else, without a token, and log in
 * at Microsoft where it is missing. Members as clients read them (Azure/azure-kusto-node, -python, -go: cloud settings).
 */
export const kustoMetadata: Operation = {
  methods: ['GET'],
  path: /^\/v1\/rest\/auth\/metadata$/,
  ofService: false,
  async handle(_call, { url, settings }) {
    return json({
      AzureAD: {
        LoginEndpoint: url(),
        LoginMfaRequired: false,
        KustoClientAppId: settings.identity.clientId,
        KustoClientRedirectUri: 'http://localhost',
        KustoServiceResourceId: 'https://kusto.kusto.windows.net',
        FirstPartyAuthorityUrl: `${url()}/${settings.identity.tenantId}`,
      },
    })
  },
}
