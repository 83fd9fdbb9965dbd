import { readdir, realpath, rm } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { ConfigError, HuntError } from '../../../domain/errors.ts'
import type { WorkspaceSchema } from '../../../domain/schema.ts'
import { fileError } from '../../../files/file-error.ts'
import { makeFolder } from '../../../files/make-folder.ts'
import { interrupterOf } from '../../../kql/duckdb/interrupt.ts'
import { openSession } from '../../../kql/duckdb/session.ts'
import { realFolder, scanDataFolder } from '../data-folder.ts'
import { copyInPlace, inPlacePart } from '../in-place.ts'
import { openTable, type Copy } from '../open-table.ts'
import type { ReaderContext } from '../readers/index.ts'
import { otherPlaces } from '../other-places.ts'
import { schemaOfTable } from '../schema-of-table.ts'
import type { FilePart, TableSource } from '../table-part.ts'
import { TemporaryFolder, type TemporaryOwner } from '../temporary-folder.ts'
import { freshCopy, stateOf, wayOf } from './copies.ts'
import { COPY_NAME, copyFile, sha256Of } from './copy-file.ts'
import { COPIES_FOLDER, readManifest, writeManifest, type CopiedFile, type Manifest } from './manifest.ts'

export interface IngestOptions {
  readonly dataFolder: string
  /** Folder for the copies; undefined: a hidden one in the data folder. */
  readonly target: string | undefined
  readonly schema: WorkspaceSchema
  /** DuckDB's notation, `2GB`; undefined: 80 % of the machine's memory. */
  readonly memoryLimit?: string | undefined
  /** Whose temporary folders are swept before. */
  readonly owner?: TemporaryOwner | undefined
  /** So many of the files have been looked at. */
  readonly onProgress?: (done: number, total: number) => void
}

/** What became of a table's files. */
export interface IngestedTable {
  readonly table: string
  /** Copied now, with so many rows. */
  readonly copied: number
  readonly rows: number
  /** Their copies are of what they still are. */
  readonly unchanged: number
  /** Read where they lie: Parquet files, and files without a column. */
  readonly columnar: number
  /** Why the table could not be copied. */
  readonly failure: HuntError | undefined
}

export interface IngestReport {
  readonly source: string
  readonly target: string
  readonly tables: readonly IngestedTable[]
  /** Files that are gone, whose copies went too. */
  readonly vanished: readonly string[]
}

interface Job {
  /** The data folder and the folder of copies, links followed. */
  readonly root: string
  readonly target: string
  readonly schema: WorkspaceSchema
  readonly old: Manifest
  /** What is true by now; grows file by file. */
  readonly files: Map<string, CopiedFile>
  readonly context: ReaderContext
  /** A file has been looked at. */
  readonly onFile: () => void
  /** Writes down which copies there are: now and then, or now. */
  readonly note: (isNow: boolean) => Promise<void>
}

/**
 * Keeps a columnar copy of every table file, so that the next query need not parse it: files that changed are copied
 * again, the copies of files that are gone go too. What fails is in the report; the other tables are copied all the same.
 *
 * @throws ConfigError `local/no-data-folder`, `local/ingest-target`; IncompleteError `files/unwritable`
 */
export async function ingestFolder(options: IngestOptions, signal: AbortSignal): Promise<IngestReport> {
  const { folder, target, old } = await places(options)
  const { schema, memoryLimit } = options
  const temporary = await TemporaryFolder.make(options.owner)
  const session = await openSession({
    readableFolders: [old.source, target, temporary.path],
    temporaryFolder: temporary.path,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  })
  const interrupter = interrupterOf(session.connection, signal)
  try {
    const data = await scanDataFolder(folder, schema.tables.keys())
    const elsewhere = await otherPlaces(folder, schema.tables.keys())
    const files = new Map(old.files)
    const context = { connection: session.connection, temporary, signal }
    const opened = [
      ...[...data.tables].map((name) => data.open(name)),
      ...[...elsewhere].map(([name, open]) => open(name)),
    ]
    const sources = (await Promise.all(opened)).filter(isThere)
    const paths = sources.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'file' ? [part.path] : [])))
    const seen = new Set(paths.map((path) => wayOf(old.source, path)))
    let done = 0
    const onFile = (): void => options.onProgress?.((done += 1), paths.length)
    const note = noteFiles(target, { source: old.source, files })
    const job: Job = { root: old.source, target, schema, old, files, context, onFile, note }
    await writeManifest(target, old)
    const tables: IngestedTable[] = []
    for (const source of sources) {
      tables.push(await ingestTable(source, job))
      signal.throwIfAborted()
    }
    const vanished = [...files.keys()].filter((way) => !seen.has(way))
    for (const way of vanished) files.delete(way)
    await writeManifest(target, { source: job.root, files })
    await removeStrays(target, files)
    return { source: folder, target, tables, vanished }
  } finally {
    interrupter.end()
    session.close()
    await temporary.remove()
  }
}

