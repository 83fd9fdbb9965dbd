import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { KqlError } from '../../domain/errors.ts'
import { isInside } from './data-folder.ts'
import { outsideFolder, unreadable } from './faults.ts'

export interface ExternalFile {
  /** As the user would type it, for messages. */
  readonly label: string
  /** Where it really is, symbolic links followed. */
  readonly path: string
  /** The end of the name that tells the format, `.gz` and `.zip` taken off; lower case, without the dot. */
  readonly extension: string
  readonly gzip: boolean
}

/**
 * The local copy of what an address names. The path's last segments lead to it, as many as possible first: of
 * `https://host/feeds/ips.csv?sig=…` the copy is `host/feeds/ips.csv`, `feeds/ips.csv` or `ips.csv` below the folder. The
 * unpacked copy of a `.zip` or `.gz` has the name without that.
 *
 * @throws KqlError `local/no-external-file`, without a position; BackendError `local/outside-folder`, `local/unreadable`
 */
export async function findExternalFile(folder: string, uri: string): Promise<ExternalFile> {
  const segments = segmentsOf(uri)
  const [root] = await externalFolders(folder)
  if (root === undefined) throw noFile(folder, uri, segments)
  for (let start = 0; start < segments.length; start++) {
    for (const way of namesOf(segments.slice(start).join('/'))) {
      const path = await fileAt(join(root, way))
      if (path === undefined) continue
      const label = join(folder, way)
      if (!isInside(root, path)) throw outsideFolder(label, folder)
      const [, extension = ''] = /\.([A-Za-z0-9]+)(?:\.gz)?$/.exec(way) ?? []
      return { label, path, extension: extension.toLowerCase(), gzip: /\.gz$/i.test(way) }
    }
  }
  throw noFile(folder, uri, segments)
}

/** Host and decoded path. What could leave the folder, or means something else to a file system, names no file. */
function segmentsOf(uri: string): readonly string[] {
  // A storage connection string may carry a key behind a semicolon.
  const [address = ''] = uri.split(';', 1)
  // Before the host a name and a password may stand, behind it a port: neither is part of where a copy lies.
  const [, host = '', path = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#]*?)(?::\d*)?(?=[/?#]|$)([^?#]*)/i.exec(address) ?? []
  const segments = [host.toLowerCase(), ...path.split('/').map(decoded)].filter((segment) => segment !== '')
  const isPlain = segments.every((segment) => segment !== '.' && segment !== '..' && !/[/\\:\0]/.test(segment))
  if (segments.length > 1 && isPlain) return segments
  throw new KqlError({
    code: 'local/no-external-file',
    message: `${JSON.stringify(withoutKeys(uri))} is no address of a file`,
    hint: 'externaldata takes addresses like https://example.com/feeds/ips.csv',
  })
}

/** Signatures and keys stand behind `?`, `;` and `#`, passwords before the host: they are secrets. */
const withoutKeys = (uri: string): string => uri.replace(/^([^/]*\/\/)[^/?#]*@/, '$1').replace(/[?;#].*$/s, '')

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    if (cause instanceof URIError) return segment
    throw cause
  }
}

function namesOf(way: string): readonly string[] {
  const bare = way.replace(/\.(gz|zip)$/i, '')
  // An archive of several files cannot be told from one of one file by its name: only the unpacked copy is read.
  return /\.zip$/i.test(way) ? [bare] : [...new Set([way, bare, `${way}.gz`])]
}

/** Undefined where there is no plain file. */
async function fileAt(path: string): Promise<string | undefined> {
  try {
    const target = await realpath(path)
    return (await stat(target)).isFile() ? target : undefined
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw unreadable(path, cause)
  }
}

/** What DuckDB must be allowed to read: nothing without a folder, or before it is there. */
export async function externalFolders(folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return []
  try {
    return [await realpath(folder)]
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
}

function noFile(folder: string, uri: string, segments: readonly string[]): KqlError {
  const name = (segments.at(-1) ?? '').replace(/\.zip$/i, '')
  return new KqlError({
    code: 'local/no-external-file',
    message: `there is no copy of ${withoutKeys(uri)} in ${folder}`,
    hint: `fetch it yourself and put it into ${join(folder, name)}; nothing is fetched from the network`,
  })
}
