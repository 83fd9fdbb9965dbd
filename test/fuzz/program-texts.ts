/** Expressions of longs, texts and bools. */
import { call, chosen, comparisons, oneOf, strict, type Maker } from './program-calls.ts'
import { AGGREGATES } from './reference-aggregates.ts'
import { compare, open, textOf, type Type, type Value } from './reference-values.ts'

const text = (value: Value): string => String(value)
const characters = (value: Value): string[] => [...text(value)]
/** Beside letters that are not of ASCII, and at underscores, where a term ends is not the same for all. */
const plain = (value: Value): string => (/^[ -^`-~]*$/.test(text(value)) ? text(value) : open())
const terms = (value: Value): string[] => plain(value).toLowerCase().split(/[^a-z0-9]+/).filter((term) => term !== '') // prettier-ignore

const textTest = (operator: string, of: (order: number) => boolean): Maker =>
  call('bool', ['string', 'string'], `(# ${operator} #)`, (one, other) => of(compare(one, other)))
/** Of a text and a word, and its contrary. */
const sought = (operator: string, words: readonly string[], of: (value: Value, word: string) => boolean): Maker =>
  chosen(words, (word) =>
    oneOf(
      call('bool', ['string'], `(# ${operator} "${word}")`, (value) => of(value, word)),
      call('bool', ['string'], `(# !${operator} "${word}")`, (value) => !of(value, word)),
    ),
  )
const WORDS = ['True', 'A', 'ab', 'c', 'a'] as const

/** The place of a text in another, in characters. */
function indexOf(value: Value, word: string, from = 0): bigint {
  const all = characters(value)
  const length = [...word].length
  for (let at = from; at + length <= all.length; at++)
    if (all.slice(at, at + length).join('') === word) return BigInt(at)
  return -1n
}

function part(value: Value, from: number, length?: number): string {
  const all = characters(value)
  const start = from < 0 ? Math.max(0, all.length + from) : from
  return all.slice(start, length === undefined ? undefined : start + length).join('')
}

const isTrue = 'coalesce(#, false)'

export const TEXT_MAKERS: Partial<Record<Type, readonly Maker[]>> = {
  long: [
    strict('long', ['long', 'long'], '(# - #)', (one: bigint, other: bigint) => one - other),
    strict('long', ['long', 'long'], '(# + #)', (one: bigint, other: bigint) => one + other),
    strict('long', ['long'], '(# * 2)', (value: bigint) => value * 2n),
    strict('long', ['long'], 'bin(#, 3)', (value: bigint) => value - (((value % 3n) + 3n) % 3n)),
    call('long', ['long', 'long'], 'tolong(pack_array(#, #)[1])', (_, other) => other),
    call('long', ['long', 'string'], 'tolong(bag_pack("a", #, "b", #).a)', (one) => one),
    call('long', ['long', 'long'], 'max_of(coalesce(#, 0), coalesce(#, 0))', (one, other) => AGGREGATES.max([one ?? 0n, other ?? 0n], 'long')),
    call('long', ['long'], 'tolong(tostring(#))', (one) => one),
    call('long', ['string'], 'strlen(#)', (one) => BigInt(characters(one).length)),
    call('long', ['bool'], 'tolong(#)', (one) => (one === null ? null : BigInt(one === true))),
    chosen(WORDS, (word) => call('long', ['string'], `indexof(#, "${word}")`, (value) => indexOf(value, word))),
    chosen([1, 2], (from) => call('long', ['string'], `indexof(#, "a", ${from})`, (value) => indexOf(value, 'a', from))),
    call('long', ['string'], 'countof(#, "a")', (value) => BigInt(text(value).split('a').length - 1)),
    call('long', ['string'], 'array_length(split(#, "a"))', (value) => BigInt(text(value).split('a').length)),
  ],
  string: [
    call('string', ['long'], 'tostring(#)', (one) => textOf(one, 'long')),
    call('string', ['string', 'string'], 'strcat(#, #)', (one, other) => `${text(one)}${text(other)}`),
    call('string', ['string', 'string'], 'strcat(#, " ", #)', (one, other) => `${text(one)} ${text(other)}`),
    call('string', ['string', 'string'], 'strcat_delim("-", #, #)', (one, other) => `${text(one)}-${text(other)}`),
    call('string', ['string', 'string'], 'tostring(pack_array(#, #)[0])', (one) => one),
    call('string', ['string'], 'substring(#, 0, 1)', (one) => part(one, 0, 1)),
    chosen([[1, undefined], [2, 3], [-2, undefined], [-1, 1], [0, 0]] as const, ([from, length]) =>
      call('string', ['string'], `substring(#, ${from}${length === undefined ? '' : `, ${length}`})`, (value) => part(value, from, length))),
    call('string', ['string'], 'replace_string(#, "a", "b")', (one) => text(one).replaceAll('a', 'b')),
    call('string', ['string', 'string'], 'replace_string(#, "a", #)', (one, other) => text(one).split('a').join(text(other))),
    call('string', ['string'], 'replace_regex(#, "[ab]+", "<\\\\0>")', (one) => text(one).replace(/[ab]+/g, '<$&>')),
    chosen([2, 1, 0], (index) => call('string', ['string'], `tostring(split(#, "a")[${index}])`, (value) => text(value).split('a')[index] ?? '')),
    call('string', ['string', 'string'], 'tostring(split(strcat(#, ",", #), ",", 1)[0])', (one, other) => `${text(one)},${text(other)}`.split(',')[1] ?? ''),
    call('string', ['string'], 'extract("([bc])(.?)", 2, #)', (value) => /([bc])(.?)/u.exec(text(value))?.[2] ?? ''),
    call('string', ['string'], 'trim("[ab]", #)', (value) => text(value).replace(/^[ab]/, '').replace(/[ab]$/, '')),
    call('string', ['string'], 'trim_start("a", #)', (value) => text(value).replace(/^a/, '')),
    call('string', ['string'], 'trim_end("a+", #)', (value) => text(value).replace(/a+$/, '')),
    call('string', ['string'], 'reverse(#)', (value) => characters(value).reverse().join('')),
    call('string', ['string'], 'strrep(#, 2, ".")', (value) => `${text(value)}.${text(value)}`),
    call('string', ['string'], 'base64_decode_tostring(base64_encode_tostring(#))', (value) => value),
    call('string', ['string'], 'url_decode(url_encode(#))', (value) => value),
    call('string', ['bool'], 'tostring(#)', (one) => textOf(one, 'bool')),
    call('string', ['string'], 'toupper(#)', (one) => text(one).toUpperCase()),
    call('string', ['string'], 'tolower(#)', (one) => text(one).toLowerCase()),
  ],
  bool: [
    comparisons('long', 'long'), textTest('==', (order) => order === 0), textTest('!=', (order) => order !== 0),
    call('bool', ['string', 'string'], '(# in ("a", "", #))', (one, other) => one === 'a' || one === '' || one === other),
    call('bool', ['string'], '(# !in~ ("A", "é"))', (one) => one !== 'a' && one !== 'A' && one !== 'é' && one !== 'É'),
    call('bool', ['string', 'string'], '(# startswith_cs #)', (one, other) => text(one).startsWith(text(other))),
    call('bool', ['string', 'string'], '(# contains_cs #)', (one, other) => text(one).includes(text(other))),
    call('bool', ['string', 'string'], '(# =~ #)', (one, other) => text(one).toUpperCase() === text(other).toUpperCase()),
    sought('contains', WORDS, (value, word) => text(value).toUpperCase().includes(word.toUpperCase())),
    sought('startswith', WORDS, (value, word) => text(value).toUpperCase().startsWith(word.toUpperCase())),
    sought('endswith', WORDS, (value, word) => text(value).toUpperCase().endsWith(word.toUpperCase())),
    sought('endswith_cs', WORDS, (value, word) => text(value).endsWith(word)),
    sought('has', WORDS, (value, word) => terms(value).includes(word.toLowerCase())),
    sought('hasprefix', WORDS, (value, word) => terms(value).some((term) => term.startsWith(word.toLowerCase()))),
    sought('hassuffix', WORDS, (value, word) => terms(value).some((term) => term.endsWith(word.toLowerCase()))),
    call('bool', ['string'], '(# has_any ("a", "True"))', (value) => terms(value).some((term) => term === 'a' || term === 'true')),
    call('bool', ['string'], '(# has_all ("a", "b"))', (value) => ['a', 'b'].every((word) => terms(value).includes(word))),
    call('bool', ['string'], '(# matches regex "^[a-c]+$")', (value) => /^[a-c]+$/.test(text(value))),
    call('bool', ['long'], 'coalesce(# between (1 .. 3), false)', (one) => typeof one === 'bigint' && one >= 1n && one <= 3n),
    call('bool', ['bool', 'bool'], `(${isTrue} and ${isTrue})`, (one, other) => one === true && other === true),
    call('bool', ['bool', 'bool'], `(${isTrue} or ${isTrue})`, (one, other) => one === true || other === true),
    call('bool', ['bool'], `not(${isTrue})`, (one) => one !== true),
    call('bool', ['string'], 'isempty(#)', (one) => one === ''),
    call('bool', ['string'], 'isnotempty(#)', (one) => one !== ''),
    call('bool', ['bool'], 'isnull(#)', (one) => one === null),
    call('bool', ['long'], 'isnotnull(#)', (one) => one !== null),
    call('bool', ['long'], 'isnull(#)', (one) => one === null),
  ],
} // prettier-ignore
