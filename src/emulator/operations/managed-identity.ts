import { seconds } from '../../time/duration.ts'
import { TOKEN_LIFETIME } from '../authority.ts'
import { json } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'

/** What App Service gives a process in IDENTITY_HEADER. Well known: it protects nothing. */
export const IDENTITY_HEADER = 'hunt-emulator-identity-header'

/**
 * Tokens of a virtual machine's managed identity, as the instance metadata service has them at 169.254.169.254
 * (learn.microsoft.com, how-to-use-vm-token): system-assigned without an id, user-assigned by one. MSAL puts a slash behind the path.
 */
export const instanceMetadata: Operation = {
  methods: ['GET'],
  path: /^\/metadata\/identity\/oauth2\/token\/?$/,
  ofService: false,
  isLogin: true,
  async handle(call, state) {
    // The probe of a chain of credentials comes without the header, to see whether anybody is there.
    if (call.request.headers['metadata'] !== 'true') return refused('Required metadata header not specified')
    return managedToken(call, state, { versions: ['2018-02-01'], resourceId: 'msi_res_id' })
  },
}

/** The same in App Service, Functions and Container Apps, at IDENTITY_ENDPOINT (learn.microsoft.com, overview-managed-identity). */
export const appServiceIdentity: Operation = {
  methods: ['GET'],
  path: /^\/msi\/token\/?$/,
  ofService: false,
  isLogin: true,
  async handle(call, state) {
    if (call.request.headers['x-identity-header'] !== IDENTITY_HEADER) return refused('Invalid X-IDENTITY-HEADER', 401)
    return managedToken(call, state, { versions: ['2019-08-01'], resourceId: 'mi_res_id' })
  },
}

/** What the file that is named has to hold. Well known: it protects nothing. */
export const ARC_KEY = 'hunt-emulator-arc-key'

/**
 * The same on a server of Azure Arc, at IDENTITY_ENDPOINT beside IMDS_ENDPOINT (learn.microsoft.com, managed-identity-authentication):
 * who asks is first told of a file that only the machine's own people can read, and comes again with what it holds. Versions are those
 * of MSAL, now and before.
 */
export const arcIdentity: Operation = {
  methods: ['GET'],
  path: /^\/arc\/token\/?$/,
  ofService: false,
  isLogin: true,
  async handle(call, state) {
    const { metadata, authorization } = call.request.headers
    if (metadata !== 'true') return refused('Required metadata header not specified')
    if (authorization === undefined) {
      const challenge = { 'WWW-Authenticate': `Basic realm=${state.settings.arcKeyFile}` }
      const reply = refused('Missing Basic Authorization header', 401)
      return { ...reply, headers: { ...reply.headers, ...challenge } }
    }
    if (authorization !== `Basic ${ARC_KEY}`) return refused('Invalid Basic Authorization header', 401)
    return managedToken(call, state, { versions: ['2020-06-01', '2019-11-01'], resourceId: 'msi_res_id' })
  },
}

interface Dialect {
  readonly versions: readonly string[]
  /** The parameter that names an identity by its ARM id. */
  readonly resourceId: string
}

async function managedToken(call: Call, state: EmulatorState, { versions, resourceId }: Dialect): Promise<Reply> {
  const asked = call.url.searchParams
  if (!versions.includes(asked.get('api-version') ?? ''))
    return refused(`The api-version is not ${versions.join(' or ')}`)
  const resource = asked.get('resource') ?? ''
  if (!/^https:\/\/.+/.test(resource)) return refused('The resource is missing or no address')
  const known = [...asked.keys()].every((name) => ['api-version', 'resource', 'client_id', resourceId].includes(name))
  if (!known && state.settings.strict) return refused(`A parameter of ${[...asked.keys()].join(', ')} is not known`)
  if (!isAssigned(asked, resourceId, state)) return refused('Identity not found')
  const { lifetime = TOKEN_LIFETIME } = call.distortion
  const now = Math.floor(state.settings.clock.now() / seconds(1))
  return json({
    access_token: await state.authority.issue(resource.replace(/\/$/, ''), { lifetime }),
    client_id: state.settings.identity.clientId,
    // Text, as the service has all of them.
    expires_in: String(lifetime / seconds(1)),
    expires_on: String(now + lifetime / seconds(1)),
    ext_expires_in: String(lifetime / seconds(1)),
    not_before: String(now),
    // MSAL takes a token of Arc for a user-assigned identity only where the answer names it.
    ...(asked.has(resourceId) ? { [resourceId]: asked.get(resourceId) } : {}),
    resource,
    token_type: 'Bearer',
  })
}

/** One identity is assigned, as the system's and, by its client id or any ARM id of one, as a user's. */
function isAssigned(asked: URLSearchParams, resourceId: string, { settings }: EmulatorState): boolean {
  const clientId = asked.get('client_id')
  if (clientId !== null && clientId !== settings.identity.clientId) return false
  const id = asked.get(resourceId)
  return id === null || /\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i.test(id)
}

function refused(description: string, status = 400): Reply {
  return json(
    { error: status === 400 ? 'invalid_request' : 'unauthorized_client', error_description: description },
    status,
  )
}
