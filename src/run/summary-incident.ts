import { createHash } from 'node:crypto'
import { guidOf } from '../detect/index.ts'
import type { Delivery } from '../domain/ports.ts'
import type { Incident } from '../domain/run.ts'
import type { Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'

/** What a summary stands for, as far as the summary repeats it. */
export type SummedUp = Pick<Incident, 'workspace' | 'firstActivity' | 'lastActivity'>

export interface SummaryWords extends Pick<Incident, 'ruleName' | 'title' | 'description' | 'severity'> {
  readonly kind: 'storm' | 'silence'
  /** What tells this summary from others of its kind: the same content makes the same ids, after a crash too. */
  readonly content: unknown
}

/** One message to a sink in place of many. Its incident stands in no incident book, and has no alerts. */
export function summaryDelivery(
  sink: string,
  { kind, content, ruleName, title, description, severity }: SummaryWords,
  summedUp: readonly SummedUp[],
  now: Instant,
): Omit<Delivery, 'reason'> {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
  const workspaces = [...new Set(summedUp.map(({ workspace }) => workspace))]
  return {
    key: `${kind}/${digest}`,
    addedAlertIds: [],
    incident: {
      id: guidOf('incident', [kind, sink, digest]),
      ruleId: `hunt-${kind}`,
      ruleName,
      workspace: workspaces.length === 1 ? (workspaces[0] ?? '') : `${workspaces.length} workspaces`,
      groupKey: digest,
      title,
      description,
      severity,
      tactics: [],
      techniques: [],
      entities: [],
      alerts: [],
      firstActivity: instantFromMillis(
        summedUp.reduce<number>((least, each) => Math.min(least, each.firstActivity), now),
      ),
      lastActivity: instantFromMillis(summedUp.reduce<number>((most, each) => Math.max(most, each.lastActivity), 0)),
      openedAt: now,
    },
  }
}
