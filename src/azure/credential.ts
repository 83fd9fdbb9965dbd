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
import { ConfigError } from '../domain/errors.ts'
import { identityHint } from './identity-hints.ts'
import { loginError } from './login-error.ts'
import { textOf } from './login-text.ts'
import { hostOf, recordLogins } from './login-wire.ts'
import type { LoginWire } from './login-wire.ts'
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
  const wire: LoginWire = { fault: undefined, answer: undefined }
  const make = (): TokenCredential => build(credential, commonOptions(login, wire))
  try {
    return explained(make(), make, { kind: credential.kind, secrets, wire })
  } catch (error) {
    throw new ConfigError({
      code: 'config/credential',
      message: `the credential '${credential.kind}' cannot be used: ${redact(textOf(error), secrets)}`,
      hint: identityHint(textOf(error)) ?? 'see .env.example for what each credential needs',
    })
  }
}

function build(credential: AzureCredential, common: ReturnType<typeof commonOptions>): TokenCredential {
  switch (credential.kind) {
    case 'default':
      return credential.resourceId === undefined
        ? new DefaultAzureCredential({
            ...withOwnRetries(common),
            ...given('tenantId', credential.tenantId),
            ...given('managedIdentityClientId', credential.clientId),
          })
        : new DefaultAzureCredential({
            ...withOwnRetries(common),
            ...given('tenantId', credential.tenantId),
            managedIdentityResourceId: credential.resourceId,
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

function commonOptions({ authorityHost, ca }: LoginSettings, wire: LoginWire) {
  return {
    additionalPolicies: [{ policy: recordLogins(wire), position: 'perRetry' as const }],
    // Retries are ours (retry.ts): four attempts of its own at each address would come on top.
    retryOptions: { maxRetries: 0 },
    // A redirect would carry the secret elsewhere.
    redirectOptions: { maxRetries: 0 },
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

/** A property only where there is a value, as exactOptionalPropertyTypes wants it. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}

function secretsOf(credential: AzureCredential): readonly string[] {
  if (credential.kind === 'client-secret') return [credential.clientSecret()]
  if (credential.kind === 'certificate') return [credential.certificatePassword?.() ?? '']
  return []
}

interface Explanation {
  readonly kind: AzureCredentialKind
  readonly secrets: readonly string[]
  readonly wire: LoginWire
}

/**
 * @param make a new one after a failure that passes: MSAL remembers a 429 or 5xx for a minute and more, answers with it without
 * asking anybody, and so turns our retry into the same failure. How long to wait, `Retry-After` says, and retry.ts keeps to it.
 */
function explained(
  first: TokenCredential,
  make: () => TokenCredential,
  { kind, secrets, wire }: Explanation,
): TokenCredential {
  let current = first
  return {
    async getToken(scopes: string | string[], options?: GetTokenOptions) {
      wire.fault = undefined
      wire.answer = undefined
      try {
        return await untilAborted(current.getToken(scopes, options), options?.abortSignal)
      } catch (error) {
        if (options?.abortSignal?.aborted === true) throw error
        const failure = loginError(error, kind, secrets, wire)
        if (failure.retryable) current = make()
        throw failure
      }
    },
  }
}

/** MSAL keeps the signal to itself: whoever has stopped must not wait for an authority that says nothing. */
async function untilAborted<Result>(work: Promise<Result>, signal: GetTokenOptions['abortSignal']): Promise<Result> {
  if (signal === undefined) return work
  let stop = (): void => undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new DOMException('The login was aborted', 'AbortError'))
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
