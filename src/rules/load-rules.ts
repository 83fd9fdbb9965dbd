import { v5 as uuidV5 } from 'uuid'
import type { Diagnostic } from '../domain/diagnostic.ts'
import type { Rule } from '../domain/rule.ts'
import { buildRule } from './build-rule.ts'
import { CHECKS } from './checks/index.ts'
import { unreadableFile } from './checks/unreadable-file.ts'
import type { Check, Mode, RuleCheck, RuleSetCheck } from './checks/check.ts'
import { atMostWarning, diagnose, hasError, sortDiagnostics } from './diagnose.ts'
import { strayFiles, withExclusions } from './exclusions/exclude.ts'
import { isAbout, type ExcludableRule, type ExclusionFile } from './exclusions/exclusion-file.ts'
import { loadExclusionFile } from './exclusions/load-exclusion-files.ts'
import { findFiles } from './find-files.ts'
import type { Problem } from './problem.ts'
import { readRuleBytes, readRuleFile } from './read-file.ts'
import type { FileReading } from './read-file.ts'
import type { RuleDraft } from './read/rule-draft.ts'

export interface LoadOptions {
  /** Folder that relative paths start from, and that paths in messages are relative to. */
  readonly cwd: string
  /** `lenient` when left out: what others wrote should run wherever that makes sense. */
  readonly mode?: Mode
}

export interface LoadedRules {
  /** In the order of their files; those with an error are left out. */
  readonly rules: readonly Rule[]
  /** Of all files, by file and line. */
  readonly diagnostics: readonly Diagnostic[]
  /** What is known to be harmless of the rules, which have it already. */
  readonly exclusionFiles: readonly ExclusionFile[]
}

