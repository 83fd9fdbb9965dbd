import { AuthError } from '../domain/errors.ts'
import type { AzureCredentialKind } from './options.ts'
import { redact } from './redact.ts'

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

/** The AuthError for a failed login: which credential was tried, why it failed, what to do; no secret in it. */
export function loginError(
  error: unknown,
  kind: AzureCredentialKind,
  secrets: readonly string[],
  wireFault: string | undefined,
): AuthError {
  const reason = wireFault === undefined ? textOf(error) : `${textOf(error)} (${wireFault})`
  const known = ENTRA_HINTS.find(([code]) => reason.includes(code))
  const unavailable = isUnavailable(error, reason)
  return new AuthError({
    code: unavailable ? 'auth/no-credential' : 'auth/login-failed',
    message: `login with the credential '${kind}' failed: ${redact(reason, secrets)}`,
    hint: known?.[1] ?? (unavailable ? KIND_HINTS[kind] : hintFor(reason, kind)),
    retryable: known === undefined && !unavailable && isPassing(error, reason),
    context: { credential: kind, ...(known === undefined ? {} : { entraCode: known[0] }) },
  })
}

/**
 * Nothing on this machine can log in. A chain asks the managed identity's address too, which answers on Azure alone: that it
 * cannot be reached says where we are, not that the network is down.
 */
function isUnavailable(error: unknown, reason: string): boolean {
  if (!(error instanceof Error)) return false
  const tried: unknown = 'errors' in error ? error.errors : undefined
  if (Array.isArray(tried) && tried.length > 0) {
    return tried.every((each) => each instanceof Error && each.name === 'CredentialUnavailableError')
  }
  const isUnreachable = NETWORK_FAULT.test(reason) || CERTIFICATE_FAULT.test(reason)
  return error.name === 'CredentialUnavailableError' && !isUnreachable
}

/** A network that is down, or an authority that is busy. A certificate does not become trusted by waiting. */
function isPassing(error: unknown, reason: string): boolean {
  if (CERTIFICATE_FAULT.test(reason)) return false
  const status: unknown = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 0
  return NETWORK_FAULT.test(reason) || status === 429 || (typeof status === 'number' && status >= 500)
}

function hintFor(reason: string, kind: AzureCredentialKind): string {
  if (CERTIFICATE_FAULT.test(reason))
    return 'name the private certificate authority in HUNT_CA_FILE or NODE_EXTRA_CA_CERTS'
  if (NETWORK_FAULT.test(reason) && kind === 'managed-identity')
    return `${KIND_HINTS[kind]}; elsewhere choose another with HUNT_CREDENTIAL`
  if (NETWORK_FAULT.test(reason)) return 'check the network, the proxy (HTTPS_PROXY) and the authority host'
  return KIND_HINTS[kind]
}

const KIND_HINTS: Readonly<Record<AzureCredentialKind, string>> = {
  default:
    'choose one with HUNT_CREDENTIAL: managed-identity on an Azure VM, azure-cli after az login, client-secret or certificate with the AZURE_ variables of .env.example',
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
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const tried: unknown = 'errors' in error ? error.errors : undefined
  const parts = Array.isArray(tried) ? tried.filter((each) => each instanceof Error).map((each) => each.message) : []
  return [error.message, ...parts.filter((part) => !error.message.includes(part))].join('; ')
}
