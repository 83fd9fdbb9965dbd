import { readFile } from 'node:fs/promises'
import { reasonOf } from '../find-files.ts'
import type { FoundFile } from '../find-files.ts'
import type { ExclusionFile } from './exclusion-file.ts'
import { readExclusionFile, unusableFile } from './read-exclusion-file.ts'

/** As much as a rule file may have. */
const MAX_BYTES = 4 * 1024 * 1024

export async function loadExclusionFile({ path, shown }: FoundFile): Promise<ExclusionFile> {
  try {
    const bytes = await readFile(path)
    if (bytes.length <= MAX_BYTES) return readExclusionFile(shown, bytes.toString('utf8').replace(/^\uFEFF/, ''))
    return unreadable(shown, `it has ${bytes.length} bytes, more than ${MAX_BYTES}`)
  } catch (error) {
    return unreadable(shown, `it ${reasonOf(error)}`)
  }
}

function unreadable(shown: string, message: string): ExclusionFile {
  const span = { file: shown, line: 1, column: 1, length: 0 }
  return unusableFile(shown, [{ code: 'exclusion-unreadable', severity: 'error', message, span }])
}
