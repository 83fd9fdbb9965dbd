import type { KustoType } from '../../domain/kusto.ts'
import { nativeConversion, type NativeValue } from './native-conversion.ts'
import { fromText, isContainer, missingText, type Conversion } from './text-conversion.ts'

/**
 * A value as a reader found it, as an SQL expression.
 *
 * - `text`: VARCHAR as CSV has it, or a JSON value whose quotes are already off; NULL and `''` both mean missing.
 * - `json`: JSON text with its quotes.
 * - `native`: a typed column of a Parquet file; `nativeType` is DuckDB's name of the type, `isFilled` rules out NULL.
 */
export type RawValue =
  { readonly form: 'text' | 'json'; readonly sql: string } | (NativeValue & { readonly form: 'native' })

export function convert(value: RawValue, type: KustoType): Conversion {
  switch (value.form) {
    case 'text':
      return { sql: fromText(value.sql, type), missing: missingText(value.sql) }
    case 'json':
      return fromJson(value.sql, type)
    case 'native':
      return nativeConversion(value, type)
  }
}

function fromJson(json: string, type: KustoType): Conversion {
  if (type === 'dynamic')
    return { sql: dynamicFromJson(json), missing: `(${json} IS NULL OR ${json} IN ('null', '""'))` }
  const text = `(${json} ->> '$')`
  return { sql: fromText(text, type), missing: missingText(text) }
}

/** Objects and arrays as they are; of strings those that hold one. The empty string is a missing value. */
function dynamicFromJson(json: string): string {
  const text = `(${json} ->> '$')`
  return `CASE WHEN ${json} IS NULL OR ${json} IN ('null', '""') THEN NULL WHEN left(${json}, 1) = '"' AND ${isContainer(text)} THEN CAST(json(${text}) AS VARCHAR) ELSE CAST(json(${json}) AS VARCHAR) END`
}
