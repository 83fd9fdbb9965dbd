import type { Column, KustoType } from '../../domain/kusto.ts'
import { STORAGE_TYPE, type NativeColumn } from '../../kql/duckdb/storage.ts'
import type { ColumnTitle } from './column-names.ts'
import { convert } from './conversion.ts'
import { isMoment } from './native-conversion.ts'
import type { RawScan, RawTable } from './raw-table.ts'
import { sqlText } from './sql-text.ts'
import type { Conversion } from './text-conversion.ts'

/** A part of a table and what its keys mean. */
export interface OpenPart {
  readonly raw: RawTable
  readonly label: string
  readonly titles: ReadonlyMap<string, ColumnTitle>
}

/** How a part gives the values of a column. */
export interface Cell {
  readonly sql: string
  /** WHEN branches that name the key whose cell does not fit. */
  readonly fault: readonly string[]
  /** Times are made of text: every query with a window would read all of them anew. */
  readonly readsTimes: boolean
  /** The one key that gives the column, where filters may look at it instead. */
  readonly native: { readonly sql: string; readonly type: NativeColumn['type'] } | undefined
  /** Is there a value in every row? */
  readonly isFilled: boolean
}

export function scanOf({ raw, titles }: OpenPart, types: ReadonlyMap<string, KustoType>): RawScan {
  return raw.scan(new Map([...titles].map(([key, { name }]) => [key, types.get(name)])))
}

export function cellOf({ name, type }: Column, part: OpenPart, scan: RawScan): Cell {
  const sources = [...part.titles].flatMap(([key, title]) => {
    const value = scan.values.get(key)
    return title.name === name && value !== undefined ? [{ key, value, conversion: convert(value, type) }] : []
  })
  const [only, second] = sources
  const native = second === undefined ? only?.conversion.native : undefined
  const doubtful = sources.filter(
    // Text and dynamics take whatever there is.
    ({ conversion: { isTotal } }) => isTotal !== true && type !== 'string' && type !== 'dynamic',
  )
  return {
    sql: firstFilled(
      sources.map(({ conversion }) => conversion),
      type,
    ),
    fault: doubtful.map(
      ({ key, conversion: { sql, missing } }) => `WHEN NOT ${missing} AND (${sql}) IS NULL THEN ${sqlText(key)}`,
    ),
    readsTimes:
      type === 'datetime' && doubtful.some(({ value }) => value.form !== 'native' || !isMoment(value.nativeType)),
    native: native === undefined || only === undefined ? undefined : { sql: only.value.sql, type: native },
    isFilled: second === undefined && only?.value.form === 'native' && only.value.isFilled,
  }
}

function firstFilled(conversions: readonly Conversion[], type: KustoType): string {
  const [only] = conversions
  const missing = type === 'string' ? `''` : `CAST(NULL AS ${STORAGE_TYPE[type]})`
  if (only === undefined) return missing
  if (conversions.length === 1) return only.sql
  const branches = conversions.map(({ sql, missing: isMissing }) => `WHEN NOT ${isMissing} THEN ${sql}`)
  return `CASE ${branches.join(' ')} ELSE ${missing} END`
}
