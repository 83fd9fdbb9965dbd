/**
 * How `hunt` proves who it is. `default` is the chain of @azure/identity, narrowed by `AZURE_TOKEN_CREDENTIALS`
 * (`shared/reference/azure-contract.md` F); every other kind tries exactly one credential. Secrets are functions so
 * that no log, dump or JSON of the options can show them.
 */
export type AzureCredential =
  /** The managed identity of the chain is the system's, or a user's by one of its ids. */
  | { readonly kind: 'default'; readonly tenantId?: string; readonly clientId?: string; readonly resourceId?: string }
  /** `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and a secret or certificate, from the environment. */
  | { readonly kind: 'environment' }
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
  | {
      readonly kind: 'azure-cli' | 'azure-powershell' | 'azure-developer-cli'
      readonly tenantId?: string
    }

export type AzureCredentialKind = AzureCredential['kind']

export type AzureCloudName = 'public' | 'usgovernment' | 'china'

/** Where the services are. Host and audience are independent of each other (contract A1). */
export interface AzureCloud {
  /** Sets the three below. Default `public`. */
  readonly cloud?: AzureCloudName
  /**
   * Scheme and host of the Logs Query API; the client adds `/v1`. Plain http is for an emulator on this machine: it is
   * asked without a token.
   */
  readonly endpoint?: string
  /** Scheme and host of Azure Resource Manager. */
  readonly managementEndpoint?: string
  /** Token audience without `/.default`. */
  readonly audience?: string
  /** Default: `AZURE_AUTHORITY_HOST`, else the cloud's own. */
  readonly authorityHost?: string
}
