/** Conversions between types, as `tostring`, `toint` … make them: null where there is no value, never an error. */
import type { KustoType } from '../../domain/kusto.ts'
import { STORAGE_TYPE } from '../duckdb/storage.ts'
import { unsupported } from '../errors.ts'
import {
  and,
  call,
  cases,
  cast,
  double,
  infix,
  int,
  isNull,
  not,
  long,
  nullOf,
  once,
  orEmpty,
  sqlNull,
  text,
  tryCast,
  when,
  refuseAtRuntime,
} from '../sql/build.ts'
import type { SqlExpr } from '../sql/nodes.ts'
import { NATIVE } from './conversion-natives.ts'
import type { CallInfo, SqlArg } from './entry.ts'

/** Below it the digits that the storage cuts off (18 after the point, duckdb/storage.ts) are no longer negligible. */
export const SMALL_DECIMAL = 1e-9
export const TOO_FINE = 'a decimal of more than 18 digits after the point'

/** The text of a dynamic: a string without its quotes, anything else as JSON. NULL stays NULL. */
export function dynamicTextSql(value: SqlExpr): SqlExpr {
  const member = memberOf(value)
  // `tostring(x.y)`: DuckDB finds the member and its text in one go, though a real with its own last digit.
  if (member !== undefined && member[0]?.kind !== 'text') return call('json_extract_string', ...member)
  return once(value, (stored) =>
    cases(
      [
        [call('starts_with', stored, text('"')), call('json_extract_string', stored, text('$'))],
        [
          call('regexp_full_match', stored, text(ODD_REAL)),
          call(NATIVE.realToText.name, cast(stored, STORAGE_TYPE.real)),
        ],
      ],
      stored,
    ),
  )
}

/** Reals in JSON that a real's own text may differ from: with an exponent, near zero, large, or of many digits. */
const ODD_REAL = '-?(?:[0-9.]+[eE][+-]?[0-9]+|0\\.0000[0-9]+|[0-9]{16,}\\.[0-9]+|[0-9]+\\.[0-9]{10,})'

/** Dynamic and path of what member access makes: `nullif(CAST(json_extract(x, path) AS VARCHAR), 'null')`. */
function memberOf(value: SqlExpr): readonly SqlExpr[] | undefined {
  if (value.kind !== 'call' || value.name !== 'nullif') return undefined
  const [extracted, none] = value.args
  if (extracted?.kind !== 'cast' || none?.kind !== 'text' || none.value !== 'null') return undefined
  const { operand } = extracted
  const isMember = operand.kind === 'call' && operand.name === 'json_extract' && operand.args[1]?.kind === 'text'
  return isMember && operand.kind === 'call' ? operand.args : undefined
}

/** `value` as text, never null. */
export function asText(value: SqlArg): SqlExpr {
  switch (value.type) {
    case 'string':
      return value.sql
    case 'bool':
      return once(value.sql, (flag) => cases([[flag, text('True')], [isNull(flag), text('')]], text('False'))) // prettier-ignore
    case 'int':
    case 'long':
      if (typeof value.literal === 'bigint') return text(String(value.literal))
      return orEmpty(cast(value.sql, 'VARCHAR'))
    case 'guid':
      return orEmpty(cast(value.sql, 'VARCHAR'))
    case 'real':
      return orEmpty(call(NATIVE.realToText.name, value.sql))
    case 'decimal':
      return orEmpty(once(cast(value.sql, 'VARCHAR'), decimalText))
    case 'datetime':
      return orEmpty(call(NATIVE.datetimeToText.name, value.sql))
    case 'timespan':
      return orEmpty(call(NATIVE.timespanToText.name, value.sql))
    case 'dynamic':
      return orEmpty(dynamicTextSql(value.sql))
  }
}

/** Of a quotient such as 1 / 3 the service has 34 digits and the storage 18: its text would be cut short. */
function decimalText(digits: SqlExpr): SqlExpr {
  return when(
    call('regexp_matches', digits, text('\\.[0-9]{17}[1-9]$')),
    refuseAtRuntime('the text of a decimal with more than 17 digits after the point', 'VARCHAR'),
    call('regexp_replace', digits, text('\\.0+$|(\\.[0-9]*[1-9])0+$'), text('\\1')),
  )
}

