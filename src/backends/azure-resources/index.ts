import { createCredential, createServiceClient, servicesOf, trustedCertificates } from '../../azure/index.ts'
import type { AzureCloud, AzureCredential, RetryTools } from '../../azure/index.ts'
import { createAzureResources } from './azure-resources.ts'
import type { AzureResources } from './azure-resources.ts'

export type { AzureResources, TableRetention, WorkspaceResource } from './azure-resources.ts'

export interface AzureResourcesOptions extends AzureCloud, RetryTools {
  readonly credential: AzureCredential
  /** PEM files with private certificate authorities, trusted beside Node's own roots. */
  readonly caFiles?: readonly string[]
}

/** Azure Resource Manager under the given credential. Throws ConfigError for settings that cannot work. */
export function openAzureResources(options: AzureResourcesOptions): AzureResources {
  const { managementEndpoint, managementAudience, authorityHost } = servicesOf(options)
  const ca = trustedCertificates(options.caFiles ?? [])
  const client = createServiceClient({
    name: 'Azure Resource Manager',
    endpoint: managementEndpoint,
    audience: managementAudience,
    credential: createCredential(options.credential, { authorityHost, ca }),
    ca,
    roleHint: 'give the identity the role Reader or Log Analytics Reader on the subscription or the workspace',
    clock: options.clock,
    random: options.random,
  })
  return createAzureResources(client, managementEndpoint)
}
