import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { Exclusion } from '../../domain/exclusion.ts'
import type { Rule } from '../../domain/rule.ts'
import { isAbout } from './exclusion-file.ts'
import type { ExcludableRule, ExclusionFile } from './exclusion-file.ts'

/** The rule with the exclusions of the files that are about it. Of two with one name the second may hide nothing. */
export function withExclusions<R extends Rule>(rule: R, files: readonly ExclusionFile[]): R {
  const subject = { id: rule.id, name: rule.name, file: rule.source.file }
  const names = new Set<string>()
  const exclusions = files
    .filter((file) => isAbout(file, subject))
    .flatMap((file) => file.exclusions)
    .map((exclusion): Exclusion => {
      const isSecond = names.has(exclusion.name.toLowerCase())
      names.add(exclusion.name.toLowerCase())
      return isSecond ? { ...exclusion, fault: exclusion.fault ?? 'another one of the rule has its name' } : exclusion
    })
  return exclusions.length === 0 ? rule : { ...rule, exclusions }
}

/** Files that are about no rule, or about one of several without saying which. */
export function strayFiles(files: readonly ExclusionFile[], rules: readonly ExcludableRule[]): readonly Diagnostic[] {
  return files.flatMap((file): readonly Diagnostic[] => {
    const found = rules.filter((rule) => isAbout(file, rule))
    if (found.length === 1) return []
    const message =
      found.length === 0
        ? `no rule of this folder is meant: ${file.rule === undefined ? 'none has the name of the file' : `none is called "${file.rule}"`}`
        : `${found.length} rules are meant, and each exclusion would hold for all of them`
    const hint = 'name the file after the rule file, or write `rule: <id or name>`; the rule lies in the same folder'
    const severity = found.length === 0 ? 'error' : 'warning'
    return [{ code: 'exclusion-rule', severity, message, hint, span: file.ruleSpan }]
  })
}
