import { UsageError } from '../domain/errors.ts'
import type { CommandContext } from './command.ts'
import { openSearchTarget, pacedBackend } from './compose.ts'
import type { SearchTarget } from './compose.ts'

/**
 * For commands that ask one workspace: the one that is configured, or that `--workspace` names. `what` completes «… one
 * workspace, and there are 3».
 */
export async function openOneWorkspace(
  context: Pick<CommandContext, 'config' | 'program'>,
  wanted: readonly string[],
  what: string,
): Promise<SearchTarget & { readonly workspace: string }> {
  const target = await openSearchTarget(context, wanted)
  const { backend, workspaces } = target
  const [workspace] = workspaces
  if (workspace !== undefined && workspaces.length === 1) {
    return { ...target, backend: pacedBackend(target, context.program.clock), workspace }
  }
  await backend.close()
  throw new UsageError({
    code: 'usage/several-workspaces',
    message: `${what} one workspace, and there are ${workspaces.length}: ${workspaces.join(', ')}`,
    hint: `choose one, for example --workspace ${workspace ?? 'contoso-prod'}`,
  })
}
