import { RE2JS, RE2JSException } from 're2js'
import type { TextSpan } from '../bind/bound.ts'
import { invalid, REFUSAL } from '../errors.ts'
import { call, text } from '../sql/build.ts'
import type { SqlExpr } from '../sql/nodes.ts'
import { asText } from './convert.ts'
import { arg, constantText, type CallInfo, type NativeFunction, type SqlArg } from './entry.ts'

/**
 * Kusto's regular expressions to those of DuckDB (RE2). The engine's are Unicode-aware: `\d` finds a full-width digit
 * (recorded: shared/kql-cases r2-string-ops), where RE2's `\d`, `\w` and `\s` know ASCII only. RE2 runs in linear time,
 * so a hostile pattern cannot hang a query.
 */
const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
  s: '\\t\\n\\v\\f\\r\\x{85}\\p{Z}',
}

export function toRe2(pattern: string): string {
  let inClass = false
  let output = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '\\') {
      at++
      output += escape(pattern.charAt(at), inClass)
      continue
    }
    if (character === '[' && !inClass) inClass = true
    else if (character === ']' && inClass && !/\[\^?$/.test(output)) inClass = false
    // (?<name>…) is (?P<name>…) in RE2; lookarounds do not exist in either.
    if (!inClass && pattern.startsWith('(?<', at) && !/^\(\?<[=!]/.test(pattern.slice(at))) {
      output += '(?P<'
      at += 2
      continue
    }
    output += character
  }
  return output
}

function escape(letter: string, inClass: boolean): string {
  const members = CLASSES[letter.toLowerCase()]
  if (members === undefined) return `\\${letter}`
  if (letter === letter.toLowerCase()) return inClass ? members : `[${members}]`
  // A negated class inside a class has no plain spelling; RE2's own is the ASCII one.
  return inClass ? `\\${letter}` : `[^${members}]`
}

/** The text itself, as a pattern. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

/** RE2 in JavaScript, for what DuckDB's has no function for; linear in time too. */
export type Pattern = RE2JS

const patterns = new Map<string, Pattern>()

/** A Kusto pattern, compiled once; an invalid one is the query's fault. */
export function checkedPattern(pattern: string, span: TextSpan): Pattern {
  try {
    return compiled(pattern)
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    throw invalid(`${JSON.stringify(pattern)} is no regular expression: ${cause.message}`, span)
  }
}

/** For natives, whose patterns have been checked before. */
export function compiled(pattern: string): Pattern {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  const fresh = RE2JS.compile(toRe2(pattern))
  // A query holds few patterns; a long-lived engine sees many queries.
  if (patterns.size >= 1_000) patterns.clear()
  patterns.set(pattern, fresh)
  return fresh
}

/** What JavaScript reads and RE2 does not, or the other way: look-arounds, back references, flags, long repetitions. */
const UNSURE = /\(\?[=!]|\(\?<[=!]|\\[1-9kcuxQEpPaAzZC]|\(\?[a-zA-Z-]*:|\{\d{4}|\[\[|\{,|\{\}|[*+?}]\+/

/**
 * Number of groups of a pattern that is valid beyond doubt, else undefined. JavaScript's parser takes microseconds where
 * compiling takes milliseconds; nothing but the empty string is ever matched with it.
 */
function quickGroupCount(pattern: string): number | undefined {
  const body = pattern
    .replace(/^\(\?[ims]+\)/, '')
    .replace(/\\[^a-zA-Z0-9]/g, 'a')
    .replaceAll('(?P<', '(?<')
  if (UNSURE.test(body)) return undefined
  try {
    const found = new RegExp(`${body}|`, 'u').exec('')
    return found === null ? undefined : found.length - 1
  } catch {
    return undefined
  }
}

/** Number of capture groups of the constant pattern at `index`; an invalid pattern is the query's fault. */
export function groupCount(args: readonly SqlArg[], index: number, info: CallInfo): number {
  const pattern = constantText(args, index, info)
  return quickGroupCount(pattern) ?? checkedPattern(pattern, arg(args, index, info).span).groupCount()
}

/** The pattern at `index`, for DuckDB; one that is computed (from a watchlist, from a list) is checked when it is met. */
export function patternSql(args: readonly SqlArg[], index: number, info: CallInfo): SqlExpr {
  if (!isConstantPattern(args, index, info)) return call(patternNative.name, asText(arg(args, index, info)))
  groupCount(args, index, info)
  return text(toRe2(constantText(args, index, info)))
}

export const isConstantPattern = (args: readonly SqlArg[], index: number, info: CallInfo): boolean =>
  typeof arg(args, index, info).literal === 'string'

/** For natives: a pattern that comes with the rows. */
export function computedPattern(pattern: string): Pattern {
  try {
    return compiled(pattern)
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause
    throw new Error(`${REFUSAL}${JSON.stringify(pattern)} as a regular expression: ${cause.message}`, { cause })
  }
}

export const patternNative: NativeFunction = {
  name: 'kql_pattern',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (pattern) => {
    computedPattern(String(pattern))
    return toRe2(String(pattern))
  },
}
