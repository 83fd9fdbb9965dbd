import { SEVERITIES } from '../domain/rule.ts'
import { targetText } from '../domain/silence.ts'
import type { Silence, SilencedDelivery, SilenceSummary } from '../domain/silence.ts'
import type { Instant } from '../domain/time.ts'
import { formatInstant } from '../time/instant.ts'
import { summaryDelivery } from './summary-incident.ts'
import { countOf, grouped } from '../text/count.ts'

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
  const ranked = [...held].sort((one, other) => SEVERITIES.indexOf(other.severity) - SEVERITIES.indexOf(one.severity))
  const count = countOf(held.length, 'incident')
  const rest = ranked.length - MOST_NAMED
  const words = {
    kind: 'silence',
    content: [silence.since, silence.until, what, held.map(({ incidentId }) => incidentId)],
    ruleName: 'Silence summary',
    title: `Silence ended: ${count} of ${what} ${held.length === 1 ? 'was' : 'were'} not told`,
    description: [
      `Nobody was told of ${what} from ${formatInstant(silence.since)} to ${formatInstant(silence.until)}, by ${silence.author}: ${silence.reason}`,
      `None of it is lost: hunt incidents show <id> has each incident, and the result files have the rows.`,
      '',
      ...ranked
        .slice(0, MOST_NAMED)
        .map(({ severity, title, incidentId, ruleName }) => `${severity}: ${title} (${ruleName}) ${incidentId}`),
      ...(rest > 0 ? [`and ${grouped(rest)} more; hunt incidents has them`] : []),
    ].join('\n'),
    severity: ranked[0]?.severity ?? 'Informational',
  } as const
  return summaryDelivery(sink, words, held, now)
}
