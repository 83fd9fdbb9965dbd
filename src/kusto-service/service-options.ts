import { tmpdir } from 'node:os'
import { withRetries } from '../azure/index.ts'
import type { RetryTools } from '../azure/index.ts'
import type { QueryResult } from '../domain/ports.ts'
import type { Duration } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'

/** What every backend over a service takes, beside where the service is and who logs in. */
export interface KustoServiceOptions extends RetryTools {
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
}

const DEFAULT_GRACE = seconds(30)

export const graceOf = ({ grace }: KustoServiceOptions): Duration => grace ?? DEFAULT_GRACE

export const spoolFolderOf = ({ spoolFolder }: KustoServiceOptions): string => spoolFolder ?? tmpdir()

/** Asks, again as RETRY_RULES allow; each time but the first waits until one request more may be sent. */
export async function askWithRetries(
  workspace: string,
  attempt: () => Promise<QueryResult>,
  options: KustoServiceOptions,
  signal: AbortSignal,
): Promise<QueryResult> {
  let attempts = 0
  const next = async (): Promise<QueryResult> => {
    if (attempts++ > 0) await options.beforeRetry?.(workspace, signal)
    return attempt()
  }
  return withRetries(next, options, signal)
}
