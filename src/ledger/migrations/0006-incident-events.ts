/** incident_events: what people did to an incident, and what undid it; the rest of its history follows from its alerts. */
export const sql = `
CREATE TABLE incident_events (
  event_id INTEGER PRIMARY KEY,
  incident_id TEXT NOT NULL REFERENCES incidents (incident_id),
  at INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('closed', 'reopened', 'comment')),
  author TEXT NOT NULL,
  classification TEXT CHECK (classification IN ('Undetermined', 'TruePositive', 'BenignPositive', 'FalsePositive')),
  text TEXT NOT NULL
) STRICT;
CREATE INDEX incident_events_by_incident ON incident_events (incident_id, event_id);
CREATE INDEX incidents_by_update ON incidents (updated_at);
`
