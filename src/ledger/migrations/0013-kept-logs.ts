/**
 * How long workspaces keep their logs, as Azure Resource Manager said when it was last asked: by name, and for the id that the name
 * meant then. `tables` holds those that keep logs for another time than the workspace, as JSON by name.
 */
export const sql = `
CREATE TABLE kept_logs (
  workspace TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  is_known INTEGER NOT NULL CHECK (is_known IN (0, 1)),
  kept_milliseconds INTEGER,
  tables TEXT NOT NULL,
  problem TEXT
) STRICT, WITHOUT ROWID;
`
