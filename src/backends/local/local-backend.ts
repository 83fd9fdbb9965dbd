import type { ResultTable } from '../../domain/kusto.ts'
import type { Backend, QueryRequest, QueryResult, WorkGuard } from '../../domain/ports.ts'
import type { FunctionSchema, WorkspaceSchema } from '../../domain/schema.ts'
import type { Clock, Duration } from '../../domain/time.ts'
import type { Stage } from '../../kql/index.ts'
import { systemClock } from '../../time/system-clock.ts'
import { withDeadline } from './deadline.ts'
import { withFileProfiles } from './file-profiles.ts'
import { withLocalHint } from './kql-hints.ts'
import type { BadValuePolicy } from './insert-part.ts'
import { LocalWorkspace } from './local-workspace.ts'
import { LostQueryError, PATIENCE, unlessLost } from './lost-query.ts'
import { withBrokenFile } from './broken-files.ts'
import { isForeignName } from '../../domain/foreign-tables.ts'
import { mentionsOf } from './mentions.ts'
import { fileOf } from './parser-rows.ts'
import { withoutHiddenColumns } from './result-columns.ts'
import { SerialQueue } from './serial-queue.ts'
import type { RowObject } from './table-part.ts'
import type { TemporaryOwner } from './temporary-folder.ts'
import { folderSources, memorySources, type TableSources } from './table-sources.ts'
import { warningsFor } from './warnings.ts'

interface CommonOptions {
  /** Tables, columns and functions that queries may name beside those of the data. */
  readonly schema: WorkspaceSchema
  readonly clock?: Clock
  /** Default `refuse`: a table with a cell that does not fit its column is not loaded. */
  readonly badValues?: BadValuePolicy
  readonly memoryLimit?: string
  readonly threads?: number
  readonly maxRows?: number
  /** Whose temporary folders are swept when it opens. */
  readonly owner?: TemporaryOwner | undefined
  /** Ends what holds the thread. */
  readonly guard?: WorkGuard | undefined
  /** How long a query that was stopped may take to stop before it is given up as lost, with all that was loaded for it. */
  readonly patience?: Duration
  /** Folder with copies of the files that `externaldata` names; without it such queries are refused, unless the data folder has them. */
  readonly externalData?: string | undefined
  /** MaxMind database for `geo_info_from_ip_address`, which is refused without one. */
  readonly ipLocations?: string | undefined
}

export interface LocalBackendOptions extends CommonOptions {
  /** Folder of table files; README.md beside this file describes it. */
  readonly dataFolder: string
  /** Whether copies of external data lie in its `externaldata/`, where `externalData` names no other folder. */
  readonly holdsExternalData?: boolean
  /** Folder of watchlists that were pulled from a workspace, for aliases that the data folder does not have. */
  readonly pulledWatchlists?: string | undefined
}

export interface MemoryBackendOptions extends CommonOptions {
  readonly tables: ReadonlyMap<string, readonly RowObject[]>
  readonly functions?: ReadonlyMap<string, FunctionSchema>
}

/** What a query did on its way. */
export interface QueryTrace {
  /** SQL that the query became. */
  readonly sql: string | undefined
  /** After each operator of the main pipeline, in order: how many rows there were, and the first of them. */
  readonly steps: readonly {
    readonly operator: string
    /** Of the operator in the query, in UTF-16 units. */
    readonly position: { readonly offset: number; readonly length: number }
    readonly table: ResultTable
    readonly rowCount: number
  }[]
}

/** The embedded engine over table files. Queries run one at a time; tables are loaded when the first query wants them. */
export interface LocalBackend extends Backend {
  readonly name: 'local'
  /** Runs the query up to each operator of its main pipeline; `sample` rows of each are read, by default some. */
  trace(request: QueryRequest, signal: AbortSignal, sample?: number): Promise<QueryTrace>
  /** The query in one of the engine's own forms: `bound`, `ir` or `sql`. */
  explain(request: QueryRequest, stage: Stage, signal: AbortSignal): Promise<string>
  /** DuckDB's plan of the query; with `measured` the query runs. */
  plan(request: QueryRequest, measured: boolean, signal: AbortSignal): Promise<string>
}

/** Opens nothing yet: what is wrong with the folder is said by the first query (ConfigError `local/no-data-folder`). */
export function createLocalBackend(options: LocalBackendOptions): LocalBackend {
  return backendOver(async (schema) => {
    const sources = await folderSources(options.dataFolder, schema.tables.keys(), options.pulledWatchlists)
    return options.holdsExternalData === true ? sources : { ...sources, externalData: undefined }
  }, options)
}

