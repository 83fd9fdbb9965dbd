import type { KustoType } from '../../domain/kusto.ts'
import { UNIX_EPOCH_TICKS } from '../../kql/duckdb/storage.ts'
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

function isMoment(nativeType: string): boolean {
  return nativeType === 'DATE' || nativeType.startsWith('TIMESTAMP')
}

/** A typed value goes straight over where both sides mean the same; everything else goes by its text. */
export function nativeConversion(sql: string, nativeType: string, type: KustoType): Conversion {
  const missing = `(${sql} IS NULL)`
  if (nativeType === 'VARCHAR') return { sql: fromText(sql, type), missing: missingText(sql) }
  if (isMoment(nativeType)) return { sql: fromMoment(sql, nativeType, type), missing }
  if (type === 'dynamic')
    return { sql: `CASE WHEN ${sql} IS NOT NULL THEN CAST(to_json(${sql}) AS VARCHAR) END`, missing }
  if (type === 'timespan' && (nativeType === 'INTERVAL' || nativeType === 'TIME')) {
    return { sql: `(epoch_us(${sql}) * 10)`, missing }
  }
  return {
    sql: fromText(isNested(nativeType) ? `CAST(to_json(${sql}) AS VARCHAR)` : `CAST(${sql} AS VARCHAR)`, type),
    missing,
  }
}

function fromMoment(sql: string, nativeType: string, type: KustoType): string {
  const ticks =
    nativeType === 'TIMESTAMP_NS'
      ? `(epoch_ns(${sql}) // 100 + ${UNIX_EPOCH_TICKS})`
      : `(epoch_us(CAST(${sql} AS ${nativeType.includes('WITH TIME ZONE') ? 'TIMESTAMPTZ' : 'TIMESTAMP'})) * 10 + ${UNIX_EPOCH_TICKS})`
  if (type === 'datetime') return ticks
  // Kusto's own text form has seven digits (todatetime and tostring, learn.microsoft.com/kusto/query/tostring-function).
  const iso = `(strftime(CAST(${sql} AS TIMESTAMP_NS), '%Y-%m-%dT%H:%M:%S.') || lpad(CAST(${ticks} % 10000000 AS VARCHAR), 7, '0') || 'Z')`
  if (type === 'dynamic') return `CAST(to_json(${iso}) AS VARCHAR)`
  return fromText(iso, type)
}
