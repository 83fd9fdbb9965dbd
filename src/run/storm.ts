import { createHash } from 'node:crypto'
import { guidOf } from '../detect/index.ts'
import type { Storm, StormLimits, Summarised } from '../domain/ports.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { Severity } from '../domain/rule.ts'
import type { Instant } from '../domain/time.ts'
import { hours, minutes } from '../time/duration.ts'
import { instantFromMillis } from '../time/instant.ts'

/** Rules that a summary names; the rest are counted. */
const MOST_RULES = 40

/** The bounds of a sink that takes so many incidents an hour; the summaries come at most every quarter of an hour. */
export function stormLimits(count: number): StormLimits {
  return { count, period: hours(1), pause: minutes(15) }
}

/** The one message in place of many: how many incidents, of which rules and severities, and where they all are. */
export function stormOf(sink: string, entries: readonly Summarised[], now: Instant): Storm {
  const ids = createHash('sha256').update(JSON.stringify(entries.map(({ entryId }) => entryId)))
  const digest = ids.digest('hex').slice(0, 32)
  const incidents = new Set(entries.map(({ incidentId }) => incidentId)).size
  const workspaces = [...new Set(entries.map(({ workspace }) => workspace))]
  return {
    key: `storm/${digest}`,
    addedAlertIds: [],
    incident: {
      id: guidOf('incident', ['storm', sink, digest]),
      ruleId: 'hunt-storm',
      ruleName: 'Storm summary',
      workspace: workspaces.length === 1 ? (workspaces[0] ?? '') : `${workspaces.length} workspaces`,
      groupKey: digest,
      title: `Storm: ${incidents.toLocaleString('en-US')} incidents are summed up here`,
      description: descriptionOf(entries, incidents),
      severity: gravestOf(entries),
      tactics: [],
      techniques: [],
      entities: [],
      alerts: [],
      firstActivity: instantFromMillis(
        entries.reduce<number>((least, each) => Math.min(least, each.firstActivity), now),
      ),
      lastActivity: instantFromMillis(entries.reduce<number>((most, each) => Math.max(most, each.lastActivity), 0)),
      openedAt: now,
    },
  }
}

function gravestOf(entries: readonly Summarised[]): Severity {
  return SEVERITIES.findLast((severity) => entries.some((each) => each.severity === severity)) ?? 'Informational'
}

function descriptionOf(entries: readonly Summarised[], incidents: number): string {
  const rules = new Map<string, Summarised[]>()
  for (const entry of entries) {
    const ofRule = rules.get(entry.ruleId)
    if (ofRule === undefined) rules.set(entry.ruleId, [entry])
    else ofRule.push(entry)
  }
  const ranked = [...rules.values()].sort((a, b) => b.length - a.length)
  const rest = ranked.slice(MOST_RULES)
  return [
    `More incidents were found than this receiver takes one by one: ${incidents.toLocaleString('en-US')} of ${ranked.length} ${ranked.length === 1 ? 'rule' : 'rules'} are only counted here. None is lost: the result files, the incidents of the file sink and the ledger have all of them.`,
    '',
    ...ranked.slice(0, MOST_RULES).map(lineOf),
    ...(rest.length === 0 ? [] : [`${rest.reduce((sum, each) => sum + each.length, 0)} of ${rest.length} other rules`]),
  ].join('\n')
}

function lineOf(entries: readonly Summarised[]): string {
  const counts = [...SEVERITIES]
    .reverse()
    .map((severity) => [severity, entries.filter((each) => each.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
  return `${counts.map(([severity, count]) => `${count} ${severity}`).join(', ')}: ${entries[0]?.ruleName ?? ''}`
}
