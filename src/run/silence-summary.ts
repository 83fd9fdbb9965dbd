import { createHash } from 'node:crypto'
import { guidOf } from '../detect/index.ts'
import { SEVERITIES } from '../domain/rule.ts'
import { targetText } from '../domain/silence.ts'
import type { Silence, SilencedDelivery, SilenceSummary } from '../domain/silence.ts'
import type { Instant } from '../domain/time.ts'
import { formatInstant, instantFromMillis } from '../time/instant.ts'

/** Incidents that a summary names; the rest are counted. */
const MOST_NAMED = 40

/** What a sink is told when a silence ends: which incidents it has not heard of, gravest first, and where they are. */
export function silenceSummary(
  silence: Silence,
  sink: string,
  held: readonly SilencedDelivery[],
  now: Instant,
): SilenceSummary {
  const what = targetText(silence.target)
  const content = JSON.stringify([silence.since, silence.until, what, held.map(({ incidentId }) => incidentId)])
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 32)
  const workspaces = [...new Set(held.map(({ workspace }) => workspace))]
  const ranked = [...held].sort((one, other) => SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity))
  const count = `${held.length.toLocaleString('en-US')} ${held.length === 1 ? 'incident' : 'incidents'}`
  const rest = ranked.length - MOST_NAMED
  return {
    key: `silence/${digest}`,
    addedAlertIds: [],
    incident: {
      id: guidOf('incident', ['silence', sink, digest]),
      ruleId: 'hunt-silence',
      ruleName: 'Silence summary',
      workspace: workspaces.length === 1 ? (workspaces[0] ?? '') : `${workspaces.length} workspaces`,
      groupKey: digest,
      title: `Silence ended: ${count} of ${what} ${held.length === 1 ? 'was' : 'were'} not told`,
      description: [
        `Nobody was told of ${what} from ${formatInstant(silence.since)} to ${formatInstant(silence.until)}, by ${silence.author}: ${silence.reason}`,
        `None of it is lost: hunt incidents show <id> has each incident, and the result files have the rows.`,
        '',
        ...ranked
          .slice(0, MOST_NAMED)
          .map(({ severity, title, incidentId, ruleName }) => `${severity}: ${title} (${ruleName}) ${incidentId}`),
        ...(rest > 0 ? [`and ${rest.toLocaleString('en-US')} more; hunt incidents has them`] : []),
      ].join('\n'),
      severity: ranked[0]?.severity ?? 'Informational',
      tactics: [],
      techniques: [],
      entities: [],
      alerts: [],
      firstActivity: instantFromMillis(held.reduce<number>((least, each) => Math.min(least, each.firstActivity), now)),
      lastActivity: instantFromMillis(held.reduce<number>((most, each) => Math.max(most, each.lastActivity), 0)),
      openedAt: now,
    },
  }
}
