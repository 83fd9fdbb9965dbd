/** The KQL engine: analysis, compilation and execution over DuckDB. Knows no rule and no run. */
import type { WorkspaceSchema } from '../domain/schema.ts'
import { analyzeQuery, type Analysis } from './bind/analyze.ts'

export type { Analysis } from './bind/analyze.ts'
export type { KqlDiagnostic } from './bind/diagnostics.ts'
export { compile, type CompiledQuery, type CompileOptions, type Stage } from './compile.ts'
export {
  quoteIdentifier,
  STORAGE_TYPE,
  ticksFromTimestampSql,
  UNIX_EPOCH_TICKS,
  type StoredColumn,
  type StoredTable,
} from './duckdb/storage.ts'
export { openEngine, type Engine, type EngineOptions, type QueryOptions, type TraceStep } from './engine.ts'

/**
 * Parses and binds `text` against `schema`: diagnostics with offsets in UTF-16 units, result columns, tables read.
 * Never rejects for faults of the text. The first call loads the Kusto language service (0.5 s), the next take 5 ms.
 */
export async function analyze(text: string, schema: WorkspaceSchema): Promise<Analysis> {
  return analyzeQuery(text, schema)
}
