/**
 * Instants are milliseconds since 1970 in UTC; documents are JSON text of the domain types.
 *
 * - runs: one row an attempt. `claimed` while it works; a claim that nobody finished becomes `failed`.
 * - leases: who works on a rule and workspace right now; at most one row each.
 * - findings: the ids that are known, so that overlapping windows and reruns open nothing twice.
 * - alerts, incidents: as the runs made them; an incident's alerts are the rows that point to it, in their order.
 * - outbox: what the sinks must still be told, written in the transaction that made it true.
 */
export const sql = `
CREATE TABLE runs (
  run_id INTEGER PRIMARY KEY,
  rule_id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  slot INTEGER NOT NULL,
  window_override TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('claimed', 'complete', 'partial', 'failed', 'skipped')),
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  opens_incidents INTEGER,
  rule_name TEXT,
  rule_sha256 TEXT,
  backend TEXT,
  window_start INTEGER,
  window_end INTEGER,
  row_count INTEGER,
  finding_count INTEGER,
  new_finding_count INTEGER,
  alert_count INTEGER,
  incident_count INTEGER,
  query_milliseconds INTEGER,
  error TEXT,
  warnings TEXT,
  UNIQUE (rule_id, workspace, slot, window_override, attempt)
) STRICT;

CREATE TABLE leases (
  rule_id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  run_id INTEGER REFERENCES runs (run_id),
  PRIMARY KEY (rule_id, workspace)
) STRICT;

CREATE TABLE findings (
  rule_id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  finding_id TEXT NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (run_id),
  incident_id TEXT,
  PRIMARY KEY (rule_id, workspace, finding_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  incident_id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  first_slot INTEGER NOT NULL,
  run_id INTEGER NOT NULL REFERENCES runs (run_id),
  updated_at INTEGER NOT NULL,
  closed_at INTEGER,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_by_age ON incidents (rule_id, workspace, first_slot);

CREATE TABLE alerts (
  position INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL UNIQUE,
  run_id INTEGER NOT NULL REFERENCES runs (run_id),
  incident_id TEXT REFERENCES incidents (incident_id),
  document TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_by_incident ON alerts (incident_id, position);

CREATE TABLE outbox (
  entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
  sink TEXT NOT NULL,
  delivery_key TEXT NOT NULL,
  incident_id TEXT NOT NULL REFERENCES incidents (incident_id),
  delivery TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  taken_by TEXT,
  taken_until INTEGER,
  last_error TEXT,
  settled_at INTEGER,
  location TEXT,
  UNIQUE (sink, delivery_key)
) STRICT;
CREATE INDEX outbox_by_age ON outbox (sink, entry_id) WHERE settled_at IS NULL;
CREATE INDEX outbox_by_incident ON outbox (sink, incident_id, entry_id) WHERE settled_at IS NULL;
CREATE INDEX outbox_taken ON outbox (taken_by) WHERE taken_by IS NOT NULL;
`
