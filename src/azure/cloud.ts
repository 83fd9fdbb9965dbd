import { ConfigError } from '../domain/errors.ts'
import { isLoopback } from '../text/loopback.ts'
import type { AzureCloud, AzureCloudName } from './options.ts'

/** Where requests and logins go. */
export interface Services {
  readonly endpoint: string
  readonly audience: string
  readonly managementEndpoint: string
  /** Audience of Azure Resource Manager: that of the cloud, whatever address it is reached by. */
  readonly managementAudience: string
  /** Of Microsoft Graph; undefined in a cloud that has no advanced hunting. */
  readonly graphAudience: string | undefined
  /** Undefined leaves it to @azure/identity: `AZURE_AUTHORITY_HOST` or the public cloud. */
  readonly authorityHost: string | undefined
  /** True for an emulator over plain http on this machine; no token is sent then. */
  readonly isPlainEmulator: boolean
}

/** `shared/reference/azure-contract.md` A1 and F. */
const CLOUDS: Readonly<
  Record<
    AzureCloudName,
    { host: string; management: string; graph: string | undefined; authorityHost: string | undefined }
  >
> = {
  public: {
    host: 'https://api.loganalytics.io',
    management: 'https://management.azure.com',
    graph: 'https://graph.microsoft.com',
    authorityHost: undefined,
  },
  usgovernment: {
    host: 'https://api.loganalytics.us',
    management: 'https://management.usgovcloudapi.net',
    graph: 'https://graph.microsoft.us',
    authorityHost: 'https://login.microsoftonline.us',
  },
  china: {
    host: 'https://api.loganalytics.azure.cn',
    management: 'https://management.chinacloudapi.cn',
    // The page on runHuntingQuery: not in China operated by 21Vianet.
    graph: undefined,
    authorityHost: 'https://login.chinacloudapi.cn',
  },
}

/** Throws ConfigError for an endpoint to which no token may go. */
export function servicesOf(options: AzureCloud): Services {
  const cloud = CLOUDS[options.cloud ?? 'public']
  const endpoint = options.endpoint ?? cloud.host
  return {
    endpoint,
    audience: options.audience ?? cloud.host,
    managementEndpoint: options.managementEndpoint ?? cloud.management,
    managementAudience: cloud.management,
    graphAudience: cloud.graph,
    authorityHost: options.authorityHost ?? cloud.authorityHost,
    isPlainEmulator: isPlainEmulator(endpoint),
  }
}

/** Throws ConfigError for an endpoint to which no token may go. */
export function isPlainEmulator(endpoint: string): boolean {
  const { protocol, hostname } = URL.canParse(endpoint) ? new URL(endpoint) : { protocol: '', hostname: '' }
  if (protocol === 'https:') return false
  if (protocol === 'http:' && isLoopback(hostname)) return true
  throw new ConfigError({
    code: 'config/endpoint',
    message: `the endpoint '${endpoint}' is not an https address, and tokens travel over nothing else`,
    hint: 'for example https://api.loganalytics.io or https://graph.microsoft.com; plain http is for hunt emulate on this machine only',
  })
}