/** A rule with what the checks say about it. */
export interface JudgedRule {
  readonly draft: RuleDraft
  /** Undefined when there is nothing to run. */
  readonly rule: Rule | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export interface JudgedRules {
  readonly judged: readonly JudgedRule[]
  /** About files as such. */
  readonly diagnostics: readonly Diagnostic[]
  readonly exclusionFiles: readonly ExclusionFile[]
  /** About exclusions files: whatever is wrong there stops no rule. */
  readonly exclusionDiagnostics: readonly Diagnostic[]
}

/**
 * Reads the rules of files and folders. Whatever is wrong with a file, with whichever of them, becomes a diagnostic: this
 * never rejects because of what files say, and one broken file never stops the others. Queries are not bound; see
 * `validateRules`.
 */
export async function loadRules(paths: readonly string[], options: LoadOptions): Promise<LoadedRules> {
  const judged = await judgeRules(paths, options)
  const exclusionDiagnostics = judged.exclusionDiagnostics.map((diagnostic) => {
    return { ...diagnostic, severity: atMostWarning(diagnostic.severity) }
  })
  return collect({ ...judged, exclusionDiagnostics })
}

/** As loadRules, for the text of one file that is at hand: an earlier version of it. `file` is the name that messages show. */
export function loadRuleText(file: string, text: string): LoadedRules {
  return collect(judgeText(file, text, 'lenient'))
}

export function judgeText(file: string, text: string, mode: Mode): JudgedRules {
  return judgeReadings([readRuleBytes(file, Buffer.from(text), mode)], [], mode)
}

export function collect({ judged, diagnostics, exclusionFiles, exclusionDiagnostics }: JudgedRules): LoadedRules {
  return {
    exclusionFiles,
    rules: judged.flatMap(({ rule, diagnostics: own }) => (rule === undefined || hasError(own) ? [] : [rule])),
    diagnostics: sortDiagnostics([
      ...diagnostics,
      ...exclusionDiagnostics,
      ...judged.flatMap((item) => item.diagnostics),
    ]),
  }
}

export async function judgeRules(
  paths: readonly string[],
  { cwd, mode = 'lenient' }: LoadOptions,
): Promise<JudgedRules> {
  const { files, exclusions, besideNamed, unreadable } = await findFiles(paths, cwd)
  const missing = unreadable.map((path) => {
    return diagnose(unreadableFile, mode, { file: path.shown, line: 1, column: 1, length: 0 }, path, undefined)
  })
  const readings = await inBatches(files, (file) => readRuleFile(file, mode))
  const judged = judgeReadings(readings, missing, mode)
  const beside = await inBatches(besideNamed, loadExclusionFile)
  const meant = beside.filter((file) => subjectsOf(judged).some((rule) => isAbout(file, rule)))
  return withExclusionFiles(judged, [...(await inBatches(exclusions, loadExclusionFile)), ...meant])
}

const subjectsOf = ({ judged }: JudgedRules): readonly ExcludableRule[] =>
  judged.map(({ draft, rule }) => ({
    id: rule?.id ?? draft.id.value,
    name: draft.name.value ?? '',
    file: draft.document.source.file,
  }))

function withExclusionFiles(rules: JudgedRules, exclusionFiles: readonly ExclusionFile[]): JudgedRules {
  if (exclusionFiles.length === 0) return rules
  return {
    ...rules,
    exclusionFiles,
    judged: rules.judged.map((item) =>
      item.rule === undefined ? item : { ...item, rule: withExclusions(item.rule, exclusionFiles) },
    ),
    exclusionDiagnostics: [
      ...exclusionFiles.flatMap((file) => file.diagnostics),
      ...strayFiles(exclusionFiles, subjectsOf(rules)),
    ],
  }
}

/** Checks drafts and makes rules of them; a file that has an error as a file gives none. */
export function judgeReadings(
  readings: readonly FileReading[],
  missing: readonly Diagnostic[],
  mode: Mode,
): JudgedRules {
  const sound = new Set(readings.flatMap(({ drafts, diagnostics }) => (hasError(diagnostics) ? [] : drafts)))
  const ofFile = new Map(readings.flatMap(({ drafts, diagnostics }) => drafts.map((draft) => [draft, diagnostics])))
  const drafts = readings.flatMap((reading) => reading.drafts)
  const bySet = new Map<RuleDraft, Diagnostic[]>()
  for (const check of CHECKS.filter(isRuleSetCheck)) {
    for (const { draft, problem } of check.run(drafts)) {
      bySet.set(draft, [...(bySet.get(draft) ?? []), diagnoseProblem(check, problem, draft, mode)])
    }
  }
  const judged = drafts.map((draft): JudgedRule => {
    const ownSet = bySet.get(draft) ?? []
    const own = RULE_CHECKS.flatMap((check) => {
      return check.run(draft).map((problem) => diagnoseProblem(check, problem, draft, mode))
    })
    const isTwin = ownSet.some(({ code }) => code === 'duplicate-id')
    const id = isTwin ? derivedId(draft) : (draft.id.value ?? derivedId(draft))
    const diagnostics = [...own, ...ownSet]
    const doubts = [...(ofFile.get(draft) ?? []), ...diagnostics].filter(({ severity }) => severity === 'warning')
    return { draft, rule: sound.has(draft) ? buildRule(draft, id, doubts) : undefined, diagnostics }
  })
  const diagnostics = [...missing, ...readings.flatMap((reading) => reading.diagnostics)]
  return { judged, diagnostics, exclusionFiles: [], exclusionDiagnostics: [] }
}

const RULE_CHECKS: readonly RuleCheck[] = CHECKS.filter((check): check is RuleCheck => check.stage === 'rule')

function isRuleSetCheck(check: Check): check is RuleSetCheck {
  return check.stage === 'rule-set'
}

export function diagnoseProblem(check: Check, problem: Problem, { document }: RuleDraft, mode: Mode): Diagnostic {
  return diagnose(check, mode, document.span(problem.at), problem, (number) => document.source.line(number))
}

/** Namespace of ids that are made from paths; a random constant. */
const PATH_NAMESPACE = '6f0c8f4e-7a40-4a0e-9d0a-5b6c2f0f5b1e'

function derivedId({ document }: RuleDraft): string {
  const { source, index } = document
  return uuidV5(index === 0 ? source.file : `${source.file}#${index}`, PATH_NAMESPACE)
}

/** Enough to keep the disk busy, few enough for the limit of open files. */
const BATCH = 64

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += BATCH) {
    results.push(...(await Promise.all(items.slice(start, start + BATCH).map(work))))
  }
  return results
}
