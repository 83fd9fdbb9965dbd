import { isArray, type Json } from '../../../values/json.ts'
import { unsupported } from '../../../errors.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { decodePunycode, encodePunycode } from './punycode.ts'

const isScalarValue = (point: bigint): boolean =>
  point >= 0n && point <= 0x10ffffn && !(point >= 0xd800n && point <= 0xdfffn)

/** Code points one after another; what is no code point is left out. */
export function textOfCodePoints(values: readonly Json[]): string {
  return values
    .flatMap((value) => (isArray(value) ? value : [value]))
    .filter((value): value is bigint => typeof value === 'bigint' && isScalarValue(value))
    .map((point) => String.fromCodePoint(Number(point)))
    .join('')
}

/** Each character of `search` becomes the one at the same place of `replacement`, whose last one also serves the rest. */
export function translate(search: string, replacement: string, source: string): string {
  const to = [...replacement]
  const table = new Map<string, string>()
  ;[...search].forEach((character, at) => {
    if (!table.has(character)) table.set(character, to[at] ?? to.at(-1) ?? '')
  })
  return [...source].map((character) => table.get(character) ?? character).join('')
}

const fromText = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'unicode-codepoints-from-string-function',
    takes: ['string'],
    returns: 'dynamic',
    run: (text) => [...text].map((character) => BigInt(character.codePointAt(0) ?? 0)),
  })

const toText = (name: string): ScalarEntry =>
  nativeScalar({
    name,
    page: 'unicode-codepoints-to-string-function',
    takes: ['dynamic'],
    rest: 'dynamic',
    returns: 'string',
    refuses: (args, info) => {
      for (const { type, span } of args) {
        if (!['int', 'long', 'dynamic'].includes(type)) throw unsupported(`${info.name} of a ${type}`, span)
      }
    },
    run: (...values) => textOfCodePoints(values as Json[]),
  })

const DOMAIN_PREFIX = 'xn--'

/** A domain's labels one by one; ASCII ones stay. */
function domainFromText(domain: string): string {
  const labels = domain.split('.').map((label) => {
    if (/^\p{ASCII}*$/u.test(label)) return label
    return `${DOMAIN_PREFIX}${encodePunycode(label.toLowerCase()) ?? ''}`
  })
  return labels.join('.')
}

function domainToText(domain: string): string {
  const labels = domain.split('.').map((label) => {
    if (!label.toLowerCase().startsWith(DOMAIN_PREFIX)) return label
    return decodePunycode(label.slice(DOMAIN_PREFIX.length)) ?? label
  })
  return labels.join('.')
}

const textEntry = (name: string, run: (text: string) => string): ScalarEntry =>
  nativeScalar({ name, page: `${name.replaceAll('_', '-')}-function`, takes: ['string'], returns: 'string', run })

export const unicodeEntries: readonly ScalarEntry[] = [
  fromText('unicode_codepoints_from_string'),
  fromText('to_utf8'),
  toText('unicode_codepoints_to_string'),
  toText('make_string'),
  nativeScalar({
    name: 'translate',
    page: 'translate-function',
    takes: ['string', 'string', 'string'],
    returns: 'string',
    run: translate,
  }),
  textEntry('punycode_from_string', (text) => encodePunycode(text) ?? ''),
  textEntry('punycode_to_string', (text) => decodePunycode(text) ?? ''),
  textEntry('punycode_domain_from_string', domainFromText),
  textEntry('punycode_domain_to_string', domainToText),
]
