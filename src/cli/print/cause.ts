import { EXIT } from '../../domain/errors.ts'
import type { ErrorRecord } from '../../domain/errors.ts'
import type { Rule } from '../../domain/rule.ts'

/** What services give each of their answers, so that somebody finds it again. */
const OF_ONE_ANSWER = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\bTimestamp: [\dT:.-]+Z?/gi

/**
 * The same for failures on a workspace that one thing causes, such as a wrong secret; undefined for one that is the rule's own: it
 * names the rule or a place in its file, or is a bug of ours, of which a report needs the rule.
 */
export function causeOf(
  { code, message, hint = '', span, exitCode }: ErrorRecord,
  { id, name }: Pick<Rule, 'id' | 'name'>,
  workspace: string,
): string | undefined {
  const isOwn = span !== undefined || message.includes(id) || message.includes(name) || exitCode === EXIT.internal
  return isOwn ? undefined : JSON.stringify([code, workspace, ...[message, hint].map(withoutIds)])
}

const withoutIds = (text: string): string => text.replace(OF_ONE_ANSWER, '')
