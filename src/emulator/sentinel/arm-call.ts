import { bearerToken } from '../bearer-token.ts'
import type { Call, EmulatorState, Operation } from '../operations/operation.ts'
import type { Reply } from '../reply.ts'
import { json } from '../reply.ts'
import { formatInstant } from '../../time/instant.ts'
import { ServiceFault } from '../service-errors.ts'
import { authorizationFailed, badRequest, missingApiVersion, unauthenticated, unknownApiVersion } from './arm-errors.ts'
import type { SentinelWorkspace } from './store.ts'

/** `shared/reference/azure-contract.md` D7. */
export const ARM_AUDIENCES = [
  'https://management.azure.com',
  'https://management.core.windows.net',
  'https://management.usgovcloudapi.net',
  'https://management.chinacloudapi.cn',
]

/** A request to Microsoft.SecurityInsights, let in. */
export interface ArmCall {
  readonly workspace: SentinelWorkspace
  /** ARM id of the workspace's SecurityInsights, as the address has it. */
  readonly scope: string
  /** What the path captured behind the scope. */
  readonly names: readonly string[]
  readonly method: string
  readonly apiVersion: string
  readonly isPreview: boolean
  readonly parameters: URLSearchParams
  readonly body: string
  /** When it arrived, as the service writes times. */
  readonly time: string
  readonly strict: boolean
  /** Open point H10. */
  readonly bookmarkEntities: boolean
  /** Address of the emulator with the path of the request. */
  readonly address: string
}

const SCOPE =
  '(/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+/providers/Microsoft\\.SecurityInsights)'

const PARAMETERS = ['api-version', '$filter', '$orderby', '$top', '$skipToken']
const HEADERS = [
  'x-ms-client-request-id',
  'x-ms-return-client-request-id',
  'x-ms-useragent',
  'x-ms-correlation-request-id',
]

/** First and last versions of the specification that the contract names (D1). */
const VERSIONS = { first: '2019-01-01', lastStable: '2025-09-01', lastPreview: '2025-07-01' }

export interface ArmOperation {
  readonly methods: readonly string[]
  /** Behind the scope; names are captured. */
  readonly path: string
  /** Permission without the provider, `incidents/write`; contract D7. */
  action(method: string): string
  handle(call: ArmCall): Reply
}

/** An operation with what all of ARM has in common: token, role, version, strictness. */
export function armOperation({ methods, path, action, handle }: ArmOperation): Operation {
  return {
    methods,
    path: new RegExp(`^${SCOPE}${path}$`, 'i'),
    ofService: true,
    family: 'arm',
    limitedBy: 'resource-manager',
    async handle(call, state) {
      await authenticateArm(call, state)
      const arm = checked(call, state)
      authorize(action(arm.method), arm.scope, state)
      return handle(arm)
    },
  }
}