/** Of thousands of files the list is long, so it is written when a fiftieth of it is new: all writing stays linear in the files. */
function noteFiles(target: string, manifest: Manifest): Job['note'] {
  let unwritten = 0
  return async (isNow) => {
    if (!isNow) unwritten++
    if (unwritten === 0 || (!isNow && unwritten < manifest.files.size / 50)) return
    unwritten = 0
    await writeManifest(target, manifest)
  }
}

function isThere(source: TableSource | undefined): source is TableSource {
  return source !== undefined
}

interface Places {
  /** The data folder as messages name it. */
  readonly folder: string
  readonly target: string
  readonly old: Manifest
}

async function places({ dataFolder, target }: IngestOptions): Promise<Places> {
  const own = target === undefined ? await readManifest(dataFolder) : undefined
  // Whoever names a folder of copies means the folder that they were made from.
  const folder = own?.source ?? dataFolder
  const root = await realFolder(folder)
  const wanted = own === undefined ? (target ?? join(dataFolder, COPIES_FOLDER)) : dataFolder
  const below = relative(root, resolve(wanted)).split(sep)
  if (below[0] !== '..' && !below.some((name) => name.startsWith('.'))) {
    throw badTarget(wanted, 'lies in the data folder, where the copies would be tables')
  }
  try {
    await makeFolder(wanted)
  } catch (cause) {
    throw fileError('create', wanted, cause)
  }
  const found = own ?? (await readManifest(wanted))
  if (found === undefined && target !== undefined && (await readdir(wanted)).length > 0) {
    throw badTarget(wanted, 'has files, but not those of an earlier ingest')
  }
  if (found !== undefined && target !== undefined && found.source !== root) {
    throw badTarget(wanted, `holds the copies of ${found.source}`)
  }
  return { folder, target: await realpath(wanted), old: { source: root, files: found?.files ?? new Map() } }
}

function badTarget(folder: string, why: string): ConfigError {
  return new ConfigError({
    code: 'local/ingest-target',
    message: `cannot keep copies in ${folder}: it ${why}`,
    hint: 'name an empty folder outside of the data folder, for example hunt ingest ./logs --to ./logs-columnar',
  })
}

async function ingestTable(source: TableSource, job: Job): Promise<IngestedTable> {
  const counts = { copied: 0, rows: 0, unchanged: 0, columnar: 0 }
  try {
    const context = { ...job.context, copyOf: (part: FilePart) => knownCopy(part, job) }
    const schema = schemaOfTable(source.name, job.schema)
    const { parts, present } = await openTable(
      { source, schema, relation: `ingest ${source.name}`, joins: false },
      context,
    )
    for (const part of parts) {
      if (part.part.kind !== 'file') continue
      job.context.signal.throwIfAborted()
      const way = wayOf(job.root, part.part.path)
      const isFresh = copyInPlace(part, present) !== undefined
      if (isFresh) counts.unchanged++
      const isColumnar = !isFresh && (await inPlacePart(await part.open(), present, context)) !== undefined
      const request = { table: source.name, part, file: part.part, way, present, target: job.target }
      const copied = isFresh || isColumnar ? undefined : await copyFile(request, context)
      if (copied !== undefined) {
        job.files.set(way, copied)
        counts.copied++
        counts.rows += copied.rows
        await job.note(false)
      } else if (!isFresh) {
        job.files.delete(way)
        counts.columnar++
      }
      job.onFile()
    }
    return { table: source.name, ...counts, failure: undefined }
  } catch (failure) {
    job.context.signal.throwIfAborted()
    if (!(failure instanceof HuntError)) throw failure
    return { table: source.name, ...counts, failure }
  } finally {
    // Also of a table that failed or was interrupted: what is copied need not be copied again.
    await job.note(true)
    await job.context.temporary.empty()
  }
}

/** As for queries; and a file that was only touched, or fetched again, keeps the copy that its content made. */
async function knownCopy(part: FilePart, { root, target, old, files }: Job): Promise<Copy | undefined> {
  const fresh = await freshCopy(target, old, part)
  if (fresh !== undefined) return fresh
  const way = wayOf(root, part.path)
  const entry = old.files.get(way)
  const state = await stateOf(part.path)
  if (entry === undefined || state?.size !== entry.size || (await sha256Of(part)) !== entry.sha256) return undefined
  const renewed = { ...entry, ...state }
  files.set(way, renewed)
  return freshCopy(target, { source: root, files: new Map([[way, renewed]]) }, part)
}

/** Copies that no file stands behind any more: of changed and vanished files, and of an ingest that was killed. */
async function removeStrays(target: string, files: ReadonlyMap<string, CopiedFile>): Promise<void> {
  const wanted = new Set([...files.values()].map(({ copy }) => copy))
  for (const folder of await readdir(target, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue
    for (const name of await readdir(join(target, folder.name))) {
      if (!COPY_NAME.test(name) || wanted.has(`${folder.name}/${name}`)) continue
      await rm(join(target, folder.name, name), { force: true })
    }
  }
}
