/** The KQL engine: analysis, compilation and execution over DuckDB. Knows no rule and no run. */
import { KqlError } from '../domain/errors.ts'
import type { Column } from '../domain/kusto.ts'
import type { RowLocality, WorkGuard } from '../domain/ports.ts'
import type { ConditionExamination } from '../domain/row-conditions.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import { analyzeQuery, type Analysis } from './bind/analyze.ts'
import { examineCondition as examineConditionText } from './bind/condition.ts'
import { drawingOf, type Drawing } from './bind/drawing.ts'
import { rowLocalityOf } from './bind/row-local.ts'
import { timeFiltersOf, type TimeFilter } from './bind/time-filters.ts'
import { excess } from './bind/text-limits.ts'
import { boundedWork, DEFAULT_LIMIT } from './bounded-work.ts'

export type { Analysis } from './bind/analyze.ts'
export { conditionsQuery, ROWS as CONDITION_ROWS } from './bind/condition.ts'
export type { Drawing, DrawingValue } from './bind/drawing.ts'
export type { KqlDiagnostic } from './bind/diagnostics.ts'
export type { TimeFilter } from './bind/time-filters.ts'
export { keepTrees } from './bind/kept-trees.ts'
export { compile, type CompiledQuery, type CompileOptions, type Stage } from './compile.ts'
export {
  quoteIdentifier,
  STORAGE_TYPE,
  ticksFromTimestampSql,
  UNIX_EPOCH_TICKS,
  type StoredColumn,
  type StoredTable,
} from './duckdb/storage.ts'
export {
  openEngine,
  type Engine,
  type EngineOptions,
  type QueryOptions,
  type ReadExternalData,
  type TraceStep,
} from './engine.ts'
export type { Json } from './values/json.ts'
export { IP_LOCATION_FUNCTION, type FindIpLocation } from './functions/scalar/geo/ip-location.ts'
export type { ExternalDataRequest } from './lower/external-data.ts'
export type { CellSource, IngestionMapping } from './lower/ingestion-mapping.ts'

/**
 * Parses and binds `text` against `schema`: diagnostics with offsets in UTF-16 units, result columns, tables read.
 * Never rejects for faults of the text; with a guard, an AbortError when the user interrupts. The first call loads the
 * Kusto language service (0.5 s), the next take 5 ms.
 */
export async function analyze(text: string, schema: WorkspaceSchema, guard?: WorkGuard): Promise<Analysis> {
  try {
    return boundedWork(() => analyzeQuery(text, schema), { guard, limit: DEFAULT_LIMIT, signal: undefined })
  } catch (error) {
    if (!(error instanceof KqlError)) throw error
    return { diagnostics: [excess(0, error.message, error.hint ?? '')], columns: undefined, tables: [] }
  }
}

/**
 * May `text` be asked about parts of its window, its answer being the parts' answers together? See bind/row-local.ts. As
 * analyze, it loads the language service and never rejects for faults of the text.
 */
export async function rowLocality(text: string, schema: WorkspaceSchema, guard?: WorkGuard): Promise<RowLocality> {
  try {
    return boundedWork(() => rowLocalityOf(text, schema), { guard, limit: DEFAULT_LIMIT, signal: undefined })
  } catch (error) {
    if (!(error instanceof KqlError)) throw error
    return { isRowLocal: false, because: error.message, position: { offset: 0, length: 0 } }
  }
}

/** By which of its filters `text` sees less than a long window? See bind/time-filters.ts. As analyze, it never rejects for faults of the text. */
export async function timeFilters(
  text: string,
  schema: WorkspaceSchema,
  guard?: WorkGuard,
): Promise<readonly TimeFilter[]> {
  try {
    return boundedWork(() => timeFiltersOf(text, schema), { guard, limit: DEFAULT_LIMIT, signal: undefined })
  } catch (error) {
    if (!(error instanceof KqlError)) throw error
    return []
  }
}

/** How `text` wants its result drawn; undefined where it does not say, or cannot be read. As analyze, it loads the language service. */
export async function drawing(text: string): Promise<Drawing | undefined> {
  try {
    return boundedWork(() => drawingOf(text), { guard: undefined, limit: DEFAULT_LIMIT, signal: undefined })
  } catch (error) {
    if (!(error instanceof KqlError)) throw error
    return undefined
  }
}

/** Is `condition` a boolean expression over one row with these columns? As analyze, it never rejects for faults of the text. */
export async function examineCondition(
  condition: string,
  columns: readonly Column[],
  guard?: WorkGuard,
): Promise<ConditionExamination> {
  try {
    const limits = { guard, limit: DEFAULT_LIMIT, signal: undefined }
    return boundedWork(() => examineConditionText(condition, columns), limits)
  } catch (error) {
    if (!(error instanceof KqlError)) throw error
    const { message, hint } = error
    const fault = { message, ...(hint === undefined ? {} : { hint }), offset: 0, length: condition.length }
    return { fault, columns: [] }
  }
}
