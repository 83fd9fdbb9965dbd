import { stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { errnoOf } from '../../../files/file-error.ts'
import type { Copy } from '../open-table.ts'
import type { FilePart } from '../table-part.ts'
import type { Manifest } from './manifest.ts'

/** How a file is known in the manifest. */
export function wayOf(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}

export interface FileState {
  readonly size: number
  readonly changed: string
}

/** Undefined for a file that is not there. */
export async function stateOf(path: string): Promise<FileState | undefined> {
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true })
    return { size: Number(size), changed: String(mtimeNs) }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * The copy of a file, as long as the file is what it was when it was copied. A file that changed, and a copy that is gone
 * or not whole, have none, so that the file itself is read: an old copy never answers for a new file.
 */
export async function freshCopy(
  folder: string,
  { source, files }: Manifest,
  { path }: FilePart,
): Promise<Copy | undefined> {
  const entry = files.get(wayOf(source, path))
  if (entry === undefined) return undefined
  const copyPath = join(folder, ...entry.copy.split('/'))
  const [now, copy] = [await stateOf(path), await stateOf(copyPath)]
  if (now?.size !== entry.size || now.changed !== entry.changed || copy?.size !== entry.copySize) return undefined
  return { ...entry, path: copyPath }
}