function toLong(value: SqlArg): SqlExpr | undefined {
  switch (value.type) {
    case 'int':
      return cast(value.sql, 'BIGINT')
    case 'long':
    case 'datetime':
    case 'timespan':
      return value.sql
    case 'bool':
      return cast(value.sql, 'BIGINT')
    case 'real':
      return call(NATIVE.realToLong.name, value.sql)
    case 'decimal':
      return cast(call('trunc', value.sql), 'BIGINT')
    case 'string':
      // Plain digits, nearly all that logs hold, stay in SQL.
      return once(value.sql, (digits) =>
        when(
          call('regexp_full_match', digits, text('[+-]?[0-9]{1,18}')),
          tryCast(digits, 'BIGINT'),
          call(NATIVE.textToLong.name, digits),
        ),
      )
    case 'dynamic':
      return call(NATIVE.jsonToLong.name, value.sql)
    case 'guid':
      return undefined
  }
}

/**
 * Longs beyond 32 bits have no int. DuckDB (1.5) takes `TRY_CAST(x AS INTEGER) > 5` for `x > 5`, where a long beyond them
 * is no null any more; below coalesce() it leaves the cast alone.
 */
function toInt(value: SqlArg): SqlExpr | undefined {
  if (value.type === 'int') return value.sql
  const long = value.type === 'real' ? call(NATIVE.realToInt.name, value.sql) : toLong(value)
  return long === undefined ? undefined : call('coalesce', tryCast(long, 'INTEGER'), sqlNull('INTEGER'))
}

function toReal(value: SqlArg): SqlExpr | undefined {
  switch (value.type) {
    case 'real':
      return value.sql
    case 'int':
    case 'long':
    case 'decimal':
    case 'datetime':
    case 'timespan':
    case 'bool':
      return cast(value.sql, 'DOUBLE')
    case 'string':
      return call(NATIVE.textToReal.name, value.sql)
    case 'dynamic':
      return call(NATIVE.jsonToReal.name, value.sql)
    case 'guid':
      return undefined
  }
}

function toBool(value: SqlArg): SqlExpr | undefined {
  switch (value.type) {
    case 'bool':
      return value.sql
    case 'int':
    case 'long':
      return infix(value.sql, '<>', value.type === 'int' ? int(0) : long(0))
    case 'real':
      return infix(value.sql, '<>', double(0))
    case 'decimal':
      return infix(value.sql, '<>', cast(long(0), 'DECIMAL(38,18)'))
    case 'string':
      return call(NATIVE.textToBool.name, value.sql)
    case 'dynamic':
      return call(NATIVE.jsonToBool.name, value.sql)
    default:
      return undefined
  }
}

function toDecimal(value: SqlArg): SqlExpr | undefined {
  switch (value.type) {
    case 'decimal':
      return value.sql
    case 'int':
    case 'long':
    case 'bool':
      return cast(value.sql, 'DECIMAL(38,18)')
    case 'real':
      // Through the shortest text: decimal(0.1) is 0.1, not its binary neighbour.
      return textToDecimal(cast(value.sql, 'VARCHAR'))
    case 'string':
      return textToDecimal(value.sql)
    case 'dynamic':
      return textToDecimal(dynamicTextSql(value.sql))
    default:
      return undefined
  }
}

/** DuckDB also reads `1_000`. */
const DECIMAL_TEXT = '\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*'

/** What the service still has a decimal for, but the storage here has not, ends the query instead of being null or 0. */
function textToDecimal(value: SqlExpr): SqlExpr {
  return once(value, (digits) => {
    const refusal = (what: string): SqlExpr => refuseAtRuntime(what, 'DECIMAL(38,18)')
    const size = call('abs', tryCast(digits, 'DOUBLE'))
    const stored = tryCast(digits, 'DECIMAL(38,18)')
    const isCut = infix(call('abs', cast(stored, 'DOUBLE')), '<>', size)
    return cases(
      [
        [not(call('regexp_full_match', digits, text(DECIMAL_TEXT))), sqlNull('DECIMAL(38,18)')],
        [infix(size, '>=', double(1e20)), refusal('a decimal of more than 20 digits before the point')],
        [and(infix(size, '<', double(SMALL_DECIMAL)), isCut), refusal(TOO_FINE)],
      ],
      stored,
    )
  })
}

