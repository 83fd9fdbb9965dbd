import { loadRules } from '../../src/rules/index.ts'
import type { Job } from '../jobs.ts'
import { ruleFiles } from './rule-files.ts'

/** Loads rules as `hunt list` does: positions, checks, diagnostics, rules. Queries are not bound. */
export const load: Job = async ({ rules: folder = '' }) => {
  const { rules, diagnostics } = await loadRules([folder], { cwd: folder })
  if (rules.length === 0) throw new Error(`${folder} gave no rule: ${diagnostics[0]?.message ?? ''}`)
  const seen = new Set([...rules.map(({ source }) => source.file), ...diagnostics.map(({ span }) => span.file)])
  // A file that gave neither a rule nor a diagnostic was not read.
  return async () => (await ruleFiles(folder)).filter((file) => seen.has(file.replaceAll('\\', '/'))).length
}
