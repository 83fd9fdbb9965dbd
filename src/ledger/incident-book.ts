import type { Classification, IncidentEvent, IncidentFilter, IncidentRecord } from '../domain/ports.ts'
import type { IncidentHead } from '../domain/run.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database, SqlRow } from './database.ts'
import { alertsOf, documentIn } from './incidents.ts'
import { enqueue, wasTold } from './outbox.ts'

/** What a person reads and writes of incidents. */

export function incidentRecords(database: Database, filter: IncidentFilter): readonly IncidentRecord[] {
  return database.snapshot(() => {
    const most = filter.limit ?? 100
    // Only their ids: all documents at once could be more than fits into memory.
    const rows = database.all(
      `SELECT incident_id FROM incidents
       WHERE (:id IS NULL OR substr(incident_id, 1, length(:id)) = :id)
         AND (:open IS NULL OR (closed_at IS NULL) = :open)
         AND (:since IS NULL OR updated_at >= :since)
       ORDER BY updated_at DESC, rowid DESC LIMIT :limit`,
      {
        id: filter.id ?? null,
        open: filter.open === undefined ? null : Number(filter.open),
        since: filter.since ?? null,
        limit: filter.matches === undefined ? most : -1,
      },
    )
    const found: IncidentRecord[] = []
    for (const row of rows) {
      if (found.length === most) break
      const whole = database.get('SELECT * FROM incidents WHERE incident_id = :id', { id: textIn(row, 'incident_id') })
      const head = JSON.parse(textIn(whole ?? {}, 'document')) as IncidentHead
      if (filter.matches?.(head) ?? true) found.push(recordOf(database, whole ?? {}, head))
    }
    return found
  })
}

function recordOf(database: Database, row: SqlRow, head: IncidentHead): IncidentRecord {
  const id = textIn(row, 'incident_id')
  const events = database.all('SELECT * FROM incident_events WHERE incident_id = :id ORDER BY event_id', { id })
  return {
    incident: { ...head, alerts: alertsOf(database, id) },
    updatedAt: instantFromMillis(numberIn(row, 'updated_at')),
    ...(row['closed_at'] === null ? {} : { closedAt: instantFromMillis(numberIn(row, 'closed_at')) }),
    events: events.map(eventOf),
  }
}

function eventOf(row: SqlRow): IncidentEvent {
  const classification = textIn(row, 'classification')
  return {
    at: instantFromMillis(numberIn(row, 'at')),
    kind: textIn(row, 'kind') as IncidentEvent['kind'],
    author: textIn(row, 'author'),
    ...(classification === '' ? {} : { classification: classification as Classification }),
    text: textIn(row, 'text'),
  }
}

export function closeIncident(
  database: Database,
  id: string,
  event: Omit<IncidentEvent, 'kind'>,
  sinks: readonly string[],
): readonly string[] | undefined {
  return database.transaction(() => {
    const number = markClosed(database, id, event)
    return number === undefined ? undefined : tellEvent(database, id, { ...event, kind: 'closed' }, number, sinks)
  })
}

/** Within a transaction of the caller's. Returns the number of the event; undefined when it is closed already. */
export function markClosed(database: Database, id: string, event: Omit<IncidentEvent, 'kind'>): number | undefined {
  const changed = database.run(
    'UPDATE incidents SET closed_at = :at, updated_at = :at WHERE incident_id = :id AND closed_at IS NULL',
    { id, at: event.at },
  )
  return changed > 0 ? addEvent(database, id, { ...event, kind: 'closed' }) : undefined
}

export function commentIncident(
  database: Database,
  id: string,
  event: Omit<IncidentEvent, 'kind' | 'classification'>,
  sinks: readonly string[],
): readonly string[] {
  const comment = { ...event, kind: 'comment' } as const
  return database.transaction(() => tellEvent(database, id, comment, addEvent(database, id, comment), sinks))
}

/**
 * Tells the sinks that were told of the incident itself, whatever its routing says by now. Whoever was not (a silence, a storm
 * summary) hears of the incident when it grows, if at all: its end alone would only be a riddle.
 */
function tellEvent(
  database: Database,
  id: string,
  event: IncidentEvent,
  number: number,
  sinks: readonly string[],
): readonly string[] {
  const row = database.get('SELECT incident_id, document FROM incidents WHERE incident_id = :id', { id })
  if (row === undefined) return []
  const reason = event.kind === 'closed' ? 'closed' : 'commented'
  const delivery = { key: `${id}/${reason}/${number}`, reason, addedAlertIds: [], event } as const
  const told = sinks.filter((sink) => wasTold(database, sink, id))
  for (const sink of told) enqueue(database, sink, { ...delivery, incident: documentIn(database, row) }, event.at)
  return told
}

function addEvent(database: Database, id: string, event: IncidentEvent): number {
  const row = database.get(
    `INSERT INTO incident_events (incident_id, at, kind, author, classification, text)
     VALUES (:id, :at, :kind, :author, :classification, :text) RETURNING event_id`,
    {
      id,
      at: event.at,
      kind: event.kind,
      author: event.author,
      classification: event.classification ?? null,
      text: event.text,
    },
  )
  return numberIn(row ?? {}, 'event_id')
}