function toTicks(value: SqlArg, type: 'datetime' | 'timespan'): SqlExpr | undefined {
  const parse = type === 'datetime' ? NATIVE.textToDatetime : NATIVE.textToTimespan
  if (value.type === type) return value.sql
  if (value.type === 'string') return call(parse.name, value.sql)
  if (value.type === 'dynamic') {
    // A whole number alone is ticks, as a text it is days, and todatetime() of one is nothing that a page has.
    const refusal = refuseAtRuntime(`converting a number inside of a dynamic to ${type}`, 'BIGINT')
    return once(value.sql, (stored) =>
      when(call('regexp_matches', stored, text('^-?[0-9]')), refusal, call(parse.name, dynamicTextSql(stored))),
    )
  }
  return type === 'timespan' && (value.type === 'long' || value.type === 'int') ? toLong(value) : undefined
}

/** 32 digits with or without the hyphens in their places; what follows is ignored (its page of the reference). */
function textToGuid(value: SqlExpr): SqlExpr {
  const guid = '^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}'
  return tryCast(call('regexp_extract', value, text(guid)), 'UUID')
}

function toGuid(value: SqlArg): SqlExpr | undefined {
  if (value.type === 'guid') return value.sql
  if (value.type === 'string') return textToGuid(value.sql)
  return value.type === 'dynamic' ? textToGuid(dynamicTextSql(value.sql)) : undefined
}

/** A scalar as the dynamic that holds it. */
export function toDynamic(value: SqlArg): SqlExpr {
  switch (value.type) {
    case 'dynamic':
      return value.sql
    case 'string':
      return cast(call('to_json', value.sql), 'VARCHAR')
    case 'bool':
    case 'int':
    case 'long':
      return cast(value.sql, 'VARCHAR')
    case 'real':
      return once(value.sql, (number) =>
        once(cast(call('to_json', number), 'VARCHAR'), (json) =>
          // Up to 15 digits are written alike by all; of more, Kusto has its own (values/real.ts).
          when(
            and(call('isfinite', number), infix(call('strlen', json), '<=', long(16))),
            json,
            call(NATIVE.realToJson.name, number),
          ),
        ),
      )
    case 'decimal':
    case 'datetime':
    case 'timespan':
    case 'guid':
      // Null must stay null, where asText makes it empty.
      return once(value.sql, (sql) =>
        when(isNull(sql), sqlNull('VARCHAR'), cast(call('to_json', asText({ ...value, sql })), 'VARCHAR')),
      )
  }
}

function converted(value: SqlArg, type: KustoType): SqlExpr | undefined {
  switch (type) {
    case 'string':
      return asText(value)
    case 'long':
      return toLong(value)
    case 'int':
      return toInt(value)
    case 'real':
      return toReal(value)
    case 'bool':
      return toBool(value)
    case 'decimal':
      return toDecimal(value)
    case 'datetime':
    case 'timespan':
      return toTicks(value, type)
    case 'guid':
      return toGuid(value)
    case 'dynamic':
      return toDynamic(value)
  }
}

/** `value` under another type, or a refusal where Kusto's answer is not known to us. */
export function convert(value: SqlArg, type: KustoType, info: CallInfo): SqlArg {
  if (value.type === type) return value
  if (value.literal === null) return { ...value, sql: nullOf(type), type }
  const sql = converted(value, type)
  if (sql === undefined) throw unsupported(`converting ${value.type} to ${type}`, info.span)
  return { sql, type, literal: undefined, span: value.span }
}

/** Whether values of one type stand for those of another without a conversion: the same type, or whole numbers. */
export function fits(from: KustoType, to: KustoType): boolean {
  return from === to || ((from === 'int' || from === 'long') && ['int', 'long', 'real', 'decimal'].includes(to))
}
