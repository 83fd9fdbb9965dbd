import type { EmulatorState } from './operations/operation.ts'
import { DEFAULT_WORKSPACE } from './options.ts'
import { firstWorkspace } from './run-query.ts'
import { invalidRequest, resourceNotFound, unknownResource } from './service-errors.ts'

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** The public workspace for trying the API out, and its key; `shared/reference/azure-contract.md` A1. */
export const DEMO_WORKSPACE = 'DEMO_WORKSPACE'

/** Workspaces of one query, its own included; A7. */
const MOST_WORKSPACES = 100

type Settings = Pick<EmulatorState, 'settings'>

/** The name for the backend, by the id in the address; undefined when there is no such workspace. */
export function workspaceById(id: string, { settings }: Settings): string | undefined {
  if (id === DEMO_WORKSPACE) return firstWorkspace({ settings })
  if (settings.workspaces !== undefined) return settings.workspaces.get(id.toLowerCase())
  return GUID.test(id) || !settings.strict ? 'local' : undefined
}

const WORKSPACE_RESOURCE = /\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/]+)$/i

/**
 * The workspace that answers for a resource: every resource's logs are those of the one data folder, `_ResourceId` is not filtered;
 * but a workspace is itself, and one that is not served a 404 (A6).
 */
export function workspaceOfResource(resource: string, state: Settings): string {
  const [, name] = WORKSPACE_RESOURCE.exec(resource) ?? []
  if (name === undefined) return firstWorkspace(state)
  const found = workspaceByName(name, state)
  if (found === undefined) throw resourceNotFound(resource)
  return found
}

/** Where any id is served, so is any name. */
function workspaceByName(name: string, { settings }: Settings): string | undefined {
  if (settings.workspaces === undefined) return 'local'
  return [...settings.workspaces.values()].find((each) => each.toLowerCase() === name.toLowerCase())
}

/** A2: a name, a qualified name (`subscription/resourceGroup/name`), an id or an ARM id. */
function workspaceByText(text: string, state: Settings): string | undefined {
  const [, ofResource] = WORKSPACE_RESOURCE.exec(text) ?? []
  if (ofResource !== undefined) return workspaceByName(ofResource, state)
  const [, qualified] = /^[^/]+\/[^/]+\/([^/]+)$/.exec(text) ?? []
  if (qualified !== undefined) return workspaceByName(qualified, state)
  return workspaceById(text, state) ?? namedWorkspace(text, state)
}

/** A name alone is known only where workspaces have names: any word would do otherwise, a misspelt id too. */
function namedWorkspace(text: string, state: Settings): string | undefined {
  return state.settings.workspaces === undefined ? undefined : workspaceByName(text, state)
}

/** A cross-workspace query would need a data folder a workspace; only the workspace itself is known here. */
export function checkFurtherWorkspaces(workspaces: readonly string[], own: string, state: Settings): void {
  if (workspaces.length >= MOST_WORKSPACES) {
    throw invalidRequest(`The query reads ${workspaces.length + 1} workspaces, and ${MOST_WORKSPACES} are allowed`)
  }
  for (const text of workspaces) {
    const name = workspaceByText(text, state)
    if (name === undefined) throw unknownResource(text)
    if (name !== own) throw invalidRequest(`The emulator does not join the workspace '${text}' to another`)
  }
}

const SUBSCRIPTION = '0e0e0e0e-0000-4000-8000-000000000004'

/** Where Azure Resource Manager has the workspaces that are served. */
export const ARM = { subscription: SUBSCRIPTION, group: 'hunt-emulator', provider: 'Microsoft.OperationalInsights' }

/** The name that Resource Manager has where any id is served. */
export const ANY_WORKSPACE = 'hunt-emulator'

/** Name by customer id; where any id is served, the one that the emulator names at its start. */
export function servedWorkspaces({ settings }: Settings): ReadonlyMap<string, string> {
  return settings.workspaces ?? new Map([[DEFAULT_WORKSPACE, ANY_WORKSPACE]])
}

/** Where any id is served, the one that was asked for, and the one named at the start for those who asked for a resource. */
export function customerIdOf(
  { workspace, workspaceId }: { readonly workspace: string; readonly workspaceId?: string },
  state: Settings,
): string {
  const [served] = [...servedWorkspaces(state)].find(([, name]) => name === workspace) ?? []
  return served ?? workspaceId ?? DEFAULT_WORKSPACE
}

export function workspaceArmId(name: string): string {
  return `/subscriptions/${ARM.subscription}/resourceGroups/${ARM.group}/providers/${ARM.provider}/workspaces/${name}`
}
