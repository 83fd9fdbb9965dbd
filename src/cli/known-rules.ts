import type { Pair, ScheduleState } from '../domain/schedule.ts'
import { workspacesNamed } from './choose-workspaces.ts'
import type { CommandContext } from './command.ts'
import { workspaceNames } from './compose.ts'
import { loadRuleFolder } from './rule-folder.ts'
import { selectRules } from './select-rules.ts'
import type { Selectable } from './select-rules.ts'

/** The rules that selectors name among those of the folder and those that the ledger remembers: also a retired one. */
export async function findKnownRules(
  selectors: readonly string[],
  states: readonly ScheduleState[],
  context: CommandContext,
): Promise<readonly Selectable[]> {
  return selectRules<Selectable>(selectors, await knownRules(states, context))
}

/** Those of the folder, and those that only the ledger remembers. */
export async function knownRules(
  states: readonly ScheduleState[],
  context: CommandContext,
): Promise<readonly Selectable[]> {
  const { rules } = await loadRuleFolder(context)
  const present = new Set(rules.map(({ id }) => id))
  const remembered = new Map(
    states
      .filter(({ ruleId }) => !present.has(ruleId))
      .map(({ ruleId, ruleName, ruleFile }) => [ruleId, { id: ruleId, name: ruleName, source: { file: ruleFile } }]),
  )
  return [...rules, ...remembered.values()]
}

/**
 * The names of the workspaces that `--workspace` means: configured ones by name or tag, and those that the ledger remembers.
 * Throws UsageError for any other: nothing would be shown of it, as if there were nothing.
 */
export function findKnownWorkspaces(
  wanted: readonly string[],
  remembered: readonly Pair[],
  context: Pick<CommandContext, 'config'>,
): readonly string[] {
  const configured = [...context.config.workspaces, ...workspaceNames(context, []).map((name) => ({ name, tags: [] }))]
  const all = [...configured, ...remembered.map(({ workspace }) => ({ name: workspace, tags: [] }))]
  return wanted.flatMap((text) => workspacesNamed(text, all).map(({ name }) => name))
}

/** Keeps what belongs to the chosen rules and workspaces; an empty choice means all. */
export function chosen<T extends Pair>(
  items: readonly T[],
  rules: readonly Selectable[],
  workspaces: readonly string[],
): readonly T[] {
  const ids = new Set(rules.map(({ id }) => id))
  const names = new Set(workspaces.map((name) => name.toLowerCase()))
  return items.filter(
    ({ ruleId, workspace }) =>
      (ids.size === 0 || ids.has(ruleId)) && (names.size === 0 || names.has(workspace.toLowerCase())),
  )
}
