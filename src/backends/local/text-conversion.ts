import type { KustoType } from '../../domain/kusto.ts'
import { MAX_DATETIME_TICKS, UNIX_EPOCH_TICKS, type NativeColumn } from '../../kql/duckdb/storage.ts'
import { sqlText, sqlTextList } from './sql-text.ts'

/** SQL for the stored form of a value (kql/duckdb/storage.ts); `missing` is true where there was nothing to convert. */
export interface Conversion {
  readonly sql: string
  readonly missing: string
  /** Every value of the source has one of the target: nothing needs to be checked. */
  readonly isTotal?: boolean
  /** Type of the source column, where the conversion keeps its order, so that filters may look at the source itself. */
  readonly native?: NativeColumn['type']
}

export function missingText(text: string): string {
  return `(${text} IS NULL OR trim(${text}) = '')`
}

/**
 * Conversions of text. All give NULL for text that is no value of the type, and the caller tells that from a missing
 * value; nothing is rounded or guessed. Accepted beyond Kusto's own literals: the time format of portal exports, and
 * `443.0` for an integer, which pandas writes for columns with gaps.
 */
export function fromText(text: string, type: KustoType): string {
  switch (type) {
    case 'string':
      return `coalesce(${text}, '')`
    case 'bool':
      return `CASE lower(trim(${text})) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END`
    case 'int':
      return integerFromText(text, 'INTEGER')
    case 'long':
      return integerFromText(text, 'BIGINT')
    case 'real':
      return `TRY_CAST(${text} AS DOUBLE)`
    case 'decimal':
      return decimalFromText(text)
    case 'guid':
      return `TRY_CAST(trim(${text}, '{} ') AS UUID)`
    case 'datetime':
      return `coalesce(${isoTicks(text)}, ${portalTicks(text)})`
    case 'timespan':
      return timespanTicks(text)
    case 'dynamic':
      return dynamicFromText(text)
  }
}

/** DuckDB's own cast would round to the 18 digits behind the point that kql/duckdb/storage.ts keeps. */
function decimalFromText(text: string): string {
  const decimal = `TRY_CAST(${text} AS DECIMAL(38,18))`
  const isFiner = `regexp_matches(${text}, '[.]\\d{18}\\d*[1-9]')`
  // `1.5e-18` hides its digits; doubles tell it from what is left of it.
  const isMoved = `(${text} ILIKE '%e%' AND CAST(${decimal} AS DOUBLE) <> TRY_CAST(${text} AS DOUBLE))`
  return `CASE WHEN NOT ${isFiner} AND NOT ${isMoved} THEN ${decimal} END`
}

/** DuckDB's own cast would round `1.5` to 2. */
function integerFromText(text: string, type: 'INTEGER' | 'BIGINT'): string {
  const integer = `regexp_full_match(${text}, ${sqlText('\\s*[+-]?\\d+(\\.0*)?\\s*')})`
  return `CASE WHEN ${integer} THEN TRY_CAST(split_part(trim(${text}), '.', 1) AS ${type}) END`
}

const ISO = '\\d{4}-\\d\\d-\\d\\d([Tt ]\\d\\d:\\d\\d(:\\d\\d([.]\\d+)?)?([Zz]|[+-]\\d\\d(:?\\d\\d)?)?)?'
const FIRST_MICROSECOND = -UNIX_EPOCH_TICKS / 10n
const LAST_MICROSECOND = (MAX_DATETIME_TICKS - UNIX_EPOCH_TICKS) / 10n
const OFFSET = ':\\d\\d([.]\\d+)?[+-]\\d\\d(:?\\d\\d)?$'

/**
 * `2026-03-02T10:00:00.1234567Z`, also with a space, an offset, without seconds, without a time; no zone means UTC.
 * DuckDB's casts check the calendar and cut the fraction after six digits, so the seventh is added. Finer digits are
 * below a tick, the finest that Kusto keeps. Its datetimes are those of the years 1 to 9999.
 */
