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
  const chosen = new Set(wanted.flatMap((name) => named(name, workspaces)))
  return workspaces.filter((workspace) => chosen.has(workspace))
}

function named(name: string, workspaces: readonly WorkspaceConfig[]): readonly WorkspaceConfig[] {
  const lower = name.toLowerCase()
  const byName = workspaces.filter((workspace) => workspace.name.toLowerCase() === lower)
  const found =
    byName.length > 0 ? byName : workspaces.filter(({ tags }) => tags.some((tag) => tag.toLowerCase() === lower))
  if (found.length > 0) return found
  const known = workspaces.flatMap((workspace) => [workspace.name, ...workspace.tags])
  throw unknownWorkspace(name, [...new Set(known)])
}

export function unknownWorkspace(name: string, known: readonly string[]): UsageError {
  const near = nearNames(name, known, 1)[0]
  return new UsageError({
    code: 'usage/unknown-workspace',
    message: `no workspace has the name or tag "${name}"`,
    hint: near === undefined ? `known are: ${known.join(', ')}` : `did you mean "${near}"?`,
  })
}
