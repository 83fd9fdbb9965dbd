import { TOLD_BY_PEOPLE } from '../domain/ports.ts'
import type { DeliveryReason, Storm, StormLimits, Summarised } from '../domain/ports.ts'
import type { Severity } from '../domain/rule.ts'
import type { Instant } from '../domain/time.ts'
import { instantFromMillis, minus, plus } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'
import { enqueue, goneTakers } from './outbox.ts'
import type { Owner } from './owner.ts'

/**
 * Holds a sink's deliveries against its limit. The gravest of what is due stay as they are, as many as the limit leaves;
 * the others end as `summarised`, and one delivery takes their place. In one transaction, so that a crash loses none.
 */
export function summarise(
  database: Database,
  owner: Owner,
  sink: string,
  limits: StormLimits,
  now: Instant,
  describe: (entries: readonly Summarised[]) => Storm,
): number {
  if (dueCount(database, sink, now) <= limits.count) return 0
  return database.transaction(() => {
    const due = dueEntries(database, owner, sink, now)
    const left = Math.max(0, limits.count - recentCount(database, sink, minus(now, limits.period)))
    const surplus = due.slice(left)
    // A summary of one says less than the one.
    if (surplus.length < 2) return 0
    const ids = JSON.stringify(surplus.map(({ entryId }) => entryId))
    const last = lastSummary(database, sink)
    const next = last === undefined ? now : plus(last, limits.pause)
    if (next > now) {
      database.run(
        'UPDATE outbox SET next_attempt_at = :next WHERE entry_id IN (SELECT value FROM json_each(:ids)) AND next_attempt_at < :next',
        { ids, next },
      )
      return 0
    }
    database.run(
      `UPDATE outbox SET settled_at = :now, ended = 'summarised', taken_by = NULL, taken_until = NULL
       WHERE entry_id IN (SELECT value FROM json_each(:ids))`,
      { ids, now },
    )
    // An entry of the outbox belongs to an incident: the gravest of those that the summary stands for.
    enqueue(database, sink, { ...describe(surplus), reason: 'storm' }, now, surplus[0]?.incidentId)
    return surplus.length
  })
}

/** Cheap, for it is asked before every look: the index alone answers it. */
function dueCount(database: Database, sink: string, now: Instant): number {
  const row = database.get(
    `SELECT count(*) AS count FROM outbox INDEXED BY outbox_by_age
     WHERE sink = :sink AND settled_at IS NULL AND dead_at IS NULL AND next_attempt_at <= :now`,
    { sink, now },
  )
  return numberIn(row ?? {}, 'count')
}

/** No summary takes their place: summaries themselves, and what people say. */
const TOLD_WHOLE: readonly DeliveryReason[] = ['storm', 'silence', ...TOLD_BY_PEOPLE]

/** Gravest first, then oldest; without those that somebody delivers right now, and without those that are told whole. */
function dueEntries(database: Database, owner: Owner, sink: string, now: Instant): readonly Summarised[] {
  const rows = database.all(
    `SELECT entry_id, incident_id, delivery ->> '$.incident.ruleId' AS rule_id,
       delivery ->> '$.incident.ruleName' AS rule_name, delivery ->> '$.incident.workspace' AS workspace,
       delivery ->> '$.incident.severity' AS severity, delivery ->> '$.incident.firstActivity' AS first_activity,
       delivery ->> '$.incident.lastActivity' AS last_activity
     FROM outbox INDEXED BY outbox_by_age
     WHERE sink = :sink AND settled_at IS NULL AND dead_at IS NULL AND next_attempt_at <= :now
       AND (taken_by IS NULL OR taken_until <= :now OR taken_by IN (SELECT value FROM json_each(:gone)))
       AND delivery ->> '$.reason' NOT IN (SELECT value FROM json_each(:whole))
     ORDER BY CASE severity WHEN 'High' THEN 0 WHEN 'Medium' THEN 1 WHEN 'Low' THEN 2 ELSE 3 END, entry_id`,
    { sink, now, gone: JSON.stringify(goneTakers(database, owner)), whole: JSON.stringify(TOLD_WHOLE) },
  )
  return rows.map(summarisedOf)
}

function summarisedOf(row: SqlRow): Summarised {
  return {
    entryId: numberIn(row, 'entry_id'),
    incidentId: textIn(row, 'incident_id'),
    ruleId: textIn(row, 'rule_id'),
    ruleName: textIn(row, 'rule_name'),
    workspace: textIn(row, 'workspace'),
    severity: textIn(row, 'severity') as Severity,
    firstActivity: instantFromMillis(numberIn(row, 'first_activity')),
    lastActivity: instantFromMillis(numberIn(row, 'last_activity')),
  }
}

function recentCount(database: Database, sink: string, since: Instant): number {
  const row = database.get(
    `SELECT count(*) AS count FROM outbox INDEXED BY outbox_by_end
     WHERE sink = :sink AND ended = 'delivered' AND settled_at > :since
       AND delivery ->> '$.reason' NOT IN (SELECT value FROM json_each(:people))`,
    { sink, since, people: JSON.stringify(TOLD_BY_PEOPLE) },
  )
  return numberIn(row ?? {}, 'count')
}

function lastSummary(database: Database, sink: string): Instant | undefined {
  const row = database.get(
    "SELECT max(settled_at) AS last FROM outbox INDEXED BY outbox_by_end WHERE sink = :sink AND ended = 'summarised'",
    { sink },
  )
  return row === undefined || row['last'] === null ? undefined : instantFromMillis(numberIn(row, 'last'))
}
