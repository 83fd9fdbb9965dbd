/**
 * - runs.excluded_count: rows that exclusions hid.
 * - run_exclusions: which exclusion hid how many, as it read then, or why it could hide nothing. One that hid nothing without a
 *   fault leaves no row: a rule that runs each minute would fill the ledger with them.
 */
export const sql = `
ALTER TABLE runs ADD COLUMN excluded_count INTEGER;
CREATE TABLE run_exclusions (
  run_id INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  condition TEXT NOT NULL,
  owner TEXT NOT NULL,
  reason TEXT NOT NULL,
  expires_at INTEGER,
  row_count INTEGER NOT NULL,
  fault TEXT,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
`
