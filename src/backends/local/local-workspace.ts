import { KqlError } from '../../domain/errors.ts'
import type { Column } from '../../domain/kusto.ts'
import type { WorkGuard } from '../../domain/ports.ts'
import type { FunctionSchema, WorkspaceSchema } from '../../domain/schema.ts'
import type { Instant } from '../../domain/time.ts'
import { IP_LOCATION_FUNCTION, openEngine, type Engine, type ReadExternalData } from '../../kql/index.ts'
import { LazyMap, overlay } from '../../schemas/index.ts'
import { externalFolders } from './external-file.ts'
import { loadExternalData } from './external-table.ts'
import type { BadValuePolicy } from './insert-part.ts'
import { interrupterOf } from '../../kql/duckdb/interrupt.ts'
import { loadTable, type LoadedTable } from './load-table.ts'
import { IpLocations } from './ip-locations.ts'
import { mentionsOf, mentionsWatchlist } from './mentions.ts'
import { MissingWatchlists } from './missing-watchlists.ts'
import { missingLogColumn, RESOURCE_LOGS, withLogColumns } from './resource-logs.ts'
import { foreignMentions } from './other-places.ts'
import { parserOverRows, rowsOf } from './parser-rows.ts'
import { refusedFunction } from './saved-functions.ts'
import { schemaOfTable } from './schema-of-table.ts'
import type { TableSources } from './table-sources.ts'
import { TemporaryFolder, type TemporaryOwner } from './temporary-folder.ts'

export interface WorkspaceOptions {
  readonly schema: WorkspaceSchema
  readonly now: () => Instant
  readonly badValues: BadValuePolicy
  /** DuckDB's notation, `2GB`; undefined: 80 % of the machine's memory. */
  readonly memoryLimit?: string | undefined
  readonly threads?: number | undefined
  readonly maxRows?: number | undefined
  readonly guard?: WorkGuard | undefined
  readonly externalData?: string | undefined
  readonly ipLocations?: string | undefined
  readonly owner?: TemporaryOwner | undefined
}

/** A reader of `folder` for one engine: it names its relations apart. */
function externalReader(folder: string, temporary: TemporaryFolder): ReadExternalData {
  let count = 0
  return async (request, { connection, signal = new AbortController().signal }) => {
    const interrupter = interrupterOf(connection, signal)
    try {
      const relation = `externaldata#${count++}`
      return await loadExternalData(request, { folder, relation }, { connection, temporary, signal })
    } finally {
      interrupter.end()
      await temporary.empty()
    }
  }
}

/**
 * Functions, of which those parsers can run whose rows lie in a file. Where no table has any, all have none: whatever a parser reads is empty. Beside
 * tables with rows its own rows may be among them, and only its KQL would tell.
 */
function withRows({ functions }: WorkspaceSchema, { tables }: TableSources): ReadonlyMap<string, FunctionSchema> {
  const isEmpty = tables.size === 0
  const hasRows = (name: string) => isEmpty || tables.has(name)
  return new LazyMap(functions, (name, saved) => (hasRows(name) ? parserOverRows(saved, isEmpty) : undefined) ?? saved)
}

/** An engine and the tables that queries have asked for so far. Not for concurrent use. */
export class LocalWorkspace {
  readonly engine: Engine
  readonly sources: TableSources
  /** Functions of the catalogue and, over them, parsers whose rows lie in a file, and those saved beside the data. */
  readonly functions: ReadonlyMap<string, FunctionSchema>
  /** The tables that are loaded, with or without rows. */
  readonly loaded: ReadonlyMap<string, LoadedTable>
  readonly missingWatchlists = new MissingWatchlists()
  /** Columns of resource logs that the query at hand names and no record has. */
  #logColumns: readonly Column[] = []
  #relations = 0
  readonly #loaded: Map<string, LoadedTable>
  readonly #options: WorkspaceOptions
  readonly #temporary: TemporaryFolder
  readonly #locations: IpLocations | undefined

  private constructor(
    engine: Engine,
    sources: TableSources,
    functions: ReadonlyMap<string, FunctionSchema>,
    options: WorkspaceOptions,
    temporary: TemporaryFolder,
    locations: IpLocations | undefined,
  ) {
    this.engine = engine
    this.sources = sources
    this.functions = functions
    this.#loaded = new Map()
    this.loaded = this.#loaded
    this.#options = options
    this.#temporary = temporary
    this.#locations = locations
  }

