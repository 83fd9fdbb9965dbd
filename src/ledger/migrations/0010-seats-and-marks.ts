/**
 * - seats: who has a query of an identity under way or waits to have one, over all processes of this ledger, in the order in
 *   which they came; see seats.ts. Numbers never return. `doubted_at`: when somebody first found it expired.
 * - schedules.mark: grows with whatever decides what the pair owes, its runs included, so that a daemon with 200,000 pairs reads
 *   at each look those that somebody has changed since. schedule_marks holds the last one given.
 */
export const sql = `
CREATE TABLE seats (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  identity TEXT NOT NULL,
  owner TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  doubted_at INTEGER
) STRICT;
CREATE INDEX seats_by_identity ON seats (identity, number);

ALTER TABLE schedules ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;
CREATE INDEX schedules_by_mark ON schedules (mark);
CREATE TABLE schedule_marks (last INTEGER NOT NULL) STRICT;
INSERT INTO schedule_marks (last) VALUES (0);

CREATE TRIGGER schedule_added AFTER INSERT ON schedules BEGIN
  UPDATE schedule_marks SET last = last + 1;
  UPDATE schedules SET mark = (SELECT last FROM schedule_marks)
  WHERE rule_id = new.rule_id AND workspace = new.workspace;
END;
CREATE TRIGGER schedule_changed AFTER UPDATE OF rule_name, rule_file, rule_sha256, settled_through, paused_since, paused_until,
  inactive_since, inactive_reason, failing_since, failures, next_try, failure, failed_sha256, reconciled_through
ON schedules BEGIN
  UPDATE schedule_marks SET last = last + 1;
  UPDATE schedules SET mark = (SELECT last FROM schedule_marks)
  WHERE rule_id = new.rule_id AND workspace = new.workspace;
END;
CREATE TRIGGER schedule_run AFTER UPDATE OF status, finished_at ON runs
WHEN new.purpose <> 'ad-hoc' AND new.window_override = '' BEGIN
  UPDATE schedule_marks SET last = last + 1;
  UPDATE schedules SET mark = (SELECT last FROM schedule_marks)
  WHERE rule_id = new.rule_id AND workspace = new.workspace;
END;
`
