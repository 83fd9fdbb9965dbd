import { RE2JS, RE2JSException } from 're2js'
import type { TextSpan } from '../bind/bound.ts'
import { invalid, REFUSAL, unsupported } from '../errors.ts'
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
  // Besides the categories the letters in circles and squares, which are alphabetic symbols, and what joins letters or not.
  w: '\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{24b6}-\\x{24e9}\\x{1f130}-\\x{1f149}\\x{1f150}-\\x{1f169}\\x{1f170}-\\x{1f189}\\x{200c}\\x{200d}',
  s: '\\t\\n\\v\\f\\r\\x{85}\\p{Z}',
}

/** The same as JavaScript has them, for what they leave: a negated class inside of a class has no other spelling in RE2. */
const OUTSIDE: Readonly<Record<string, RegExp>> = {
  d: /\P{Nd}+/gu,
  w: /[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+/gu,
  s: /\P{White_Space}+/gu,
}

const complements = new Map<string, string>()

/** Ranges of all that is no member: some 800 for `\W`. */
function complementOf(letter: string, outside: RegExp): string {
  const known = complements.get(letter)
  if (known !== undefined) return known
  const ranges = CHUNKS.flatMap((from) => {
    const points = Array.from({ length: CHUNK }, (_, index) => from + index)
    const runs = String.fromCodePoint(...points).matchAll(outside)
    return [...runs].map(([run]) => [run.codePointAt(0) ?? 0, [...run].at(-1)?.codePointAt(0) ?? 0])
  })
  const spelt = ranges.map((range) => range.map((point) => `\\x{${point.toString(16)}}`).join('-')).join('')
  complements.set(letter, spelt)
  return spelt
}

const CHUNK = 0x800
/** Without the one of half surrogate pairs, which are in no text. */
const CHUNKS = Array.from({ length: 0x110000 / CHUNK }, (_, index) => index * CHUNK).filter((from) => from !== 0xd800)

export function toRe2(pattern: string): string {
  let inClass = false
  let output = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '\\') {
      if (startsWord(pattern, at)) {
        output += '\\b'
        at++
        continue
      }
      const point = CODE_POINT.exec(pattern.slice(at, at + LONGEST_CODE_POINT))
      at += point === null ? 1 : point[0].length - 1
      output += point === null ? escape(pattern.charAt(at), inClass) : `\\x{${point.slice(1).join('')}}`
      continue
    }
    if (inClass) refuseSetOperation(pattern, at)
    if (character === '[' && !inClass) inClass = true
    else if (character === ']' && inClass && !/(?:^|[^\\])\[\^?$/.test(output)) inClass = false
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

/** `\\u00A0`, `\\u{A0}` and, with eight digits, `\\U`: RE2 knows `\\x{…}` alone. */
const CODE_POINT = /^\\(?:[uU]\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/
const LONGEST_CODE_POINT = 12

/**
 * The syntax of the engine (https://learn.microsoft.com/kusto/query/regex) has more than RE2's, which would take these for
 * literals and find something else.
 */
class BeyondRe2 extends Error {
  override readonly name = 'BeyondRe2'
}

/** In a class: `[a-z&&[^b]]`, `[a-z--b]`, `[a-g~~b-h]`, and classes in classes; `[:alpha:]` both know. */
function refuseSetOperation(pattern: string, at: number): void {
  const ahead = pattern.slice(at, at + 2)
  const isRangeToHyphen = ahead === '--' && /[[^]$/.test(pattern.slice(0, at))
  if (['&&', '--', '~~'].includes(ahead) && !isRangeToHyphen) throw new BeyondRe2(`"${ahead}" within […]`)
  if (ahead.startsWith('[') && ahead !== '[:' && isClassInClass(pattern, at)) {
    throw new BeyondRe2('[…] within […]: for the character write \\[')
  }
}

/** Does the class that began before `at` end, if another one begins there? Else the bracket is a character, as rules have it in `[[]`. */
function isClassInClass(pattern: string, at: number): boolean {
  let open = 1
  // A bracket that ends a class is a character where the class has just begun.
  for (const [part] of pattern.slice(at).matchAll(/\\.|\[:\^?\w+:\]|\[\^?\]?|\]|[^[\]\\]+/gs)) {
    if (part.startsWith('[') && !part.startsWith('[:')) open++
    else if (part === ']') open--
    if (open === 0) return true
  }
  return false
}

/** Before what is part of a word, its start is a boundary like any other. */
const startsWord = (pattern: string, at: number): boolean =>
  /^\\<(?:\\[wd]|[a-zA-Z0-9_])(?![*?]|\{0)/.test(pattern.slice(at, at + 6))

function escape(letter: string, inClass: boolean): string {
  if (letter === '<' || letter === '>')
    throw new BeyondRe2(`\\${letter}, a boundary of words: for the character write ${letter}`)
  // What is no letter or digit stands for itself, escaped or not; RE2 alone minds an underscore.
  if (letter === '_') return letter
  const name = letter.toLowerCase()
  const [members, outside] = [CLASSES[name], OUTSIDE[name]]
  if (members === undefined || outside === undefined) return `\\${letter}`
  if (letter === name) return inClass ? members : `[${members}]`
  return inClass ? complementOf(name, outside) : `[^${members}]`
}

/** The pattern with none of its groups captured, for use as a part of another. */
export function withoutCaptures(re2: string): string {
  const part = /\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\((?:\?P<\w+>|(?!\?))/gs
  return re2.replace(part, (found) => (found.startsWith('(') ? '(?:' : found))
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
    if (cause instanceof BeyondRe2) throw unsupported(`a regular expression with ${cause.message}`, span)
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

/** What JavaScript reads and RE2 does not, or the other way: look-arounds, back references, flags, long repetitions, a class without members. */
const UNSURE = /&&|--|~~|\(\?[=!]|\(\?<[=!]|\\[1-9kcuxQEpPaAzZC]|\(\?[a-zA-Z-]*:|\{\d{4}|\[\[|\{,|\{\}|[*+?}]\+|\[\^?\]/

/**
 * Number of groups of a pattern that is valid beyond doubt, else undefined. JavaScript's parser takes microseconds where
 * compiling takes milliseconds; nothing but the empty string is ever matched with it.
 */
function quickGroupCount(pattern: string): number | undefined {
  if (/\\[<>]/.test(pattern)) return undefined
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

/** Boundaries and anchors, which take no character; escaped characters and classes stay as they are. */
const ASSERTION = /\\[bBAz<>]|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|[\^$]/gs

/** Refuses to count or list the matches of what may match nothing at all: no page says which of them the engine sees. */
export function refuseEmptyMatches(args: readonly SqlArg[], index: number, info: CallInfo): void {
  const bare = constantText(args, index, info).replace(ASSERTION, (part) =>
    /^(?:\\[bBAz<>]|[\^$])$/.test(part) ? '' : part,
  )
  if (matchesEmpty(bare)) {
    throw unsupported(`${info.name} of a regular expression that may match the empty text`, arg(args, index, info).span)
  }
}

function matchesEmpty(pattern: string): boolean {
  try {
    if (!UNSURE.test(pattern)) return new RegExp(`^(?:${pattern.replaceAll('(?P<', '(?<')})`, 'u').test('')
  } catch {
    // RE2 knows more.
  }
  try {
    return compiled(pattern).matcher('').find()
  } catch {
    return true
  }
}

/** The pattern at `index`, for DuckDB; one that is computed (from a watchlist, from a list) is checked when it is met. */
export function patternSql(args: readonly SqlArg[], index: number, info: CallInfo): SqlExpr {
  if (!isConstantPattern(args, index, info)) return call(patternNative.name, asText(arg(args, index, info)))
  groupCount(args, index, info)
  return text(toRe2(constantText(args, index, info)))
}

export const isConstantPattern = (args: readonly SqlArg[], index: number, info: CallInfo): boolean =>
  typeof arg(args, index, info).literal === 'string' && arg(args, index, info).type !== 'dynamic'

/** For natives: a pattern that comes with the rows. */
export function computedPattern(pattern: string): Pattern {
  try {
    return compiled(pattern)
  } catch (cause) {
    if (!(cause instanceof RE2JSException || cause instanceof BeyondRe2)) throw cause
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
