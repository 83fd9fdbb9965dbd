import { call, cast, column, infix, isAsciiText, isText, lambda, long, orEmpty, text, when, cases, isNull, sqlNull, once } from '../../sql/build.ts' // prettier-ignore
import { unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { toStorage } from '../../values/json.ts'
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
import { patternSql, escapeRegex, isConstantPattern, refuseEmptyMatches } from '../regex.ts'

/** `value` of a text function: any type, as text. */
export function textFunction(
  name: string,
  sql: (value: SqlExpr, args: readonly SqlArg[], info: CallInfo) => SqlExpr,
  natives: readonly NativeFunction[] = [],
): ScalarEntry {
  return scalar({
    name,
    docs: learn(`${name.replaceAll('_', '-')}-function`),
    // Strings are never null; null of another type is the empty string.
    nulls: 'handled',
    natives,
    sql: (args, info) => sql(asText(arg(args, 0, info)), args, info),
  })
}

const splitNative: NativeFunction = {
  name: 'kql_split',
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (value, delimiter) => toStorage(splitText(String(value), String(delimiter))),
}

/** An empty delimiter does not split. */
function splitText(value: string, delimiter: string): string[] {
  return delimiter === '' ? [value] : value.split(delimiter)
}

function splitSql(value: SqlExpr, args: readonly SqlArg[], info: CallInfo): SqlExpr {
  const delimiter = arg(args, 1, info)
  const parts =
    typeof delimiter.literal === 'string' && delimiter.literal !== ''
      ? cast(call('to_json', call('string_split', value, delimiter.sql)), 'VARCHAR')
      : call(splitNative.name, value, asText(delimiter))
  const index = args[2]
  if (index === undefined) return parts
  if (!['int', 'long', 'dynamic'].includes(index.type))
    throw unsupported(`split() with a ${index.type} for the wanted part`, info.span)
  // A requested part comes alone, in an array of one; one that does not exist is null, and none has a negative index.
  const part = once(convert(index, 'long', info).sql, (at) =>
    when(
      infix(at, '>=', long(0)),
      call('json_extract', parts, infix(infix(text('$['), '||', cast(at, 'VARCHAR')), '||', text(']'))),
      sqlNull('JSON'),
    ),
  )
  return once(part, (known) =>
    when(isNull(known), sqlNull('VARCHAR'), call('concat', text('['), cast(known, 'VARCHAR'), text(']'))),
  )
}

/** Zero-based; a negative start counts from the end. Characters are code points (recorded: r3-string-ops/0006). */
const substringNative: NativeFunction = {
  name: 'kql_substring',
  takes: ['VARCHAR', 'BIGINT', 'BIGINT'],
  returns: 'VARCHAR',
  run: (value, start, length) => {
    const source = [...String(value)]
    const from = Number(start) < 0 ? Math.max(0, source.length + Number(start)) : Number(start)
    return source.slice(from, Number(length) < 0 ? undefined : from + Number(length)).join('')
  },
}

function substringSql(value: SqlExpr, args: readonly SqlArg[], info: CallInfo): SqlExpr {
  const start = arg(args, 1, info)
  const length = args[2]
  if (isSize(start.literal) && (length === undefined || isSize(length.literal))) {
    return call(
      'substring',
      value,
      long(start.literal + 1n),
      ...(length === undefined ? [] : [convert(length, 'long', info).sql]),
    )
  }
  const size = length === undefined ? long(-1) : convert(length, 'long', info).sql
  return orEmpty(call(substringNative.name, value, convert(start, 'long', info).sql, size))
}

/** A length of text, as DuckDB's own function takes it: it counts in 32 bits. */
const isSize = (literal: SqlArg['literal']): literal is bigint =>
  typeof literal === 'bigint' && literal >= 0n && literal < 2n ** 31n

const trims = (['trim', 'trim_start', 'trim_end'] as const).map((name) =>
  scalar({
    name,
    docs: learn(`${name.replace('_', '')}-function`),
    nulls: 'handled',
    sql: (args, info) => {
      const pattern = patternSql(args, 0, info)
      const value = asText(arg(args, 1, info))
      const strip = (operand: SqlExpr, before: string, after: string): SqlExpr => {
        const anchored = isText(pattern)
          ? text(`${before}${pattern.value}${after}`)
          : call('concat', text(before), pattern, text(after))
        return call('regexp_replace', operand, anchored, text(''))
      }
      const start = name === 'trim_end' ? value : strip(value, '^(?:', ')')
      return name === 'trim_start' ? start : strip(start, '(?:', ')$')
    },
  }),
)

const indexofNative: NativeFunction = {
  name: 'kql_indexof',
  takes: ['VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT'],
  returns: 'BIGINT',
  run: (value, needle, start, length, occurrence) => {
    // As the page says. Of a negative start it says so too, but shows one that counts from the end.
    if (Number(length) < -1 || Number(occurrence) < 0) return null
    return BigInt(indexOf(String(value), String(needle), Number(start), Number(length), Number(occurrence)))
  },
}

/** A match counts when it begins in the range; positions are code points. */
function indexOf(text: string, needle: string, start: number, length: number, occurrence: number): number {
  const value = [...text]
  const from = start < 0 ? Math.max(0, value.length + start) : start
  if (from > value.length || occurrence < 1) return -1
  const end = length < 0 ? value.length : from + length
  let at = value.slice(0, from).join('').length - 1
  for (let found = 0; found < occurrence; found++) {
    at = text.indexOf(needle, at + 1)
    if (at === -1 || [...text.slice(0, at)].length >= Math.max(end, 1)) return -1
  }
  return [...text.slice(0, at)].length
}

const countofNative: NativeFunction = {
  name: 'kql_countof',
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'BIGINT',
  run: (value, needle) => (needle === '' ? 0n : BigInt(overlapping(String(value), String(needle)))),
}

/** Plain matches may overlap, as the reference says. */
function overlapping(value: string, needle: string): number {
  let count = 0
  for (let at = value.indexOf(needle); at !== -1; at = value.indexOf(needle, at + 1)) count++
  return count
}

/**
 * One letter for one letter: `ß` has no capital in Unicode's simple mapping, and comes out as it is. DuckDB makes it the
 * rare `ẞ`.
 */
function upperSql(value: SqlExpr): SqlExpr {
  return once(value, (source) => {
    const parts = call('list_transform', call('string_split', source, text('ß')), lambda(['part'], call('upper', column('part')))) // prettier-ignore
    const kept = call('array_to_string', parts, text('ß'))
    return when(call('contains', source, text('ß')), kept, call('upper', source))
  })
}

/** By code points, as all positions count; DuckDB's own keeps several of them together that are written as one character. */
function reverseSql(value: SqlExpr): SqlExpr {
  return once(value, (source) => when(isAsciiText(source), call('reverse', source), call(reverseNative.name, source)))
}

const reverseNative: NativeFunction = {
  name: 'kql_reverse',
  takes: ['VARCHAR'],
  returns: 'VARCHAR',
  run: (value) => [...String(value)].toReversed().join(''),
}

const strcat = scalar({
  name: 'strcat',
  docs: learn('strcat-function'),
  nulls: 'handled',
  type: () => 'string',
  sql: (args) => (args.length === 1 && args[0] ? asText(args[0]) : call('concat', ...args.map(asText))),
})

const strcatDelim = scalar({
  name: 'strcat_delim',
  docs: learn('strcat-delim-function'),
  nulls: 'handled',
  sql: (args, info) => {
    const [delimiter, ...values] = args
    if (delimiter === undefined || values.length === 0) throw unsupported('strcat_delim of nothing', info.span)
    return call('concat_ws', asText(delimiter), ...values.map(asText))
  },
})

const digest = (name: string, sql: string): ScalarEntry => textFunction(`hash_${name}`, (value) => call(sql, value))

export const strings: readonly ScalarEntry[] = [
  strcat,
  strcatDelim,
  textFunction('tolower', (value) => call('lower', value)),
  textFunction('toupper', upperSql),
  textFunction('strlen', (value) => cast(call('length', value), 'BIGINT')),
  textFunction('string_size', (value) => cast(call('strlen', value), 'BIGINT')),
  textFunction('reverse', reverseSql, [reverseNative]),
  textFunction('substring', substringSql, [substringNative]),
  textFunction('split', splitSql, [splitNative]),
  textFunction('replace_string', (value, args, info) => {
    const [what, by] = [asText(arg(args, 1, info)), asText(arg(args, 2, info))]
    return call('replace', value, what, by)
  }),
  ...trims,
  textFunction(
    'indexof',
    (value, args, info) => {
      const number = (index: number, otherwise: number): SqlExpr => {
        const given = args[index]
        return given === undefined ? long(otherwise) : convert(given, 'long', info).sql
      }
      return call(indexofNative.name, value, asText(arg(args, 1, info)), number(2, 0), number(3, -1), number(4, 1))
    },
    [indexofNative],
  ),
  textFunction(
    'countof',
    (value, args, info) => {
      if (args[2] === undefined || constantText(args, 2, info) !== 'regex') {
        return call(countofNative.name, value, asText(arg(args, 1, info)))
      }
      const pattern = patternSql(args, 1, info)
      if (isConstantPattern(args, 1, info)) refuseEmptyMatches(args, 1, info)
      return cast(call('len', call('regexp_extract_all', value, pattern)), 'BIGINT')
    },
    [countofNative],
  ),
  textFunction('strrep', (value, args, info) => {
    // More than 1024 times is 1024 times, as the page says.
    const given = cast(convert(arg(args, 1, info), 'long', info).sql, 'BIGINT')
    const times = call('least', call('coalesce', given, long(0)), long(1024))
    const delimiter = args[2] === undefined ? text('') : asText(args[2])
    return cases(
      [[infix(times, '<=', long(0)), text('')]],
      call('concat', call('repeat', call('concat', value, delimiter), infix(times, '-', long(1))), value),
    )
  }),
  textFunction('strcmp', (value, args, info) => {
    const other = asText(arg(args, 1, info))
    return cast(cases([[infix(value, '<', other), long(-1)], [infix(value, '>', other), long(1)]], long(0)), info.type === 'int' ? 'INTEGER' : 'BIGINT') // prettier-ignore
  }),
  digest('sha256', 'sha256'),
  digest('md5', 'md5'),
  digest('sha1', 'sha1'),
  textFunction('regex_quote', (value, args, info) => {
    const { literal, type } = arg(args, 0, info)
    if (type === 'string' && typeof literal === 'string') return text(escapeRegex(literal))
    return call('regexp_replace', value, text('([\\\\^$.|?*+(){}\\[\\]])'), text('\\\\\\1'), text('g'))
  }),
]
