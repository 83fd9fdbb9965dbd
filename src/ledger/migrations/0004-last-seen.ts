/**
 * - findings.last_slot: the latest slot whose run saw it again, to the day: what is still seen must stay known. Of those of
 *   before only the first run is known, so they count as seen by the last run of their rule.
 * - schedules.reconciled_through: days before it have been searched once more for what came late.
 * - requests: how many queries an identity began in which second, over all processes of this ledger.
 */
export const sql = `
ALTER TABLE findings ADD COLUMN last_slot INTEGER NOT NULL DEFAULT 0;
UPDATE findings SET last_slot = latest.slot
FROM (SELECT rule_id, workspace, max(slot) AS slot FROM runs GROUP BY rule_id, workspace) AS latest
WHERE latest.rule_id = findings.rule_id AND latest.workspace = findings.workspace;
CREATE INDEX findings_by_last_slot ON findings (last_slot);

ALTER TABLE schedules ADD COLUMN reconciled_through INTEGER;

CREATE TABLE requests (
  identity TEXT NOT NULL,
  second INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (identity, second)
) STRICT, WITHOUT ROWID;
`
