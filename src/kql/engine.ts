import { KqlError } from '../domain/errors.ts'
import type { Column, ResultTable, Row } from '../domain/kusto.ts'
import type { TableSchema, WorkspaceSchema } from '../domain/schema.ts'
import type { ResultSize } from '../domain/ports.ts'
import type { RunVariables } from '../domain/run-variables.ts'
import type { Duration, Instant, TimeScope, Window } from '../domain/time.ts'
import { boundedWork } from './bounded-work.ts'
import { analyzeQuery, type Analysis } from './bind/analyze.ts'
import {
  compile,
  compilePrefixes,
  compilePlan,
  compileTrace,
  explain,
  type CompiledQuery,
  type CompileOptions,
  type Stage,
} from './compile.ts'
import type { SessionConnection, SessionOptions } from './duckdb/session.ts'
import type { RunBounds } from './duckdb/run-query.ts'
import { instantToTicks, type StoredTable } from './duckdb/storage.ts'
import { placedAt } from './errors.ts'
import { atOperator } from './failing-operator.ts'
import { externalDataKey, UnreadExternalData, type ExternalDataRequest } from './lower/external-data.ts'
import { tickWindow } from './passes/time-window.ts'
import { resolveColumns } from './resolve-columns.ts'

export interface EngineOptions extends SessionOptions {
  /** Names that queries may bind to, beside the registered tables: saved functions, tables without data. */
  readonly schema: WorkspaceSchema
  /** What `now()` means when a query does not say; the caller's clock. */
  readonly now: () => Instant
  /**
   * Reads what `externaldata` names into a table; without it such queries are refused. It never reaches the network:
   * rejects where there is no local copy.
   */
  readonly readExternalData?: ReadExternalData
  /** A query with more rows fails (`backend/too-many-rows`); undefined: no limit. */
  readonly maxRows?: number
}

export interface QueryOptions {
  /** What `now()` and `ago()` mean; `set query_now = …` in the text overrides it. */
  readonly now?: Instant | undefined
  /** Bounds every table on TimeGenerated, else Timestamp, half-open. */
  readonly window?: Window | undefined
  /** Another way of bounding, of a service that is imitated. */
  readonly timeScope?: TimeScope | undefined
  /** Values of the names that RUN_VARIABLES lists. */
  readonly variables?: RunVariables | undefined
  /** Stop reading once the result is larger than this, in rows or bytes, and answer with the rows so far. */
  readonly enough?: ResultSize | undefined
  /**
   * How long compiling may take, and one call of a function in JavaScript, for the caller cannot end that; the time of the run is the
   * caller's to measure.
   */
  readonly timeout?: Duration | undefined
}

export type ReadExternalData = (
  request: ExternalDataRequest,
  context: { readonly connection: SessionConnection; readonly signal: AbortSignal | undefined },
) => Promise<StoredTable>

/** What one operator of the main pipeline gave. */
export interface TraceStep {
  /** Text of the operator, or of the source for the first step. */
  readonly operator: string
  /** Of the operator in the text, in UTF-16 units. */
  readonly position: { readonly offset: number; readonly length: number }
  readonly columns: readonly Column[]
  readonly rowCount: number
  /** The first rows only. */
  readonly rows: readonly Row[]
}

export interface EngineAnswer extends ResultTable {
  /** Names of the tables that were read, in order of appearance: those that wildcards and functions stand for too. */
  readonly tables: readonly string[]
}

/** Runs KQL over registered tables. Rejects with KqlError for the query's faults, BackendError for limits. */
export interface Engine {
  /** For loaders: may read `readableFolders`, create tables and views. Queries never share its transactions. */
  readonly connection: SessionConnection
  /** Makes a DuckDB table or view visible to queries; a second registration of a name replaces the first. */
  registerTable(table: StoredTable): void
  tables(): readonly StoredTable[]
  /** What the query says of itself, without running it. */
  analyze(text: string): Analysis
  query(text: string, options?: QueryOptions, signal?: AbortSignal): Promise<EngineAnswer>
  trace(
    text: string,
    options?: QueryOptions & { readonly sample?: number },
    signal?: AbortSignal,
  ): Promise<readonly TraceStep[]>
  explain(text: string, stage: Stage, options?: QueryOptions, signal?: AbortSignal): Promise<string>
  /** DuckDB's plan of the query; with `measured` the query runs, and each step says its time and rows. */
  plan(text: string, options?: QueryOptions & { readonly measured?: boolean }, signal?: AbortSignal): Promise<string>
  close(): void
}

const TRACE_SAMPLE = 5

