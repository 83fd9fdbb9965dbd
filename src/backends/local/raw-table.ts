import type { DuckDBConnection } from '@duckdb/node-api'
import type { KustoType } from '../../domain/kusto.ts'
import type { RawValue } from './conversion.ts'
import type { Place } from './faults.ts'

/** What a reader found in one part of a table: keys, and SQL to get at the values. */
export interface RawTable {
  /** Column names as the part has them, in order. */
  readonly keys: readonly string[]
  /** Which of them the records have, each list once; of records of JSON only. */
  readonly shapes?: readonly (readonly string[])[]
  /** Of keys whose types the part itself tells. */
  readonly types?: ReadonlyMap<string, KustoType>
  /** SQL that reads the given keys; the type of a key, where it is known, decides in what form its value comes. */
  scan(typeOf: ReadonlyMap<string, KustoType | undefined>): RawScan
  /** Where record number `record`, from 0, stands. */
  locate(record: number): Promise<Place>
  /** Set where queries can read the part where it lies; the scan's FROM is then `read_parquet` of this file. */
  readonly inPlace?: { readonly path: string }
  /** What was changed to read the part. */
  readonly remark?: string
  /** Turns what DuckDB says of an unreadable part into a fault with file and line. */
  explain(error: unknown): Promise<unknown>
}

export interface RawScan {
  /** What to put after FROM. */
  readonly from: string
  readonly values: ReadonlyMap<string, RawValue>
}

/** Rows of a query of ours, as plain JavaScript values. */
export async function queryRows(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS()
}
