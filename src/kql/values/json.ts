/**
 * JSON as Kusto's dynamic has it: longs and reals are different, and longs keep their 64 bits. JSON.parse loses both,
 * so this is a parser of its own. Objects keep the order of their members; a repeated key keeps the last value.
 */
import { formatReal } from './real.ts'

export type Json = null | boolean | bigint | number | string | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

export const isArray = (value: Json): value is readonly Json[] => Array.isArray(value)
export const isObject = (value: Json): value is JsonObject => value instanceof Map

const MAX_DEPTH = 400

class JsonSyntaxError extends Error {}

class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Json {
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.#text.length) throw new JsonSyntaxError('text after the value')
    return value
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#at++
    }
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError('too deep')
    this.#space()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonSyntaxError('unknown word')
    this.#at += word.length
    return value
  }

  #number(): Json {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) throw new JsonSyntaxError('no value')
    this.#at = pattern.lastIndex
    if (match[1] !== undefined || match[2] !== undefined) return Number(match[0])
    const whole = BigInt(match[0])
    return BigInt.asIntN(64, whole) === whole ? whole : Number(match[0])
  }

  #string(): string {
    const start = this.#at
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === 92) this.#at++
      else if (code === 34) {
        this.#at++
        return parseString(this.#text.slice(start, this.#at))
      }
    }
    throw new JsonSyntaxError('string without end')
  }

  #array(depth: number): Json {
    const items: Json[] = []
    this.#at++
    this.#space()
    if (this.#take(']')) return items
    for (;;) {
      items.push(this.#value(depth + 1))
      this.#space()
      if (this.#take(']')) return items
      if (!this.#take(',')) throw new JsonSyntaxError('expected , or ]')
    }
  }

  #object(depth: number): Json {
    const members = new Map<string, Json>()
    this.#at++
    this.#space()
    if (this.#take('}')) return members
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') throw new JsonSyntaxError('expected a key')
      const key = this.#string()
      this.#space()
      if (!this.#take(':')) throw new JsonSyntaxError('expected :')
      members.set(key, this.#value(depth + 1))
      this.#space()
      if (this.#take('}')) return members
      if (!this.#take(',')) throw new JsonSyntaxError('expected , or }')
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }
}

function parseString(quoted: string): string {
  if (!/[\\\u0000-\u001f]/.test(quoted)) return quoted.slice(1, -1)
  try {
    // Raw control characters are common in log texts and Kusto takes them.
    return JSON.parse(
      quoted.replace(/[\u0000-\u001f]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ) as string
  } catch (cause) {
    throw new JsonSyntaxError('bad escape', { cause })
  }
}

/** Undefined where `text` is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return new JsonReader(text).read()
  } catch (cause) {
    if (cause instanceof JsonSyntaxError) return undefined
    throw cause
  }
}

/** Compact text, the storage form of dynamic. */
export function printJson(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? printReal(value) : `"${formatReal(value)}"`
  if (typeof value === 'string') return printString(value)
  if (isArray(value)) return `[${value.map(printJson).join(',')}]`
  return `{${[...(value as JsonObject)].map(([key, member]) => `${printString(key)}:${printJson(member)}`).join(',')}}`
}

/**
 * A text as JSON. Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD: JSON.stringify would write it as an escape, and DuckDB
 * takes a text with such an escape for broken JSON wherever it meets it.
 */
export function printString(value: string): string {
  const printed = JSON.stringify(value)
  return printed.includes('\\ud') ? JSON.stringify(value.replace(/\p{Surrogate}/gu, '\ufffd')) : printed
}

/** JSON has no `1E+15` problem: any exponent form is a number that reads back as real. */
function printReal(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e15) return formatReal(value)
  const text = Object.is(value, -0) ? '-0' : String(value)
  // As DuckDB writes it, without the sign: the same real is the same text.
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`
}

/** A dynamic column's storage text: JSON `null` at the top is Kusto's null. */
export function toStorage(value: Json | undefined): string | null {
  return value === null || value === undefined ? null : printJson(value)
}

/** Reads a stored dynamic; stored text is always valid. */
export function fromStorage(text: string | null): Json {
  return text === null ? null : (parseJson(text) ?? null)
}

/** Kusto's name for what a dynamic holds. */
export function gettypeOf(value: Json): string {
  if (value === null) return 'null'
  if (isArray(value)) return 'array'
  if (isObject(value)) return 'dictionary'
  const names: Readonly<Record<string, string>> = {
    boolean: 'bool',
    bigint: 'long',
    number: 'double',
    string: 'string',
  }
  return names[typeof value] ?? 'dictionary'
}
