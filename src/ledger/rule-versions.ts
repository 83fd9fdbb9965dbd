import type { RuleVersion } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { optionalInstant, textIn } from './database.ts'
import type { Database } from './database.ts'

/** What an older version of hunt has kept, under no folder, counts for each folder until that has a version of its own. */
export function ruleVersions(database: Database, folder?: string): readonly RuleVersion[] {
  return database
    .all(
      `SELECT * FROM rule_versions AS each
       WHERE :folder IS NULL OR folder = :folder OR (folder = '' AND NOT EXISTS (
         SELECT 1 FROM rule_versions AS own WHERE own.rule_id = each.rule_id AND own.folder = :folder))
       ORDER BY rule_id, folder`,
      { folder: folder ?? null },
    )
    .map((row) => ({
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
  folder: string,
): void {
  if (versions.length === 0) return
  const parameters = { versions: JSON.stringify(versions), now, folder }
  database.transaction(() => {
    database.run(
      `INSERT INTO rule_versions (folder, rule_id, file, sha256, text, seen_at)
       SELECT :folder, value ->> 'ruleId', value ->> 'file', value ->> 'sha256', value ->> 'text', :now
       FROM json_each(:versions)
       WHERE true
       ON CONFLICT (rule_id, folder) DO UPDATE
         SET file = excluded.file, sha256 = excluded.sha256, text = excluded.text, seen_at = excluded.seen_at,
           broken_since = NULL`,
      parameters,
    )
    if (folder === '') return
    database.run(
      `DELETE FROM rule_versions
       WHERE folder = '' AND rule_id IN (SELECT value ->> 'ruleId' FROM json_each(:versions))`,
      { versions: parameters.versions },
    )
  })
}

/** Notes that the files of these rules are broken; returns those that were not yet. */
export function markBroken(
  database: Database,
  ruleIds: readonly string[],
  now: Instant,
  folder: string,
): readonly string[] {
  return database
    .all(
      `UPDATE rule_versions SET broken_since = :now
       WHERE broken_since IS NULL AND folder IN (:folder, '') AND rule_id IN (SELECT value FROM json_each(:ids))
       RETURNING rule_id`,
      { ids: JSON.stringify(ruleIds), now, folder },
    )
    .map((row) => textIn(row, 'rule_id'))
}
