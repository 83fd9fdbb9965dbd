import type { IncomingMessage, ServerResponse } from 'node:http'
import { allowedOrigin, preflight, refuseForeignName } from './browsers.ts'
import type { Distortion, Fault, FaultTarget } from './fault-kind.ts'
import { applyFault, parseFault, targetOf } from './faults.ts'
import { journalEntry } from './journal.ts'
import { batch } from './operations/batch.ts'
import { alerts, faults, requests } from './operations/control.ts'
import { hunting } from './operations/hunting.ts'
import { kustoMetadata } from './operations/kusto-metadata.ts'
import { kustoQuery } from './operations/kusto-query.ts'
import { instanceDiscovery, openIdConfiguration, signingKeys, token } from './operations/login.ts'
import { appServiceIdentity, arcIdentity, instanceMetadata } from './operations/managed-identity.ts'
import type { Call, EmulatorState, Operation } from './operations/operation.ts'
import { ingestion, streams } from './operations/ingestion.ts'
import { resourceManagerQuery, resourceQuery, workspaceQuery } from './operations/query.ts'
import { savedSearches, subscriptions, tableList, workspaceList, workspaceResource } from './operations/resources.ts'
import { SENTINEL } from './operations/sentinel/index.ts'
import { bodyText, readBody } from './query-request.ts'
import { faultReply, send, type Reply } from './reply.ts'
import { internalError, invalidRequest, pathNotFound, ServiceFault } from './service-errors.ts'

/** Everything that is served. Adding an operation is adding a line. */
export const OPERATIONS: readonly Operation[] = [
  workspaceQuery,
  resourceQuery,
  resourceManagerQuery,
  batch,
  hunting,
  kustoQuery,
  kustoMetadata,
  ...SENTINEL,
  subscriptions,
  workspaceList,
  workspaceResource,
  savedSearches,
  tableList,
  ingestion,
  token,
  openIdConfiguration,
  instanceDiscovery,
  signingKeys,
  instanceMetadata,
  appServiceIdentity,
  arcIdentity,
  requests,
  streams,
  faults,
  alerts,
]

/** Header that gives one request a fault: `hunt-fault: throttle; retry-after=1`. */
const FAULT_HEADER = 'hunt-fault'

/** Answers one request. Never rejects: whatever goes wrong in an operation becomes an answer or a closed connection. */
export async function serve(request: IncomingMessage, response: ServerResponse, state: EmulatorState): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  // A client that leaves while we write is no event for anybody.
  response.on('error', () => gone.abort())
  const outcome = await answer(request, state, gone.signal)
  // Before the answer leaves, so that a client who then asks what arrived finds its request.
  if (outcome.isJournalled) state.journal.add(entryFor(request, outcome, state))
  try {
    await send(response, outcome.reply, acceptsGzip(request))
  } catch {
    // The answer had begun, so nothing else can be said on this connection: encoding failed, or the client has gone.
    response.destroy()
  }
}

interface Outcome {
  readonly reply: Reply
  readonly body: string
  readonly fault: Fault | undefined
  readonly isJournalled: boolean
}

async function answer(request: IncomingMessage, state: EmulatorState, signal: AbortSignal): Promise<Outcome> {
  let body = ''
  let fault: Fault | undefined
  let operation: Operation | undefined
  let left: Record<string, string> = {}
  const outcome = (answered: Reply): Outcome => {
    const allowed = operation === undefined ? {} : allowedOrigin(operation, state)
    const reply = { ...answered, headers: { ...allowed, ...left, ...answered.headers } }
    return { reply, body, fault, isJournalled: operation === undefined || targetFor(operation) !== undefined }
  }
  try {
    const url = addressOf(request)
    // The body is read even where it is not needed: an unread one would break the connection's next request.
    const bytes = await readBody(request, state.settings.limits.requestBytes)
    body = bodyText(request, bytes, state.settings.limits.requestBytes)
    refuseForeignName(request, state)
    const asked = preflight(request, operationsAt(url.pathname), state)
    if (asked !== undefined) return outcome(asked)
    const found = findOperation(request.method ?? '', url.pathname)
    operation = found.operation
    fault = takeFault(request, targetFor(operation), state)
    const applied = fault === undefined ? {} : applyFault(fault, { ...state.settings, family: operation.family })
    if (isReply(applied)) return outcome(applied)
    const call = { request, url, captured: found.captured, body, bytes, distortion: applied, signal }
    left = admitted(operation, call, state)
    return outcome(distorted(withIds(await handle(operation, call, state), operation, state), applied))
  } catch (error) {
    return outcome(faultReply(asServiceFault(error), state.settings.newId()))
  }
}

