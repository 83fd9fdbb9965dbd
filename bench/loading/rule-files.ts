import { readdir } from 'node:fs/promises'

/** Paths of the rule files below a folder, relative to it: what src/rules/find-files.ts finds there. */
export async function ruleFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter(
    (name) => /\.ya?ml$/i.test(name) && !/\.(test|exclusions)\.ya?ml$/i.test(name) && !/(^|[/\\])\./.test(name),
  )
}
