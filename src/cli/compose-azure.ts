import type { AzureCloud, AzureCredential } from '../azure/index.ts'
import type { AzureLogsOptions, AzureWorkspace } from '../backends/azure-logs/index.ts'
import type { DataExplorerOptions } from '../backends/data-explorer/index.ts'
import type { DefenderXdrOptions } from '../backends/defender-xdr/index.ts'
import type { AzureResourcesOptions } from '../backends/azure-resources/index.ts'
import type {
  Config,
  DataExplorerConfig,
  DefenderXdrConfig,
  LogAnalyticsConfig,
  WorkspaceConfig,
} from '../config/config.ts'
import type { CredentialKind } from '../config/credential.ts'
import { ConfigError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import type { CommandContext } from './command.ts'

/** What logins are made of. */
type Logins = Pick<Config, 'azureVariables' | 'managedIdentity'>

/** The Azure backend's options out of the configuration. Throws ConfigError for a credential that lacks a variable. */
export function azureOptions(
  config: Config,
  workspaces: readonly LogAnalyticsConfig[],
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): AzureLogsOptions {
  const credentialOf = credentials(config)
  return {
    ...cloudOptions(config),
    credential: credentialOf(workspaces[0]?.credential ?? config.credential, workspaces[0]?.tenantId),
    workspaces: new Map([
      ...others(config, workspaces, credentialOf),
      ...workspaces.map(({ name, id, tags, credential, tenantId, limits, retention = config.retention }) => {
        const known = { id, tags, credential: credentialOf(credential, tenantId), ...given('retention', retention) }
        return [name, { ...known, ...given('timeout', limits?.timeout) }] as const
      }),
    ]),
    clock,
    random,
  }
}

export function ofLogAnalytics(workspaces: readonly WorkspaceConfig[]): readonly LogAnalyticsConfig[] {
  return workspaces.filter((each) => each.kind === 'log-analytics')
}

/** Options of the backend for tenants of Defender XDR. Throws ConfigError for a credential that lacks a variable. */
export function defenderXdrOptions(
  config: Config,
  tenants: readonly DefenderXdrConfig[],
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Omit<DefenderXdrOptions, 'tablesOf'> {
  const credentialOf = credentials(config)
  return {
    ...loginOptions(config),
    ...given('graphEndpoint', config.graphEndpoint),
    tenants: new Map(
      tenants.map(({ name, credential, tenantId, limits, retention }) => [
        name,
        { credential: credentialOf(credential, tenantId), retention, ...given('timeout', limits?.timeout) },
      ]),
    ),
    clock,
    random,
  }
}

/** Options of the backend for databases of Azure Data Explorer. Throws ConfigError for a credential that lacks a variable. */
export function dataExplorerOptions(
  config: Config,
  databases: readonly DataExplorerConfig[],
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Omit<DataExplorerOptions, 'tablesOf'> {
  const credentialOf = credentials(config)
  return {
    ...loginOptions(config),
    databases: new Map(
      databases.map(({ name, cluster, database, audience, timeColumn, credential, tenantId, limits, retention }) => [
        name,
        {
          ...given('retention', retention ?? config.retention),
          cluster,
          database,
          ...given('audience', audience),
          ...given('timeColumn', timeColumn),
          ...given('timeout', limits?.timeout),
          credential: credentialOf(credential, tenantId),
        },
      ]),
    ),
    clock,
    random,
  }
}

type CredentialOf = ReturnType<typeof credentials>

const DEFAULT_LOGIN: AzureCredential = { kind: 'default' }

/**
 * Configured workspaces that are not searched: a query in another may read them too (`hunt.across`), with its own login. What a
 * different login of theirs needs may not be there, and no query will use it.
 */
function others(
  config: Config,
  searched: readonly LogAnalyticsConfig[],
  credentialOf: CredentialOf,
): readonly (readonly [string, AzureWorkspace])[] {
  const loginOf = ({ credential, tenantId }: LogAnalyticsConfig): string => `${credential}\0${tenantId ?? ''}`
  const logins = new Set(searched.map(loginOf))
  const names = new Set(searched.map(({ name }) => name))
  return ofLogAnalytics(config.workspaces)
    .filter(({ name }) => !names.has(name))
    .map((workspace) => {
      const { name, id, tags, credential, tenantId, retention = config.retention } = workspace
      const login = logins.has(loginOf(workspace)) ? credentialOf(credential, tenantId) : DEFAULT_LOGIN
      return [name, { id, tags, credential: login, ...given('retention', retention) }]
    })
}

/** Azure Resource Manager under a login. Throws ConfigError for one that lacks a variable. */
export function resourcesOptions(
  config: Config,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  login: Pick<WorkspaceConfig, 'credential' | 'tenantId'>,
): AzureResourcesOptions {
  const credential = azureCredential(login.credential, login.tenantId, config)
  return { ...cloudOptions(config), credential, clock, random }
}

/** What .env adds to the environment must be there for the parts of @azure/identity that read it by themselves. */
export function shareVariables({ config, program }: Pick<CommandContext, 'config' | 'program'>): void {
  for (const [name, secret] of Object.entries(config.azureVariables)) program.env[name] ??= secret.reveal()
}

/** Where the services of the configured cloud are, and which certificates to trust. */
function cloudOptions(config: Config): AzureCloud & { readonly caFiles?: readonly string[] } {
  const authorityHost = config.azureVariables['AZURE_AUTHORITY_HOST']?.reveal()
  return {
    cloud: config.cloud,
    ...given('endpoint', config.endpoint),
    ...given('managementEndpoint', config.managementEndpoint),
    ...given('audience', config.audience),
    ...given('authorityHost', authorityHost),
    ...(config.caFile === undefined ? {} : { caFiles: [config.caFile] }),
  }
}

/** Where identities log in: what services with an address of their own take of the cloud. */
function loginOptions(config: Config): Pick<DefenderXdrOptions, 'cloud' | 'authorityHost' | 'caFiles'> {
  const { cloud, authorityHost, caFiles } = cloudOptions(config)
  return { ...given('cloud', cloud), ...given('authorityHost', authorityHost), ...given('caFiles', caFiles) }
}

/** One object for each distinct credential: the backend keeps a client, and with it a token, for each. */
function credentials(logins: Logins): (kind: CredentialKind, tenantId: string | undefined) => AzureCredential {
  const made = new Map<string, AzureCredential>()
  return (kind, tenantId) => {
    const key = `${kind}\0${tenantId ?? ''}`
    const credential = made.get(key) ?? azureCredential(kind, tenantId, logins)
    made.set(key, credential)
    return credential
  }
}

/** The variables are those of @azure/identity (shared/reference/azure-contract.md F). */
export function azureCredential(
  kind: CredentialKind,
  tenantId: string | undefined,
  { azureVariables: variables, managedIdentity }: Logins,
): AzureCredential {
  const text = (name: string): string | undefined => variables[name]?.reveal() || undefined
  const needed = (name: string): string => {
    const value = text(name)
    if (value === undefined) throw missing(kind, [name])
    return value
  }
  const tenant = tenantId ?? text('AZURE_TENANT_ID')
  /** All that are missing at once: one after the other they cost a try each. */
  const demand = (last: string): void => {
    const names = [...(tenant === undefined ? ['AZURE_TENANT_ID'] : []), 'AZURE_CLIENT_ID', last]
    const absent = names.filter((name) => text(name) === undefined)
    if (absent.length > 0) throw missing(kind, absent)
  }
  switch (kind) {
    case 'default':
      // @azure/identity narrows its chain to this one and then forgets which identity it was given.
      if (text('AZURE_TOKEN_CREDENTIALS')?.trim().toLowerCase() === 'managedidentitycredential') {
        return { kind: 'managed-identity', ...identityOf(managedIdentity, text('AZURE_CLIENT_ID')) }
      }
      return { kind, ...given('tenantId', tenant), ...identityOf(managedIdentity, text('AZURE_CLIENT_ID')) }
    case 'environment':
      return { kind }
    case 'managed-identity':
      return { kind, ...identityOf(managedIdentity, text('AZURE_CLIENT_ID')) }
    case 'workload-identity':
      return {
        kind,
        ...given('tenantId', tenant),
        ...given('clientId', text('AZURE_CLIENT_ID')),
        ...given('tokenFile', text('AZURE_FEDERATED_TOKEN_FILE')),
      }
    case 'client-secret': {
      demand('AZURE_CLIENT_SECRET')
      return {
        kind,
        tenantId: tenant ?? needed('AZURE_TENANT_ID'),
        clientId: needed('AZURE_CLIENT_ID'),
        clientSecret: () => needed('AZURE_CLIENT_SECRET'),
      }
    }
    case 'certificate': {
      demand('AZURE_CLIENT_CERTIFICATE_PATH')
      const password = variables['AZURE_CLIENT_CERTIFICATE_PASSWORD']
      return {
        kind,
        tenantId: tenant ?? needed('AZURE_TENANT_ID'),
        clientId: needed('AZURE_CLIENT_ID'),
        certificateFile: needed('AZURE_CLIENT_CERTIFICATE_PATH'),
        ...(password === undefined ? {} : { certificatePassword: () => password.reveal() }),
        sendChain: ['1', 'true'].includes(text('AZURE_CLIENT_SEND_CERTIFICATE_CHAIN')?.toLowerCase() ?? ''),
      }
    }
    case 'azure-cli':
    case 'azure-powershell':
    case 'azure-developer-cli':
      return { kind, ...given('tenantId', tenant) }
  }
}

/** The setting says which identity, whatever else AZURE_CLIENT_ID may be for; none of them: that of the system. */
function identityOf(
  setting: string | undefined,
  variable: string | undefined,
): { readonly clientId?: string; readonly resourceId?: string } {
  if (setting?.startsWith('/') === true) return { resourceId: setting }
  return given('clientId', setting ?? variable)
}

const EXAMPLES: Readonly<Record<string, string>> = {
  AZURE_CLIENT_SECRET: 'the value of a client secret, not its id',
  AZURE_CLIENT_CERTIFICATE_PATH: '/etc/hunt/hunt.pem',
}

function missing(kind: CredentialKind, names: readonly string[]): ConfigError {
  const [name = ''] = names
  const example = EXAMPLES[name] ?? '00000000-0000-0000-0000-000000000001'
  const [lack, it] = names.length === 1 ? ['is', 'it'] : ['are', 'them']
  return new ConfigError({
    code: 'config/missing-credential-variable',
    message: `the credential "${kind}" needs ${names.join(', ')}, which ${lack} not set`,
    hint: `set ${it} in the environment or in .env, for example ${name}=${example}; see .env.example`,
  })
}

/** A property only where there is a value, as exactOptionalPropertyTypes wants it. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}
