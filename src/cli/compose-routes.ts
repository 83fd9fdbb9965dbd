import type { WorkspaceConfig } from '../config/config.ts'
import { ConfigError } from '../domain/errors.ts'
import type { Backend } from '../domain/ports.ts'
import type { KeptLogsBook } from '../kusto-service/kept-logs-book.ts'
import type { TablesOf } from '../kusto-service/bound-tables.ts'
import type { CommandContext } from './command.ts'
import { azureOptions, dataExplorerOptions, defenderXdrOptions, ofLogAnalytics } from './compose-azure.ts'
import { loadSchema } from './load-schema.ts'

/** A backend and the workspaces that it searches. */
export interface Route {
  readonly backend: Backend
  readonly workspaces: readonly string[]
}

/** One backend for workspaces of several kinds: each query goes to the one that knows its workspace. */
export function routed(routes: readonly Route[]): Backend {
  const [only] = routes
  if (only !== undefined && routes.length === 1) return only.backend
  const byName = new Map(
    routes.flatMap(({ backend, workspaces }) => workspaces.map((name) => [name, backend] as const)),
  )
  return {
    name: 'azure',
    async query(request, signal) {
      const backend = byName.get(request.workspace)
      if (backend !== undefined) return backend.query(request, signal)
      throw new ConfigError({
        code: 'config/unknown-workspace',
        message: `no workspace is configured under the name '${request.workspace}'`,
        hint: `configured: ${[...byName.keys()].map((name) => `'${name}'`).join(', ')}`,
      })
    },
    async close() {
      for (const { backend } of routes) await backend.close()
    },
  }
}

/** Behind one backend for workspaces of several kinds each is asked in its own engine. */
export function enginesOf(routes: readonly Route[]): (workspace: string) => Backend['name'] | undefined {
  const names = new Map(
    routes.flatMap(({ backend, workspaces }) => workspaces.map((workspace) => [workspace, backend.name] as const)),
  )
  return (workspace) => names.get(workspace)
}

/** What backends over services share. */
export interface ServiceTools {
  readonly beforeRetry: (workspace: string, signal: AbortSignal) => Promise<void>
  readonly keptLogs: KeptLogsBook | undefined
}

/** A backend for each kind of workspace that is searched. */
export async function openServices(
  context: Pick<CommandContext, 'config' | 'program'>,
  workspaces: readonly WorkspaceConfig[],
  { beforeRetry, keptLogs }: ServiceTools,
): Promise<readonly Route[]> {
  const { config, program } = context
  const logs = ofLogAnalytics(workspaces)
  const tenants = workspaces.filter((each) => each.kind === 'defender-xdr')
  const common = { tablesOf: queriedTables(context), beforeRetry }
  const routes: Route[] = []
  if (logs.length > 0) {
    const { createAzureLogsBackend } = await import('../backends/azure-logs/index.ts')
    const options = { ...azureOptions(config, logs, program), ...common, ...(keptLogs && { keptLogs }) }
    const backend = createAzureLogsBackend(options)
    routes.push({ backend, workspaces: logs.map(({ name }) => name) })
  }
  if (tenants.length > 0) {
    const { createDefenderXdrBackend } = await import('../backends/defender-xdr/index.ts')
    const options = { ...defenderXdrOptions(config, tenants, program), ...common }
    routes.push({ backend: createDefenderXdrBackend(options), workspaces: tenants.map(({ name }) => name) })
  }
  const databases = workspaces.filter((each) => each.kind === 'data-explorer')
  if (databases.length > 0) {
    const { createDataExplorerBackend } = await import('../backends/data-explorer/index.ts')
    const options = { ...dataExplorerOptions(config, databases, program), ...common }
    routes.push({ backend: createDataExplorerBackend(options), workspaces: databases.map(({ name }) => name) })
  }
  return routes
}

/**
 * Tables that a query names, by the language service and the catalogue. A name inside of a saved function is none of them: the
 * service may not have that table, and the query does not say it.
 */
export function queriedTables(context: Pick<CommandContext, 'config' | 'program'>): TablesOf {
  let schema: ReturnType<typeof loadSchema> | undefined
  return async (query) => {
    const [{ analyze }, { tablesIn }] = await Promise.all([import('../kql/index.ts'), import('../doctor/index.ts')])
    const known = await (schema ??= loadSchema(context))
    return tablesIn(query, await analyze(query, known, context.program.guard))
      .filter((name) => new RegExp(`\\b${name.replace(/\W/g, '\\$&')}\\b`).test(query))
      .map((name) => ({ name, columns: known.tables.get(name)?.columns.map((column) => column.name) }))
  }
}
