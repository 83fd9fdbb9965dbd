import { unsupported } from '../../../errors.ts'
import { isArray, type Json } from '../../../values/json.ts'
import { constantText, type ScalarEntry } from '../../entry.ts'
import { termNatives } from '../../operators/strings.ts'
import { toJavaScript } from '../../regex.ts'
import { elementText } from '../collections/elements.ts'
import { nativeScalar } from '../native.ts'

const hasTerm = termNatives.find(({ name }) => name === 'kql_has_both')

/**
 * One lookup after the other over what no earlier one has rewritten. A rewrite that is no string leaves its lookup as it
 * is, and safe from later ones (recorded: docs/replace-strings-function-00, -02 and -03).
 */
export function replaceStrings(text: string, lookups: readonly Json[], rewrites: readonly Json[]): string {
  let parts: readonly { readonly text: string; readonly isDone: boolean }[] = [{ text, isDone: false }]
  lookups.forEach((lookup, at) => {
    if (typeof lookup !== 'string' || lookup === '') return
    const rewrite = rewrites[at]
    const done = { text: typeof rewrite === 'string' ? rewrite : lookup, isDone: true }
    parts = parts.flatMap((part) => {
      if (part.isDone) return [part]
      const pieces = part.text.split(lookup).map((piece) => ({ text: piece, isDone: false }))
      return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [done, piece]))
    })
  })
  return parts.map((part) => part.text).join('')
}

/** Position of the `occurrence`-th match within `length` characters from `start`; -1 without one, null for a wrong place. */
export function indexOfRegex(
  text: string,
  pattern: RegExp,
  start: bigint,
  length: bigint,
  occurrence: bigint,
): bigint | null {
  if (start < 0n || occurrence < 1n || length < -1n) return null
  const end = length === -1n ? text.length : Math.min(text.length, Number(start + length))
  const part = text.slice(Number(start), end)
  let left = occurrence
  for (const match of part.matchAll(pattern)) if (--left === 0n) return start + BigInt(match.index)
  return -1n
}

const patterns = new Map<string, RegExp | undefined>()

function compiled(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    if (patterns.size > 1_000) patterns.clear()
    patterns.set(pattern, toJavaScript(pattern, 'g'))
  }
  return patterns.get(pattern)
}

export const textSearchEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'has_any_index',
    page: 'has-any-index-function',
    takes: ['string', 'dynamic'],
    returns: 'long',
    run: (source, values) => {
      if (!isArray(values)) return null
      return BigInt(values.findIndex((value) => hasTerm?.run(source, elementText(value)) === true))
    },
  }),
  nativeScalar({
    name: 'replace_strings',
    page: 'replace-strings-function',
    takes: ['string', 'dynamic', 'dynamic'],
    returns: 'string',
    run: (text, lookups, rewrites) =>
      isArray(lookups) && isArray(rewrites) ? replaceStrings(text, lookups, rewrites) : text,
  }),
  nativeScalar({
    name: 'indexof_regex',
    page: 'indexof-regex-function',
    takes: ['string', 'string', 'long?', 'long?', 'long?'],
    returns: 'long',
    refuses: (args, info) => {
      const pattern = constantText(args, 1, info)
      if (compiled(pattern) === undefined) throw unsupported(`the regular expression ${pattern}`, info.span)
    },
    run: (text, pattern, start, length, occurrence) => {
      const regex = compiled(pattern)
      return regex === undefined ? null : indexOfRegex(text, regex, start ?? 0n, length ?? -1n, occurrence ?? 1n)
    },
  }),
  nativeScalar({
    name: 'isascii',
    page: 'isascii',
    takes: ['string'],
    returns: 'bool',
    run: (text) => /^\p{ASCII}*$/u.test(text),
  }),
  nativeScalar({
    name: 'isutf8',
    page: 'isutf8',
    takes: ['string'],
    returns: 'bool',
    // A string here is always Unicode; the loader has replaced broken bytes.
    run: (text) => !text.includes('\ufffd'),
  }),
  nativeScalar({
    name: 'tohex',
    page: 'tohex-function',
    takes: ['long', 'long?'],
    returns: 'string',
    run: (value, length) =>
      value === null
        ? ''
        : BigInt.asUintN(64, value)
            .toString(16)
            .padStart(Math.min(16, Number(length ?? 0n)), '0'),
  }),
]
