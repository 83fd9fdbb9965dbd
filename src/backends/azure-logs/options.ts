import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { Duration } from '../../domain/time.ts'
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
  /** How far back it keeps logs, as the settings say; absent: not known, and windows are taken for searched. */
  readonly retention?: Duration
}

export interface AzureLogsOptions extends AzureCloud, KustoServiceOptions {
  /** By the name that runs and the ledger use. */
  readonly workspaces: ReadonlyMap<string, AzureWorkspace>
  readonly credential: AzureCredential
}
