import type { KustoType } from '../../domain/kusto.ts'
import { STORAGE_TYPE, UNIX_EPOCH_TICKS, type NativeColumn } from '../../kql/duckdb/storage.ts'
import { nestedSql } from './nested-values.ts'
import { fromText, missingText, type Conversion } from './text-conversion.ts'

/** From the type of a Parquet column, as DuckDB names it, to the Kusto type of a column that no schema knows. */
export function kustoTypeOfNative(nativeType: string): KustoType {
  if (isNested(nativeType)) return 'dynamic'
  if (isMoment(nativeType)) return 'datetime'
  if (nativeType.startsWith('DECIMAL')) return 'decimal'
  return NATIVE_TYPES[nativeType] ?? 'string'
}

const NATIVE_TYPES: Readonly<Record<string, KustoType>> = {
  BOOLEAN: 'bool',
  TINYINT: 'int',
  SMALLINT: 'int',
  INTEGER: 'int',
  UTINYINT: 'int',
  USMALLINT: 'int',
  UINTEGER: 'long',
  BIGINT: 'long',
  UBIGINT: 'decimal',
  HUGEINT: 'decimal',
  FLOAT: 'real',
  DOUBLE: 'real',
  UUID: 'guid',
  TIME: 'timespan',
  INTERVAL: 'timespan',
}

function isNested(nativeType: string): boolean {
  return /^(STRUCT|MAP|UNION|VARIANT)\b|\[\d*\]$/.test(nativeType) || nativeType === 'JSON'
}

export function isMoment(nativeType: string): boolean {
  return nativeType === 'DATE' || (nativeType.startsWith('TIMESTAMP') && !isNested(nativeType))
}

export interface NativeValue {
  readonly sql: string
  readonly nativeType: string
  /** Is there no NULL in the file? */
  readonly isFilled: boolean
  /** Of a column of whole numbers, where the file's statistics tell. */
  readonly range?: { readonly min: bigint; readonly max: bigint } | undefined
}

/** A typed value goes straight over where both sides mean the same; everything else goes by its text. */
export function nativeConversion(value: NativeValue, type: KustoType): Conversion {
  const { sql, nativeType } = value
  const missing = `(${sql} IS NULL)`
  if (nativeType === 'VARCHAR') return fromVarchar(value, type)
  if (isMoment(nativeType))
    return { sql: fromMoment(sql, nativeType, type), missing, ...momentTraits(nativeType, type) }
  if (SAME[type]?.has(nativeType) === true || isNarrow(value, type)) {
    return { sql: `CAST(${sql} AS ${STORAGE_TYPE[type]})`, missing, isTotal: true }
  }
  if (type === 'int' || type === 'long') {
    if (WIDE.has(nativeType)) return { sql: `TRY_CAST(${sql} AS ${STORAGE_TYPE[type]})`, missing }
    if (FLOATS.has(nativeType)) return fromFloat(sql, type)
  }
  if (type === 'dynamic')
    return { sql: `CASE WHEN ${sql} IS NOT NULL THEN ${jsonOf(sql, nativeType)} END`, missing, isTotal: true }
  if (type === 'timespan' && (nativeType === 'INTERVAL' || nativeType === 'TIME')) {
    return { sql: `(epoch_us(${sql}) * 10)`, missing }
  }
  return {
    sql: fromText(isNested(nativeType) ? jsonOf(sql, nativeType) : `CAST(${sql} AS VARCHAR)`, type),
    missing,
    isTotal: type === 'string' || (type === 'real' && nativeType === 'FLOAT'),
  }
}

/** Does the file's own statistics say that all values of a wide column are of the type? */
function isNarrow({ range, nativeType }: NativeValue, type: KustoType): boolean {
  const limit = type === 'int' ? 2n ** 31n : type === 'long' ? 2n ** 63n : undefined
  return limit !== undefined && WIDE.has(nativeType) && range !== undefined && range.min >= -limit && range.max < limit
}

/** What pandas makes of whole numbers in a column with gaps: 443.0, and NaN for the gap. */
function fromFloat(sql: string, type: 'int' | 'long'): Conversion {
  // Beyond it a double is no longer one whole number alone.
  const limit = type === 'int' ? '2147483648.0' : '9007199254740992.0'
  const isWhole = `${sql} = trunc(${sql}) AND ${sql} >= -${limit} AND ${sql} < ${limit}`
  return {
    sql: `CASE WHEN ${isWhole} THEN CAST(${sql} AS ${STORAGE_TYPE[type]}) END`,
    missing: `(${sql} IS NULL OR isnan(${sql}))`,
  }
}

