import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column, KustoType } from '../../../domain/kusto.ts'
import { errnoOf } from '../../../files/file-error.ts'
import { writeAtomically } from '../../../files/write-atomically.ts'
import { unreadable } from '../faults.ts'
import type { ColumnEvidence } from '../inference.ts'

/** Folder of the copies inside the data folder, where nobody names another; hidden, so that it holds no tables. */
export const COPIES_FOLDER = '.ingested'
const MANIFEST = 'hunt-ingest.json'

/** Rises whenever the copies of an older hunt may not be read: storage.ts or the way values are converted changed. */
const FORMAT = 3

export interface CopiedColumn extends Column {
  /** Name of the column in the Parquet file. */
  readonly physical: string
  /** Has it a value in every row? */
  readonly isFilled: boolean
}

/** A file as it was when it was copied, and its copy. */
export interface CopiedFile {
  readonly table: string
  readonly size: number
  /** Last change, in nanoseconds. */
  readonly changed: string
  readonly sha256: string
  /** Path of the copy below the folder of copies, with forward slashes, and its size. */
  readonly copy: string
  readonly copySize: number
  readonly rows: number
  readonly keys: readonly string[]
  /** Of keys whose types the file itself tells. */
  readonly types: readonly (readonly [key: string, type: KustoType])[]
  /** Which column each key meant. */
  readonly titles: readonly (readonly [key: string, column: string])[]
  readonly columns: readonly CopiedColumn[]
  readonly evidence: Readonly<Record<string, ColumnEvidence>>
}

export interface Manifest {
  /** The data folder, links followed. */
  readonly source: string
  /** By path below the data folder, with forward slashes. */
  readonly files: ReadonlyMap<string, CopiedFile>
}

/** Undefined where there is none, or none that this version understands: the files themselves are read then. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  let text: string
  const path = join(folder, MANIFEST)
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return undefined
    throw unreadable(path, error)
  }
  const document = parsed(text)
  if (document?.format !== FORMAT) return undefined
  return { source: document.source, files: new Map(Object.entries(document.files)) }
}

interface Document {
  readonly format: number
  readonly source: string
  readonly files: Readonly<Record<string, CopiedFile>>
}

/** Written whole by us or not at all, so that a number of the format stands for the rest. */
function parsed(text: string): Document | undefined {
  try {
    return JSON.parse(text) as Document
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export async function writeManifest(folder: string, { source, files }: Manifest): Promise<void> {
  const document: Document = { format: FORMAT, source, files: Object.fromEntries(files) }
  await writeAtomically(join(folder, MANIFEST), `${JSON.stringify(document, undefined, 1)}\n`)
}
