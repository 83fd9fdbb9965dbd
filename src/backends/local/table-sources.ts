import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackendError } from '../../domain/errors.ts'
import type { FunctionSchema, TableSchema } from '../../domain/schema.ts'
import { EXTERNAL_DATA_FOLDER, realFolder, scanDataFolder } from './data-folder.ts'
import { freshCopy } from './ingest/copies.ts'
import { COPIES_FOLDER, readManifest, type Manifest } from './ingest/manifest.ts'
import type { Copy } from './open-table.ts'
import { loadSavedFunctions } from './saved-functions.ts'
import { FILE_KINDS, type FilePart, type RowObject, type TableSource } from './table-part.ts'
import { otherPlaces } from './other-places.ts'
import { readWatchlist, watchlistPlaces, type WatchlistPlace } from './watchlists.ts'

export interface OpenedSource {
  readonly source: TableSource
  /** What is known of its columns apart from the workspace's schema. */
  readonly schema?: TableSchema
}

/** Where the tables of a workspace come from: a folder of files, or the memory of a test. */
export interface TableSources {
  /** How messages name the place. */
  readonly label: string
  /** Folders that DuckDB must be allowed to read. */
  readonly readableFolders: readonly string[]
  /** Tables with data, in the schema's spelling where it has one. */
  readonly tables: ReadonlySet<string>
  /** Tables with data of other places, by full name (domain/foreign-tables.ts). */
  readonly foreignTables: ReadonlySet<string>
  /** Aliases of watchlists, which `_GetWatchlist` reads as tables of that name. */
  readonly watchlists: ReadonlySet<string>
  readonly functions: ReadonlyMap<string, FunctionSchema>
  /** Folder of copies of external data, which need not be there; undefined: there is no place for them. */
  readonly externalData: string | undefined
  /** Files of functions that are none. */
  readonly refusedFunctions: ReadonlyMap<string, BackendError>
  open(name: string): Promise<OpenedSource | undefined>
  /** The columnar copy of a file, made from what the file is now. */
  copyOf?(part: FilePart): Promise<Copy | undefined>
  /** Why there might be nothing under that name: a file of another kind; undefined without a guess. */
  hintFor(name: string): string | undefined
  /** A file whose name only begins like the table's: what a browser calls a second download. */
  lookalikeOf(name: string): string | undefined
}

/**
 * A data folder: table files (data-folder.ts), saved functions in `functions/`, external data in `externaldata/`, watchlists in `watchlists/`, and those that
 * were pulled from a workspace where the folder has none of that alias. A watchlist
 * that has the name of a table with data gives way to it.
 */
export async function folderSources(
  dataFolder: string,
  knownNames: Iterable<string>,
  pulledWatchlists?: string,
): Promise<TableSources> {
  const { folder, copies } = await withCopies(dataFolder)
  const root = await realFolder(folder)
  const known = [...knownNames]
  const [{ tables, strangers, lookalikes, open }, elsewhere, { functions, refused }, lists] = await Promise.all([
    scanDataFolder(folder, known),
    otherPlaces(folder, known),
    loadSavedFunctions(join(folder, 'functions')),
    watchlistsIn([...(pulledWatchlists === undefined ? [] : [pulledWatchlists]), join(folder, 'watchlists')]),
  ])
  const watchlists = new Set([...lists.keys()].filter((alias) => !tables.has(alias)))
  return {
    label: folder,
    readableFolders: [root, ...(copies === undefined ? [] : [copies.folder])],
    tables,
    foreignTables: new Set(elsewhere.keys()),
    watchlists,
    externalData: join(folder, EXTERNAL_DATA_FOLDER),
    ...(copies === undefined ? {} : { copyOf: (part) => freshCopy(copies.folder, copies.manifest, part) }),
    refusedFunctions: refused,
    functions: new Map([...functions, ['_GetWatchlistAlias', aliasReader([...lists.keys()])]]),
    async open(name) {
      const place = watchlists.has(name) ? lists.get(name) : undefined
      if (place !== undefined) return readWatchlist(name, place)
      const source = await (elsewhere.get(name) ?? open)(name)
      return source === undefined ? undefined : { source }
    },
    hintFor(name) {
      const stranger = strangers.get(name.toLowerCase())
      return stranger === undefined ? undefined : `${stranger} is none of ${FILE_KINDS}`
    },
    lookalikeOf: (name) => lookalikes.get(name.toLowerCase()),
  }
}

/** By alias; of two with one alias that of the last folder. */
async function watchlistsIn(folders: readonly string[]): Promise<ReadonlyMap<string, WatchlistPlace>> {
  const found = new Map<string, WatchlistPlace>()
  for (const folder of folders) for (const [alias, place] of await watchlistPlaces(folder)) found.set(alias, place)
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}

interface WithCopies {
  readonly folder: string
  readonly copies: { readonly folder: string; readonly manifest: Manifest } | undefined
}

/** A folder of copies stands for the folder that they were made from; a data folder may hold its copies itself. */
async function withCopies(dataFolder: string): Promise<WithCopies> {
  const own = await readManifest(dataFolder)
  if (own !== undefined) return { folder: own.source, copies: { folder: await realpath(dataFolder), manifest: own } }
  const inside = join(dataFolder, COPIES_FOLDER)
  const manifest = await readManifest(inside)
  if (manifest === undefined) return { folder: dataFolder, copies: undefined }
  // A data folder that was moved or copied has other paths than it had; its files and their times are what counts.
  const moved = { ...manifest, source: await realFolder(dataFolder) }
  return { folder: dataFolder, copies: { folder: await realpath(inside), manifest: moved } }
}

/** `_GetWatchlistAlias`: the aliases that there are. */
function aliasReader(aliases: readonly string[]): FunctionSchema {
  const literals = aliases.map((alias) => JSON.stringify(alias)).join(', ')
  const body = `datatable(WatchlistAlias:string)[${literals}]`
  return { name: '_GetWatchlistAlias', parameters: '', body, columns: undefined }
}

/** Tables whose rows a test gives as objects. */
export function memorySources(
  tables: ReadonlyMap<string, readonly RowObject[]>,
  functions: ReadonlyMap<string, FunctionSchema>,
): TableSources {
  return {
    label: 'the tables of the test',
    readableFolders: [],
    tables: new Set(tables.keys()),
    foreignTables: new Set(),
    watchlists: new Set(),
    functions,
    externalData: undefined,
    refusedFunctions: new Map(),
    async open(name) {
      const rows = tables.get(name)
      return rows === undefined ? undefined : { source: { name, parts: [{ kind: 'rows', label: name, rows }] } }
    },
    hintFor: () => undefined,
    lookalikeOf: () => undefined,
  }
}
