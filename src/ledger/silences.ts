import { groupBy } from '../domain/sequence.ts'
import type { Recipient } from '../domain/ports.ts'
import type { PeriodSilence } from '../domain/report.ts'
import type { Alert, Finding, Incident, IncidentHead, RunOutcome } from '../domain/run.ts'
import type {
  SilencedDelivery,
  Silence,
  SilenceFilter,
  SilenceKind,
  SilenceRecord,
  SilenceSummary,
} from '../domain/silence.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { Instant, Window } from '../domain/time.ts'
import { silencer } from '../detect/index.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn, optionalInstant, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'
import { enqueue } from './outbox.ts'

export function silence(database: Database, { target, ...rest }: Omit<Silence, 'id'>): Silence {
  const row = database.get(
    `INSERT INTO silences
       (rule_id, rule_name, workspace, entity_kind, entity_value, since, until_at, reason, author)
     VALUES (:rule, :name, :workspace, :kind, :value, :since, :until, :reason, :author)
     RETURNING silence_id`,
    {
      rule: target.rule?.id ?? null,
      name: target.rule?.name ?? null,
      workspace: target.workspace ?? null,
      kind: target.entity?.kind ?? null,
      value: target.entity?.value ?? null,
      ...rest,
    },
  )
  return { ...rest, target, id: numberIn(row ?? {}, 'silence_id') }
}

export function silences(database: Database, { at, limit = 100 }: SilenceFilter): readonly SilenceRecord[] {
  return database.snapshot(() => {
    const rows = database.all(
      `SELECT * FROM silences WHERE :at IS NULL OR (since <= :at AND until_at > :at)
       ORDER BY silence_id DESC LIMIT :limit`,
      { at: at ?? null, limit },
    )
    return rows.map((row): SilenceRecord => {
      const held = database.all(
        `SELECT DISTINCT incident_id, incidents.document ->> '$.severity' AS severity
         FROM silenced_deliveries JOIN incidents USING (incident_id) WHERE silence_id = :id`,
        { id: numberIn(row, 'silence_id') },
      )
      const severities = held.map((each) => textIn(each, 'severity'))
      return {
        ...silenceOf(row),
        incidentCount: held.length,
        gravest: SEVERITIES.findLast((severity) => severities.includes(severity)),
        toldAt: optionalInstant(row, 'told_at'),
      }
    })
  })
}

export function unsilence(database: Database, ids: readonly number[], now: Instant): readonly Silence[] {
  const rows = database.all(
    `UPDATE silences SET until_at = :now
     WHERE silence_id IN (SELECT value FROM json_each(:ids)) AND until_at > :now RETURNING *`,
    { ids: JSON.stringify(ids), now },
  )
  return rows.map(silenceOf)
}

function silenceOf(row: SqlRow): Silence {
  const [ruleId, workspace, kind] = [textIn(row, 'rule_id'), textIn(row, 'workspace'), textIn(row, 'entity_kind')]
  return {
    id: numberIn(row, 'silence_id'),
    target: {
      rule: ruleId === '' ? undefined : { id: ruleId, name: textIn(row, 'rule_name') },
      workspace: workspace === '' ? undefined : workspace,
      entity: kind === '' ? undefined : { kind: kind as SilenceKind, value: textIn(row, 'entity_value') },
    },
    since: instantFromMillis(numberIn(row, 'since')),
    until: instantFromMillis(numberIn(row, 'until_at')),
    reason: textIn(row, 'reason'),
    author: textIn(row, 'author'),
  }
}

/**
 * Says of an incident of the run whether its delivery is to be held back, and by which silence. An alert is silent when each
 * of its findings is, a delivery when each alert that it would tell of is: what concerns anybody else too is told.
 */
export function silencing(database: Database, outcome: RunOutcome): (incident: Incident) => Silence | undefined {
  const { key, finishedAt, alerts } = outcome
  const rows = database.all('SELECT * FROM silences WHERE since <= :now AND until_at > :now', { now: finishedAt })
  if (rows.length === 0 || alerts.length === 0) return () => undefined
  const silenceFor = silencer(rows.map(silenceOf), key.ruleId, key.workspace)
  const wanted = new Set(alerts.flatMap(({ findingIds }) => findingIds))
  const byFinding = new Map<string, Silence>()
  for (const finding of outcome.findings as Iterable<Finding>) {
    const found = wanted.has(finding.id) ? silenceFor(finding) : undefined
    if (found !== undefined) byFinding.set(finding.id, found)
  }
  const ofAlert = ({ findingIds }: Alert): Silence | undefined =>
    findingIds.length === 0 ? silenceFor({ entities: [] }) : last(findingIds.map((id) => byFinding.get(id)))
  const byAlert = new Map(alerts.map((alert) => [alert.id, ofAlert(alert)]))
  return (incident) => last(incident.alerts.filter(({ id }) => byAlert.has(id)).map(({ id }) => byAlert.get(id)))
}

