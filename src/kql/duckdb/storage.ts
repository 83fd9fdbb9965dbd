/**
 * How Kusto values lie in DuckDB. Everything that writes tables for the engine (loaders) and everything that reads its
 * results (value conversion) follows this table.
 *
 * | Kusto | DuckDB | Kusto null | notes |
 * | --- | --- | --- | --- |
 * | bool | BOOLEAN | NULL | |
 * | int | INTEGER | NULL | |
 * | long | BIGINT | NULL | |
 * | real | DOUBLE | NULL | NaN and the infinities are values, not nulls |
 * | decimal | DECIMAL(38,18) | NULL | |
 * | string | VARCHAR | never NULL: `''` | a SQL NULL in a string column is a fault of the loader |
 * | datetime | BIGINT | NULL | 100 ns ticks since 0001-01-01T00:00:00Z, 0 to 3155378975999999999 |
 * | timespan | BIGINT | NULL | 100 ns ticks |
 * | guid | UUID | NULL | |
 * | dynamic | VARCHAR | NULL | compact JSON text, see below |
 *
 * **dynamic** is JSON text without white space between tokens: `{"a":1,"b":[true,null]}`. A scalar is JSON text too, so
 * a string keeps its quotes (`"abc"`) and `1.0` stays distinct from `1`; digits of integers are kept as written, beyond
 * 2^53 also. JSON `null` at the top is SQL NULL, never the text `null`; inside arrays and objects it stays. Strings
 * carry escapes only where JSON demands them (as JSON.stringify writes). Datetimes, timespans and guids inside a dynamic are
 * strings in Kusto's own text form (`2020-01-01T00:00:00.0000000Z`, `1.00:00:00`); their JSON values are equal to what
 * Kusto prints, only `gettype` cannot tell them from other strings and is refused where that could matter.
 * A loader gives a dynamic column the source's JSON value; where the source holds text that is itself a JSON object or
 * array (CSV files, API answers, which carry dynamics as text), the value is that object or array.
 *
 * Why so (measured on DuckDB 1.5.6, 2 cores, Node 20):
 * - datetime as TIMESTAMP loses the last digit of 100 ns; TIMESTAMP_NS ends in 2262 and begins in 1677. BIGINT ticks
 *   are exact for years 1 to 9999, compare and bin as integers (5 million additions: 8 ms) and keep zone maps, so time
 *   filters still skip Parquet row groups. Calendar arithmetic converts on the way, which is rare in filters.
 * - dynamic as DuckDB JSON text costs 62 ns a row to read a member, keeps number tokens, and needs no common schema
 *   between rows; VARIANT has no stable text form for numbers; a typed struct cannot hold what Kusto allows.
 * - Scalar functions in JavaScript cost 30 ns a row for integers and 1 µs a row for strings, against 3 ns and 30 ns in
 *   SQL: affordable where SQL has no exact means, and only there.
 * - decimal arithmetic is rare in logs; a fixed scale compares and sums natively. What does not fit is an error.
 *
 * Physical column names: DuckDB compares names without case, Kusto with case. A stored column may therefore name its
 * physical column apart (`storageName`); the engine itself addresses columns by id and never relies on case.
 */
import type { Column, KustoType } from '../../domain/kusto.ts'
import type { Instant } from '../../domain/time.ts'

export const STORAGE_TYPE: Readonly<Record<KustoType, string>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DECIMAL(38,18)',
  string: 'VARCHAR',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  guid: 'UUID',
  dynamic: 'VARCHAR',
}

/**
 * A column as a file has it, beside its stored form. The file keeps minima and maxima of it, not of what we make of it, so
 * comparisons with it decide which parts of the file are read at all.
 */
export interface NativeColumn {
  /** Physical column of the relation. */
  readonly name: string
  /** `VARCHAR`: NULL stands for the empty string; the text that a dynamic is read from. `TIMESTAMP`, `TIMESTAMPTZ`: microseconds; `TIMESTAMP_NS`: nanoseconds. */
  readonly type: 'VARCHAR' | 'TIMESTAMP' | 'TIMESTAMPTZ' | 'TIMESTAMP_NS'
}

export interface StoredColumn extends Column {
  /** Name of the physical column; the Kusto name where left out. */
  readonly storageName?: string
  readonly native?: NativeColumn
  /** No file has the column: it is null (empty for strings) in every row. */
  readonly isMissing?: boolean
}

/** Files of one shape. */
export interface StoredFiles {
  /** DuckDB view, unquoted, of their rows as they have them. */
  readonly relation: string
  /** SQL over it of each column of `StoredTable.base.relation`, the native ones among them. */
  readonly columns: ReadonlyMap<string, string>
}

/** A table as the engine sees it: a DuckDB table or view whose columns are in storage form. */
export interface StoredTable {
  readonly name: string
  readonly columns: readonly StoredColumn[]
  /** DuckDB table or view, unquoted, in the engine's own database. */
  readonly relation: string
  /**
   * What the view `relation` is made of, so that DuckDB plans only the columns that a query names: its rows, and for each
   * physical column of the view its SQL over them. The native columns are those of the rows.
   *
   * `sifted` gives the same rows in another way: what a query's conditions leave is put aside as the file has it, in the
   * order of the file's columns, and the rest is computed from that. DuckDB (1.5) reads a Parquet file up to twice as fast
   * if nothing but such a place takes the rows (docs/benchmarks.md), yet what is put aside takes memory.
   *
   * `files` are what `relation` is made of, where all rows lie in files.
   */
  readonly base?: {
    readonly relation: string
    readonly sifted?: string
    readonly cells: ReadonlyMap<string, string>
    readonly files?: readonly StoredFiles[]
  }
  /** Physical BIGINT column with the ingestion time in ticks; without one `ingestion_time()` is null. */
  readonly ingestionTimeColumn?: string
}

/** The physical column of the rows (`StoredTable.base`) that a column of the view is, where it is just that. */
export function columnOfRows({ base }: StoredTable, physical: string): string | undefined {
  return identifierOf(base?.cells.get(physical) ?? '')
}

export const TICKS_PER_MILLISECOND = 10_000n
/** Ticks from 0001-01-01 to 1970-01-01. */
export const UNIX_EPOCH_TICKS = 621_355_968_000_000_000n
/** 9999-12-31T23:59:59.9999999Z. */
export const MAX_DATETIME_TICKS = 3_155_378_975_999_999_999n

export function instantToTicks(instant: Instant): bigint {
  return BigInt(instant) * TICKS_PER_MILLISECOND + UNIX_EPOCH_TICKS
}

/** SQL that turns a TIMESTAMP (microseconds) expression into ticks; for loaders. */
export function ticksFromTimestampSql(expression: string): string {
  return `(epoch_us(${expression}) * 10 + ${UNIX_EPOCH_TICKS})`
}

/** DuckDB ends a statement at NUL, so that a name with one would cut it; names of ours are told apart by their ids. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('\0', '\uFFFD').replaceAll('"', '""')}"`
}

/** The name where SQL is nothing but a quoted one. */
export function identifierOf(sql: string): string | undefined {
  return /^"((?:[^"]|"")+)"$/.exec(sql)?.[1]?.replaceAll('""', '"')
}
