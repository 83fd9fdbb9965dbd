import { lstat, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackendError } from '../../domain/errors.ts'
import type { FunctionSchema } from '../../domain/schema.ts'
import { parseSavedFunction } from '../../schemas/index.ts'
import { outsideFolder, unreadable } from './faults.ts'

/**
 * Functions of the workspace, from the `.kql` files of a folder: the file's name is the function's. A missing folder has
 * no functions.
 *
 * @throws BackendError `local/function-name` for a file whose name cannot be a function's, `local/unreadable`.
 */
export async function loadSavedFunctions(folder: string): Promise<ReadonlyMap<string, FunctionSchema>> {
  const functions = new Map<string, FunctionSchema>()
  for (const file of await filesOf(folder, '.kql')) {
    const [path, name] = [join(folder, file), file.slice(0, -'.kql'.length)]
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw oddName(path, name)
    functions.set(name, parseSavedFunction(name, await readText(path)))
  }
  return functions
}

function oddName(path: string, name: string): BackendError {
  return new BackendError({
    code: 'local/function-name',
    message: `${path}: ${JSON.stringify(name)} cannot be the name of a function`,
    hint: 'use letters, digits and underscores, beginning with a letter: functions/MyParser.kql',
  })
}

/**
 * Plain files of a folder that end in `extension`, in code unit order; none when the folder is not there. Links are not
 * followed.
 */
export async function filesOf(folder: string, extension: string): Promise<readonly string[]> {
  try {
    if ((await lstat(folder)).isSymbolicLink()) throw outsideFolder(folder, dirname(folder))
    const entries = await readdir(folder, { withFileTypes: true })
    const files = entries.filter(
      (entry) => entry.isFile() && entry.name.endsWith(extension) && !entry.name.startsWith('.'),
    )
    return files.map(({ name }) => name).sort()
  } catch (cause) {
    if (cause instanceof BackendError) throw cause
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}
