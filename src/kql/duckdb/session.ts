import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { BackendError } from '../../domain/errors.ts'
import type { WorkGuard } from '../../domain/ports.ts'
import { allNatives } from '../functions/index.ts'
import { findWithoutDatabase, ipLocationNative, type FindIpLocation } from '../functions/scalar/geo/ip-location.ts'
import { literalPath } from './literal-path.ts'
import { registerFold } from './fold-native.ts'
import { registerNatives } from './natives.ts'
import { ThreadBound } from './thread-bound.ts'
import { keepByteOrderMarks } from './whole-text.ts'

export interface SessionOptions {
  /** Folders that loaders may read files from, now and later; nothing else of the file system is reachable. */
  readonly readableFolders: readonly string[]
  /** DuckDB's notation, `2GB`; above it operators spill to `temporaryFolder`. Default: 80 % of the machine's memory. */
  readonly memoryLimit?: string
  /** Without one nothing is spilled: DuckDB's own choice is `.tmp` in the folder where the user stands. */
  readonly temporaryFolder?: string
  /** Default: one for each processor, as far as there is memory for them. */
  readonly threads?: number
  /** Places of addresses, for `geo_info_from_ip_address`; without it a query that needs one is refused. */
  readonly findIpLocation?: FindIpLocation
  /** Ends compiling and functions in JavaScript, which hold the thread; without one only DuckDB can be stopped. */
  readonly guard?: WorkGuard | undefined
}

/** DuckDB's own connection; outside kql/duckdb and backends/local only this name of it. */
export type SessionConnection = DuckDBConnection

/** One DuckDB in memory, locked down before anybody but us can run a statement in it. */
export interface Session {
  readonly connection: DuckDBConnection
  /** Bytes that it may use for what its limit counts. */
  readonly memory: number
  /** What queries say that begin to run. */
  readonly thread: ThreadBound
  /** A second connection, for a query beside others. The caller closes it. */
  connect(): Promise<DuckDBConnection>
  close(): void
}

export async function openSession(options: SessionOptions): Promise<Session> {
  keepByteOrderMarks()
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const statement of memorySettings(options)) await connection.run(statement)
  const resources = await resourcesOf(connection)
  await connection.run(`SET threads = ${options.threads ?? fittingThreads(resources)}`)
  for (const statement of lockdown(options)) await connection.run(statement)
  const natives = [...allNatives(), ipLocationNative(options.findIpLocation ?? findWithoutDatabase)]
  const thread = new ThreadBound(options.guard)
  registerNatives(connection, natives, thread)
  registerFold(connection, natives, thread)
  return {
    connection,
    memory: resources.memory,
    thread,
    connect: () => instance.connect(),
    close: () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

function memorySettings({ memoryLimit, temporaryFolder = '' }: SessionOptions): string[] {
  return [
    ...(memoryLimit === undefined ? [] : [`SET memory_limit = ${literal(checkedSize(memoryLimit))}`]),
    `SET temp_directory = ${literal(temporaryFolder)}`,
  ]
}

/** Bytes that DuckDB wants for each thread at least (its guide to performance, «Environment»): with less its readers have no room. */
const MEMORY_OF_THREAD = 125_000_000

/** As many threads as DuckDB would have, but for a machine with many and little memory for them. */
const fittingThreads = ({ threads, memory }: Resources): number =>
  Math.max(1, Math.min(threads, Math.floor(memory / MEMORY_OF_THREAD)))

interface Resources {
  readonly threads: number
  /** Bytes. */
  readonly memory: number
}

async function resourcesOf(connection: DuckDBConnection): Promise<Resources> {
  const query = `SELECT current_setting('threads')::DOUBLE AS threads, parse_formatted_bytes(current_setting('memory_limit'))::DOUBLE AS memory`
  const [[threads, memory] = []] = await (await connection.run(query)).getRowsJS()
  return { threads: Number(threads), memory: Number(memory) }
}

function lockdown(options: SessionOptions): string[] {
  // It holds a pattern against these before it looks for its files, and those after.
  const readable = new Set(options.readableFolders.flatMap((folder) => [folder, literalPath(folder)]))
  const folders = [...readable].map(literal).join(', ')
  return [
    "SET TimeZone = 'UTC'",
    // It groups by numbers in place of short texts, and groups so come in another order than that of their first rows.
    "SET disabled_optimizers = 'compressed_materialization'",
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET allow_community_extensions = false',
    `SET allowed_directories = [${folders}]`,
    // Order matters: after these two nothing above can be changed back.
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
}

/** Settings take no parameters; these texts come from our own configuration, never from a query. */
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

function checkedSize(size: string): string {
  if (/^\d+(\.\d+)?\s*[kmgt]?i?b$/i.test(size)) return size
  throw new BackendError({
    code: 'engine/memory-limit',
    message: `"${size}" is no size for the engine's memory limit`,
    hint: 'write it as 2GB or 512MB',
  })
}