function isoTicks(text: string): string {
  const bare = `trim(${text})`
  const moved = `epoch_us(TRY_CAST(${bare} AS TIMESTAMPTZ))`
  const withOffset = `CASE WHEN ${moved} BETWEEN ${FIRST_MICROSECOND} AND ${LAST_MICROSECOND} THEN ${moved} END`
  const utc = `epoch_us(TRY_CAST(rtrim(${bare}, 'Zz') AS TIMESTAMP))`
  const microseconds = `CASE WHEN regexp_matches(${bare}, ${sqlText(OFFSET)}) THEN ${withOffset} ELSE ${utc} END`
  const seventh = `coalesce(TRY_CAST(regexp_extract(${text}, '[.]\\d{6}(\\d)', 1) AS BIGINT), 0)`
  return `CASE WHEN regexp_full_match(${bare}, ${sqlText(ISO)}) AND ${bare} >= '0001' THEN (${microseconds}) * 10 + ${UNIX_EPOCH_TICKS} + ${seventh} END`
}

const PORTAL_FORMATS = ['%m/%d/%Y, ', '%m/%d/%Y ']
  .flatMap((day) =>
    ['%I:%M:%S.%f %p', '%I:%M:%S %p', '%I:%M %p', '%H:%M:%S.%f', '%H:%M:%S', '%H:%M'].map((time) => day + time),
  )
  .concat('%m/%d/%Y')

/** `4/28/2021, 2:32:14.029 PM`: month first, as the portal's CSV exports have it (azure-contract.md G3). */
function portalTicks(text: string): string {
  // U+202F and U+00A0: what newer browsers put before AM and PM.
  const bare = `trim(translate(${text}, '\u202F\u00A0', '  '))`
  const moment = `try_strptime(${bare}, ${sqlTextList(PORTAL_FORMATS)})`
  return `CASE WHEN regexp_matches(${bare}, '^\\d{1,2}/\\d{1,2}/\\d{4}\\b') THEN epoch_us(${moment}) * 10 + ${UNIX_EPOCH_TICKS} END`
}

/** The digits behind the second as ticks: `5` is 500 ms. */
function fractionTicks(digits: string): string {
  return `CAST(rpad(left(${digits}, 7), 7, '0') AS BIGINT)`
}

// Of days nine digits and more are beyond the 64 bits of ticks, and with enough of them beyond every integer of DuckDB's.
const TIMESPAN = '^\\s*(-)?(?:(\\d{1,8})\\.)?(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d+))?)?\\s*$'

/** `[-][d.]hh:mm[:ss[.fffffff]]`. */
function timespanTicks(text: string): string {
  const names = ['sign', 'days', 'hours', 'minutes', 'seconds', 'fraction']
  const part = `regexp_extract(${text}, ${sqlText(TIMESPAN)}, ${sqlTextList(names)})`
  // The least timespan has one tick more than the greatest, so only the signed number may be held against 64 bits.
  const number = (field: string) => `CAST('0' || ${part}.${field} AS HUGEINT)`
  const seconds = `((${number('days')} * 24 + ${number('hours')}) * 60 + ${number('minutes')}) * 60 + ${number('seconds')}`
  const ticks = `((${seconds}) * 10000000 + ${fractionTicks(`${part}.fraction`)})`
  return `CASE WHEN ${part}.hours <> '' THEN TRY_CAST(${ticks} * CASE ${part}.sign WHEN '-' THEN -1 ELSE 1 END AS BIGINT) END`
}

/**
 * Text that is a JSON object or array becomes that; other text is a string, `12` and `true` too (azure-contract.md A4). The
 * usual cases come first: what begins with a brace is parsed once, where it is JSON (80 against 200 ns a row).
 */
function dynamicFromText(text: string): string {
  const container = `CAST(json(${text}) AS VARCHAR)`
  const string = `CAST(to_json(${text}) AS VARCHAR)`
  return (
    `CASE WHEN ${text} IS NULL THEN NULL WHEN left(${text}, 1) IN ('{', '[') THEN coalesce(TRY(${container}), ${string}) ` +
    `WHEN ${missingText(text)} OR trim(${text}) = 'null' THEN NULL WHEN ${isContainer(text)} THEN ${container} ELSE ${string} END`
  )
}

export function isContainer(text: string): string {
  return `(regexp_matches(${text}, ${sqlText('^\\s*[\\[{]')}) AND json_valid(${text}))`
}
