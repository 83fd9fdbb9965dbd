import type { AzureCloud, AzureCredential } from '../../azure/index.ts'
import type { Clock, Duration } from '../../domain/time.ts'
import type { TablesOf } from '../../kusto-service/bound-tables.ts'

/** A tenant of Microsoft Defender XDR. Which one it is follows from the login. */
export interface DefenderTenant {
  readonly credential: AzureCredential
  /** The longest that a query may take here, whatever is asked for. */
  readonly timeout?: Duration
  /** How far back it has events: 30 days, longer where its tables are streamed to Microsoft Sentinel. */
  readonly retention: Duration
}

export interface DefenderXdrOptions extends Pick<AzureCloud, 'cloud' | 'authorityHost'> {
  /** Scheme and host of Microsoft Graph; default that of the cloud. Plain http is for an emulator on this machine. */
  readonly graphEndpoint?: string
  /** By the name that runs and the ledger use. */
  readonly tenants: ReadonlyMap<string, DefenderTenant>
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
