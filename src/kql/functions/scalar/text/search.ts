import { isArray, type Json } from '../../../values/json.ts'
import { cast, infix, long, once, when } from '../../../sql/build.ts'
import type { SqlArg, ScalarEntry } from '../../entry.ts'
import { termOf } from '../../operators/lists.ts'
import { TermIndex } from '../../operators/strings.ts'
import { onceFor } from '../collections/once-for.ts'
import { nativeScalar } from '../native.ts'

/** As of has_any: it is scalars that are looked for. */
const termsOf = onceFor((values) => new TermIndex(values.map(termOf)))

/**
 * One lookup after the other over what no earlier one has rewritten. A rewrite that is no string leaves its lookup as it
 * is, and safe from later ones (recorded: docs/replace-strings-function-00, -02 and -03).
 */
export function replaceStrings(text: string, lookups: readonly Json[], rewrites: readonly Json[]): string {
  let pieces: readonly Piece[] = [{ before: '', text }]
  lookups.forEach((lookup, at) => {
    if (typeof lookup !== 'string' || lookup === '') return
    const rewrite = rewrites[at]
    pieces = rewritten(pieces, lookup, typeof rewrite === 'string' ? rewrite : lookup)
  })
  return pieces.map(({ before, text }) => before + text).join('')
}

/** Text that no lookup has met yet, and what is settled before it. */
interface Piece {
  readonly before: string
  readonly text: string
}

function rewritten(pieces: readonly Piece[], lookup: string, rewrite: string): readonly Piece[] {
  if (!pieces.some(({ text }) => text.includes(lookup))) return pieces
  const left: Piece[] = []
  let settled = ''
  for (const { before, text } of pieces) {
    settled += before
    text.split(lookup).forEach((rest, index) => {
      if (index > 0) settled += rewrite
      if (rest === '') return
      left.push({ before: settled, text: rest })
      settled = ''
    })
  }
  return [...left, { before: settled, text: '' }]
}

const tohex = nativeScalar({
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
})

/** A negative int has the 32 bits of its type, not the 64 of a long. */
function unsignedInt(value: SqlArg, index: number): SqlArg {
  if (index > 0 || value.type !== 'int') return value
  const sql = once(cast(value.sql, 'BIGINT'), (whole) =>
    when(infix(whole, '<', long(0)), infix(whole, '+', long(2n ** 32n)), whole),
  )
  return { ...value, type: 'long', sql, literal: undefined }
}

export const textSearchEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'has_any_index',
    page: 'has-any-index-function',
    takes: ['string', 'dynamic'],
    returns: 'long',
    run: (source, values) => {
      if (!isArray(values)) return null
      return BigInt(termsOf(values).firstIn(source))
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
  { ...tohex, sql: (args, info) => tohex.sql(args.map(unsignedInt), info) },
]