/** A backend over rows that a test gives, typed as those of files are. */
export function createMemoryBackend({ tables, functions = new Map(), ...options }: MemoryBackendOptions): LocalBackend {
  return backendOver(async () => memorySources(tables, functions), options)
}

function backendOver(
  openSources: (schema: WorkspaceSchema) => Promise<TableSources>,
  options: CommonOptions,
): LocalBackend {
  const schema = withFileProfiles(options.schema)
  const {
    clock = systemClock,
    badValues = 'refuse',
    memoryLimit,
    threads,
    maxRows,
    externalData,
    ipLocations,
    guard,
    patience = PATIENCE,
    owner,
  } = options
  const queue = new SerialQueue()
  let opened: Promise<LocalWorkspace> | undefined
  const open = async () => {
    const now = () => clock.now()
    return LocalWorkspace.open(await openSources(schema), {
      schema,
      now,
      badValues,
      memoryLimit,
      threads,
      maxRows,
      externalData,
      ipLocations,
      guard,
      owner,
    })
  }

  /** A folder that is not there yet may be later: the next query tries again. */
  const forget = (error: unknown) => {
    opened = undefined
    throw error
  }

  /** What DuckDB does not give back, it never lets be closed: the next query opens another, and the process ends by force. */
  const forgetIfLost = (error: unknown) => {
    if (!(error instanceof LostQueryError)) throw error
    guard?.lost()
    return forget(error)
  }

  async function perform<Result>(
    request: QueryRequest,
    signal: AbortSignal,
    work: (workspace: LocalWorkspace, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const job = async (bounded: AbortSignal) => {
      const workspace = await (opened ??= open().catch(forget))
      await workspace.prepare(request.query, bounded)
      for (;;) {
        try {
          await workspace.assumeInLegs(request.query, bounded)
          return await work(workspace, bounded)
        } catch (error) {
          bounded.throwIfAborted()
          if (await workspace.assume(error, request.query, bounded)) continue
          const named = await withBrokenFile(error, request.query, workspace)
          throw withLocalHint(named, request.query, workspace, schema)
        }
      }
    }
    const stoppableJob = (bounded: AbortSignal) => unlessLost(job(bounded), bounded, patience).catch(forgetIfLost)
    const { timeout } = request
    return withDeadline((bounded) => queue.run(() => stoppableJob(bounded), bounded), { timeout, clock, signal })
  }

  return {
    name: 'local',
    query: (request, signal) => perform(request, signal, (workspace, bounded) => runQuery(request, workspace, bounded)),
    trace: (request, signal, sample = TRACE_ROWS) =>
      perform(request, signal, (workspace, bounded) => runTrace(request, workspace, sample, bounded)),
    explain: (request, stage, signal) =>
      perform(request, signal, async ({ engine }, bounded) => engine.explain(request.query, stage, request, bounded)),
    plan: (request, measured, signal) =>
      perform(request, signal, async ({ engine }, bounded) =>
        engine.plan(request.query, { ...request, measured }, bounded),
      ),
    async close() {
      await queue.idle()
      const workspace = await opened?.catch(() => undefined)
      await workspace?.close()
      opened = undefined
    },
  }
}

async function runQuery(request: QueryRequest, workspace: LocalWorkspace, signal: AbortSignal): Promise<QueryResult> {
  const { tables: read, ...table } = await workspace.engine.query(request.query, request, signal)
  const { words } = mentionsOf(request.query, workspace.functions)
  return {
    status: 'complete',
    table: withoutHiddenColumns(table, words),
    warnings: await warningsFor(request, read, workspace),
    tables: [
      ...new Set(read.filter((name) => !isForeignName(name)).map((name) => nameInWorkspace(fileOf(name), workspace))),
    ],
  }
}

/** A workspace has the items of all its watchlists in one table. */
function nameInWorkspace(table: string, { sources, missingWatchlists }: LocalWorkspace): string {
  return sources.watchlists.has(table) || missingWatchlists.has(table) ? 'Watchlist' : table
}

/** Rows that a trace shows of each step. */
const TRACE_ROWS = 20

async function runTrace(
  request: QueryRequest,
  workspace: LocalWorkspace,
  sample: number,
  signal: AbortSignal,
): Promise<QueryTrace> {
  const { engine, functions } = workspace
  const { words } = mentionsOf(request.query, functions)
  const steps = await engine.trace(request.query, { ...request, sample }, signal)
  return {
    sql: await engine.explain(request.query, 'sql', request, signal),
    steps: steps.map(({ operator, position, columns, rows, rowCount }) => ({
      operator,
      position,
      rowCount,
      table: withoutHiddenColumns({ columns, rows }, words),
    })),
  }
}
