import type { SinkContext } from '../sink-kind.ts'
import type { SinkOptions } from '../sink-options.ts'
import { createHttpClient } from '../http/http-client.ts'
import type { HttpClient } from '../http/http-client.ts'

type Service = 'arm' | 'ingestion'

/** Audiences by service and cloud; `shared/reference/azure-contract.md` D7 and E. */
const AUDIENCES = {
  arm: {
    public: 'https://management.azure.com',
    usgovernment: 'https://management.usgovcloudapi.net',
    china: 'https://management.chinacloudapi.cn',
  },
  ingestion: {
    public: 'https://monitor.azure.com',
    usgovernment: 'https://monitor.azure.us',
    china: 'https://monitor.azure.cn',
  },
} as const

/** Options that all sinks of Azure share. */
export const AZURE_OPTIONS = {
  credential: 'How the sink signs in, as `credential` of hunt; default: the common one',
  tenantId: 'Tenant, when it is not the credential’s own',
  audience: 'Resource that tokens are for; default: that of the cloud',
} as const

export function audienceOf(service: Service, options: SinkOptions, context: SinkContext): string {
  return (options.text('audience') ?? AUDIENCES[service][context.azure.cloud]).replace(/\/+$/, '')
}

/** A client that signs in; contacts nobody before the first request. */
export function azureClient(name: string, service: Service, options: SinkOptions, context: SinkContext): HttpClient {
  const { clock, version, caFile, azure } = context
  return createHttpClient({
    sink: name,
    clock,
    version,
    caFile,
    secrets: options.secrets(),
    login: {
      credential: () => azure.credential(options.text('credential'), options.text('tenantId')),
      scope: `${audienceOf(service, options, context)}/.default`,
    },
  })
}
