/**
 * - silences: for a while nobody is told of a rule or an entity. `until_at` is shortened by an end by hand; `told_at` says
 *   that the sinks were told what was held back.
 * - silenced_deliveries: what was held back, for each sink. `told_at`: by the summary at the end, or by a later delivery that
 *   carries all alerts of the incident.
 */
export const sql = `
CREATE TABLE silences (
  silence_id INTEGER PRIMARY KEY,
  rule_id TEXT,
  rule_name TEXT,
  workspace TEXT,
  entity_kind TEXT,
  entity_value TEXT,
  since INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  told_at INTEGER,
  CHECK (rule_id IS NOT NULL OR entity_kind IS NOT NULL)
) STRICT;
CREATE INDEX silences_untold ON silences (until_at) WHERE told_at IS NULL;
CREATE TABLE silenced_deliveries (
  silence_id INTEGER NOT NULL REFERENCES silences (silence_id),
  sink TEXT NOT NULL,
  incident_id TEXT NOT NULL REFERENCES incidents (incident_id),
  held_at INTEGER NOT NULL,
  told_at INTEGER,
  PRIMARY KEY (silence_id, sink, incident_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX silenced_by_incident ON silenced_deliveries (incident_id, sink) WHERE told_at IS NULL;
`
