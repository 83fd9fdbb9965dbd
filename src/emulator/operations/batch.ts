import { answerQuery } from '../answer-query.ts'
import { workspaceById } from '../query-workspaces.ts'
import { faultReply, streamed, type Reply } from '../reply.ts'
import {
  internalError,
  invalidJsonBody,
  invalidRequest,
  pathNotFound,
  ServiceFault,
  unknownResource,
} from '../service-errors.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'
import { authorizeQuery } from './query.ts'

/**
 * Several queries in one request: `shared/reference/azure-contract.md` A1, deprecated and served until its end for the clients that
 * have it. Members and errors as on learn.microsoft.com, «Batch queries»: the batch fails as a whole only for its own form.
 */
export const batch: Operation = {
  methods: ['POST'],
  path: /^\/v1\/(?:\$|%24)batch$/i,
  ofService: true,
  waitsItself: true,
  limitedBy: 'queries',
  async handle(call, state) {
    await authorizeQuery(call, state)
    const members = readBatch(call, state)
    // In the order in which they end, which is not that of the request.
    const done: string[] = []
    await Promise.all(members.map(async (member) => void done.push(await answerText(member, call, state))))
    return streamed([`{"responses":[${done.join(',')}]}`])
  },
}

interface Member {
  readonly id: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly method: string
  readonly path: string
  readonly workspace: string
}

const MEMBERS = ['id', 'headers', 'body', 'method', 'path', 'workspace']

function readBatch({ body }: Call, { settings: { strict } }: EmulatorState): readonly Member[] {
  const requests = parse(body)['requests']
  if (!Array.isArray(requests) || requests.length === 0)
    throw invalidRequest('The member requests is no list, or empty')
  const members = requests.map((request) => readMember(bagOf(request, 'request'), strict))
  const twice = members.find(({ id }, index) => members.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined) throw invalidRequest(`The id '${twice.id}' is there twice`)
  return members
}

function readMember(given: Readonly<Record<string, unknown>>, strict: boolean): Member {
  const unknown = Object.keys(given).find((name) => !MEMBERS.includes(name))
  if (strict && unknown !== undefined) {
    throw invalidRequest(`The member '${unknown}' is not known; accepted: ${MEMBERS.join(', ')}`)
  }
  const text = (name: string, otherwise?: string): string => {
    const value = given[name] ?? otherwise
    if (typeof value !== 'string' || value === '') throw invalidRequest(`A request has no ${name}`)
    return value
  }
  const headers = Object.entries(bagOf(given['headers'] ?? {}, 'headers'))
  return {
    id: text('id'),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: given['body'],
    method: text('method', 'GET'),
    path: text('path'),
    workspace: text('workspace'),
  }
}

/** One of the list of answers, as text: what is in it has numbers that JavaScript does not. */
async function answerText(member: Member, call: Call, state: EmulatorState): Promise<string> {
  const { status, headers, body } = await replyTo(member, call, state).catch((error: unknown) => {
    const fault = error instanceof ServiceFault ? error : internalError(String(error))
    return faultReply(fault, state.settings.newId())
  })
  const said = JSON.stringify({ id: member.id, status, headers })
  return `${said.slice(0, -1)},"body":${[...(body ?? ['null'])].join('')}}`
}

async function replyTo(
  { headers, body, method, path, workspace: id }: Member,
  call: Call,
  state: EmulatorState,
): Promise<Reply> {
  if (!URL.canParse(path, 'http://emulator')) throw pathNotFound()
  const url = new URL(path, 'http://emulator')
  if (!['GET', 'POST'].includes(method.toUpperCase()) || url.pathname !== '/query') throw pathNotFound()
  const workspace = workspaceById(id, state)
  if (workspace === undefined) throw unknownResource(id)
  const text = method.toUpperCase() === 'POST' ? JSON.stringify(body ?? {}) : undefined
  const { signal, distortion } = call
  const asked = { headers, parameters: url.searchParams, body: text, signal, distortion }
  return answerQuery({ ...asked, workspace, workspaceId: id }, state)
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return bagOf(JSON.parse(text), 'body')
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidJsonBody(error.message)
    throw error
  }
}

function bagOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalidRequest(`The ${what} is no object`)
}