const WIDE: ReadonlySet<string> = new Set(['UINTEGER', 'BIGINT', 'UBIGINT', 'HUGEINT'])
const FLOATS: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE'])
const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'UTINYINT', 'USMALLINT']

/** What DuckDB's own cast takes over without loss. A FLOAT goes by its text: 0.1 shall stay 0.1. */
const SAME: Partial<Record<KustoType, ReadonlySet<string>>> = {
  bool: new Set(['BOOLEAN']),
  int: new Set(INTEGERS),
  long: new Set([...INTEGERS, 'UINTEGER', 'BIGINT']),
  // A long that a double has not goes to the nearest, as its text does.
  real: new Set([...INTEGERS, 'UINTEGER', 'BIGINT', 'DOUBLE']),
  guid: new Set(['UUID']),
}

function fromVarchar({ sql, isFilled }: NativeValue, type: KustoType): Conversion {
  const conversion = {
    sql: fromText(sql, type),
    missing: missingText(sql),
    isTotal: type === 'string' || type === 'dynamic',
  }
  if (type === 'dynamic') return { ...conversion, native: 'VARCHAR' }
  if (type !== 'string') return conversion
  return isFilled ? { ...conversion, sql } : { ...conversion, native: 'VARCHAR' }
}

const NATIVE_MOMENTS: Readonly<Record<string, NativeColumn['type']>> = {
  TIMESTAMP: 'TIMESTAMP',
  TIMESTAMP_NS: 'TIMESTAMP_NS',
  'TIMESTAMP WITH TIME ZONE': 'TIMESTAMPTZ',
}

function momentTraits(nativeType: string, type: KustoType): Pick<Conversion, 'isTotal' | 'native'> {
  const native = type === 'datetime' ? NATIVE_MOMENTS[nativeType] : undefined
  return native === undefined ? {} : { isTotal: true, native }
}

const jsonOf = (sql: string, nativeType: string): string =>
  `CAST(to_json(${nestedSql(sql, nativeType, insideDynamic) ?? sql}) AS VARCHAR)`

/** What Kusto writes otherwise into a dynamic than DuckDB into JSON, which has no number that is none. A FLOAT goes by its text here, too. */
function insideDynamic(sql: string, nativeType: string): string | undefined {
  if (isMoment(nativeType)) return isoText(sql, nativeType)
  if (nativeType !== 'FLOAT' && nativeType !== 'DOUBLE') return undefined
  const number = nativeType === 'FLOAT' ? `CAST(CAST(${sql} AS VARCHAR) AS DOUBLE)` : sql
  return `CASE WHEN isnan(${sql}) THEN to_json('NaN') WHEN isinf(${sql}) THEN to_json(CAST(${sql} AS VARCHAR)) ELSE to_json(${number}) END`
}

/** Kusto's own text form has seven digits (todatetime and tostring, learn.microsoft.com/kusto/query/tostring-function). */
function isoText(sql: string, nativeType: string): string {
  // A TIMESTAMP_NS has the years 1677 to 2262 alone; the digits behind the second come of the ticks.
  const moment = nativeType === 'TIMESTAMP_NS' ? sql : `CAST(${sql} AS TIMESTAMP)`
  return `(strftime(${moment}, '%Y-%m-%dT%H:%M:%S.') || lpad(CAST(${ticksOf(sql, nativeType)} % 10000000 AS VARCHAR), 7, '0') || 'Z')`
}

const ticksOf = (sql: string, nativeType: string): string =>
  nativeType === 'TIMESTAMP_NS'
    ? `(epoch_ns(${sql}) // 100 + ${UNIX_EPOCH_TICKS})`
    : `(epoch_us(CAST(${sql} AS ${nativeType.includes('WITH TIME ZONE') ? 'TIMESTAMPTZ' : 'TIMESTAMP'})) * 10 + ${UNIX_EPOCH_TICKS})`

function fromMoment(sql: string, nativeType: string, type: KustoType): string {
  if (type === 'datetime') return ticksOf(sql, nativeType)
  const iso = isoText(sql, nativeType)
  if (type === 'dynamic') return `CAST(to_json(${iso}) AS VARCHAR)`
  return fromText(iso, type)
}
