import type { Instant } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database } from './database.ts'

export function folderRead(database: Database, folder: string, now: Instant): void {
  database.run(
    'INSERT INTO rule_folders (folder, read_at) VALUES (:folder, :now) ON CONFLICT DO UPDATE SET read_at = :now',
    { folder, now },
  )
}

export function foldersRead(database: Database): ReadonlyMap<string, Instant> {
  const rows = database.all('SELECT folder, read_at FROM rule_folders')
  return new Map(rows.map((row) => [textIn(row, 'folder'), instantFromMillis(numberIn(row, 'read_at'))]))
}
