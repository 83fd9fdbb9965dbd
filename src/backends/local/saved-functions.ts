import { join } from 'node:path'
import { BackendError } from '../../domain/errors.ts'
import type { FunctionSchema } from '../../domain/schema.ts'
import { parseSavedFunction } from '../../schemas/index.ts'
import type { Mentions } from './mentions.ts'
import { checkOnly, filesOf, insideFolder } from './named-files.ts'
import { utf8Text } from './utf8-file.ts'

export interface SavedFunctions {
  readonly functions: ReadonlyMap<string, FunctionSchema>
  /** Why there is no function of that name though there is a file; for who calls it, since others can do without. */
  readonly refused: ReadonlyMap<string, BackendError>
}

/**
 * Functions of the workspace, from the `.kql` files of a folder: the file's name is the function's. A missing folder has
 * no functions.
 *
 * @throws BackendError `local/unreadable`, `local/outside-folder` of the folder itself
 */
export async function loadSavedFunctions(folder: string): Promise<SavedFunctions> {
  const functions = new Map<string, FunctionSchema>()
  const refused = new Map<string, BackendError>()
  for (const [name, files] of await filesOf(folder, '.kql')) {
    const [file] = files
    const path = join(folder, file)
    try {
      checkOnly(folder, files)
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw oddName(path, name)
      functions.set(name, parseSavedFunction(name, await readText(await insideFolder(folder, file), path)))
    } catch (fault) {
      if (!(fault instanceof BackendError)) throw fault
      refused.set(name, fault)
    }
  }
  return { functions, refused }
}

/** Why a query cannot have a function that it names; `my_parser` means the file `my-parser.kql`, too. */
export function refusedFunction(
  { words }: Mentions,
  refused: ReadonlyMap<string, BackendError>,
): BackendError | undefined {
  const called = new Set(refused.size === 0 ? [] : Array.from(words, bare))
  return [...refused].find(([name]) => called.has(bare(name)))?.[1]
}

const bare = (name: string): string => name.replace(/[^\p{L}\p{N}]/gu, '_')

function oddName(path: string, name: string): BackendError {
  return new BackendError({
    code: 'local/function-name',
    message: `${path}: ${JSON.stringify(name)} cannot be the name of a function`,
    hint: 'use letters, digits and underscores, beginning with a letter: functions/MyParser.kql',
  })
}

async function readText(path: string, label: string): Promise<string> {
  const pieces: string[] = []
  for await (const piece of utf8Text(path, label)) pieces.push(piece)
  return pieces.join('')
}
