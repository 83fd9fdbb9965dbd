/**
 * - runs.purpose: `ad-hoc` runs never count as coverage; what older versions recorded is ad hoc.
 * - leases.doubted_at: when somebody first found the lease expired; see claims.ts.
 * - schedules: a row for each rule and workspace that is or was scheduled. All slots up to settled_through are complete or
 *   stand in gaps. Derived columns (the failing ones) save a search through runs.
 * - gaps: slots in a row that were given up, and why.
 * - rule_versions: the last version of each rule that was in order, with its file's text, to go on with while an edit is
 *   broken.
 * - ingestion_delays: how long records of a table took to arrive, as last measured.
 */
export const sql = `
ALTER TABLE runs ADD COLUMN purpose TEXT NOT NULL DEFAULT 'ad-hoc'
  CHECK (purpose IN ('ad-hoc', 'slot', 'backfill', 'reconciliation'));
CREATE INDEX runs_by_slot ON runs (slot) WHERE purpose <> 'ad-hoc' AND window_override = '';

ALTER TABLE leases ADD COLUMN doubted_at INTEGER;

CREATE TABLE schedules (
  rule_id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  rule_name TEXT NOT NULL,
  rule_file TEXT NOT NULL,
  rule_sha256 TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  settled_through INTEGER NOT NULL,
  paused_since INTEGER,
  paused_until INTEGER,
  inactive_since INTEGER,
  inactive_reason TEXT CHECK (inactive_reason IN ('disabled', 'retired')),
  failing_since INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  next_try INTEGER,
  failure TEXT,
  failed_sha256 TEXT,
  PRIMARY KEY (rule_id, workspace)
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps (
  gap_id INTEGER PRIMARY KEY,
  rule_id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  first_slot INTEGER NOT NULL,
  last_slot INTEGER NOT NULL,
  slot_count INTEGER NOT NULL,
  window_start INTEGER NOT NULL,
  window_end INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('too-old', 'retention', 'paused', 'disabled', 'failed')),
  error TEXT,
  recorded_at INTEGER NOT NULL,
  acknowledged_at INTEGER
) STRICT;
CREATE INDEX gaps_by_rule ON gaps (rule_id, workspace, last_slot);

CREATE TABLE rule_versions (
  rule_id TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  text TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  broken_since INTEGER,
  broken_sha256 TEXT,
  fault TEXT
) STRICT;
CREATE INDEX rule_versions_by_file ON rule_versions (file);

CREATE TABLE ingestion_delays (
  workspace TEXT NOT NULL,
  table_name TEXT NOT NULL,
  measured_at INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  p50_milliseconds INTEGER,
  p99_milliseconds INTEGER,
  PRIMARY KEY (workspace, table_name)
) STRICT, WITHOUT ROWID;
`
