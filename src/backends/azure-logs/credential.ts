import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import type { GetTokenOptions, TokenCredential } from '@azure/core-auth'
import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import { AuthError, ConfigError } from '../../domain/errors.ts'
import type { AzureCredential, AzureCredentialKind } from './options.ts'
import { redact } from './redact.ts'

/** Settings that all credentials share. */
export interface LoginSettings {
  readonly authorityHost: string | undefined
  /** Trusted PEM certificates, or undefined for Node's own. */
  readonly ca: readonly string[] | undefined
}

/** Hosts whose metadata @azure/identity may look up at Microsoft (contract F); any other is asked directly. */
const KNOWN_AUTHORITIES = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.chinacloudapi.cn']

/**
 * Builds the one credential that is asked for, or the chain of @azure/identity. A failed login becomes an AuthError
 * that says which credential was tried and why it failed. Throws ConfigError for settings that cannot work.
 */
export function createCredential(credential: AzureCredential, login: LoginSettings): TokenCredential {
  const secrets = secretsOf(credential)
  const wire: LoginWire = { fault: undefined }
  try {
    return explained(build(credential, commonOptions(login, wire)), credential.kind, secrets, wire)
  } catch (error) {
    throw new ConfigError({
      code: 'config/credential',
      message: `the credential '${credential.kind}' cannot be used: ${redact(textOf(error), secrets)}`,
      hint: 'see .env.example for what each credential needs',
    })
  }
}

function build(credential: AzureCredential, common: ReturnType<typeof commonOptions>): TokenCredential {
  switch (credential.kind) {
    case 'default':
      return new DefaultAzureCredential({
        ...withOwnRetries(common),
        ...given('tenantId', credential.tenantId),
        ...given('managedIdentityClientId', credential.managedIdentityClientId),
      })
    case 'managed-identity':
      return credential.resourceId === undefined
        ? new ManagedIdentityCredential({ ...withOwnRetries(common), ...given('clientId', credential.clientId) })
        : new ManagedIdentityCredential({ ...withOwnRetries(common), resourceId: credential.resourceId })
    case 'workload-identity':
      return new WorkloadIdentityCredential({
        ...common,
        ...given('tenantId', credential.tenantId),
        ...given('clientId', credential.clientId),
        ...given('tokenFilePath', credential.tokenFile),
      })
    case 'client-secret':
      return new ClientSecretCredential(credential.tenantId, credential.clientId, credential.clientSecret(), common)
    case 'certificate':
      return new ClientCertificateCredential(
        credential.tenantId,
        credential.clientId,
        {
          certificatePath: credential.certificateFile,
          ...given('certificatePassword', credential.certificatePassword?.()),
        },
        { ...common, sendCertificateChain: credential.sendChain ?? false },
      )
    case 'environment':
      return new EnvironmentCredential(common)
    case 'azure-powershell':
      return new AzurePowerShellCredential({ ...given('tenantId', credential.tenantId) })
    case 'azure-developer-cli':
      return new AzureDeveloperCliCredential({ ...given('tenantId', credential.tenantId) })
    case 'azure-cli':
      return new AzureCliCredential({ ...given('tenantId', credential.tenantId) })
  }
}

/** The last transport error of a login: MSAL replaces it by a link to a web page. */
interface LoginWire {
  fault: string | undefined
}

function recordFaults(wire: LoginWire): PipelinePolicy {
  return {
    name: 'huntLoginTap',
    async sendRequest(request, next) {
      try {
        return await next(request)
      } catch (error) {
        wire.fault = `${hostOf(request.url)}: ${textOf(error)}`
        throw error
      }
    },
  }
}

function commonOptions({ authorityHost, ca }: LoginSettings, wire: LoginWire) {
  return {
    additionalPolicies: [{ policy: recordFaults(wire), position: 'perRetry' as const }],
    // Retries are ours (retry.ts): four attempts of its own at each address would come on top.
    retryOptions: { maxRetries: 0 },
    ...(authorityHost === undefined
      ? {}
      : { authorityHost, disableInstanceDiscovery: !KNOWN_AUTHORITIES.includes(hostOf(authorityHost)) }),
    ...(ca === undefined ? {} : { tlsOptions: { ca: [...ca] } }),
  }
}

/** The metadata service of a machine that has just started needs the retries that @azure/identity has for it. */
function withOwnRetries({ retryOptions: _ours, ...rest }: ReturnType<typeof commonOptions>) {
  return rest
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url
}

