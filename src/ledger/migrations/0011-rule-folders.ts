/**
 * - schedules.rule_folder: the folder of rules that a pair was registered from. Only who reads that folder says that the rule is
 *   gone or disabled: a daemon over another folder never had it. Empty: recorded by an older version, anybody's.
 * - rule_folders: when somebody last read all of a folder, so that one which nobody reads any more keeps nothing for ever.
 * - rule_versions: by folder too, because two folders may have a rule in different versions, and files of one name.
 */
export const sql = `
ALTER TABLE schedules ADD COLUMN rule_folder TEXT NOT NULL DEFAULT '';
CREATE TABLE rule_folders (
  folder TEXT PRIMARY KEY,
  read_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE rule_versions RENAME TO old_rule_versions;
DROP INDEX rule_versions_by_file;
CREATE TABLE rule_versions (
  folder TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  text TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  broken_since INTEGER,
  PRIMARY KEY (rule_id, folder)
) STRICT;
INSERT INTO rule_versions (folder, rule_id, file, sha256, text, seen_at, broken_since)
  SELECT '', rule_id, file, sha256, text, seen_at, broken_since FROM old_rule_versions;
DROP TABLE old_rule_versions;
`
