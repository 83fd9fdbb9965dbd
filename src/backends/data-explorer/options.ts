import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { Duration } from '../../domain/time.ts'
import type { TablesOf } from '../../kusto-service/bound-tables.ts'
import type { KustoServiceOptions } from '../../kusto-service/service-options.ts'

/** A database of Azure Data Explorer, or what speaks its protocol: Microsoft Fabric, the Sentinel data lake. */
export interface DataExplorerDatabase {
  /** Scheme, host and, for the data lake, path, without a slash at the end. Plain http is for an emulator on this machine. */
  readonly cluster: string
  readonly database: string
  /** The longest that a query may take here, whatever is asked for. */
  readonly timeout?: Duration
  /** How far back it keeps logs, as the settings say; absent: not known, and windows are taken for searched. */
  readonly retention?: Duration
  /** Resource of the tokens; default: the cluster. */
  readonly audience?: string
  /** The time of its tables; default `TimeGenerated`. */
  readonly timeColumn?: string
  readonly credential: AzureCredential
}

export interface DataExplorerOptions extends Pick<AzureCloud, 'cloud' | 'authorityHost'>, KustoServiceOptions {
  /** By the name that runs and the ledger use. */
  readonly databases: ReadonlyMap<string, DataExplorerDatabase>
  readonly tablesOf: TablesOf
}
