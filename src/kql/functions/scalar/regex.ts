/** Functions that take a pattern. DuckDB's RE2 does the work, in linear time, as the service's does. */
import { invalid, REFUSAL, unsupported } from '../../errors.ts'
import { call, cast, column, infix, int, lambda, list, long, once, onceAll, orEmpty, refuseAtRuntime, sqlNull, text, when } from '../../sql/build.ts' // prettier-ignore
import type { SqlExpr } from '../../sql/nodes.ts'
import { fromStorage, isArray, toStorage, type Json } from '../../values/json.ts'
import { asText, convert } from '../convert.ts'
import {
  arg,
  constantText,
  learn,
  scalar,
  type CallInfo,
  type NativeFunction,
  type ScalarEntry,
  type SqlArg,
} from '../entry.ts'
import {
  checkedPattern,
  computedPattern,
  groupCount,
  isConstantPattern,
  patternSql,
  refuseEmptyMatches,
  type Pattern,
} from '../regex.ts'
import { nativeScalar } from './native.ts'
import { textFunction } from './strings.ts'

/** All groups of a match at once, as a struct with the members `1`, `2`, … */
const groupNames = (count: number): SqlExpr =>
  list(...Array.from({ length: count }, (_, index) => text(String(index + 1))))

/** `extract(p, 1, x, typeof(long))` converts. */
function typedCapture(found: SqlExpr, args: readonly SqlArg[], info: CallInfo): SqlExpr {
  if (args[3] === undefined || info.type === 'string') return orEmpty(found)
  const captured: SqlArg = { sql: orEmpty(found), type: 'string', literal: undefined, span: info.span }
  return convert(captured, info.type, info).sql
}

