import type { Backend } from '../domain/ports.ts'
import { UsageError } from '../domain/errors.ts'
import type { CommandContext } from './command.ts'
import { openSearchTarget } from './compose.ts'

/** For commands that ask one workspace: the one that is configured, or that `--workspace` names. */
export async function openOneWorkspace(
  context: Pick<CommandContext, 'config' | 'program'>,
  wanted: readonly string[],
  command: string,
): Promise<{ readonly backend: Backend; readonly workspace: string }> {
  const { backend, workspaces } = await openSearchTarget(context, wanted)
  const [workspace] = workspaces
  if (workspace !== undefined && workspaces.length === 1) return { backend, workspace }
  await backend.close()
  throw new UsageError({
    code: 'usage/several-workspaces',
    message: `${command} asks one workspace, and there are ${workspaces.length}: ${workspaces.join(', ')}`,
    hint: `choose one, for example --workspace ${workspace ?? 'contoso-prod'}`,
  })
}