export async function openEngine(options: EngineOptions): Promise<Engine> {
  // DuckDB's library takes a tenth of a second to load: who only analyses queries never waits for it.
  const [{ openSession }, { runQuery, tryQuery, explainQuery }] = await Promise.all([
    import('./duckdb/session.ts'),
    import('./duckdb/run-query.ts'),
  ])
  const session = await openSession(options)
  const memory = options.guard === undefined ? undefined : { guard: options.guard, limit: session.memory }
  const boundsOf = ({ timeout }: QueryOptions, signal: AbortSignal | undefined): RunBounds => {
    return { memory, thread: { bound: session.thread, limit: timeout }, signal }
  }
  const tables = new Map<string, StoredTable>()
  const external = new Map<string, StoredTable>()
  let schema = options.schema

  const compileOptions = ({ now, window, timeScope, variables }: QueryOptions): CompileOptions => ({
    tables,
    external,
    variables,
    now: instantToTicks(now ?? options.now()),
    window: window === undefined ? undefined : tickWindow(window, timeScope),
  })

  const resolved = async <T>(
    text: string,
    queryOptions: QueryOptions,
    signal: AbortSignal | undefined,
    compileText: (query: string, compileOptions: CompileOptions, original: (offset: number) => number) => T,
  ): Promise<T> => {
    for (;;) {
      try {
        return await columnsResolved(text, queryOptions, signal, compileText)
      } catch (error) {
        if (!(error instanceof UnreadExternalData) || options.readExternalData === undefined) throw error
        // Each turn reads one request more, and a text has finitely many.
        const { request, position } = error
        const read = options.readExternalData(request, { connection: session.connection, signal })
        const table = await read.catch((fault: unknown) => {
          // A reader knows no place in the query.
          throw fault instanceof KqlError && fault.position === undefined ? placedAt(fault, position) : fault
        })
        external.set(externalDataKey(request), table)
      }
    }
  }

  const columnsResolved = <T>(
    text: string,
    queryOptions: QueryOptions,
    signal: AbortSignal | undefined,
    compileText: (query: string, compileOptions: CompileOptions, original: (offset: number) => number) => T,
  ): Promise<T> => {
    const settled: CompileOptions = { ...compileOptions(queryOptions), constants: new Map(), undecided: new Set() }
    const bounds = { guard: options.guard, limit: queryOptions.timeout, signal }
    return resolveColumns(
      text,
      (query, original) => {
        const isOfTheData = query !== text
        return boundedWork(
          () => compileText(query, { ...settled, isOfTheData, originalOffset: original }, original),
          bounds,
        )
      },
      (plan) => {
        const query = boundedWork(() => compilePlan(plan, text, schema, settled), bounds)
        return runQuery(session.connection, query, { maxRows: undefined, ...boundsOf(queryOptions, signal) })
      },
    )
  }

  const prefixesOf = (text: string, queryOptions: QueryOptions, signal: AbortSignal | undefined) =>
    resolved(text, queryOptions, signal, (query, settled, original) =>
      compilePrefixes(query, schema, settled).map((prefix) => relocated(prefix, original)),
    )

  return {
    connection: session.connection,
    registerTable(table) {
      tables.set(table.name, table)
      schema = withTable(schema, table)
    },
    tables: () => [...tables.values()],
    analyze: (text) => {
      const bounds = { guard: options.guard, limit: undefined, signal: undefined }
      return boundedWork(() => analyzeQuery(text, schema), bounds)
    },
    async query(text, queryOptions = {}, signal) {
      const compiled = await resolved(text, queryOptions, signal, (query, settled) => compile(query, schema, settled))
      const { enough } = queryOptions
      const limits = { maxRows: options.maxRows, enough, ...boundsOf(queryOptions, signal) }
      try {
        return { ...(await runQuery(session.connection, compiled, limits)), tables: compiled.tables }
      } catch (error) {
        throw await atOperator(
          error,
          () => prefixesOf(text, queryOptions, signal),
          async ({ query }) => {
            await tryQuery(session.connection, query, boundsOf(queryOptions, signal))
          },
        )
      }
    },
    async trace(text, { sample = TRACE_SAMPLE, ...queryOptions } = {}, signal) {
      const steps: TraceStep[] = []
      const stages = await resolved(text, queryOptions, signal, (query, settled, original) =>
        compileTrace(query, schema, settled, BigInt(sample)).map((stage) => relocated(stage, original)),
      )
      for (const stage of stages) {
        const run = (compiled: CompiledQuery): Promise<ResultTable> =>
          runQuery(session.connection, compiled, { maxRows: undefined, ...boundsOf(queryOptions, signal) })
        const { columns } = stage.sample
        const rows = sample > 0 ? (await run(stage.sample)).rows : []
        const counted = await run(stage.count)
        const { operator, position } = stage
        steps.push({ operator, position, columns, rowCount: Number(counted.rows[0]?.[0] ?? 0), rows })
      }
      return steps
    },
    explain: (text, stage, queryOptions = {}, signal) =>
      resolved(text, queryOptions, signal, (query, settled) => explain(query, schema, settled, stage)),
    async plan(text, { measured = false, ...queryOptions } = {}, signal) {
      const compiled = await resolved(text, queryOptions, signal, (query, settled) => compile(query, schema, settled))
      return explainQuery(session.connection, compiled.sql, { measured, ...boundsOf(queryOptions, signal) })
    },
    close: () => session.close(),
  }
}

/** The same with its place in the text as it was given, before resolve-columns.ts wrote schemas into it. */
function relocated<T extends { readonly position: TraceStep['position'] }>(
  step: T,
  original: (offset: number) => number,
): T {
  const { offset, length } = step.position
  const start = original(offset)
  return { ...step, position: { offset: start, length: original(offset + length) - start } }
}

function withTable(schema: WorkspaceSchema, { name, columns }: StoredTable): WorkspaceSchema {
  const table: TableSchema = { name, columns: columns.map(({ name: column, type }) => ({ name: column, type })) }
  return { ...schema, tables: new Map(schema.tables).set(name, table) }
}
