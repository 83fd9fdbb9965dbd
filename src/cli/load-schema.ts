import type { WorkspaceSchema } from '../domain/schema.ts'
import type { CommandContext } from './command.ts'

/** The table catalogue: the built-in one, and what the `schemas` setting adds. Rejects with ConfigError. */
export async function loadSchema({
  config,
  program,
}: Pick<CommandContext, 'config' | 'program'>): Promise<WorkspaceSchema> {
  const { loadSchemaCatalogue, loadUserSchemas, mergeSchemas } = await import('../schemas/index.ts')
  const catalogue = await loadSchemaCatalogue(program.packageRoot)
  return config.schemas === undefined ? catalogue : mergeSchemas(catalogue, await loadUserSchemas(config.schemas))
}
