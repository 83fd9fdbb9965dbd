import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import type { CommandContext } from './command.ts'

/**
 * Changes when the tables that queries can name may have changed: with another hunt, an edit of the user's own catalogue, a
 * new file in the data folder. What a workspace of Azure has is not asked for; there the slow pace of failing rules tells.
 */
export async function schemaVersion({ config, version }: Pick<CommandContext, 'config' | 'version'>): Promise<string> {
  const hash = createHash('sha256').update(version)
  if (config.schemas !== undefined) hash.update(await signatureOf(config.schemas, true))
  if (config.backend === 'local' && config.data !== undefined) hash.update(await signatureOf(config.data, false))
  return hash.digest('hex').slice(0, 16)
}

/** What is missing has a signature too: whoever reads it says what is wrong. */
async function signatureOf(folder: string, withTimes: boolean): Promise<string> {
  const names = await readdir(folder).catch(() => [])
  const lines = names.sort().map(async (name) => {
    if (!withTimes) return name
    const facts = await stat(`${folder}/${name}`).catch(() => undefined)
    return `${name}\0${facts?.size}\0${facts?.mtimeMs}`
  })
  return (await Promise.all(lines)).join('\n')
}
