/** What tells this ledger from every other one: its copies and backups have the same. The output folder says whose it is. */
export const sql = `
CREATE TABLE ledger_id (id TEXT NOT NULL) STRICT;
INSERT INTO ledger_id (id) VALUES (lower(hex(randomblob(16))));
`
