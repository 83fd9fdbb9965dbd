/** What lower/operators/parse-kv.ts needs; not a function of Kusto's. */
import { REFUSAL } from '../../errors.ts'
import { call } from '../../sql/build.ts'
import { fromStorage, isArray, printJson, type Json } from '../../values/json.ts'
import { arg, learn, scalar, type NativeFunction, type ScalarEntry } from '../entry.ts'
import { compiled } from '../regex.ts'
import { keepLatest } from '../keep-latest.ts'

/** As the operator's `with (…)` says; undefined: not given. */
interface Delimiters {
  readonly pair: string
  readonly kv: string
  /** Opening quotes, each with its closing one. */
  readonly quotes: ReadonlyMap<string, string>
  readonly escapes: ReadonlySet<string>
  readonly isGreedy: boolean
}

/** Reads `key=value` pairs from left to right; spaces around keys, delimiters and values do not count. */
class PairReader {
  readonly #text: string
  readonly #delimiters: Delimiters
  #at = 0

  constructor(text: string, delimiters: Delimiters) {
    this.#text = text
    this.#delimiters = delimiters
  }

  /** The first value of each key. */
  read(): ReadonlyMap<string, string> {
    const values = new Map<string, string>()
    while (this.#at < this.#text.length) {
      const before = this.#at
      const key = this.#key()
      if (key !== undefined) {
        const value = this.#value()
        if (!values.has(key)) values.set(key, value)
      }
      if (this.#at === before) this.#at++
    }
    return values
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text.charAt(this.#at))) this.#at++
  }

  #take(delimiter: string): boolean {
    if (!this.#text.startsWith(delimiter, this.#at)) return false
    this.#at += delimiter.length
    return true
  }

  /** Undefined where what stands here is followed by no key-value delimiter. */
  #key(): string | undefined {
    const { pair, kv } = this.#delimiters
    this.#skipSpace()
    while (this.#take(pair)) this.#skipSpace()
    let key = this.#quoted()
    if (key === undefined) {
      const start = this.#at
      const ends = [this.#text.indexOf(kv, start), this.#text.indexOf(pair, start)].filter((end) => end !== -1)
      this.#at = ends.length === 0 ? this.#text.length : Math.min(...ends)
      key = this.#text.slice(start, this.#at).trim()
    }
    // With a blank as pair delimiter, blanks before the key-value delimiter end nothing (recorded: r2-parse-search/0005).
    this.#skipSpace()
    return this.#take(kv) ? key : undefined
  }

  #value(): string {
    this.#skipSpace()
    const quoted = this.#quoted()
    if (quoted !== undefined) return quoted
    const start = this.#at
    this.#at = this.#delimiters.isGreedy ? this.#greedyEnd(start) : this.#endAt(this.#delimiters.pair, start)
    return this.#text.slice(start, this.#at).trim()
  }

  #endAt(delimiter: string, from: number): number {
    const end = this.#text.indexOf(delimiter, from)
    return end === -1 ? this.#text.length : end
  }

  /** The last pair delimiter before the next key-value delimiter. */
  #greedyEnd(start: number): number {
    const { pair, kv } = this.#delimiters
    for (let next = this.#text.indexOf(kv, start); next !== -1; next = this.#text.indexOf(kv, next + kv.length)) {
      const end = this.#text.lastIndexOf(pair, next - 1)
      if (end >= start && this.#text.slice(end + pair.length, next).trim() !== '') return end
    }
    return this.#text.length
  }

  #quoted(): string | undefined {
    const quoted = quotedAt(this.#text, this.#at, this.#delimiters)
    if (quoted !== undefined) this.#at = quoted.end
    return quoted?.value
  }
}

/** The quoted text that begins at `start`, and where what follows it does. */
function quotedAt(
  text: string,
  start: number,
  { quotes, escapes }: Delimiters,
): { readonly value: string; readonly end: number } | undefined {
  const closing = quotes.get(text.charAt(start))
  if (closing === undefined) return undefined
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (escapes.has(character) && at + 1 < text.length) value += text.charAt(++at)
    else if (character === closing) return { value, end: at + 1 }
    else value += character
  }
  return undefined
}

type Reader = (text: string) => ReadonlyMap<string, string>

/**
 * Without delimiters any character but letters and digits is one, so that the text is a row of words. The page does not
 * say whether keys are each second word or the listed words wherever they stand: both are read, and must agree.
 */
function wordPairs(text: string, keys: readonly string[], delimiters: Delimiters): ReadonlyMap<string, string> {
  const words = wordsOf(text, delimiters)
  const [paired, searched] = [new Map<string, string>(), new Map<string, string>()]
  for (let at = 0; at + 1 < words.length; at += 2) remember(paired, words[at], words[at + 1])
  for (let at = 0; at + 1 < words.length; at++) {
    if (keys.includes(words[at] ?? '')) remember(searched, words[at], words[++at])
  }
  if (keys.some((key) => paired.get(key) !== searched.get(key))) {
    throw new Error(`${REFUSAL}parse-kv without delimiters of a text in which keys and values do not alternate`)
  }
  return searched
}

function remember(values: Map<string, string>, key = '', value = ''): void {
  if (!values.has(key)) values.set(key, value)
}

function wordsOf(text: string, delimiters: Delimiters): string[] {
  const words: string[] = []
  for (let at = 0; at < text.length;) {
    const quoted = quotedAt(text, at, delimiters)
    const word = quoted?.value ?? /^[\p{L}\p{N}]+/u.exec(text.slice(at))?.[0] ?? ''
    if (word !== '' || quoted !== undefined) words.push(word)
    at = quoted?.end ?? at + Math.max(word.length, 1)
  }
  return words
}

const textsOf = (list: Json | undefined): readonly string[] =>
  isArray(list ?? null) ? (list as readonly string[]) : []

/** `[keys, pair, kv, quotes, escapes, greedy, regex]`: constant throughout a query, so read once. */
function readerOf(specification: string): { readonly keys: readonly string[]; readonly read: Reader } {
  const parts = fromStorage(specification) as readonly Json[]
  const [keys, pair, kv, quotes, escapes, greedy, regex] = parts
  const texts = textsOf(keys)
  if (typeof regex === 'string') return { keys: texts, read: (text) => regexPairs(text, regex) }
  const delimiters: Delimiters = {
    pair: String(pair),
    kv: String(kv),
    quotes: new Map(textsOf(quotes).map((quote) => [quote.charAt(0), quote.charAt(quote.length - 1)])),
    escapes: new Set(textsOf(escapes)),
    isGreedy: greedy === true,
  }
  if (pair === null && kv === null) return { keys: texts, read: (text) => wordPairs(text, texts, delimiters) }
  return { keys: texts, read: (text) => new PairReader(text, delimiters).read() }
}

function regexPairs(text: string, regex: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  const matcher = compiled(regex).matcher(text)
  while (matcher.find()) {
    const [key, value] = [matcher.group(1) ?? '', matcher.group(2) ?? '']
    if (!values.has(key)) values.set(key, value)
  }
  return values
}

const reader = keepLatest(readerOf)

const native: NativeFunction = {
  name: 'kql_parse_kv',
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (text, specification) => {
    const { keys, read } = reader(String(specification))
    const values = read(String(text))
    return printJson(keys.map((key) => values.get(key) ?? null))
  },
}

export const parseKvEntries: readonly ScalarEntry[] = [
  scalar({
    name: 'parse kv',
    docs: learn('parse-kv-operator'),
    nulls: 'null',
    natives: [native],
    sql: (args, info) => call(native.name, arg(args, 0, info).sql, arg(args, 1, info).sql),
  }),
]
