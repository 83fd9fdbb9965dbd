import { countOf } from '../../text/count.ts'

/** Something that holds in every ledger, however its processes ended, and how to see that it does not. */
export interface Invariant {
  readonly code: string
  /** `warning`: hunt goes on as it should, but somebody should know. */
  readonly severity: 'error' | 'warning'
  /** What is wrong with so many. */
  readonly says: (count: number) => string
  readonly remedy: string
  /** Gives a row for each violation, with its `place`. `:now` may be named. */
  readonly sql: string
  /** First schema version whose columns it asks about; absent means all. */
  readonly since?: number
}

const RESTORE =
  'No crash leaves this behind, so a disk or a hand has changed the file. Stop hunt, keep a copy of the file, and restore the last backup (docs/operations.md).'

const CLOCK = 'Set the clock of this computer right.'

const HOUR = 3_600_000

/** `->>` fails on text that is no JSON; the first invariant reports such rows. */
const member = (document: string, path: string): string =>
  `CASE WHEN json_valid(${document}) THEN ${document} ->> '${path}' END`

export const INVARIANTS: readonly Invariant[] = [
  {
    code: 'unreadable-document',
    severity: 'error',
    says: (count) => `${countOf(count, 'document is', 'documents are')} no JSON`,
    remedy: RESTORE,
    sql: `SELECT 'incident ' || incident_id AS place FROM incidents WHERE NOT json_valid(document)
      UNION ALL SELECT 'alert ' || alert_id FROM alerts WHERE NOT json_valid(document)
      UNION ALL SELECT 'delivery ' || entry_id FROM outbox WHERE NOT json_valid(delivery)
      UNION ALL SELECT 'run ' || run_id FROM runs WHERE NOT (json_valid(coalesce(error, '0')) AND json_valid(coalesce(warnings, '0')))`,
  },
  {
    code: 'document-of-another',
    severity: 'error',
    says: (count) => `${countOf(count, 'document is', 'documents are')} not about the row they stand in`,
    remedy: RESTORE,
    sql: `SELECT 'incident ' || incident_id AS place FROM incidents WHERE ${member('document', '$.id')} <> incident_id
      UNION ALL SELECT 'alert ' || alert_id FROM alerts WHERE ${member('document', '$.id')} <> alert_id
      UNION ALL SELECT 'delivery ' || entry_id FROM outbox
        WHERE (${member('delivery', '$.incident.id')} <> incident_id AND ${member('delivery', '$.reason')} NOT IN ('storm', 'silence')) OR ${member('delivery', '$.key')} <> delivery_key`,
  },
  {
    code: 'claim-without-lease',
    severity: 'error',
    says: (count) => `${countOf(count, 'run stands', 'runs stand')} as being worked on, but nobody holds a lease`,
    remedy: RESTORE,
    sql: `SELECT 'run ' || run_id AS place FROM runs
      WHERE status = 'claimed' AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.run_id = runs.run_id)`,
  },
  {
    code: 'lease-without-claim',
    severity: 'error',
    says: (count) => `${countOf(count, 'lease belongs', 'leases belong')} to no run that is being worked on`,
    remedy: RESTORE,
    sql: `SELECT 'rule ' || rule_id || ' on ' || workspace AS place FROM leases
      WHERE NOT EXISTS (SELECT 1 FROM runs WHERE runs.run_id = leases.run_id AND runs.status = 'claimed')`,
  },
  {
    code: 'run-without-result',
    severity: 'error',
    says: (count) => `${countOf(count, 'finished run has', 'finished runs have')} no result or no window`,
    remedy: RESTORE,
    sql: `SELECT 'run ' || run_id AS place FROM runs WHERE status IN ('complete', 'partial')
      AND (finished_at IS NULL OR rule_name IS NULL OR window_start IS NULL OR window_end IS NULL OR warnings IS NULL)`,
  },
  {
    code: 'incident-without-alert',
    severity: 'error',
    says: (count) => `${countOf(count, 'incident has', 'incidents have')} no alert`,
    remedy: RESTORE,
    sql: `SELECT 'incident ' || incident_id AS place FROM incidents
      WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.incident_id = incidents.incident_id)`,
  },
  {
    code: 'delivery-without-incident',
    severity: 'error',
    says: (count) => `${countOf(count, 'delivery tells', 'deliveries tell')} of an incident that is not recorded`,
    remedy: RESTORE,
    sql: `SELECT 'delivery ' || entry_id AS place FROM outbox
      WHERE NOT EXISTS (SELECT 1 FROM incidents WHERE incidents.incident_id = outbox.incident_id)`,
  },
  {
    code: 'settled-but-taken',
    severity: 'error',
    says: (count) => `${countOf(count, 'settled delivery is', 'settled deliveries are')} still taken by a process`,
    remedy: RESTORE,
    sql: `SELECT 'delivery ' || entry_id AS place FROM outbox WHERE settled_at IS NOT NULL AND taken_by IS NOT NULL`,
  },
  {
    code: 'failing-delivery',
    severity: 'warning',
    says: (count) => `${countOf(count, 'delivery has', 'deliveries have')} failed five times or more and still wait`,
    remedy:
      'Look at the sink: each run tries again and logs why it failed. A sink that is gone can be taken back into hunt.yaml to drain it.',
    sql: `SELECT 'delivery ' || entry_id || ' to ' || sink AS place FROM outbox WHERE settled_at IS NULL AND dead_at IS NULL AND attempts >= 5`,
    since: 5,
  },
  {
    code: 'dead-delivery',
    severity: 'warning',
    says: (count) =>
      `${countOf(count, 'delivery was', 'deliveries were')} given up and ${count === 1 ? 'waits' : 'wait'} for a person`,
    remedy: 'hunt outbox list says why; hunt outbox retry tries again, hunt outbox drop ends it.',
    sql: `SELECT 'delivery ' || entry_id || ' to ' || sink AS place FROM outbox WHERE settled_at IS NULL AND dead_at IS NOT NULL`,
    since: 5,
  },
  {
    code: 'lease-far-ahead',
    severity: 'warning',
    says: (count) =>
      `${countOf(count, 'lease ends', 'leases end')} more than a day from now, so the clock was ahead when it was taken`,
    remedy: `${CLOCK} A run of this computer takes the lease over once its owner has ended; any other waits for its end.`,
    sql: `SELECT 'rule ' || rule_id || ' on ' || workspace || ', held by ' || owner AS place FROM leases
      WHERE expires_at > :now + ${24 * HOUR}`,
  },
  {
    code: 'run-in-future',
    severity: 'warning',
    says: (count) => `${countOf(count, 'run was', 'runs were')} recorded with a time that has not come yet`,
    remedy: `${CLOCK} Nothing is lost: what a run has searched is decided by its window, not by when it ran.`,
    sql: `SELECT 'run ' || run_id AS place FROM runs WHERE started_at > :now + ${HOUR}`,
  },
]
