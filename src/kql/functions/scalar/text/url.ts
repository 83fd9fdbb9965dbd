import type { Json, JsonObject } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

/** Characters that HttpUtility.UrlEncode of .NET leaves alone; hexadecimal digits come in lower case, as recorded. */
const SAFE = /^[A-Za-z0-9\-_.!*()]$/

export function urlEncode(text: string, space: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const character = String.fromCharCode(byte)
    if (character === ' ') encoded += space
    else encoded += SAFE.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`
  }
  return encoded
}

/** `+` is a space; a percent sign without two hexadecimal digits stays. */
export function urlDecode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
}

/** Parameters of a query string, values as they are written; of a repeated key the last one. */
export function queryParameters(query: string): JsonObject {
  const parameters = new Map<string, Json>()
  for (const part of query.replace(/^\?/, '').split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    parameters.set(at === -1 ? part : part.slice(0, at), at === -1 ? '' : part.slice(at + 1))
  }
  return parameters
}

const URL_PARTS =
  /^(?:([a-z][a-z0-9+.-]*):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is

/** The eight parts of the reference's page; what is missing is the empty string. A path of `/` alone counts as none. */
export function parseUrl(url: string): JsonObject {
  const [, scheme = '', user = '', password = '', host = '', port = '', path = '', query = '', fragment = ''] =
    URL_PARTS.exec(url) ?? []
  return new Map<string, Json>([
    ['Scheme', scheme],
    ['Host', host],
    ['Port', port],
    ['Path', path === '/' ? '' : path],
    ['Username', user],
    ['Password', password],
    ['Query Parameters', queryParameters(query)],
    ['Fragment', fragment],
  ])
}

const encodeEntry = (name: string, space: string): ScalarEntry =>
  nativeScalar({
    name,
    page: `${name.replaceAll('_', '-')}-function`,
    takes: ['string'],
    returns: 'string',
    run: (text) => urlEncode(text, space),
  })

const parseEntry = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'parse-url-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (url) => (url === '' ? null : parseUrl(url)),
  })

const queryEntry = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'parse-url-query-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (query) => (query === '' ? null : new Map([['Query Parameters', queryParameters(query)]])),
  })

export const urlEntries: readonly ScalarEntry[] = [
  encodeEntry('url_encode', '+'),
  encodeEntry('url_encode_component', '%20'),
  nativeScalar({
    name: 'url_decode',
    page: 'url-decode-function',
    takes: ['string'],
    returns: 'string',
    run: urlDecode,
  }),
  parseEntry('parse_url'),
  parseEntry('parseurl'),
  queryEntry('parse_urlquery'),
  queryEntry('parseurlquery'),
]
