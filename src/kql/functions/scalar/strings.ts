import { call, cast, infix, long, orEmpty, text, when, cases, isNull, sqlNull, once } from '../../sql/build.ts'
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
import { escapeRegex, toJavaScript, toRe2 } from '../regex.ts'

/** `value` of a text function: any type, as text. */
function textFunction(
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
  // A requested part comes alone, in an array of one; one that does not exist is null.
  const part = call('json_extract', parts, call('concat', text('$['), cast(index.sql, 'VARCHAR'), text(']')))
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
  if (typeof start.literal === 'bigint' && start.literal >= 0n && (length === undefined || isSize(length.literal))) {
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

const isSize = (literal: SqlArg['literal']): boolean => typeof literal === 'bigint' && literal >= 0n

const extractNative: NativeFunction = {
  name: 'kql_extract',
  takes: ['VARCHAR', 'BIGINT', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (pattern, group, value) => {
    const match = toJavaScript(String(pattern), '')?.exec(String(value))
    return match?.[Number(group)] ?? ''
  },
}

const extract = scalar({
  name: 'extract',
  docs: learn('extract-function'),
  // No match is null, that is, the empty string.
  nulls: 'handled',
  natives: [extractNative],
  sql: (args, info) => {
    const pattern = constantText(args, 0, info)
    const group = arg(args, 1, info)
    const value = asText(arg(args, 2, info))
    if (typeof group.literal !== 'bigint') throw unsupported('extract with a computed group', group.span)
    const found =
      group.literal > 9n
        ? call(extractNative.name, text(pattern), group.sql, value)
        : orEmpty(
            call('regexp_extract', value, text(toRe2(pattern)), {
              kind: 'integer',
              value: group.literal,
              type: 'INTEGER',
            }),
          )
    const type = args[3]
    if (type === undefined || info.type === 'string') return found
    return convert({ sql: found, type: 'string', literal: undefined, span: info.span }, info.type, info).sql
  },
})

/** Captures of every match: of one group flat, of several as arrays. */
const extractAllNative: NativeFunction = {
  name: 'kql_extract_all',
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'VARCHAR',
  run: (pattern, value) => {
    const regex = toJavaScript(String(pattern), 'g')
    if (regex === undefined) return null
    const rows = [...String(value).matchAll(regex)].map((match) => match.slice(1).map((group) => group ?? ''))
    if (rows.length === 0) return null
    return toStorage(rows.map((groups) => (groups.length === 1 ? (groups[0] ?? '') : groups)))
  },
}

const extractAll = scalar({
  name: 'extract_all',
  docs: learn('extract-all-function'),
  nulls: 'null',
  natives: [extractAllNative],
  sql: (args, info) => {
    const pattern = constantText(args, 0, info)
    if (args.length !== 2) throw unsupported('extract_all with a list of groups', info.span)
    if (toJavaScript(pattern, 'g') === undefined) throw unsupported(`the regular expression ${pattern}`, info.span)
    if (!/\((?!\?)|\(\?P?</.test(pattern)) throw unsupported('extract_all without a capture group', info.span)
    return call(extractAllNative.name, text(pattern), asText(arg(args, 1, info)))
  },
})

/** `$1` or `\1` in Kusto's replacement is `\1` in RE2; any other `\` or `$` is itself. */
function replacement(value: string): string {
  return value.replace(/\\(?!\d)/g, '\\\\').replace(/\$(\d)/g, '\\$1')
}

const replaceRegex = (name: string): ScalarEntry =>
  textFunction(name, (value, args, info) => {
    // replace(regex, rewrite, text) has another order than replace_regex(text, regex, rewrite).
    const isOld = name === 'replace'
    const [source, pattern, rewrite] = isOld ? [2, 0, 1] : [0, 1, 2]
    const what = constantText(args, pattern, info)
    const by = constantText(args, rewrite, info)
    const target = isOld ? asText(arg(args, source, info)) : value
    return call('regexp_replace', target, text(toRe2(what)), text(replacement(by)), text('g'))
  })

const trims = (['trim', 'trim_start', 'trim_end'] as const).map((name) =>
  scalar({
    name,
    docs: learn(`${name.replace('_', '')}-function`),
    nulls: 'handled',
    sql: (args, info) => {
      const pattern = toRe2(constantText(args, 0, info))
      const value = asText(arg(args, 1, info))
      const strip = (operand: SqlExpr, regex: string): SqlExpr => call('regexp_replace', operand, text(regex), text(''))
      const start = name === 'trim_end' ? value : strip(value, `^(?:${pattern})`)
      return name === 'trim_start' ? start : strip(start, `(?:${pattern})$`)
    },
  }),
)

const indexofNative: NativeFunction = {
  name: 'kql_indexof',
  takes: ['VARCHAR', 'VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT'],
  returns: 'BIGINT',
  run: (value, needle, start, length, occurrence) =>
    BigInt(indexOf(String(value), String(needle), Number(start), Number(length), Number(occurrence))),
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
  takes: ['VARCHAR', 'VARCHAR', 'BOOLEAN'],
  returns: 'BIGINT',
  run: (value, needle, isRegex) => {
    if (String(needle) === '') return 0n
    if (isRegex !== true) return BigInt(overlapping(String(value), String(needle)))
    const regex = toJavaScript(String(needle), 'g')
    return regex === undefined ? null : BigInt([...String(value).matchAll(regex)].length)
  },
}

/** Plain matches may overlap, as the reference says. */
function overlapping(value: string, needle: string): number {
  let count = 0
  for (let at = value.indexOf(needle); at !== -1; at = value.indexOf(needle, at + 1)) count++
  return count
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
  textFunction('toupper', (value) => call('upper', value)),
  textFunction('strlen', (value) => cast(call('length', value), 'BIGINT')),
  textFunction('string_size', (value) => cast(call('strlen', value), 'BIGINT')),
  textFunction('reverse', (value) => call('reverse', value)),
  textFunction('substring', substringSql, [substringNative]),
  textFunction('split', splitSql, [splitNative]),
  extract,
  extractAll,
  replaceRegex('replace_regex'),
  replaceRegex('replace'),
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
      const isRegex = args[2] !== undefined && constantText(args, 2, info) === 'regex'
      return call(countofNative.name, value, asText(arg(args, 1, info)), { kind: 'boolean', value: isRegex })
    },
    [countofNative],
  ),
  textFunction('strrep', (value, args, info) => {
    const times = cast(convert(arg(args, 1, info), 'long', info).sql, 'BIGINT')
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
  textFunction('regex_quote', (_value, args, info) => {
    const literal = arg(args, 0, info).literal
    if (typeof literal !== 'string') throw unsupported('regex_quote of a column', info.span)
    return text(escapeRegex(literal))
  }),
]
