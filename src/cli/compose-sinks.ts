import type { CredentialKind } from '../config/credential.ts'
import { CREDENTIALS } from '../config/credential.ts'
import type { Sink } from '../domain/ports.ts'
import type { SinkContext } from '../sinks/index.ts'
import type { CommandContext } from './command.ts'
import { azureCredential, shareVariables } from './compose-azure.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program' | 'version'>

/** The configured sinks. Rejects with ConfigError for one that cannot be built. */
export async function openSinks(surroundings: Surroundings): Promise<readonly Sink[]> {
  const { createSinks, prepareSinks } = await import('../sinks/index.ts')
  await prepareSinks(surroundings.config.sinks)
  return createSinks(surroundings.config.sinks, sinkContext(surroundings))
}

/** Names of the configured sinks, for whoever puts something into the outbox and delivers nothing. */
export async function configuredSinkNames({ config }: Pick<CommandContext, 'config'>): Promise<readonly string[]> {
  const { sinkNames } = await import('../sinks/index.ts')
  return sinkNames(config.sinks, config.configFolder)
}

function sinkContext({ config, program, version }: Surroundings): SinkContext {
  return {
    output: config.output,
    clock: program.clock,
    folder: config.configFolder,
    caFile: config.caFile,
    version,
    workspaceTags: config.workspaceTags,
    azure: {
      cloud: config.cloud,
      async credential(kind, tenantId) {
        const { createCredential, trustedCertificates } = await import('../azure/index.ts')
        shareVariables({ config, program })
        const chosen = azureCredential(kindOf(kind) ?? config.credential, tenantId, config)
        return createCredential(chosen, {
          authorityHost: config.azureVariables['AZURE_AUTHORITY_HOST']?.reveal(),
          ca: trustedCertificates(config.caFile === undefined ? [] : [config.caFile]),
        })
      },
    },
  }
}

function kindOf(name: string | undefined): CredentialKind | undefined {
  return CREDENTIALS.find((each) => each === name)
}
