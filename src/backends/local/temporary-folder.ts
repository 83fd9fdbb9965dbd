import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noTemporaryFile } from './faults.ts'

/** Whose folders these are, and how to tell that a process of this host has ended. */
export interface TemporaryOwner {
  readonly host: string
  readonly pid: number
  isRunning(pid: number): boolean
}

const PREFIX = 'hunt-tables-'

/** A folder that only this user can open (mkdtemp makes it 0700), for unpacked files and for what DuckDB spills. */
export class TemporaryFolder {
  readonly path: string
  readonly #files = new Set<string>()
  #count = 0

  private constructor(path: string) {
    this.path = path
  }

  /**
   * With an owner the folder's name says whose it is, and what processes that were killed have left is swept.
   *
   * @throws IncompleteError `files/unwritable`
   */
  static async make(owner?: TemporaryOwner, parent = tmpdir()): Promise<TemporaryFolder> {
    try {
      // DuckDB compares paths as text, so links on the way (macOS) are followed here.
      const folder = await realpath(parent)
      if (owner === undefined) return new TemporaryFolder(await mkdtemp(join(folder, PREFIX)))
      await sweep(folder, owner)
      return new TemporaryFolder(await mkdtemp(join(folder, `${PREFIX}${hostPart(owner)}-${owner.pid}-`)))
    } catch (cause) {
      throw noTemporaryFile('create', join(parent, `${PREFIX}…`), cause)
    }
  }

  newFile(extension: string): string {
    const path = join(this.path, `${this.#count++}.${extension}`)
    this.#files.add(path)
    return path
  }

  /** Removes the files that `newFile` named. What DuckDB spills beside them holds tables, which it goes on reading. */
  async empty(): Promise<void> {
    for (const path of this.#files) {
      await rm(path, { recursive: true, force: true })
      this.#files.delete(path)
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}

/** Host names may hold anything; `-` ends this part of the folder's name. */
function hostPart({ host }: TemporaryOwner): string {
  return host.replace(/[^a-zA-Z0-9.]/g, '_')
}

/** Another user's folder, or one that another process sweeps at the same time: not ours to remove, or gone. */
const NOT_OURS = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTEMPTY', 'EBUSY'])

/** Removes the folders of processes of this host that have surely ended. In doubt, as where an id is in use again, none. */
async function sweep(parent: string, owner: TemporaryOwner): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, host, pid] = /^hunt-tables-([a-zA-Z0-9._]+)-(\d+)-\w{6}$/.exec(name) ?? []
    if (host !== hostPart(owner) || Number(pid) === owner.pid || owner.isRunning(Number(pid))) continue
    try {
      await rm(join(parent, name), { recursive: true, force: true })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (!NOT_OURS.has(code)) throw error
    }
  }
}
