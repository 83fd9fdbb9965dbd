/**
 * - seats: who has a query of an identity under way or waits to have one, over all processes of this ledger, in the order in
 *   which they came; see seats.ts. Numbers never return. `doubted_at`: when somebody first found it expired.
 */
export const sql = `
CREATE TABLE seats (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  identity TEXT NOT NULL,
  owner TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  doubted_at INTEGER
) STRICT;
CREATE INDEX seats_by_identity ON seats (identity, number);
`
