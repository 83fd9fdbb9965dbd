import { isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import type { EmulatorState, Operation } from './operations/operation.ts'
import { empty, type Reply } from './reply.ts'
import { ServiceFault } from './service-errors.ts'

/**
 * Pages of any site may read the service's answers (contract A3 has its headers for that), because they cannot without a token. Where
 * the emulator asks for none, a page that somebody happens to look at could read the logs of this machine: there nothing is allowed.
 */
export function allowedOrigin({ ofService, isLogin }: Operation, { settings }: EmulatorState): Record<string, string> {
  const isOpen = settings.requireTokens && (ofService || isLogin === true)
  return isOpen ? { 'Access-Control-Allow-Origin': '*' } : {}
}

/** A browser asks before it sends a token or JSON (Fetch standard, «CORS-preflight request»); undefined for any other request. */
export function preflight(
  { method, headers }: IncomingMessage,
  operations: readonly Operation[],
  state: EmulatorState,
): Reply | undefined {
  const wanted = headers['access-control-request-method']
  const found = operations.find(({ methods }) => wanted !== undefined && methods.includes(wanted))
  if (method !== 'OPTIONS' || found === undefined) return undefined
  const origin = allowedOrigin(found, state)
  if (Object.keys(origin).length === 0) return undefined
  return {
    ...empty(204),
    headers: {
      ...origin,
      'Access-Control-Allow-Methods': [...new Set(operations.flatMap(({ methods }) => methods))].join(','),
      'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '*',
      'Access-Control-Max-Age': '600',
    },
  }
}

/**
 * Throws the 403 for a request that was sent to another name: a site can give its own name this machine's address (DNS rebinding), and
 * its pages would then be of the emulator's origin. With tokens they could do nothing; who listens on other addresses has chosen to.
 */
export function refuseForeignName({ headers: { host } }: IncomingMessage, { settings, url }: EmulatorState): void {
  if (settings.requireTokens || !settings.strict || host === undefined) return
  if (!isThisMachine(new URL(url()).hostname)) return
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host
  if (isThisMachine(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return
  throw new ServiceFault(403, {
    code: 'ForeignHost',
    message: `The request was sent to '${name}', and the emulator answers without tokens only as an address or as localhost; --tls asks for tokens, --loose answers to any name`,
  })
}

function isThisMachine(name: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/i.test(name)
}
