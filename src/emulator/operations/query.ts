import { answerQuery } from '../answer-query.ts'
import { bearerToken } from '../bearer-token.ts'
import { isJson } from '../query-request.ts'
import { DEMO_WORKSPACE, workspaceById, workspaceOfResource } from '../query-workspaces.ts'
import { empty, type Reply } from '../reply.ts'
import { authenticateArm, checkApiVersion } from '../sentinel/arm-call.ts'
import { badSignature, pathNotFound, unauthenticated } from '../service-errors.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'

/** `shared/reference/azure-contract.md` A1: POST and GET on the workspace's customer id. */
export const workspaceQuery: Operation = {
  methods: ['POST', 'GET'],
  path: /^\/v1\/workspaces\/([^/]+)\/query$/,
  ofService: true,
  waitsItself: true,
  limitedBy: 'queries',
  async handle(call, state) {
    const [id = ''] = call.captured
    if (id !== DEMO_WORKSPACE || !hasDemoKey(call)) await authorizeQuery(call, state)
    const workspace = workspaceById(id, state)
    if (workspace === undefined) throw pathNotFound()
    return answer(call, state, { workspace, workspaceId: id })
  },
}

/** A1: resource-centric. */
export const resourceQuery: Operation = {
  methods: ['POST', 'GET'],
  path: /^\/v1\/+(subscriptions\/.+)\/query$/i,
  ofService: true,
  waitsItself: true,
  limitedBy: 'queries',
  async handle(call, state) {
    await authorizeQuery(call, state)
    return answer(call, state, resourceOf(call, state))
  },
}

/** A1: the same through Azure Resource Manager, under its token, its version, and its counters (D5). */
export const resourceManagerQuery: Operation = {
  methods: ['POST', 'GET'],
  path: /^\/(subscriptions\/.+)\/providers\/microsoft\.insights\/logs$/i,
  ofService: true,
  waitsItself: true,
  family: 'arm',
  limitedBy: 'resource-manager',
  async handle(call, state) {
    await authenticateArm(call, state)
    checkApiVersion(call.url.searchParams)
    return answer(call, state, resourceOf(call, state))
  },
}

export async function authorizeQuery(
  { request }: Pick<Call, 'request'>,
  { settings, authority }: EmulatorState,
): Promise<void> {
  if (!settings.requireTokens) return
  const token = bearerToken(request)
  if (token === undefined) throw unauthenticated()
  await authority.check(token)
}

const DEMO_KEY = 'DEMO_KEY'

/** A1: as a header, in the address, or as the password of basic authentication; a wrong one is a 403. */
function hasDemoKey({ request: { headers }, url }: Call): boolean {
  const [, basic] = /^basic (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const password = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString().split(':')[1]
  const key = [headers['x-api-key'], url.searchParams.get('api_key'), password].find((each) => typeof each === 'string')
  if (key !== undefined && key !== DEMO_KEY) throw badSignature()
  return key === DEMO_KEY
}

function resourceOf({ captured: [path = ''] }: Call, state: EmulatorState): { workspace: string; resource: string } {
  const resource = `/${path}`
  return { workspace: workspaceOfResource(resource, state), resource }
}

async function answer(
  { request, url, body, signal, distortion }: Call,
  state: EmulatorState,
  place: { readonly workspace: string; readonly workspaceId?: string; readonly resource?: string },
): Promise<Reply> {
  const isPost = request.method === 'POST'
  if (isPost && state.settings.strict && !isJson(request)) return empty(200)
  const { headers } = request
  const asked = { headers, parameters: url.searchParams, body: isPost ? body : undefined, signal, distortion }
  return answerQuery({ ...asked, ...place }, state)
}
