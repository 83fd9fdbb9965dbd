/**
 * - rule_facts: what a version of a rule says of itself, kept when it runs: a report counts only rules that really ran, as
 *   they were then. Runs of before have none.
 * - reports: daily reports, so that each is made once however often the program starts; claimed while one is made.
 * - Two indexes for what a report asks of one day. A document that is no JSON must not stop the migration.
 */
export const sql = `
CREATE TABLE rule_facts (
  rule_id TEXT NOT NULL,
  rule_sha256 TEXT NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT,
  tactics TEXT NOT NULL,
  techniques TEXT NOT NULL,
  query_frequency INTEGER,
  query_period INTEGER,
  PRIMARY KEY (rule_id, rule_sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
  day TEXT PRIMARY KEY,
  claimed_by TEXT NOT NULL,
  claimed_until INTEGER NOT NULL,
  made_at INTEGER,
  location TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_by_end ON runs (finished_at);
CREATE INDEX alerts_by_run ON alerts (run_id);
CREATE INDEX alerts_by_time ON alerts (CASE WHEN json_valid(document) THEN document ->> '$.raisedAt' END);
`
