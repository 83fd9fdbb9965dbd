import { existsSync } from 'node:fs'
import type { Duration } from '../../domain/time.ts'
import { refuseCutFile } from '../cut-file.ts'
import { openDatabase } from '../database.ts'
import type { Database } from '../database.ts'
import { missingError } from '../ledger-error.ts'
import { versionOf } from '../migrate.ts'

/** How long maintenance waits for another process's transaction. */
export interface MaintenanceOptions {
  readonly busyTimeout: Duration
}

/**
 * Opens a ledger that is there, as it is: nothing is created and nothing migrated, so that a copy can be made before a
 * newer program changes the schema.
 *
 * @throws LedgerError `ledger/missing`, and as openLedger does
 */
export function openExisting(
  path: string,
  { busyTimeout }: MaintenanceOptions,
): { database: Database; version: number } {
  if (!existsSync(path)) throw missingError(path)
  const database = openDatabase(path, { busyMilliseconds: busyTimeout })
  try {
    const version = versionOf(database)
    refuseCutFile(database)
    return { database, version }
  } catch (error) {
    database.close()
    throw error
  }
}
