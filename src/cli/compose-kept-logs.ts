import type { LogAnalyticsConfig } from '../config/config.ts'
import { HuntError } from '../domain/errors.ts'
import type { Instant } from '../domain/time.ts'
import type { KeptLogsBook, KeptLogsService } from '../kusto-service/kept-logs-book.ts'
import { minutes } from '../time/duration.ts'
import { minus } from '../time/instant.ts'
import type { CommandContext } from './command.ts'
import { ofLogAnalytics } from './compose-azure.ts'
import { openResourcesOf } from './compose-resources.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program'>

/** How long a list of workspaces is good for: long enough to ask for all of one login by one list. */
const LIST_HOLDS = minutes(10)

/**
 * How workspaces keep their logs, as Azure Resource Manager says; undefined where it is not asked: a data folder, and an emulator
 * over plain http whose own Resource Manager is not named.
 */
export function keptLogsService({ config, program }: Surroundings): KeptLogsService | undefined {
  const isPlain = config.endpoint?.startsWith('http:') === true && config.managementEndpoint === undefined
  if (config.backend !== 'azure' || isPlain) return undefined
  const { clock } = program
  const known = (name: string) => ofLogAnalytics(config.workspaces).find((each) => each.name === name)
  const openList = async (login: LogAnalyticsConfig, signal: AbortSignal) => {
    const resources = await openResourcesOf({ config, program }, login)
    return { resources, workspaces: await resources.workspaces(signal) }
  }
  const lists = new Map<string, { readonly at: Instant; readonly list: ReturnType<typeof openList> }>()
  const listOf = (login: LogAnalyticsConfig, signal: AbortSignal): ReturnType<typeof openList> => {
    const key = `${login.credential}\0${login.tenantId ?? ''}`
    const now = clock.now()
    const made = lists.get(key)
    if (made !== undefined && made.at <= now && made.at > minus(now, LIST_HOLDS)) return made.list
    const list = openList(login, signal)
    lists.set(key, { at: now, list })
    list.catch(() => lists.delete(key))
    return list
  }
  return {
    idOf: (name) => known(name)?.id,
    async ask(name, signal) {
      const workspace = known(name)
      if (workspace === undefined) return 'unseen'
      const { resources, workspaces } = await listOf(workspace, signal).catch((error: unknown) => {
        if (signal.aborted || error instanceof HuntError) throw error
        // Who asked first gave up, and that was for another workspace.
        return openList(workspace, signal)
      })
      const resource = workspaces.find(({ customerId }) => customerId === workspace.id)
      if (resource === undefined) return 'unseen'
      const tables = await resources.tables(resource.resourceId, signal)
      return {
        workspace: resource.retention,
        tables: new Map(tables.map(({ name: table, plan, kept }) => [table.toLowerCase(), { plan, kept }])),
      }
    },
  }
}

/** What runs go by; undefined where nobody is asked. */
export async function openKeptLogs(context: Surroundings): Promise<KeptLogsBook | undefined> {
  const service = keptLogsService(context)
  if (service === undefined) return undefined
  const book = await import('../kusto-service/kept-logs-book.ts')
  return new book.KeptLogsBook(service, context.program.clock)
}
