import type { Config, WorkspaceConfig } from '../config/config.ts'
import { ConfigError, UsageError } from '../domain/errors.ts'
import { nearNames } from '../text/near-name.ts'

/**
 * The workspaces that `--workspace` means, by name or tag, without regard to case; all of them when it is not given.
 * Throws UsageError for a name that is neither, ConfigError when none is configured.
 */
export function chooseWorkspaces(
  { workspaces, configFile }: Pick<Config, 'workspaces' | 'configFile'>,
  wanted: readonly string[],
): readonly WorkspaceConfig[] {
  if (workspaces.length === 0) {
    throw new ConfigError({
      code: 'config/no-workspace',
      message: `HUNT_WORKSPACE_ID is not set${configFile === undefined ? '' : `, and ${configFile} lists no workspace`}`,
      hint: "for example HUNT_WORKSPACE_ID=00000000-0000-0000-0000-000000000001; the ID is on the workspace's overview page",
    })
  }
  if (wanted.length === 0) return workspaces
  const chosen = new Set(wanted.flatMap((text) => workspacesNamed(text, workspaces)))
  return workspaces.filter((workspace) => chosen.has(workspace))
}

/** Those of that name or, where none has it, of that tag. Throws UsageError when there is none. */
export function workspacesNamed<T extends Pick<WorkspaceConfig, 'name' | 'tags'>>(
  text: string,
  workspaces: readonly T[],
): readonly T[] {
  const lower = text.toLowerCase()
  const byName = workspaces.filter(({ name }) => name.toLowerCase() === lower)
  const found =
    byName.length > 0 ? byName : workspaces.filter(({ tags }) => tags.some((tag) => tag.toLowerCase() === lower))
  if (found.length > 0) return found
  const known = [...new Set(workspaces.flatMap(({ name, tags }) => [name, ...tags]))]
  const near = nearNames(text, known, 1)[0]
  throw new UsageError({
    code: 'usage/unknown-workspace',
    message: `no workspace has the name or tag "${text}"`,
    hint: near === undefined ? `known are: ${known.join(', ')}` : `did you mean "${near}"?`,
  })
}
