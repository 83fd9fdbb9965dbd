import { HuntError } from '../domain/errors.ts'
import { isTimed } from '../domain/rule.ts'
import type { Rule } from '../domain/rule.ts'
import type { RunRequest } from '../domain/run.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import type { Duration } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import { lengthOf } from '../time/instant.ts'
import { periodOf } from '../time/rule-times.ts'
import type { CommandContext } from './command.ts'
import { loadSchema } from './load-schema.ts'
import { countOf } from './print/words.ts'

/** Rules that are named; the rest is counted. */
const MOST_NAMED = 10

/**
 * A window that the caller chose is searched by one query, in which `now()` is the window's end: one that itself looks back an
 * hour sees an hour of it, and answers as if it had seen all. Where that is less than the rule's own period it is the rule's
 * affair; where the window is longer, the caller must know.
 */
export async function ownTimeWarnings(
  requests: readonly RunRequest[],
  context: CommandContext,
): Promise<readonly string[]> {
  const asked = new Map(requests.filter(isLonger).map(({ rule, window }) => [rule, lengthOf(window)]))
  if (asked.size === 0) return []
  const [{ timeFilters }, schema] = await Promise.all([import('../kql/index.ts'), schemaFor(context)])
  if (schema === undefined) return []
  const warnings: string[] = []
  for (const [rule, length] of asked) {
    context.signal.throwIfAborted()
    const filters = await timeFilters(rule.query, schema, context.program.guard)
    const [least] = filters.filter(({ reach }) => reach < length).sort((one, other) => one.reach - other.reach)
    if (least !== undefined) warnings.push(warningOf(rule, length, least))
  }
  const rest = warnings.length - MOST_NAMED
  return rest > 1
    ? [
        ...warnings.slice(0, MOST_NAMED),
        `${countOf(rest, 'rule')} more look back from the end of the window by themselves`,
      ]
    : warnings
}

/** A catalogue of the user's that is broken stops no run that does without it. */
async function schemaFor(context: CommandContext): Promise<WorkspaceSchema | undefined> {
  try {
    return await loadSchema(context)
  } catch (error) {
    if (error instanceof HuntError) return undefined
    throw error
  }
}

function isLonger({ rule, window, windowOverride }: RunRequest): boolean {
  if (windowOverride === '') return false
  return !isTimed(rule) || lengthOf(window) > periodOf(rule)
}

function warningOf(
  rule: Rule,
  length: Duration,
  { text, position, reach }: { text: string; position: { offset: number; length: number }; reach: Duration },
): string {
  const { file, line, column } = rule.source.querySpan(position.offset, position.length)
  const instead = isTimed(rule) ? 'hunt backfill searches slot by slot' : 'ask for shorter windows'
  const kept = reach === 0 ? 'nothing' : `the last ${formatDuration(reach)}`
  return `${file}:${line}:${column}: "${text.replace(/\s+/g, ' ')}" counts from the end of the window and keeps ${kept} of its ${formatDuration(length)}; ${instead}`
}
