import type { Diagnostic, Span } from '../../domain/diagnostic.ts'
import type { Exclusion } from '../../domain/exclusion.ts'

/** `rare.exclusions.yaml` beside `rare.yaml`. */
export const EXCLUSION_FILE = /\.exclusions\.ya?ml$/i

/**
 * An exclusions file: what is known to be harmless of a rule of the same folder. It is a file of its own, and no part of the
 * rule's, because the two change hands: the rule is a copy of somebody else's that the next synchronisation replaces, its
 * hash is evidence, and an exclusion with a mistake must never stop a rule.
 */
export interface ExclusionFile {
  /** As messages show it. */
  readonly file: string
  /** Id or name of the rule; undefined means the rule file that has this one's name. */
  readonly rule: string | undefined
  readonly ruleSpan: Span
  readonly exclusions: readonly Exclusion[]
  readonly diagnostics: readonly Diagnostic[]
}

/** What says which rule it is. */
export interface ExcludableRule {
  readonly id: string | undefined
  readonly name: string
  readonly file: string
}

/** Is it about this rule? A rule lies in the folder of the file. */
export function isAbout({ file, rule }: Pick<ExclusionFile, 'file' | 'rule'>, other: ExcludableRule): boolean {
  if (folderOf(file) !== folderOf(other.file)) return false
  if (rule === undefined) return stemOf(file) === stemOf(other.file)
  return other.id === rule.toLowerCase() || other.name.toLowerCase() === rule.toLowerCase()
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1)
}

function stemOf(file: string): string {
  return file.replace(EXCLUSION_FILE, '').replace(/\.ya?ml$/i, '')
}
