/**
 * - outbox.created_at, failed_since: how old a delivery is, and since when it fails without a success in between.
 * - outbox.dead_at: given up; nobody takes it until a person revives or drops it (`hunt outbox`).
 * - outbox.ended: what settled it. A later delivery of the incident supersedes a dead one, because each carries the whole
 *   incident; a storm summary stands for those that it sums up.
 */
export const sql = `
ALTER TABLE outbox ADD COLUMN created_at INTEGER;
ALTER TABLE outbox ADD COLUMN failed_since INTEGER;
ALTER TABLE outbox ADD COLUMN dead_at INTEGER;
ALTER TABLE outbox ADD COLUMN ended TEXT CHECK (ended IN ('delivered', 'superseded', 'summarised', 'dropped'));
UPDATE outbox SET ended = 'delivered' WHERE settled_at IS NOT NULL;
DROP INDEX outbox_by_age;
CREATE INDEX outbox_by_age ON outbox (sink, entry_id) WHERE settled_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_by_end ON outbox (sink, ended, settled_at) WHERE ended IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (sink, incident_id) WHERE settled_at IS NULL AND dead_at IS NOT NULL;
`
