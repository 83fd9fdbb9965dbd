import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { KeptLogs } from '../../domain/kept-logs.ts'
import type { Duration } from '../../domain/time.ts'
import type { TablesOf } from '../../kusto-service/bound-tables.ts'
import type { KustoServiceOptions } from '../../kusto-service/service-options.ts'

/** A Log Analytics workspace as the Logs Query API knows it. */
export interface AzureWorkspace {
  /** The workspace's customer id, a GUID (not its ARM id); contract A1. */
  readonly id: string
  /** By which `QueryRequest.across` may mean it, beside its name. */
  readonly tags?: readonly string[]
  /** Overrides the common credential, for a workspace of another tenant. */
  readonly credential?: AzureCredential
  /** The longest that a query may take here, whatever is asked for. */
  readonly timeout?: Duration
  /** How far back it keeps logs, as the settings say; absent: as `keptLogs` says. */
  readonly retention?: Duration
}

/** What the service says of how workspaces keep their logs. */
export interface KeptLogsSource {
  /** By the name that runs use; undefined: nobody says. */
  of(workspace: string, signal: AbortSignal): Promise<KeptLogs | undefined>
  close(): void
}

export interface AzureLogsOptions extends AzureCloud, KustoServiceOptions {
  /** By the name that runs and the ledger use. */
  readonly workspaces: ReadonlyMap<string, AzureWorkspace>
  readonly credential: AzureCredential
  /** Absent: windows are taken for searched where the settings say nothing. */
  readonly keptLogs?: KeptLogsSource
  /** Each table may keep logs for a time of its own; absent: what the workspace keeps counts. */
  readonly tablesOf?: TablesOf
}
