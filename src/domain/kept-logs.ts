import type { ErrorRecord } from './errors.ts'
import type { Duration, Instant } from './time.ts'

/** How a workspace keeps its logs, as the service says. */
export interface KeptLogs {
  /** What tables keep that say nothing of their own. */
  readonly workspace: Duration | undefined
  /** By name in lower case. */
  readonly tables: ReadonlyMap<string, { readonly plan: string | undefined; readonly kept: Duration | undefined }>
}

/** What is known of how long a workspace keeps its logs, and what became of the last question. */
export interface KeptLogsRecord {
  readonly workspace: string
  /** Id of the workspace that was asked about: another one may have its name by now. */
  readonly workspaceId: string
  readonly askedAt: Instant
  /** The last answer that there was. */
  readonly kept: KeptLogs | undefined
  /** Why the last question had none. */
  readonly problem: ErrorRecord | undefined
}

export interface KeptLogsLedger {
  keptLogs(): readonly KeptLogsRecord[]
  /** Without `kept` only the attempt counts: what was answered before stays, if it is of the same workspace. */
  recordKeptLogs(record: KeptLogsRecord): void
}

/** How far back a query over these tables reaches; undefined when nobody says. Without any table: what the workspace keeps. */
export function keptOf({ workspace, tables }: KeptLogs, names: readonly string[]): Duration | undefined {
  const places =
    names.length === 0 ? [workspace] : names.map((name) => tables.get(name.toLowerCase())?.kept ?? workspace)
  return shortestOf(places)
}

/** The least that any table keeps, whatever a query reads. */
export function leastKept({ workspace, tables }: KeptLogs): Duration | undefined {
  return shortestOf([workspace, ...[...tables.values()].map(({ kept }) => kept)])
}

export function shortestOf(durations: readonly (Duration | undefined)[]): Duration | undefined {
  const known = durations.filter((each) => each !== undefined)
  return known.length === 0 ? undefined : known.reduce((least, each) => (each < least ? each : least))
}