/** The capture of a pattern or of a group that is computed. */
const extractNative: NativeFunction = {
  name: 'kql_extract',
  takes: ['VARCHAR', 'BIGINT', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (pattern, group, value) => {
    const compiled = computedPattern(String(pattern))
    const number = Number(group)
    if (number < 0) throw new Error(`${REFUSAL}extract of group ${number}`)
    if (number > compiled.groupCount()) return ''
    const matcher = compiled.matcher(String(value))
    return matcher.find() ? (matcher.group(number) ?? '') : ''
  },
}

const extract = scalar({
  name: 'extract',
  docs: learn('extract-function'),
  // No match is null, that is, the empty string.
  nulls: 'handled',
  natives: [extractNative],
  sql: (args, info) => {
    const group = arg(args, 1, info).literal
    const value = asText(arg(args, 2, info))
    if (typeof group !== 'bigint' || !isConstantPattern(args, 0, info)) {
      const captured = call(extractNative.name, asText(arg(args, 0, info)), convert(arg(args, 1, info), 'long', info).sql, value) // prettier-ignore
      return typedCapture(captured, args, info)
    }
    const pattern = patternSql(args, 0, info)
    const count = groupCount(args, 0, info)
    if (group < 0n) throw unsupported(`extract of group ${group}`, info.span)
    // A group that the pattern lacks matches nothing; a published rule that forgot the parentheses finds nothing by it.
    if (group > count) return typedCapture(text(''), args, info)
    // DuckDB takes single groups up to nine.
    const found =
      group <= 9n
        ? call('regexp_extract', value, pattern, int(group))
        : call('struct_extract', call('regexp_extract', value, pattern, groupNames(count)), text(String(group)))
    return typedCapture(found, args, info)
  },
})

/** Numbers of the wanted groups; names become numbers. */
function wantedGroups(wanted: SqlArg, pattern: Pattern, info: CallInfo): number[] {
  const groups = typeof wanted.literal === 'string' ? fromStorage(wanted.literal) : null
  return groupNumbers(groups, pattern, (what) => unsupported(`${info.name} of ${what}`, wanted.span))
}

function groupNumbers(groups: Json, pattern: Pattern, refusal: (what: string) => Error): number[] {
  if (!isArray(groups)) throw refusal('computed groups')
  if (groups.length === 0) throw refusal('no group')
  return groups.map((group) => {
    const number = typeof group === 'string' ? pattern.namedGroups()[group] : Number(group)
    if (typeof group === 'object' || number === undefined || !(number >= 1 && number <= pattern.groupCount())) {
      throw refusal(`the group ${String(group)}, which the pattern lacks`)
    }
    return number
  })
}

/** Of a pattern of extract_all(), as its page says. */
const MOST_GROUPS = 16

/** The captures of a pattern that is computed, or of groups that DuckDB does not give: of the groups in the array `wanted`, or of all where it is empty text. */
const extractAllNative: NativeFunction = {
  name: 'kql_extract_all',
  takes: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (pattern, wanted, value) => {
    const compiled = computedPattern(String(pattern))
    const count = compiled.groupCount()
    if (count === 0) throw new Error(`${REFUSAL}extract_all without a capture group`)
    if (count > MOST_GROUPS) throw new Error(`${REFUSAL}extract_all of more than ${MOST_GROUPS} capture groups`)
    const numbers =
      wanted === ''
        ? Array.from({ length: count }, (_, index) => index + 1)
        : groupNumbers(fromStorage(String(wanted)), compiled, (what) => new Error(`${REFUSAL}extract_all of ${what}`))
    const found: Json[] = []
    const matcher = compiled.matcher(String(value))
    while (matcher.find()) {
      if (matcher.start() === matcher.end()) throw new Error(`${REFUSAL}extract_all of a match of the empty text`)
      const groups = numbers.map((number) => matcher.group(number) ?? '')
      found.push(groups.length === 1 ? (groups[0] ?? '') : groups)
    }
    return found.length === 0 ? null : toStorage(found)
  },
}

/** Captures of every match: of one group flat, of several as arrays; a group without a match is the empty string. */
const extractAll = (name: string): ScalarEntry =>
  scalar({
    name,
    docs: learn('extract-all-function'),
    nulls: 'null',
    natives: [extractAllNative],
    sql: (args, info) => {
      if (!isConstantPattern(args, 0, info)) {
        const wanted = args.length > 2 ? convert(arg(args, 1, info), 'dynamic', info).sql : text('')
        return call(extractAllNative.name, asText(arg(args, 0, info)), wanted, asText(arg(args, args.length - 1, info)))
      }
      const pattern = patternSql(args, 0, info)
      const count = groupCount(args, 0, info)
      if (count === 0) throw unsupported(`${name} without a capture group`, info.span)
      if (count > MOST_GROUPS) throw invalid(`${name}() takes at most ${MOST_GROUPS} capture groups`, info.span)
      refuseEmptyMatches(args, 0, info)
      const [wanted, value] = args.length > 2 ? [args[1], arg(args, 2, info)] : [undefined, arg(args, 1, info)]
      const numbers =
        wanted === undefined
          ? Array.from({ length: count }, (_, index) => index + 1)
          : wantedGroups(wanted, checkedPattern(constantText(args, 0, info), info.span), info)
      // DuckDB takes single groups up to nine.
      if (Math.max(...numbers) > 9) {
        const groups = text(JSON.stringify(numbers))
        return call(extractAllNative.name, text(constantText(args, 0, info)), groups, asText(value))
      }
      return onceAll([asText(value)], (source = text('')) => capturesSql(source, pattern, numbers))
    },
  })

/** JSON; null without a match. DuckDB gives the captures of one group at a time. */
function capturesSql(source: SqlExpr, pattern: SqlExpr, numbers: readonly number[]): SqlExpr {
  const captures = numbers.map((number) => call('regexp_extract_all', source, pattern, int(number)))
  return onceAll(captures, (...lists) => {
    const [first = list()] = lists
    const match = column('match')
    // In a lambda DuckDB would compute what stands there for each match anew: the lists must be its argument.
    const found =
      lists.length === 1
        ? call('list_transform', first, lambda(['match'], orEmpty(match)))
        : call('list_transform', call('list_zip', ...lists), lambda(['match'], list(...lists.map((_, at) => orEmpty(call('struct_extract', match, int(at + 1))))))) // prettier-ignore
    return when(infix(call('len', first), '=', long(0)), sqlNull('VARCHAR'), cast(call('to_json', found), 'VARCHAR'))
  })
}

/**
 * What names no group to the page of replace_regex(), which knows `\0`, `\1` and so on: a backslash before anything else, and a
 * dollar sign before a number or a name, which the syntax of the engine's patterns has elsewhere.
 */
const OPEN_REPLACEMENT = '\\\\(?:[^0-9]|$)|\\$[0-9A-Za-z_{$]'
const OPEN_REASON = 'a replacement with a backslash or a dollar sign that names no group'

/** Nor does a page say what stands for a group that the pattern lacks. */
function refuseReplacement(
  by: string,
  span: SqlArg['span'],
  args: readonly SqlArg[],
  at: number,
  info: CallInfo,
): void {
  if (new RegExp(OPEN_REPLACEMENT, 's').test(by)) throw unsupported(OPEN_REASON, span, 'name a group as \\1')
  if (!isConstantPattern(args, at, info)) return
  const count = groupCount(args, at, info)
  const missing = [...by.matchAll(/\\(\d)/g)].find(([, digit]) => Number(digit) > count)
  if (missing !== undefined) throw unsupported(`a replacement with ${missing[0]}, a group that the pattern lacks`, span)
}

/** What is left is RE2's own. */
function replacement(by: SqlArg, args: readonly SqlArg[], at: number, info: CallInfo): SqlExpr {
  const sql = asText(by)
  if (typeof by.literal !== 'string' || by.type === 'dynamic') {
    return once(
      sql,
      (rewrite) =>
      when(call('regexp_matches', rewrite, text(`(?s)${OPEN_REPLACEMENT}`)), refuseAtRuntime(OPEN_REASON, 'VARCHAR'), rewrite), // prettier-ignore
    )
  }
  refuseReplacement(by.literal, by.span, args, at, info)
  return sql
}

const replaceRegex = (name: string): ScalarEntry =>
  textFunction(name, (value, args, info) => {
    // replace(regex, rewrite, text) has another order than replace_regex(text, regex, rewrite).
    const isOld = name === 'replace'
    const target = isOld ? asText(arg(args, 2, info)) : value
    const at = isOld ? 0 : 1
    const pattern = patternSql(args, at, info)
    const by = arg(args, isOld ? 1 : 2, info)
    return call('regexp_replace', target, pattern, replacement(by, args, at, info), text('g'))
  })

/** Position of the `occurrence`-th match within `length` characters from `start`; -1 without one, null for a wrong place. */
export function indexOfRegex(
  value: string,
  pattern: Pattern,
  start: bigint,
  length: bigint,
  occurrence: bigint,
): bigint | null {
  if (start < 0n || occurrence < 1n || length < -1n) return null
  const characters = [...value]
  const end = length === -1n ? characters.length : Number(start + length)
  const part = characters.slice(Number(start), end).join('')
  const matcher = pattern.matcher(part)
  for (let left = occurrence; matcher.find();) {
    if (--left === 0n) return start + BigInt([...part.slice(0, matcher.start())].length)
  }
  return -1n
}

const indexofRegex = nativeScalar({
  name: 'indexof_regex',
  page: 'indexof-regex-function',
  takes: ['string', 'string', 'long?', 'long?', 'long?'],
  returns: 'long',
  refuses: (args, info) => {
    if (isConstantPattern(args, 1, info)) checkedPattern(constantText(args, 1, info), arg(args, 1, info).span)
  },
  run: (value, pattern, start, length, occurrence) =>
    indexOfRegex(value, computedPattern(pattern), start ?? 0n, length ?? -1n, occurrence ?? 1n),
})

export const regexEntries: readonly ScalarEntry[] = [
  extract,
  extractAll('extract_all'),
  extractAll('extractall'),
  replaceRegex('replace_regex'),
  replaceRegex('replace'),
  indexofRegex,
]
