import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Job } from '../jobs.ts'
import { ruleFiles } from './rule-files.ts'

/** Reads and parses the same files, and nothing more: no positions, no checks, no rules. Faults of the text are passed over. */
export const load: Job = async ({ rules = '' }) => {
  const files = await ruleFiles(rules)
  let count = 0
  for (const file of files) {
    const text = readFileSync(join(rules, file), 'utf8')
    const documents = parseAllDocuments(text)
    for (const document of documents) if (document.errors.length === 0) document.toJS()
    count += 1
  }
  return count
}
