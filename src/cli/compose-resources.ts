import type { AzureResources } from '../backends/azure-resources/index.ts'
import type { WorkspaceConfig } from '../config/config.ts'
import type { CommandContext } from './command.ts'
import { resourcesOptions, shareVariables } from './compose-azure.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program'>

/** Azure Resource Manager under the configured credential. Rejects with ConfigError. */
export async function openResources(context: Surroundings): Promise<AzureResources> {
  return openResourcesOf(context, { credential: context.config.credential, tenantId: undefined })
}

/** The same under the login of a workspace. */
export async function openResourcesOf(
  { config, program }: Surroundings,
  login: Pick<WorkspaceConfig, 'credential' | 'tenantId'>,
): Promise<AzureResources> {
  const { openAzureResources } = await import('../backends/azure-resources/index.ts')
  shareVariables({ config, program })
  return openAzureResources(resourcesOptions(config, program, login))
}