/** ARM answers a token that it cannot use with 401, whatever is wrong with it. */
export async function authenticateArm({ request }: Call, { settings, authority }: EmulatorState): Promise<void> {
  if (!settings.requireTokens) return
  const token = bearerToken(request)
  if (token === undefined) {
    throw unauthenticated('AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.")
  }
  try {
    await authority.check(token, ARM_AUDIENCES)
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    const { code, message } = error.envelope.error
    throw unauthenticated(code === 'InvalidTokenError' ? 'InvalidAuthenticationToken' : code, message)
  }
}

const READER = /\/(?:read)$/
const RESPONDER = /^incidents(?:\/(?!delete$)[\w/]+)$/

/** Roles of contract D7: a responder writes incidents and what belongs to them, and neither deletes nor writes bookmarks. */
function authorize(action: string, scope: string, { settings }: EmulatorState): void {
  const { sentinelRole, identity } = settings
  const allowed =
    sentinelRole === 'contributor' ||
    (sentinelRole !== 'none' && READER.test(action)) ||
    (sentinelRole === 'responder' && RESPONDER.test(action))
  if (!allowed) throw authorizationFailed(identity.clientId, `Microsoft.SecurityInsights/${action}`, scope)
}

function checked({ request, url, captured, body }: Call, { settings, sentinel, url: base }: EmulatorState): ArmCall {
  const parameters = url.searchParams
  const apiVersion = checkApiVersion(parameters)
  const isPreview = isKnownVersion(apiVersion)
  if (settings.strict) checkStrictly(request.headers, parameters)
  const [scope = '', ...names] = captured
  return {
    workspace: sentinel.workspace(scope),
    scope,
    names,
    method: request.method ?? '',
    apiVersion,
    isPreview,
    parameters,
    body,
    time: formatInstant(settings.clock.now()),
    strict: settings.strict,
    bookmarkEntities: settings.openPoints.bookmarkEntities,
    address: `${base()}${url.pathname}`,
  }
}

/** Throws the 400 of a request without a version. Which versions a list of resources knows is not checked. */
export function checkApiVersion(parameters: URLSearchParams): string {
  const version = parameters.get('api-version')
  if (version === null || version === '') throw missingApiVersion()
  return version
}

/** Returns whether it is a preview; throws the 400 for one that never was. */
function isKnownVersion(version: string): boolean {
  const [, date = '', preview] = /^(\d{4}-\d{2}-\d{2})(-preview)?$/.exec(version) ?? []
  const last = preview === undefined ? VERSIONS.lastStable : VERSIONS.lastPreview
  if (date < VERSIONS.first || date > last) throw unknownApiVersion(version)
  return preview !== undefined
}

function checkStrictly(headers: Call['request']['headers'], parameters: URLSearchParams): void {
  const parameter = [...parameters.keys()].find((name) => !PARAMETERS.includes(name))
  if (parameter !== undefined) throw badRequest(`The parameter '${parameter}' is not known`)
  const header = Object.keys(headers).find((name) => name.startsWith('x-ms-') && !HEADERS.includes(name))
  if (header !== undefined) throw badRequest(`The header '${header}' is not known`)
  // Contract D3: the etag travels in the body. A client that relies on the header would overwrite what it does not know.
  if (headers['if-match'] !== undefined)
    throw badRequest("The header 'If-Match' is not part of the specification; send etag in the body")
}

/** `properties` and `etag` of a body; throws the 400 for anything else. */
export function bodyOf(
  { body, strict }: ArmCall,
  members: readonly string[],
): { readonly properties: Record<string, unknown>; readonly etag: string | undefined } {
  const value = objectOf(body)
  const properties = value['properties']
  if (!isObject(properties)) throw badRequest('The member properties is missing or no object')
  if (strict) {
    checkMembers(value, ['id', 'name', 'type', 'etag', 'properties', 'systemData'], 'member')
    checkMembers(properties, members, 'property')
  }
  const etag = value['etag']
  if (etag !== undefined && etag !== null && typeof etag !== 'string') throw badRequest('The member etag is no string')
  return { properties, etag: typeof etag === 'string' ? etag : undefined }
}

function objectOf(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(`The body is no JSON: ${error.message}`)
    throw error
  }
  if (!isObject(value)) throw badRequest('The body is no JSON object')
  return value
}

export function checkMembers(value: object, known: readonly string[], kind: string): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown !== undefined) throw badRequest(`The ${kind} '${unknown}' is not known; accepted: ${known.join(', ')}`)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Throws the 400 for a text that is missing, empty or too long. */
export function neededText(properties: Readonly<Record<string, unknown>>, name: string, most: number): void {
  const value = properties[name]
  if (typeof value !== 'string' || value === '') throw badRequest(`${name} must have a non-empty value`)
  if (value.length > most) throw badRequest(`${name} has ${value.length} characters, and at most ${most} are allowed`)
}

/** Throws the 400 for anything but one of the values. */
export function oneOf(properties: Readonly<Record<string, unknown>>, name: string, values: readonly string[]): void {
  const value = properties[name]
  if (typeof value !== 'string' || !values.includes(value)) {
    throw badRequest(`${name} '${String(value)}' is not one of ${values.join(', ')}`)
  }
}

export function created(isNew: boolean, value: unknown): Reply {
  return json(value, isNew ? 201 : 200)
}
