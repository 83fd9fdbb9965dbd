import type { Rule } from './rule.ts'

/** Tags of each workspace by its name. */
export type WorkspaceTags = ReadonlyMap<string, readonly string[]>

/**
 * Whether a rule is to run in a workspace: it selects none, or this one by its name or a tag, without regard to case. A
 * workspace that has no entry among the tags is a data folder, which stands for any.
 */
export function runsIn({ workspaces }: Pick<Rule, 'workspaces'>, workspace: string, tags: WorkspaceTags): boolean {
  const own = tags.get(workspace)
  if (workspaces.length === 0 || own === undefined) return true
  const names = [workspace, ...own].map((name) => name.toLowerCase())
  return workspaces.some((wanted) => names.includes(wanted.toLowerCase()))
}

/** Rules that select workspaces, but none of these: they would never run, and nobody would notice. */
export function selectingNone<R extends Pick<Rule, 'workspaces'>>(
  rules: readonly R[],
  workspaces: readonly string[],
  tags: WorkspaceTags,
): readonly R[] {
  return rules.filter((rule) => !workspaces.some((workspace) => runsIn(rule, workspace, tags)))
}
