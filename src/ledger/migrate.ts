import { LedgerError } from '../domain/errors.ts'
import { numberIn } from './database.ts'
import type { Database } from './database.ts'
import { MIGRATIONS } from './migrations/index.ts'

/** 'hunt' in ASCII: marks our files in SQLite's header (https://www.sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x68756e74

/**
 * Brings a ledger to the present schema, in one transaction; a second process waits and then finds it done.
 *
 * @throws LedgerError `ledger/foreign` for another program's database, `ledger/newer` for a schema that this program
 * does not know: writing to it could break what the newer program relies on.
 */
export function migrate(database: Database): void {
  if (versionOf(database) === MIGRATIONS.length) return
  database.transaction(() => {
    const version = versionOf(database)
    for (const sql of MIGRATIONS.slice(version)) database.script(sql)
    database.script(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`)
  })
}

/**
 * The schema version of a ledger; 0 for an empty file.
 *
 * @throws LedgerError `ledger/foreign` or `ledger/newer`
 */
export function versionOf(database: Database): number {
  const version = pragma(database, 'user_version')
  const application = pragma(database, 'application_id')
  const tables = database.get('SELECT count(*) AS count FROM sqlite_schema')
  const isFresh = version === 0 && application === 0 && numberIn(tables ?? {}, 'count') === 0
  if (!isFresh && application !== APPLICATION_ID) {
    throw new LedgerError({
      code: 'ledger/foreign',
      message: `${database.path} is a database of another program, not a ledger of hunt`,
      hint: 'Choose another file with HUNT_LEDGER.',
      context: { path: database.path },
    })
  }
  if (version > MIGRATIONS.length) {
    throw new LedgerError({
      code: 'ledger/newer',
      message: `the ledger ${database.path} has schema version ${version}, written by a newer hunt; this one knows up to ${MIGRATIONS.length}`,
      hint: 'Update hunt, or choose another ledger with HUNT_LEDGER.',
      context: { path: database.path, version },
    })
  }
  return version
}

function pragma(database: Database, name: 'user_version' | 'application_id'): number {
  return numberIn(database.get(`PRAGMA ${name}`) ?? {}, name)
}
