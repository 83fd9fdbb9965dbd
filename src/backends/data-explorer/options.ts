import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { Clock, Duration } from '../../domain/time.ts'
import type { TablesOf } from '../../kusto-service/bound-tables.ts'

/** A database of Azure Data Explorer, or what speaks its protocol: Microsoft Fabric, the Sentinel data lake. */
export interface DataExplorerDatabase {
  /** Scheme, host and, for the data lake, path, without a slash at the end. Plain http is for an emulator on this machine. */
  readonly cluster: string
  readonly database: string
  /** The longest that a query may take here, whatever is asked for. */
  readonly timeout?: Duration
  /** Resource of the tokens; default: the cluster. */
  readonly audience?: string
  /** The time of its tables; default `TimeGenerated`. */
  readonly timeColumn?: string
  readonly credential: AzureCredential
}

export interface DataExplorerOptions extends Pick<AzureCloud, 'cloud' | 'authorityHost'> {
  /** By the name that runs and the ledger use. */
  readonly databases: ReadonlyMap<string, DataExplorerDatabase>
  /** PEM files with private certificate authorities, trusted beside Node's own roots. */
  readonly caFiles?: readonly string[]
  /** Where the rows of a large answer lie while a run goes through them; default the system's temporary folder. */
  readonly spoolFolder?: string
  /** How long to wait for an answer beyond the query's timeout. Default 30 s. */
  readonly grace?: Duration
  /** Waits until one request more may be sent than the first of a query; absent means that it always may. */
  readonly beforeRetry?: (workspace: string, signal: AbortSignal) => Promise<void>
  readonly tablesOf: TablesOf
  readonly clock: Clock
  /** A number in [0, 1): jitter of the waits between attempts. */
  readonly random: () => number
}
