import type { DuckDBConnection } from '@duckdb/node-api'
import type { KustoType } from '../../domain/kusto.ts'
import { convert, type RawValue } from './conversion.ts'
import { kustoTypeOfNative } from './native-conversion.ts'
import { queryRows, type RawScan } from './raw-table.ts'
import { sqlText } from './sql-text.ts'
import { fromText, isContainer } from './text-conversion.ts'

/**
 * What a single value looks like; a column's classes are the union of its values'. Missing values have none. `large` is a whole number
 * beyond the 64 bits of a long, such as an unsigned one.
 */
const CLASS = { bool: 1, integer: 2, real: 4, container: 8, moment: 16, text: 32, large: 64 } as const

/** What the values of one column in one part of a table look like. */
export interface ColumnEvidence {
  /** Bits of CLASS. */
  readonly classes: number
  /** Type of a Parquet column. */
  readonly native?: KustoType
}

/**
 * Looks at every value, never at a sample: a later row must not contradict the type. A value written as a JSON string is
 * text or a moment, never a number; a cell of CSV is whatever it reads as, but `007` stays text.
 */
export async function examineColumns(
  connection: DuckDBConnection,
  scan: RawScan,
): Promise<ReadonlyMap<string, ColumnEvidence>> {
  const found = new Map<string, ColumnEvidence>()
  const untyped: [string, Exclude<RawValue, { form: 'native' }>][] = []
  for (const [key, value] of scan.values) {
    if (value.form === 'native') found.set(key, evidenceOfNative(value.nativeType))
    else untyped.push([key, value])
  }
  if (untyped.length === 0) return found
  const masks = untyped.map(([, value], column) => `bit_or(${classOf(value)}) AS c${column}`)
  const [row = {}] = await queryRows(connection, `SELECT ${masks.join(', ')} FROM ${scan.from}`)
  const classes = untyped.map((_, column) => Number(row[`c${column}`] ?? 0))
  const moments = untyped.filter((_, column) => classes[column] === CLASS.moment)
  const broken = await withBrokenMoments(connection, scan.from, moments)
  untyped.forEach(([key], column) => found.set(key, { classes: broken.has(key) ? CLASS.text : (classes[column] ?? 0) }))
  return found
}

/** Keys whose values all look like times, but some are none (`2026-02-30T00:00:00Z`). */
async function withBrokenMoments(
  connection: DuckDBConnection,
  from: string,
  moments: readonly (readonly [string, RawValue])[],
): Promise<ReadonlySet<string>> {
  if (moments.length === 0) return new Set()
  const checks = moments.map(([, value], column) => {
    const { sql, missing } = convert(value, 'datetime')
    return `bool_or(NOT ${missing} AND (${sql}) IS NULL) AS c${column}`
  })
  const [row = {}] = await queryRows(connection, `SELECT ${checks.join(', ')} FROM ${from}`)
  return new Set(moments.flatMap(([key], column) => (row[`c${column}`] === true ? [key] : [])))
}

const NUMBERS = CLASS.integer | CLASS.large | CLASS.real

const MOMENT = '^(\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:\\d\\d|\\d{1,2}/\\d{1,2}/\\d{4},? \\d{1,2}:\\d\\d)'
const INTEGER = '-?(0|[1-9]\\d*)'
const REAL = `${INTEGER}(\\.\\d+)?([eE][+-]?\\d+)?`

function classOf({ form, sql }: Exclude<RawValue, { form: 'native' }>): string {
  const isMoment = (text: string) => `regexp_matches(${text}, ${sqlText(MOMENT)})`
  const integerOrReal = (text: string) =>
    `CASE WHEN ${fromText(text, 'long')} IS NOT NULL THEN ${CLASS.integer} WHEN ${fromText(text, 'decimal')} IS NOT NULL THEN ${CLASS.large} ELSE ${CLASS.real} END`
  if (form === 'json') {
    const string = `CASE WHEN ${sql} = '""' THEN 0 WHEN ${isMoment(`(${sql} ->> '$')`)} THEN ${CLASS.moment} ELSE ${CLASS.text} END`
    return `CASE coalesce(json_type(${sql}), 'NULL') WHEN 'VARCHAR' THEN ${string} WHEN 'BOOLEAN' THEN ${CLASS.bool} WHEN 'DOUBLE' THEN ${CLASS.real} WHEN 'OBJECT' THEN ${CLASS.container} WHEN 'ARRAY' THEN ${CLASS.container} WHEN 'NULL' THEN 0 ELSE ${integerOrReal(sql)} END`
  }
  return `CASE WHEN ${sql} IS NULL OR trim(${sql}) = '' THEN 0 WHEN lower(${sql}) IN ('true', 'false') THEN ${CLASS.bool} WHEN regexp_full_match(${sql}, ${sqlText(INTEGER)}) THEN ${integerOrReal(sql)} WHEN regexp_full_match(${sql}, ${sqlText(REAL)}) THEN ${CLASS.real} WHEN ${isMoment(sql)} THEN ${CLASS.moment} WHEN ${isContainer(sql)} THEN ${CLASS.container} ELSE ${CLASS.text} END`
}

const CLASS_OF_TYPE: Readonly<Record<KustoType, number>> = {
  bool: CLASS.bool,
  datetime: CLASS.moment,
  decimal: CLASS.real,
  dynamic: CLASS.container,
  guid: CLASS.text,
  int: CLASS.integer,
  long: CLASS.integer,
  real: CLASS.real,
  string: CLASS.text,
  timespan: CLASS.text,
}

function evidenceOfNative(nativeType: string): ColumnEvidence {
  const native = kustoTypeOfNative(nativeType)
  return { native, classes: CLASS_OF_TYPE[native] }
}

/** Endings that the HTTP Data Collector API gave the columns of custom tables. */
const CLASSIC_ENDINGS: Readonly<Record<string, KustoType>> = { _s: 'string', _d: 'real', _b: 'bool', _t: 'datetime' }

/** One type for what all parts of a table hold under one name. */
export function settleType(table: string, column: string, parts: readonly ColumnEvidence[]): KustoType {
  const [first] = parts
  if (first?.native !== undefined && parts.every(({ native }) => native === first.native)) return first.native
  const classes = parts.reduce((all, part) => all | part.classes, 0)
  const classic = table.endsWith('_CL') ? CLASSIC_ENDINGS[column.slice(-2)] : undefined
  if (classic === 'string' || (classic !== undefined && fitsClassic(classes, classic))) return classic
  if (classes === CLASS.bool) return 'bool'
  if (classes === CLASS.integer) return 'long'
  if (classes === CLASS.moment) return 'datetime'
  // Reals would make one of neighbours, and findings of theirs.
  if (classes !== 0 && (classes & ~(CLASS.integer | CLASS.large)) === 0) return 'decimal'
  if (classes !== 0 && (classes & ~NUMBERS) === 0) return 'real'
  // Objects beside scalars: only dynamic holds both.
  return (classes & CLASS.container) === 0 ? 'string' : 'dynamic'
}

function fitsClassic(classes: number, type: KustoType): boolean {
  const allowed = type === 'real' ? NUMBERS : CLASS_OF_TYPE[type]
  return (classes & ~allowed) === 0
}
