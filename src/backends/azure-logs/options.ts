import type { Clock } from '../../domain/time.ts'

/** A Log Analytics workspace as the Logs Query API knows it. */
export interface AzureWorkspace {
  /** The workspace's customer id, a GUID (not its ARM id); contract A1. */
  readonly id: string
}

/**
 * How `hunt` proves who it is. `default` is the chain of @azure/identity, narrowed by `AZURE_TOKEN_CREDENTIALS`
 * (`shared/reference/azure-contract.md` F); every other kind tries exactly one credential. Secrets are functions so
 * that no log, dump or JSON of the options can show them.
 */
export type AzureCredential =
  | { readonly kind: 'default'; readonly tenantId?: string; readonly managedIdentityClientId?: string }
  | { readonly kind: 'managed-identity'; readonly clientId?: string; readonly resourceId?: string }
  | {
      readonly kind: 'workload-identity'
      readonly tenantId?: string
      readonly clientId?: string
      readonly tokenFile?: string
    }
  | {
      readonly kind: 'client-secret'
      readonly tenantId: string
      readonly clientId: string
      readonly clientSecret: () => string
    }
  | {
      readonly kind: 'certificate'
      readonly tenantId: string
      readonly clientId: string
      /** PEM file with certificate and private key. */
      readonly certificateFile: string
      readonly certificatePassword?: () => string
      /** Sends the whole chain, for subject name and issuer authentication. */
      readonly sendChain?: boolean
    }
  | { readonly kind: 'azure-cli'; readonly tenantId?: string }

export type AzureCredentialKind = AzureCredential['kind']

/** Where the services are; the defaults are the public cloud. Host and audience are independent (contract A1). */
export interface AzureCloud {
  /** Scheme and host of the Logs Query API; the client adds `/v1`. Default `https://api.loganalytics.io`. */
  readonly endpoint?: string
  /** Token audience without `/.default`. Default `https://api.loganalytics.io`. */
  readonly audience?: string
  /** Default `https://login.microsoftonline.com`, or `AZURE_AUTHORITY_HOST`. */
  readonly authorityHost?: string
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
  readonly clock: Clock
  /** A number in [0, 1): jitter of the waits between attempts. */
  readonly random: () => number
}
