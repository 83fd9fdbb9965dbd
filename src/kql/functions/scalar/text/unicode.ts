import { isArray, type Json } from '../../../values/json.ts'
import { unsupported } from '../../../errors.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { decodePunycode, encodePunycode } from './punycode.ts'

const isScalarValue = (point: bigint): boolean =>
  point >= 0n && point <= 0x10ffffn && !(point >= 0xd800n && point <= 0xdfffn)

/** Code points one after another; empty, which is null, as soon as one value is no code point. */
export function textOfCodePoints(values: readonly Json[]): string {
  const points = values.flatMap((value) => (isArray(value) ? value : [value]))
  const isPoint = (value: Json): value is bigint => typeof value === 'bigint' && isScalarValue(value)
  return points.every(isPoint) ? points.map((point) => String.fromCodePoint(Number(point))).join('') : ''
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

/** Full stops that separate labels: besides that of ASCII the ideographic, the full-width and the half-width one. */
const LABEL_ENDS = /[.\u3002\uff0e\uff61]/u

/** A domain's labels one by one; empty where one cannot be converted. */
function mapLabels(labels: readonly string[], convert: (label: string) => string | undefined): string {
  const converted = labels.map(convert)
  return converted.includes(undefined) ? '' : converted.join('.')
}

/** ASCII labels stay as they are, and so does the case of letters. */
const encodeDomain = (domain: string): string =>
  mapLabels(domain.split(LABEL_ENDS), (label) => {
    if (/^\p{ASCII}*$/u.test(label)) return label
    const encoded = encodePunycode(label)
    return encoded === undefined ? undefined : DOMAIN_PREFIX + encoded
  })

const decodeDomain = (domain: string): string =>
  mapLabels(domain.split('.'), (label) => {
    if (!label.toLowerCase().startsWith(DOMAIN_PREFIX)) return label
    return decodePunycode(label.slice(DOMAIN_PREFIX.length))
  })

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
  // By their pages the names of these two mean the opposite of those above: "from" is from Punycode.
  textEntry('punycode_domain_from_string', decodeDomain),
  textEntry('punycode_domain_to_string', encodeDomain),
]
