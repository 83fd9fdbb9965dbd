import { AuthError } from '../domain/errors.ts'
import type { HuntErrorOptions, HuntError } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import { identityHint } from './identity-hints.ts'
import type { AzureCredentialKind } from './options.ts'
import type { LoginAnswer, LoginWire } from './login-wire.ts'
import { textOf } from './login-text.ts'
import { redact } from './redact.ts'
import { afterAttempts, FailedAttempt, retryAfterOf } from './retry.ts'
import type { FailureClass } from './retry.ts'

/** What Microsoft Entra ID's most frequent refusals mean for the person who set the credential up. */
const ENTRA_HINTS: readonly (readonly [code: string, hint: string])[] = [
  ['AADSTS7000215', 'the client secret is wrong: use its value, not its id'],
  ['AADSTS7000222', 'the client secret has expired: create a new one'],
  ['AADSTS700016', 'the tenant has no application with this client id: check both ids'],
  ['AADSTS700027', 'the certificate is not the one registered for the application'],
  ['AADSTS90002', 'there is no such tenant: check the tenant id and the authority host'],
  ['AADSTS53003', 'a conditional access policy blocks this identity'],
  [
    'AADSTS65001',
    'an administrator of the tenant has to consent to the application: Entra ID, App registrations, API permissions',
  ],
  ['AADSTS500011', 'the tenant does not know the service that the token is for: check the tenant id and the audience'],
  ['AADSTS7000112', 'the application is disabled in the tenant: Entra ID, Enterprise applications, Properties'],
  [
    'AADSTS700024',
    'the federated token or the signed assertion has expired: check what renews it, and the clock of this machine',
  ],
  [
    'AADSTS70021',
    'no federated credential of the application fits the token: check its issuer, subject and audience against the application',
  ],
]

const NETWORK_FAULT = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network_error|endpoints_resolution_error/
const CERTIFICATE_FAULT = /self.signed certificate|unable to (?:verify|get)[\w ]*certificate/i

interface Passing {
  readonly failure: FailureClass
  readonly headers: Readonly<Record<string, string>>
}

/** A login that failed; `passing` says how it may be repeated, if at all. */
class LoginError extends AuthError {
  readonly passing: Passing | undefined
  readonly #options: HuntErrorOptions

  constructor(options: HuntErrorOptions, passing: Passing | undefined) {
    super({ ...options, retryable: passing !== undefined })
    this.passing = passing
    this.#options = options
  }

  after(attempts: number): LoginError {
    const { message, context } = this.#options
    const options = {
      ...this.#options,
      message: message.replace(' failed: ', ` failed${afterAttempts(attempts)}: `),
      context: { ...context, attempts },
    }
    return new LoginError(options, this.passing)
  }
}

/** An error that a request met before it was sent: repeated where it passes, thrown as it is where it does not. */
export function failedBeforeSending(error: HuntError, clock: Clock): FailedAttempt | HuntError {
  if (!error.retryable) return error
  if (!(error instanceof LoginError) || error.passing === undefined)
    return new FailedAttempt('network', undefined, () => error)
  const { failure, headers } = error.passing
  return new FailedAttempt(failure, retryAfterOf(headers, clock), (attempts) => error.after(attempts))
}

/** The AuthError for a failed login: which credential was tried, why it failed, what to do; no secret in it. */
export function loginError(
  error: unknown,
  kind: AzureCredentialKind,
  secrets: readonly string[],
  wire: LoginWire,
): AuthError {
  const reason = reasonOf(error, wire)
  const known = ENTRA_HINTS.find(([code]) => new RegExp(`${code}(?!\\d)`).test(reason))
  const passing = known === undefined ? passingClass(error, reason, wire) : undefined
  const unavailable = passing === undefined && isUnavailable(error, reason)
  const ofKind = unavailable ? KIND_HINTS[kind] : hintFor(reason, kind, wire.answer)
  const hint = known?.[1] ?? identityHint(reason) ?? ofKind
  const options = {
    code: unavailable ? 'auth/no-credential' : 'auth/login-failed',
    message: `login with the credential '${kind}' failed: ${redact(reason, secrets)}`,
    hint,
    context: {
      credential: kind,
      ...(known === undefined ? {} : { entraCode: known[0] }),
      ...(wire.answer === undefined ? {} : { status: wire.answer.status }),
    },
  }
  return new LoginError(options, passing && { failure: passing, headers: wire.answer?.headers ?? {} })
}

/** How a login may be repeated: a network that is down, an authority that is busy, a proxy in between. Undefined: not at all. */
function passingClass(error: unknown, reason: string, { fault, answer }: LoginWire): FailureClass | undefined {
  // A certificate does not become trusted by waiting.
  if (CERTIFICATE_FAULT.test(reason)) return undefined
  if (answer?.status === 429) return 'throttled'
  if (answer !== undefined && answer.status >= 500) return 'unavailable'
  if (answer !== undefined && !answer.isJson) return 'unreadable'
  if (answer !== undefined) return undefined
  // A chain asks the managed identity's address too: that nobody is there says where we are.
  return fault !== undefined && NETWORK_FAULT.test(reason) && !isUnavailable(error, reason) ? 'network' : undefined
}

/** The library's words, and what it leaves out of those of the service. */
function reasonOf(error: unknown, { fault, answer }: LoginWire): string {
  const text = textOf(error)
  if (fault !== undefined) return `${text} (${fault})`
  // A chain says itself what each of its credentials met.
  if (error instanceof Error && 'errors' in error) return text
  if (answer === undefined) return text
  const what = answer.isJson ? (answer.description ?? 'without a reason') : 'something else than JSON'
  // The library repeats each id, or speaks of a network that works, or of a character of a page.
  return `${answer.host} answers with status ${answer.status}: ${what}`
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

function hintFor(reason: string, kind: AzureCredentialKind, answer: LoginAnswer | undefined): string {
  if (answer?.isJson === false)
    return 'a proxy or a sign-in page stands between: check HTTPS_PROXY and the authority host; try again later'
  if (answer !== undefined && (answer.status === 429 || answer.status >= 500))
    return 'Microsoft Entra ID is busy: try again later; the Azure status page says whether it has a fault'
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
    'this works only on an Azure resource that has a managed identity; a user-assigned one needs its client id or resource id (managedIdentity in hunt.yaml)',
  'workload-identity': 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE must be set',
  'client-secret': 'check tenant id, client id and client secret',
  certificate: 'the file must be PEM and hold the certificate and its private key',
  environment: 'AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH must be set',
  'azure-cli': 'log in with: az login',
  'azure-powershell': 'log in with: Connect-AzAccount',
  'azure-developer-cli': 'log in with: azd auth login',
}