/** A property only where there is a value, as exactOptionalPropertyTypes wants it. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}

function secretsOf(credential: AzureCredential): readonly string[] {
  if (credential.kind === 'client-secret') return [credential.clientSecret()]
  if (credential.kind === 'certificate') return [credential.certificatePassword?.() ?? '']
  return []
}

function explained(
  credential: TokenCredential,
  kind: AzureCredentialKind,
  secrets: readonly string[],
  wire: LoginWire,
): TokenCredential {
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions) {
      wire.fault = undefined
      try {
        return await credential.getToken(scopes, options)
      } catch (error) {
        if (options?.abortSignal?.aborted === true) throw error
        throw loginError(error, kind, secrets, wire.fault)
      }
    },
  }
}

/** What Microsoft Entra ID's most frequent refusals mean for the person who set the credential up. */
const ENTRA_HINTS: readonly (readonly [code: string, hint: string])[] = [
  ['AADSTS7000215', 'the client secret is wrong: use its value, not its id'],
  ['AADSTS7000222', 'the client secret has expired: create a new one'],
  ['AADSTS700016', 'the tenant has no application with this client id: check both ids'],
  ['AADSTS700027', 'the certificate is not the one registered for the application'],
  ['AADSTS90002', 'there is no such tenant: check the tenant id and the authority host'],
  ['AADSTS53003', 'a conditional access policy blocks this identity'],
]

const NETWORK_FAULT = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network_error|endpoints_resolution_error/
const CERTIFICATE_FAULT = /self.signed certificate|unable to (?:verify|get)[\w ]*certificate/i

function loginError(
  error: unknown,
  kind: AzureCredentialKind,
  secrets: readonly string[],
  wireFault: string | undefined,
): AuthError {
  const reason = wireFault === undefined ? textOf(error) : `${textOf(error)} (${wireFault})`
  const known = ENTRA_HINTS.find(([code]) => reason.includes(code))
  const unreachable = NETWORK_FAULT.test(reason) || CERTIFICATE_FAULT.test(reason)
  const unavailable = error instanceof Error && error.name === 'CredentialUnavailableError' && !unreachable
  return new AuthError({
    code: unavailable ? 'auth/no-credential' : 'auth/login-failed',
    message: `login with the credential '${kind}' failed: ${redact(reason, secrets)}`,
    hint: known?.[1] ?? hintFor(reason, kind),
    retryable: known === undefined && isPassing(error, reason),
    context: { credential: kind, ...(known === undefined ? {} : { entraCode: known[0] }) },
  })
}

/** A network that is down, or an authority that is busy. A certificate does not become trusted by waiting. */
function isPassing(error: unknown, reason: string): boolean {
  if (CERTIFICATE_FAULT.test(reason)) return false
  const status: unknown = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 0
  return NETWORK_FAULT.test(reason) || status === 429 || (typeof status === 'number' && status >= 500)
}

function hintFor(reason: string, kind: AzureCredentialKind): string {
  if (CERTIFICATE_FAULT.test(reason)) return 'name the private certificate authority in NODE_EXTRA_CA_CERTS or caFiles'
  if (NETWORK_FAULT.test(reason)) return 'check the network, the proxy (HTTPS_PROXY) and the authority host'
  return KIND_HINTS[kind]
}

const KIND_HINTS: Readonly<Record<AzureCredentialKind, string>> = {
  default:
    'choose one credential explicitly, or set AZURE_TOKEN_CREDENTIALS=prod so that only those of a service are tried',
  'managed-identity':
    'this works only on an Azure resource that has a managed identity; a user-assigned one needs its client id',
  'workload-identity': 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE must be set',
  'client-secret': 'check tenant id, client id and client secret',
  certificate: 'the file must be PEM and hold the certificate and its private key',
  environment: 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH must be set',
  'azure-cli': 'log in with: az login',
  'azure-powershell': 'log in with: Connect-AzAccount',
  'azure-developer-cli': 'log in with: azd auth login',
}

/** The message, and those of the credentials that a chain tried. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const tried: unknown = 'errors' in error ? error.errors : undefined
  const parts = Array.isArray(tried) ? tried.filter((each) => each instanceof Error).map((each) => each.message) : []
  return [error.message, ...parts.filter((part) => !error.message.includes(part))].join('; ')
}
