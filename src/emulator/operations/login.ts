import { seconds } from '../../time/duration.ts'
import { assertionProblem, TOKEN_LIFETIME } from '../authority.ts'
import { entraRefusal } from '../login-refusal.ts'
import type { EntraRefusal } from '../login-refusal.ts'
import { json } from '../reply.ts'
import type { EmulatorState, Operation } from './operation.ts'

/** OpenID Connect metadata of a tenant: what MSAL asks for first; OpenID Connect Discovery 1.0. */
export const openIdConfiguration: Operation = {
  methods: ['GET'],
  path: /^\/([^/]+)\/(?:v2\.0\/)?\.well-known\/openid-configuration$/,
  ofService: false,
  async handle({ captured }, { url, settings }) {
    const [id = 'common'] = captured
    if (id !== settings.identity.tenantId)
      return entraRefusal({ ...unknownTenant(id), error: 'invalid_tenant' }, settings)
    const tenant = `${url()}/${id}`
    return json({
      token_endpoint: `${tenant}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      jwks_uri: `${tenant}/discovery/v2.0/keys`,
      response_types_supported: ['token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      issuer: `${tenant}/v2.0`,
      authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
      end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
    })
  },
}

/** Instance discovery, which MSAL asks for unless told that the authority is known. */
export const instanceDiscovery: Operation = {
  methods: ['GET'],
  path: /^\/common\/discovery\/instance$/,
  ofService: false,
  async handle(_call, { url, settings }) {
    const { host } = new URL(url())
    return json({
      tenant_discovery_endpoint: `${url()}/${settings.identity.tenantId}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    })
  },
}

/** Keys with which the tokens can be checked. */
export const signingKeys: Operation = {
  methods: ['GET'],
  path: /^\/([^/]+)\/discovery\/(?:v2\.0\/)?keys$/,
  ofService: false,
  handle: async (_call, { authority }) => json(await authority.keys()),
}

/**
 * OAuth 2.0 client credentials (RFC 6749, 4.4), with a secret or an assertion (RFC 7523); for a scope, and at the older endpoint, which
 * pages on the query API still show, for a resource.
 */
export const token: Operation = {
  methods: ['POST'],
  path: /^\/([^/]+)\/oauth2\/(v2\.0\/|)token$/,
  ofService: false,
  isLogin: true,
  async handle(call, state) {
    const [tenant = '', version = ''] = call.captured
    const form = new URLSearchParams(call.body)
    const resource = form.get('resource')
    if (version === '') form.set('scope', `${(resource ?? '').replace(/\/$/, '')}/.default`)
    const problem = problemWith(form, tenant, state)
    if (problem !== undefined) return entraRefusal(problem, state.settings)
    const audience = (form.get('scope') ?? '').replace(/\/\.default$/, '')
    const { lifetime = TOKEN_LIFETIME } = call.distortion
    const access_token = await state.authority.issue(audience, { lifetime })
    const length = lifetime / seconds(1)
    if (version !== '') return json({ token_type: 'Bearer', expires_in: length, ext_expires_in: length, access_token })
    // The older endpoint has text, and says when.
    const start = Math.floor(state.settings.clock.now() / seconds(1))
    const times = { expires_in: String(length), expires_on: String(start + length), not_before: String(start) }
    return json({ token_type: 'Bearer', ...times, resource, access_token })
  },
}

function unknownTenant(tenant: string): EntraRefusal {
  const description = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID`
  return { status: 400, error: 'invalid_request', code: 90002, description }
}

/** The refusals of Microsoft Entra ID, by their public AADSTS codes (learn.microsoft.com, reference-error-codes). */
function problemWith(form: URLSearchParams, tenant: string, { settings }: EmulatorState): EntraRefusal | undefined {
  const { tenantId, clientId, clientSecret } = settings.identity
  const refuse = (status: number, error: string, code: number, description: string): EntraRefusal => {
    return { status, error, code, description }
  }
  if (tenant !== tenantId) return unknownTenant(tenant)
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse(400, 'unsupported_grant_type', 70003, 'Only client_credentials is supported')
  }
  if (form.get('client_id') !== clientId) {
    return refuse(400, 'unauthorized_client', 700016, 'The application is not in the directory')
  }
  if (!/^https:\/\/.+\/\.default$/.test(form.get('scope') ?? '')) {
    return refuse(400, 'invalid_scope', 1002012, 'The scope is not <resource>/.default')
  }
  const assertion = form.get('client_assertion')
  if (assertion !== null) {
    const wrong = assertionProblem(assertion, settings.clock)
    return wrong === undefined ? undefined : refuse(401, 'invalid_client', 700024, wrong)
  }
  if (form.get('client_secret') === clientSecret) return undefined
  return refuse(401, 'invalid_client', 7000215, 'Invalid client secret provided')
}