/** The one that ends last; undefined as soon as one is missing, or there is none. */
function last(found: readonly (Silence | undefined)[]): Silence | undefined {
  let latest: Silence | undefined
  for (const each of found) {
    if (each === undefined) return undefined
    if (latest === undefined || each.until > latest.until) latest = each
  }
  return latest
}

/** Stands for nobody: a run without sinks holds back too, so that somebody may ask what it was. */
export const NOBODY: Recipient = { name: '' }

export function holdBack(database: Database, { id }: Silence, sink: string, incident: Incident, now: Instant): void {
  database.run(
    `INSERT INTO silenced_deliveries (silence_id, sink, incident_id, held_at)
     VALUES (:silence, :sink, :incident, :now)
     ON CONFLICT DO UPDATE SET told_at = NULL`,
    { silence: id, sink, incident: incident.id, now },
  )
}

/** Was something of the incident held back that the sink has not heard of? A delivery with all alerts makes up for it. */
export function makeUp(database: Database, sink: string, { id }: Incident, now: Instant): boolean {
  const changed = database.run(
    `UPDATE silenced_deliveries SET told_at = :now
     WHERE incident_id = :incident AND sink = :sink AND told_at IS NULL`,
    { incident: id, sink, now },
  )
  return changed > 0
}

/**
 * Puts a summary of what was held back into the outbox of each sink, for each silence that has ended. In one transaction, so
 * that a crash loses none and tells none twice. Returns how many summaries there are.
 */
export function endSilences(
  database: Database,
  now: Instant,
  describe: (silence: Silence, sink: string, held: readonly SilencedDelivery[]) => SilenceSummary,
): number {
  const ended = 'told_at IS NULL AND until_at <= :now'
  if (database.get(`SELECT 1 FROM silences WHERE ${ended} LIMIT 1`, { now }) === undefined) return 0
  return database.transaction(() => {
    let summaries = 0
    for (const row of database.all(`SELECT * FROM silences WHERE ${ended} ORDER BY silence_id`, { now })) {
      const each = silenceOf(row)
      for (const [sink, held] of heldBySink(database, each)) {
        enqueue(database, sink, { ...describe(each, sink, held), reason: 'silence' }, now, held[0]?.incidentId)
        summaries += 1
      }
      const parameters = { id: each.id, now }
      database.run(
        'UPDATE silenced_deliveries SET told_at = :now WHERE silence_id = :id AND told_at IS NULL',
        parameters,
      )
      database.run('UPDATE silences SET told_at = :now WHERE silence_id = :id', parameters)
    }
    return summaries
  })
}

function heldBySink(database: Database, { id }: Silence): ReadonlyMap<string, readonly SilencedDelivery[]> {
  const rows = database.all(
    `SELECT sink, incident_id, document FROM silenced_deliveries JOIN incidents USING (incident_id)
     WHERE silence_id = :id AND silenced_deliveries.told_at IS NULL AND sink <> :nobody ORDER BY sink, held_at, incident_id`,
    { id, nobody: NOBODY.name },
  )
  const held = rows.map((row) => ({ sink: textIn(row, 'sink'), delivery: deliveryOf(row) }))
  const bySink = groupBy(held, ({ sink }) => sink)
  return new Map([...bySink].map(([sink, own]) => [sink, own.map(({ delivery }) => delivery)]))
}

function deliveryOf(row: SqlRow): SilencedDelivery {
  const incident = JSON.parse(textIn(row, 'document')) as IncidentHead
  const { id: incidentId, ruleId, ruleName, workspace, severity, title, firstActivity, lastActivity } = incident
  return { incidentId, ruleId, ruleName, workspace, severity, title, firstActivity, lastActivity }
}

/** Silences that held at some time of the period, and what each held back in it, for whatever sinks. Oldest first. */
export function periodSilences(database: Database, { start, end }: Window): readonly PeriodSilence[] {
  const rows = database.all('SELECT * FROM silences WHERE since < :end AND until_at > :start ORDER BY silence_id', {
    start,
    end,
  })
  return rows.map((row): PeriodSilence => {
    const each = silenceOf(row)
    const held = database.all(
      `SELECT document, min(held_at) AS held_at FROM silenced_deliveries JOIN incidents USING (incident_id)
       WHERE silence_id = :id AND held_at >= :start AND held_at < :end GROUP BY incident_id ORDER BY held_at, incident_id`,
      { id: each.id, start, end },
    )
    return { ...each, toldAt: optionalInstant(row, 'told_at'), incidents: held.map(deliveryOf) }
  })
}
