import { keptOf, leastKept, shortestOf } from '../../domain/kept-logs.ts'
import type { KeptLogs } from '../../domain/kept-logs.ts'
import type { QueryRequest } from '../../domain/ports.ts'
import type { Duration } from '../../domain/time.ts'
import { days } from '../../time/duration.ts'
import { minus } from '../../time/instant.ts'
import type { AzureLogsOptions, AzureWorkspace } from './options.ts'

/** No table keeps its logs for less («Manage data retention in a Log Analytics workspace»): younger windows need no question. */
const LEAST_RETENTION = days(4)

/** A workspace that a query reads, by the name that runs use. */
export type NamedWorkspace = readonly [name: string, workspace: AzureWorkspace]

/**
 * How far back a query reaches in all of these workspaces: what one of them has no longer is missing from the answer. The settings
 * say, and where they do not, the service; undefined where nobody says, and where the window is young enough anyway.
 */
export async function reachOf(
  request: Pick<QueryRequest, 'query' | 'window'>,
  workspaces: readonly NamedWorkspace[],
  options: Pick<AzureLogsOptions, 'keptLogs' | 'tablesOf' | 'clock'>,
  signal: AbortSignal,
): Promise<Duration | undefined> {
  const { window } = request
  const { keptLogs, clock } = options
  const set = workspaces.map(([, { retention }]) => retention)
  if (window === undefined || window.start >= minus(clock.now(), LEAST_RETENTION)) return shortestOf(set)
  const unset = workspaces.filter(([, { retention }]) => retention === undefined)
  const told = await Promise.all(unset.map(async ([name]) => keptLogs?.of(name, signal)))
  const known = told.filter((each) => each !== undefined)
  const isKept = (kept: KeptLogs): boolean => window.start >= minus(clock.now(), leastKept(kept) ?? (0 as Duration))
  if (known.every(isKept)) return shortestOf(set)
  const tables = (await options.tablesOf?.(request.query)) ?? []
  const names = tables.map(({ name }) => name)
  return shortestOf([...set, ...known.map((each) => keptOf(each, names))])
}