/** A request that a proxy repeats is carried out twice; the client sees the second answer. */
async function handle(operation: Operation, call: Call, state: EmulatorState): Promise<Reply> {
  const { delay } = call.distortion
  if (delay !== undefined && operation.waitsItself !== true) await state.settings.clock.sleep(delay, call.signal)
  if (call.distortion.repeats === true) await operation.handle(call, state)
  const { limitedBy } = operation
  if (state.rates === undefined || limitedBy === undefined) return operation.handle(call, state)
  return state.rates.inTurn(limitedBy, call, () => operation.handle(call, state))
}

function admitted({ limitedBy }: Operation, call: Call, { rates }: EmulatorState): Record<string, string> {
  return limitedBy === undefined ? {} : (rates?.admit(limitedBy, call) ?? {})
}

/** Resource Manager gives each answer the ids that its support asks for, not only errors; D5. */
function withIds(reply: Reply, { family }: Operation, { settings }: EmulatorState): Reply {
  if (family !== 'arm') return reply
  const id = settings.newId()
  const ids = { 'x-ms-request-id': id, 'x-ms-correlation-request-id': id }
  return { ...reply, headers: { ...ids, ...reply.headers } }
}

function distorted(reply: Reply, { isLost, cutAfter, clockSkew, headers }: Distortion): Reply {
  const date = clockSkew === undefined ? {} : { Date: clockSkew }
  return {
    ...reply,
    headers: { ...reply.headers, ...headers, ...date },
    ...(cutAfter === undefined ? {} : { cutAfter }),
    ...(isLost === true ? { isLost } : {}),
  }
}

function addressOf({ url = '/' }: IncomingMessage): URL {
  if (!URL.canParse(url, 'http://emulator')) throw pathNotFound()
  return new URL(url, 'http://emulator')
}

function operationsAt(path: string): readonly Operation[] {
  return OPERATIONS.filter((operation) => operation.path.test(path))
}

function findOperation(method: string, path: string): { operation: Operation; captured: readonly string[] } {
  for (const operation of OPERATIONS) {
    const match = operation.path.exec(path)
    if (match === null || !operation.methods.includes(method)) continue
    return { operation, captured: match.slice(1).map(decode) }
  }
  throw pathNotFound()
}

/** A malformed escape stays as it is: it names nothing that exists. */
function decode(part: string): string {
  return /%(?![0-9a-f]{2})/i.test(part) ? part : safely(() => decodeURIComponent(part), part)
}

function safely<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof URIError) return otherwise
    throw error
  }
}

/** Which faults an operation takes; those of the emulator itself take none. */
function targetFor({ ofService, isLogin = false }: Operation): FaultTarget | undefined {
  if (isLogin) return 'login'
  return ofService ? 'service' : undefined
}

function takeFault(request: IncomingMessage, target: FaultTarget | undefined, state: EmulatorState): Fault | undefined {
  if (target === undefined) return undefined
  const header = request.headers[FAULT_HEADER]
  if (typeof header !== 'string') return state.faults.next(target)
  const fault = parseFault(header)
  if (targetOf(fault) !== target) throw invalidRequest(`The fault '${fault.kind}' is none of this kind of request`)
  return fault
}

function isReply(applied: Reply | Distortion): applied is Reply {
  return 'status' in applied
}

function asServiceFault(error: unknown): ServiceFault {
  if (error instanceof ServiceFault) return error
  return internalError(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}

function entryFor(request: IncomingMessage, { body, reply, fault }: Outcome, { settings }: EmulatorState) {
  const { method = '', url = '', headers } = request
  return journalEntry(settings.clock.now(), { method, url, headers }, body, reply.status, fault?.kind)
}

/** RFC 9110, 12.5.3: a weight of 0 means not at all. */
function acceptsGzip(request: IncomingMessage): boolean {
  const codings = String(request.headers['accept-encoding'] ?? '').split(',')
  return codings.some((coding) => /^\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)\S+\s*)?$/i.test(coding))
}
