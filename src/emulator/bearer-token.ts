import type { IncomingMessage } from 'node:http'

/** Undefined where the request has none. */
export function bearerToken({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ')
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined
}
