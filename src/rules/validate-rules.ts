import type { Diagnostic } from '../domain/diagnostic.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import { analyzeQuery } from './checks/analyze-query.ts'
import type { Analyze, BoundQuery } from './checks/bound-query.ts'
import { CHECKS } from './checks/index.ts'
import type { QueryCheck } from './checks/check.ts'
import { checkExclusions } from './exclusions/check-exclusions.ts'
import type { ExclusionChecks } from './exclusions/check-exclusions.ts'
import { collect, diagnoseProblem, judgeRules, judgeText } from './load-rules.ts'
import type { JudgedRule, JudgedRules, LoadedRules, LoadOptions } from './load-rules.ts'

export interface ValidateOptions extends LoadOptions {
  /** What names a query may use. */
  readonly schema: WorkspaceSchema
  /** Binds a query; the Kusto language service when left out. */
  readonly analyze?: Analyze
  /** Told after each rule how many of how many are done. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
  /** Looks at the conditions of exclusions; without it only their form is checked. */
  readonly exclusions?: Pick<ExclusionChecks, 'conditions' | 'now'>
}

const QUERY_CHECKS: readonly QueryCheck[] = CHECKS.filter((check): check is QueryCheck => check.stage === 'query')

/**
 * As loadRules, and binds each query against the schema: unknown names, wrong types, and mappings to columns that the query
 * does not return. A rule with an error of any kind is left out of `rules`. Rejects only when the signal is aborted.
 */
export async function validateRules(paths: readonly string[], options: ValidateOptions): Promise<LoadedRules> {
  return bindAll(await judgeRules(paths, options), options)
}

/** As validateRules, for the text of one file that is at hand. */
export function validateRuleText(
  file: string,
  text: string,
  options: Omit<ValidateOptions, 'cwd'>,
): Promise<LoadedRules> {
  return bindAll(judgeText(file, text, options.mode ?? 'lenient'), options)
}

async function bindAll(
  { judged, exclusionDiagnostics, ...rest }: JudgedRules,
  options: Omit<ValidateOptions, 'cwd'>,
): Promise<LoadedRules> {
  const bound: JudgedRule[] = []
  const excluding: Diagnostic[] = [...exclusionDiagnostics]
  for (const item of judged) {
    options.signal?.throwIfAborted()
    const { judged: one, exclusions } = await bindRule(item, options)
    bound.push(one)
    excluding.push(...exclusions)
    options.onProgress?.(bound.length, judged.length)
  }
  return collect({ judged: bound, exclusionDiagnostics: excluding, ...rest })
}

/** Binds the query also of a rule that has errors elsewhere: all problems come out in one pass. */
async function bindRule(
  item: JudgedRule,
  options: Omit<ValidateOptions, 'cwd'>,
): Promise<{ readonly judged: JudgedRule; readonly exclusions: readonly Diagnostic[] }> {
  const { draft } = item
  const text = draft.document.query?.text ?? ''
  if (text.trim() === '') return { judged: item, exclusions: [] }
  const { mode = 'lenient', analyze = analyzeQuery } = options
  const query = await analyze(text, options.schema)
  const found = QUERY_CHECKS.flatMap((check) => {
    return check.run(draft, query, options.schema).map((problem) => diagnoseProblem(check, problem, draft, mode))
  })
  const exclusions = await exclusionProblems(item, query, options)
  return { judged: { ...item, diagnostics: [...item.diagnostics, ...found] }, exclusions }
}

/** A query that does not bind has no columns that a condition could be held against; what is wrong with it is said. */
async function exclusionProblems(
  { rule }: JudgedRule,
  { columns, diagnostics }: BoundQuery,
  { mode = 'lenient', exclusions: checks, signal = new AbortController().signal }: Omit<ValidateOptions, 'cwd'>,
): Promise<readonly Diagnostic[]> {
  if (checks === undefined || rule?.exclusions === undefined) return []
  const isBound = diagnostics.every(({ severity }) => severity !== 'error')
  return checkExclusions(rule.exclusions, isBound ? columns : undefined, { ...checks, mode, signal })
}
