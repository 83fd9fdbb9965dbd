import type { DiagnosticSeverity } from '../../domain/diagnostic.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import type { Problem } from '../problem.ts'
import type { RuleDraft } from '../read/rule-draft.ts'
import type { BoundQuery } from './bound-query.ts'

/** `strict` is for rules that we ship, `lenient` for those that others wrote and that should run all the same. */
export type Mode = 'strict' | 'lenient'

interface CheckFacts {
  /** Kebab-case, stable: it is the code of the check's diagnostics. */
  readonly id: string
  /** One line, for the list of checks. */
  readonly summary: string
  /** What goes wrong otherwise. */
  readonly why: string
  /** A rule with a problem of severity `error` is not loaded. */
  readonly severity: Readonly<Record<Mode, DiagnosticSeverity>>
  readonly fails: Example
  readonly passes: Example
}

/**
 * Part of a rule file: top-level keys that replace those of a sound rule; or a whole file, as text or as bytes. Docs show
 * them, tests run them.
 */
export type Example =
  { readonly keys: string } | { readonly file: string } | { readonly bytes: readonly number[]; readonly shown: string }

/** Found while files are found, read and parsed. */
export interface FileCheck extends CheckFacts {
  readonly stage: 'file'
}

/** Looks at one rule. */
export interface RuleCheck extends CheckFacts {
  readonly stage: 'rule'
  run(draft: RuleDraft): readonly Problem[]
}

/** Looks at all rules that were loaded together. */
export interface RuleSetCheck extends CheckFacts {
  readonly stage: 'rule-set'
  run(drafts: readonly RuleDraft[]): readonly { readonly draft: RuleDraft; readonly problem: Problem }[]
}

/** Looks at one rule together with what the Kusto language service says about its query. */
export interface QueryCheck extends CheckFacts {
  readonly stage: 'query'
  run(draft: RuleDraft, query: BoundQuery, schema: WorkspaceSchema): readonly Problem[]
}

export type Check = FileCheck | RuleCheck | RuleSetCheck | QueryCheck
