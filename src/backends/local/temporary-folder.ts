import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that only this user can open (mkdtemp makes it 0700), for unpacked files and for what DuckDB spills. */
export class TemporaryFolder {
  readonly path: string
  #count = 0

  private constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<TemporaryFolder> {
    // DuckDB compares paths as text, so links on the way (macOS) are followed here.
    return new TemporaryFolder(await mkdtemp(join(await realpath(tmpdir()), 'hunt-tables-')))
  }

  newFile(extension: string): string {
    return join(this.path, `${this.#count++}.${extension}`)
  }

  async empty(): Promise<void> {
    for (const name of await readdir(this.path)) await rm(join(this.path, name), { recursive: true, force: true })
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}
