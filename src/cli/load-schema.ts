import { ConfigError } from '../domain/errors.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import { errnoOf } from '../files/file-error.ts'
import { build } from './build.ts'
import type { CommandContext } from './command.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program'>

/**
 * The table catalogue: the built-in one, and what the `schemas` setting adds. Who asks for it will bind queries, so what that
 * gives is kept from here on. Rejects with ConfigError.
 */
export async function loadSchema({ config, program }: Surroundings): Promise<WorkspaceSchema> {
  const { loadSchemaCatalogue, loadUserSchemas, mergeSchemas } = await import('../schemas/index.ts')
  const [catalogue] = await Promise.all([loadSchemaCatalogue(program.packageRoot), keepTreesOf({ config, program })])
  return config.schemas === undefined ? catalogue : mergeSchemas(catalogue, await loadUserSchemas(config.schemas))
}

async function keepTreesOf({ config, program }: Surroundings): Promise<void> {
  if (build === undefined || config.cache === 'none') return
  const [{ keepTrees }, { openTextCache, whyUnsafe }] = await Promise.all([
    import('../kql/index.ts'),
    import('../files/text-cache.ts'),
  ])
  const folder = config.cache ?? (await usualFolder())
  if (folder === undefined) return
  const { userId } = program.process
  const unsafe = config.cache === undefined ? undefined : whyUnsafe(folder, userId)
  if (unsafe !== undefined) {
    throw new ConfigError({
      code: 'config/unsafe-cache',
      message: `the folder of the setting cache is not used, for ${unsafe}: ${folder}`,
      hint: 'who writes there decides what rules are taken to say: give it to the user of hunt and take write permission from others (chmod go-w), name another folder, or set HUNT_CACHE=none',
    })
  }
  keepTrees(openTextCache(folder, { clock: program.clock, userId }), build)
}

/** Undefined for a user without a home: a number in a container. */
async function usualFolder(): Promise<string | undefined> {
  try {
    // The package asks for the home when it is loaded.
    const { default: envPaths } = await import('env-paths')
    return envPaths('hunt', { suffix: '' }).cache
  } catch (error) {
    if (errnoOf(error) === '') throw error
    return undefined
  }
}
