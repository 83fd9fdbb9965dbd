import { LedgerError } from '../../domain/errors.ts'
import type { Instant } from '../../domain/time.ts'
import { numberIn, openDatabase, textIn } from '../database.ts'
import type { Database } from '../database.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { INVARIANTS } from './invariants.ts'
import { openExisting } from './open-existing.ts'
import type { MaintenanceOptions } from './open-existing.ts'
import { countOf } from '../../text/count.ts'

export interface LedgerProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  readonly count: number
  /** The first few places, as `run 12` or `incident 0b9b…`. */
  readonly places: readonly string[]
}

/** What a ledger holds, in rows. */
export interface LedgerContents {
  readonly runs: number
  readonly findings: number
  readonly incidents: number
  readonly undelivered: number
}

export interface LedgerCheck {
  readonly path: string
  readonly ledgerVersion: number
  /** The schema version that this program writes. */
  readonly presentLedgerVersion: number
  readonly contents: LedgerContents | undefined
  readonly problems: readonly LedgerProblem[]
}

/** Places that a problem names; the count says how many there are. */
const PLACES = 5

const DAMAGED =
  'Stop hunt, keep a copy of the file and its -wal, and restore the last backup (docs/operations.md). Without one, `sqlite3 <file> .recover` may save a part.'

const DAMAGE = { code: 'damaged', message: 'the file is damaged', remedy: DAMAGED }

/**
 * Holds a ledger against everything that must be true of it: SQLite's own structure, references, the schema of its
 * version, and the rules that every transaction of ours keeps. Changes nothing, and may run beside a daemon.
 *
 * @throws LedgerError when the file cannot be examined at all: missing, foreign, newer, locked, damaged at its head
 */
export function checkLedger(path: string, now: Instant, options: MaintenanceOptions): LedgerCheck {
  const { database, version } = openExisting(path, options)
  try {
    return database.snapshot(() => examine(database, version, now))
  } finally {
    database.close()
  }
}

function examine(database: Database, version: number, now: Instant): LedgerCheck {
  const head = { path: database.path, ledgerVersion: version, presentLedgerVersion: MIGRATIONS.length }
  const structure = damageOf(database)
  if (structure.length > 0) return { ...head, contents: undefined, problems: structure }
  const schema = schemaProblems(database, version)
  // What lacks tables cannot be asked about its contents: the statements would only fail.
  if (version === 0 || schema.some(({ severity }) => severity === 'error')) {
    return { ...head, contents: undefined, problems: schema }
  }
  return { ...head, contents: contentsOf(database), problems: [...schema, ...ruleProblems(database, version, now)] }
}

/** Heavy damage makes SQLite give up in the middle of the very statement that looks for it. */
function damageOf(database: Database): readonly LedgerProblem[] {
  try {
    return structureProblems(database)
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'ledger/corrupt') throw error
    return problem([error.message], DAMAGE)
  }
}

function structureProblems(database: Database): readonly LedgerProblem[] {
  const damage = database.all('PRAGMA integrity_check(100)').map((row) => textIn(row, 'integrity_check'))
  const broken = damage.filter((line) => line !== 'ok')
  if (broken.length > 0) return problem(broken, DAMAGE)
  const orphans = database
    .all('PRAGMA foreign_key_check')
    .map((row) => `${textIn(row, 'table')} row ${String(row['rowid'])}`)
  return problem(orphans, {
    code: 'dangling-reference',
    message: `${countOf(orphans.length, 'reference leads', 'references lead')} to a row that is not there`,
    remedy: DAMAGED,
  })
}

/** Tables and indexes must be those that the migrations up to the file's version make. */
function schemaProblems(database: Database, version: number): readonly LedgerProblem[] {
  const expected = schemaOfVersion(version)
  const found = schemaOf(database)
  const different = [...expected].filter(([name, sql]) => found.get(name) !== sql).map(([name]) => name)
  const older: LedgerProblem = {
    code: 'older-schema',
    severity: 'warning',
    message: `the schema has version ${version}, this hunt writes version ${MIGRATIONS.length}`,
    remedy:
      'The next run brings it up to date, and older programs then refuse it. Make a backup first: hunt ledger backup.',
    count: 1,
    places: [],
  }
  return [
    ...problem(different, {
      code: 'changed-schema',
      message: 'tables or indexes are missing or not as hunt made them',
      remedy: DAMAGED,
    }),
    ...(version < MIGRATIONS.length ? [older] : []),
  ]
}

function schemaOfVersion(version: number): ReadonlyMap<string, string> {
  const model = openDatabase(':memory:', { busyMilliseconds: 0 })
  try {
    for (const sql of MIGRATIONS.slice(0, version)) model.script(sql)
    return schemaOf(model)
  } finally {
    model.close()
  }
}

function schemaOf(database: Database): ReadonlyMap<string, string> {
  const rows = database.all("SELECT type || ' ' || name AS name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
  return new Map(rows.map((row) => [textIn(row, 'name'), textIn(row, 'sql')]))
}

function ruleProblems(database: Database, version: number, now: Instant): readonly LedgerProblem[] {
  return INVARIANTS.filter(({ since = 0 }) => since <= version).flatMap(({ code, severity, says, remedy, sql }) => {
    const parameters = sql.includes(':now') ? { now } : {}
    const places = database.all(sql, parameters).map((row) => textIn(row, 'place'))
    return problem(places, { code, message: says(places.length), remedy, severity })
  })
}

function problem(
  places: readonly string[],
  facts: Pick<LedgerProblem, 'code' | 'message' | 'remedy'> & Partial<LedgerProblem>,
): readonly LedgerProblem[] {
  if (places.length === 0) return []
  return [{ severity: 'error', ...facts, count: places.length, places: places.slice(0, PLACES) }]
}

/** @param schema name under which the ledger is attached to the connection */
export function contentsOf(database: Database, schema: 'main' | 'copy' = 'main'): LedgerContents {
  const count = (from: string): number =>
    numberIn(database.get(`SELECT count(*) AS count FROM ${schema}.${from}`) ?? {}, 'count')
  return {
    runs: count('runs'),
    findings: count('findings'),
    incidents: count('incidents'),
    undelivered: count('outbox WHERE settled_at IS NULL'),
  }
}
