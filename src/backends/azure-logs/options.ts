import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { Clock, Duration } from '../../domain/time.ts'

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
}

export interface AzureLogsOptions extends AzureCloud {
  /** By the name that runs and the ledger use. */
  readonly workspaces: ReadonlyMap<string, AzureWorkspace>
  readonly credential: AzureCredential
  /**
   * PEM files with private certificate authorities, trusted beside Node's own roots. Authorities in
   * `NODE_EXTRA_CA_CERTS` are trusted without this; with it Node looks only here, so name that file here too.
   */
  readonly caFiles?: readonly string[]
  /** Where the rows of a large answer lie while a run goes through them; default the system's temporary folder. */
  readonly spoolFolder?: string
  /** How long the client waits for the service's own timeout answer beyond the query's timeout. Default 30 s. */
  readonly grace?: Duration
  /** Waits until one request more may be sent than the first of a query; absent means that it always may. */
  readonly beforeRetry?: (workspace: string, signal: AbortSignal) => Promise<void>
  readonly clock: Clock
  /** A number in [0, 1): jitter of the waits between attempts. */
  readonly random: () => number
}