  static async open(sources: TableSources, options: WorkspaceOptions): Promise<LocalWorkspace> {
    const temporary = await TemporaryFolder.make(options.owner)
    const { schema, now, memoryLimit, threads, maxRows, guard, externalData = sources.externalData } = options
    const locations = options.ipLocations === undefined ? undefined : new IpLocations(options.ipLocations)
    const functions = overlay(withRows(schema, sources), sources.functions)
    try {
      const engine = await openEngine({
        // Tables join as queries mention them: `search` and `union *` mean those with data, not a thousand empty ones.
        schema: { tables: new Map(), functions },
        now,
        guard,
        readableFolders: [...sources.readableFolders, temporary.path, ...(await externalFolders(externalData))],
        temporaryFolder: temporary.path,
        ...(memoryLimit === undefined ? {} : { memoryLimit }),
        ...(threads === undefined ? {} : { threads }),
        ...(maxRows === undefined ? {} : { maxRows }),
        ...(externalData === undefined ? {} : { readExternalData: externalReader(externalData, temporary) }),
        ...(locations === undefined ? {} : { findIpLocation: (address: string) => locations.find(address) }),
      })
      return new LocalWorkspace(engine, sources, functions, options, temporary, locations)
    } catch (error) {
      await temporary.remove()
      throw error
    }
  }

  get logColumns(): readonly Column[] {
    return this.#logColumns
  }

  /** Loads what `text` may read and is not there yet. */
  async prepare(text: string, signal: AbortSignal): Promise<void> {
    this.#forgetLogColumns()
    const mentions = mentionsOf(text, this.functions)
    const { words, isEverything } = mentions
    const refused = refusedFunction(mentions, this.sources.refusedFunctions)
    if (refused !== undefined) throw refused
    const { tables, watchlists } = this.sources
    const { schema } = this.#options
    const mentioned = (name: string) => words.has(name) || text.includes(`'${name}'`) || text.includes(`"${name}"`)
    const wanted = [
      ...[...tables].filter((name) => isEverything || mentioned(name)),
      ...[...watchlists].filter((alias) => mentionsWatchlist(mentions, alias)),
      ...[...words].filter((name) => schema.tables.has(name) || this.#isParserWithRows(name)),
      ...foreignMentions(mentions, this.sources.foreignTables, schema),
    ]
    for (const name of wanted) if (!this.#loaded.has(name)) await this.#load(name, signal)
    if (words.has(IP_LOCATION_FUNCTION)) await this.#locations?.open()
  }

  /**
   * Makes up for a watchlist that has no file, and for columns that only records would give resource logs, as far as an error
   * of the query tells of them; whether it did.
   */
  async assume(error: unknown, query: string, signal: AbortSignal): Promise<boolean> {
    const lists = this.missingWatchlists.learn(error, query, this.sources)
    for (const alias of lists) await this.#load(alias, signal)
    return lists.length > 0 || this.#assumeLogColumn(error, query)
  }

  /** The same for what a fuzzy union would leave out legs for: in a workspace with such a list or record it does not. */
  async assumeInLegs(query: string, signal: AbortSignal): Promise<void> {
    if (!/\bisfuzzy\b/.test(query)) return
    for (let isNew = true; isNew;) {
      isNew = false
      for (const { leftOutLeg, code, message, offset, length } of this.engine.analyze(query).diagnostics) {
        if (leftOutLeg === undefined || code !== 'unknown-column') continue
        const error = new KqlError({ code: 'kql/unknown-column', message, position: { offset, length } })
        isNew = (await this.assume(error, query, signal)) || isNew
      }
    }
  }

  async #assumeLogColumn(error: unknown, query: string): Promise<boolean> {
    const logs = this.#loaded.get(RESOURCE_LOGS)
    const column = logs === undefined ? undefined : missingLogColumn(error, query)
    if (logs === undefined || column === undefined) return false
    const columns = [...this.#logColumns, column]
    const wider = await withLogColumns(logs.stored, columns, this.engine.connection)
    if (wider === undefined) return false
    this.#logColumns = columns
    this.engine.registerTable(wider)
    return true
  }

  /** The next query has the table as the files are: what another one has named is no column of its results. */
  #forgetLogColumns(): void {
    const logs = this.#loaded.get(RESOURCE_LOGS)
    if (logs === undefined || this.#logColumns.length === 0) return
    this.#logColumns = []
    this.engine.registerTable(logs.stored)
  }

  #isParserWithRows(name: string): boolean {
    const saved = this.#options.schema.functions.get(name)
    return saved !== undefined && !this.sources.functions.has(name) && this.functions.get(name) !== saved
  }

  async #load(name: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { connection } = this.engine
    const interrupter = interrupterOf(connection, signal)
    try {
      const opened = await this.sources.open(name)
      const assumed = this.missingWatchlists.schemaOf(name)
      const schema = assumed ?? opened?.schema ?? schemaOfTable(name, this.#options.schema)
      const source = opened?.source ?? { name, parts: [] }
      const relation = `${name}#${this.#relations++}`
      const { badValues } = this.#options
      const copyOf = this.sources.copyOf?.bind(this.sources)
      const context = { connection, temporary: this.#temporary, signal, ...(copyOf === undefined ? {} : { copyOf }) }
      const table = await loadTable({ source, schema, relation, badValues }, context)
      this.engine.registerTable(this.#isParserWithRows(name) ? { ...table.stored, name: rowsOf(name) } : table.stored)
      this.#loaded.set(name, table)
    } finally {
      interrupter.end()
      await this.#temporary.empty()
    }
  }

  async close(): Promise<void> {
    this.engine.close()
    await this.#temporary.remove()
  }
}
