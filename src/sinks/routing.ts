import picomatch from 'picomatch'
import type { SinkRouting } from '../config/sink-config.ts'
import type { Recipient } from '../domain/ports.ts'
import { SEVERITIES } from '../domain/rule.ts'

/**
 * Which incidents a sink is told of. Globs know `*`, `?` and `{a,b}`, without regard to case.
 *
 * @param workspaceTags tags of the configured workspaces, by name
 */
export function routeOf(
  when: SinkRouting,
  workspaceTags: ReadonlyMap<string, readonly string[]>,
): NonNullable<Recipient['takes']> {
  const { severity, rules, tags, workspaces } = when
  const least = severity === undefined ? 0 : SEVERITIES.indexOf(severity)
  const matchesRule = rules === undefined ? undefined : matcher(rules)
  const matchesTag = tags === undefined ? undefined : matcher(tags)
  const matchesWorkspace = workspaces === undefined ? undefined : matcher(workspaces)
  return (incident, rule) =>
    SEVERITIES.indexOf(incident.severity) >= least &&
    (matchesRule === undefined || [rule.id, rule.name].some(matchesRule)) &&
    (matchesTag === undefined || rule.tags.some(matchesTag)) &&
    (matchesWorkspace === undefined ||
      [incident.workspace, ...(workspaceTags.get(incident.workspace) ?? [])].some(matchesWorkspace))
}

/** `bash` off: names hold slashes and dots, which mean nothing here. */
function matcher(globs: readonly string[]): (text: string) => boolean {
  const matches = picomatch([...globs], { nocase: true, dot: true, noextglob: true })
  return (text) =>
    matches(text.replaceAll('/', '\uff0f')) || globs.some((glob) => glob.toLowerCase() === text.toLowerCase())
}
