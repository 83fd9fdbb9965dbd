import type { FirstRecord } from '../domain/run.ts'
import { batchesOf } from '../domain/sequence.ts'
import type { Instant } from '../domain/time.ts'
import { days } from '../time/duration.ts'
import { instantFromMillis, minus } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database } from './database.ts'

/** Ids that travel in one statement, as a JSON list. */
const BATCH = 5000

/**
 * CROSS JOIN keeps SQLite to this order (https://www.sqlite.org/optoverview.html#crossjoin): one look into the index for
 * each wanted id. Left to itself it reads all findings of the rule for each of them.
 */
export const KNOWN = `
  SELECT finding_id, slot, incident_id
  FROM json_each(:ids) AS wanted
  CROSS JOIN findings ON findings.rule_id = :rule AND findings.workspace = :workspace AND finding_id = wanted.value
  CROSS JOIN runs ON runs.run_id = findings.run_id`

export function known(
  database: Database,
  ruleId: string,
  workspace: string,
  findingIds: readonly string[],
): ReadonlyMap<string, FirstRecord> {
  const found = new Map<string, FirstRecord>()
  for (const ids of batchesOf(findingIds, BATCH)) {
    const rows = database.all(KNOWN, { ids: JSON.stringify(ids), rule: ruleId, workspace })
    for (const row of rows) {
      const incidentId = textIn(row, 'incident_id')
      found.set(textIn(row, 'finding_id'), {
        slot: instantFromMillis(numberIn(row, 'slot')),
        incidentId: incidentId === '' ? undefined : incidentId,
      })
    }
  }
  return found
}

export interface FindingRun {
  readonly id: number
  readonly ruleId: string
  readonly workspace: string
  readonly slot: Instant
}

/** Records new ids; one that is already there keeps its first record. */
export function recordFindings(
  database: Database,
  run: FindingRun,
  findings: Iterable<{ readonly id: string; readonly incidentId: string | undefined }>,
): void {
  for (const batch of batchesOf(findings, BATCH)) {
    database.run(
      `INSERT INTO findings (rule_id, workspace, finding_id, run_id, incident_id, last_slot)
       SELECT :rule, :workspace, value ->> 'id', :run, value ->> 'incidentId', :slot FROM json_each(:findings)
       WHERE true ON CONFLICT DO NOTHING`,
      { rule: run.ruleId, workspace: run.workspace, run: run.id, slot: run.slot, findings: JSON.stringify(batch) },
    )
  }
}

/** How exactly `last_slot` is kept: a rule that runs each minute over a day must not write all its findings each minute. */
const SEEN_EVERY = days(1)

/** Notes that known findings have been seen again, so that pruning keeps them. */
export function touchFindings(database: Database, run: FindingRun, findingIds: Iterable<string>): void {
  for (const ids of batchesOf(findingIds, BATCH)) {
    database.run(
      `UPDATE findings SET last_slot = :slot
       WHERE rule_id = :rule AND workspace = :workspace AND +last_slot <= :stale
         AND finding_id IN (SELECT value FROM json_each(:ids))`,
      {
        rule: run.ruleId,
        workspace: run.workspace,
        slot: run.slot,
        stale: minus(run.slot, SEEN_EVERY),
        ids: JSON.stringify(ids),
      },
    )
  }
}

export function knownAlerts(database: Database, alertIds: readonly string[]): ReadonlySet<string> {
  const rows = database.all('SELECT alert_id FROM alerts WHERE alert_id IN (SELECT value FROM json_each(:ids))', {
    ids: JSON.stringify(alertIds),
  })
  return new Set(rows.map((row) => textIn(row, 'alert_id')))
}
