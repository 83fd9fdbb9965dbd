import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../domain/diagnostic.ts'
import { ConfigError, UsageError } from '../domain/errors.ts'
import type { Rule } from '../domain/rule.ts'
import type { ExclusionFile } from '../rules/index.ts'
import type { CommandContext } from './command.ts'
import { isPathSelector, selectRules } from './select-rules.ts'

export interface RuleFolder {
  readonly rules: readonly Rule[]
  /** What is wrong with files; a file with an error gives no rule. */
  readonly diagnostics: readonly Diagnostic[]
  readonly exclusionFiles: readonly ExclusionFile[]
}

/** The folder of rule files that commands read when none is named. */
export function queriesFolder(context: Pick<CommandContext, 'config' | 'program'>): string {
  const folder = queriesFolderName(context)
  if (existsSync(folder)) return folder
  throw queriesMissingError(folder)
}

export function queriesMissingError(folder: string): ConfigError {
  return new ConfigError({
    code: 'config/queries-missing',
    message: `the folder of rules ${folder} does not exist`,
    hint: 'name one with --queries <folder> or HUNT_QUERIES, for example --queries ./queries',
  })
}

/** The same folder, whether it is there or not: what the ledger knows it by. Links are not followed, they may be exchanged. */
export function queriesFolderName({
  config,
  program: { cwd, packageRoot },
}: Pick<CommandContext, 'config' | 'program'>): string {
  if (config.queries !== undefined) return config.queries
  const own = join(cwd, 'queries')
  return existsSync(own) ? own : join(packageRoot, 'queries')
}

/** Loads the rules folder, or just the given paths. */
export async function loadRuleFolder(
  context: Pick<CommandContext, 'config' | 'program'>,
  paths?: readonly string[],
): Promise<RuleFolder> {
  const { loadRules } = await import('../rules/index.ts')
  const folders = paths ?? [queriesFolder(context)]
  return loadRules(folders, { cwd: context.program.cwd })
}

/**
 * The rules that the command line names: from the rules folder, and from files and folders that are named by a path,
 * wherever they lie. Throws UsageError for a selector that names none, and for a named file that is broken.
 */
export async function findRules(selectors: readonly string[], context: CommandContext): Promise<RuleFolder> {
  const paths = selectors.filter(isPathSelector)
  const named = paths.length === 0 ? emptyFolder : await loadRuleFolder(context, paths)
  const errors = named.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new BrokenRulesError(paths, errors)
  // A test, or another file that is no rule: what it is says more than that there is no rule.
  if (named.rules.length === 0 && named.diagnostics.length > 0) throw new BrokenRulesError(paths, named.diagnostics)
  const others = selectors.filter((selector) => !isPathSelector(selector))
  if (others.length === 0) return named
  const folder = await loadRuleFolder(context)
  const rules = [...named.rules, ...selectRules(others, folder.rules)]
  return {
    rules: uniqueByFile(rules),
    diagnostics: [...named.diagnostics, ...folder.diagnostics],
    exclusionFiles: [...named.exclusionFiles, ...folder.exclusionFiles],
  }
}

const emptyFolder: RuleFolder = { rules: [], diagnostics: [], exclusionFiles: [] }

/** A rule that was asked for by its file cannot be used; the diagnostics say why. */
class BrokenRulesError extends UsageError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(paths: readonly string[], diagnostics: readonly Diagnostic[]) {
    super({
      code: 'usage/broken-rule',
      message: `${paths.join(', ')} cannot be used; nothing was run`,
      hint: 'hunt validate explains each problem; docs/checks.md has the accepted forms',
    })
    this.diagnostics = diagnostics
  }
}

/** A rule that is named by its path and by its id is one rule. */
function uniqueByFile(rules: readonly Rule[]): readonly Rule[] {
  const seen = new Map(rules.map((rule) => [`${rule.source.file}\0${rule.id}`, rule]))
  return [...seen.values()]
}
