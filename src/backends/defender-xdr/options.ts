import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { Duration } from '../../domain/time.ts'
import type { TablesOf } from '../../kusto-service/bound-tables.ts'
import type { KustoServiceOptions } from '../../kusto-service/service-options.ts'

/** A tenant of Microsoft Defender XDR. Which one it is follows from the login. */
export interface DefenderTenant {
  readonly credential: AzureCredential
  /** The longest that a query may take here, whatever is asked for. */
  readonly timeout?: Duration
  /** How far back it has events: 30 days, longer where its tables are streamed to Microsoft Sentinel. */
  readonly retention: Duration
}

export interface DefenderXdrOptions extends Pick<AzureCloud, 'cloud' | 'authorityHost'>, KustoServiceOptions {
  /** Scheme and host of Microsoft Graph; default that of the cloud. Plain http is for an emulator on this machine. */
  readonly graphEndpoint?: string
  /** By the name that runs and the ledger use. */
  readonly tenants: ReadonlyMap<string, DefenderTenant>
  readonly tablesOf: TablesOf
}
