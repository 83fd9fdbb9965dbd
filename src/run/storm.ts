import { groupBy } from '../domain/sequence.ts'
import type { Storm, StormLimits, Summarised } from '../domain/ports.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { Severity } from '../domain/rule.ts'
import type { Instant } from '../domain/time.ts'
import { hours, minutes } from '../time/duration.ts'
import { summaryDelivery } from './summary-incident.ts'
import { countOf, grouped } from '../text/count.ts'

/** Rules that a summary names; the rest are counted. */
const MOST_RULES = 40

/** The bounds of a sink that takes so many incidents an hour; the summaries come at most every quarter of an hour. */
export function stormLimits(count: number): StormLimits {
  return { count, period: hours(1), pause: minutes(15) }
}

/** The one message in place of many: how many incidents, of which rules and severities, and where they all are. */
export function stormOf(sink: string, entries: readonly Summarised[], now: Instant): Storm {
  const incidents = new Set(entries.map(({ incidentId }) => incidentId)).size
  const words = {
    kind: 'storm',
    content: entries.map(({ entryId }) => entryId),
    ruleName: 'Storm summary',
    title: `Storm: ${countOf(incidents, 'incident is', 'incidents are')} summed up here`,
    description: descriptionOf(entries, incidents),
    severity: gravestOf(entries),
  } as const
  return summaryDelivery(sink, words, entries, now)
}

function gravestOf(entries: readonly Summarised[]): Severity {
  return SEVERITIES.findLast((severity) => entries.some((each) => each.severity === severity)) ?? 'Informational'
}

function descriptionOf(entries: readonly Summarised[], incidents: number): string {
  const ranked = [...groupBy(entries, ({ ruleId }) => ruleId).values()].sort((a, b) => b.length - a.length)
  const rest = ranked.slice(MOST_RULES)
  return [
    `More incidents were found than this receiver takes one by one: ${grouped(incidents)} of ${countOf(ranked.length, 'rule')} ${incidents === 1 ? 'is' : 'are'} only counted here. None is lost: the result files, the incidents of the file sink and the ledger have all of them.`,
    '',
    ...ranked.slice(0, MOST_RULES).map(lineOf),
    ...(rest.length === 0
      ? []
      : [`${grouped(rest.reduce((sum, each) => sum + each.length, 0))} of ${countOf(rest.length, 'other rule')}`]),
  ].join('\n')
}

function lineOf(entries: readonly Summarised[]): string {
  const counts = [...SEVERITIES]
    .reverse()
    .map((severity) => [severity, entries.filter((each) => each.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
  return `${counts.map(([severity, count]) => `${count} ${severity}`).join(', ')}: ${entries[0]?.ruleName ?? ''}`
}
