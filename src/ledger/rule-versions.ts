import type { RuleVersion } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { optionalInstant, textIn } from './database.ts'
import type { Database } from './database.ts'

export function ruleVersions(database: Database): readonly RuleVersion[] {
  return database.all('SELECT * FROM rule_versions ORDER BY rule_id').map((row) => ({
    ruleId: textIn(row, 'rule_id'),
    file: textIn(row, 'file'),
    sha256: textIn(row, 'sha256'),
    text: textIn(row, 'text'),
    brokenSince: optionalInstant(row, 'broken_since'),
  }))
}

/** A version that is in order takes the place of the one before, and ends that an edit was broken. */
export function keepRuleVersions(
  database: Database,
  versions: readonly Omit<RuleVersion, 'brokenSince'>[],
  now: Instant,
): void {
  if (versions.length === 0) return
  database.run(
    `INSERT INTO rule_versions (rule_id, file, sha256, text, seen_at)
     SELECT value ->> 'ruleId', value ->> 'file', value ->> 'sha256', value ->> 'text', :now
     FROM json_each(:versions)
     WHERE true
     ON CONFLICT (rule_id) DO UPDATE
       SET file = excluded.file, sha256 = excluded.sha256, text = excluded.text, seen_at = excluded.seen_at,
         broken_since = NULL`,
    { versions: JSON.stringify(versions), now },
  )
}

/** Notes that the files of these rules are broken; returns those that were not yet. */
export function markBroken(database: Database, ruleIds: readonly string[], now: Instant): readonly string[] {
  return database
    .all(
      `UPDATE rule_versions SET broken_since = :now
       WHERE broken_since IS NULL AND rule_id IN (SELECT value FROM json_each(:ids)) RETURNING rule_id`,
      { ids: JSON.stringify(ruleIds), now },
    )
    .map((row) => textIn(row, 'rule_id'))
}
