import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that only this user can open (mkdtemp makes it 0700), made when the first file wants it. */
export class TemporaryFolder {
  #folder: Promise<string> | undefined
  #count = 0

  async newFile(extension: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'hunt-tables-'))
    return join(await this.#folder, `${this.#count++}.${extension}`)
  }

  async remove(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true })
  }
}
