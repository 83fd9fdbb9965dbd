import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import Driver from 'libsql'
import { LedgerError } from '../../../src/domain/errors.ts'
import { openDatabase } from '../../../src/ledger/database.ts'
import type { Database } from '../../../src/ledger/database.ts'
import { tempFolder } from '../../support/temp-folder.ts'

interface Both {
  readonly database: Database
  /** Another program's connection. */
  readonly other: InstanceType<typeof Driver>
}

function open(t: TestContext): Both {
  const path = join(tempFolder(t), 'some.db')
  const other = new Driver(path)
  other.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT); CREATE TABLE parents (id INTEGER PRIMARY KEY)')
  other.exec('CREATE TABLE children (parent REFERENCES parents)')
  const database = openDatabase(path, { busyMilliseconds: 20, pragmas: 'PRAGMA foreign_keys = ON' })
  t.after(() => {
    database.close()
    other.close()
  })
  return { database, other }
}

const locked = { name: LedgerError.name, code: 'ledger/locked' }

const note = (text: string) => (database: Database) => database.run('INSERT INTO notes VALUES (:text)', { text })

/**
 * Whatever is refused, the next transaction is not, and sees what others have written in between. It has statements of its own: one
 * that is run again has begun anew.
 */
function assertGoesOn({ database, other }: Both): void {
  for (let round = 0; round < 3; round += 1) {
    other.exec("INSERT INTO notes VALUES ('theirs')")
    const count = 'SELECT count(*) AS count FROM notes'
    assert.deepEqual(database.all(count), other.prepare(count).all({}))
    database.transaction(() => database.run("INSERT INTO notes VALUES ('ours')"))
  }
  assert.throws(() => database.run('INSERT INTO children VALUES (1)'), /FOREIGN KEY/, 'its pragmas still hold')
}

const WRITES: Readonly<Record<string, (database: Database) => unknown>> = {
  'a statement by itself': note('refused'),
  'one that returns rows': (database) => database.all("INSERT INTO notes VALUES ('refused') RETURNING text"),
  'a script': (database) => database.script("INSERT INTO notes VALUES ('refused')"),
  'a transaction': (database) => database.transaction(() => note('refused')(database)),
  'one in a snapshot': (database) => database.snapshot(() => note('refused')(database)),
}

for (const [what, write] of Object.entries(WRITES)) {
  test(`${what}, refused because another program writes: what comes after the lock works`, (t) => {
    const both = open(t)
    both.other.exec('BEGIN IMMEDIATE')
    assert.throws(() => write(both.database), locked)
    both.other.exec('COMMIT')
    assertGoesOn(both)
    assert.deepEqual(both.database.all("SELECT * FROM notes WHERE text = 'refused'"), [])
  })
}

test('a snapshot that another program has written past is refused, and what comes after it works', (t) => {
  const both = open(t)
  const { database, other } = both
  assert.throws(
    () =>
      database.snapshot(() => {
        database.all('SELECT * FROM notes')
        other.exec("INSERT INTO notes VALUES ('theirs')")
        note('refused')(database)
      }),
    locked,
  )
  assertGoesOn(both)
})

test('a read that is refused: what comes after the lock works', (t) => {
  const both = open(t)
  const { database, other } = both
  // Where nobody else may even read: a recovery, or the last checkpoint of a program that ends.
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT')
  assert.throws(() => database.all('SELECT * FROM notes'), locked)
  other.exec('PRAGMA locking_mode = NORMAL; SELECT * FROM notes')
  assertGoesOn(both)
})

test('what a transaction did before it was refused is undone', (t) => {
  const both = open(t)
  const { database } = both
  assert.throws(
    () =>
      database.transaction(() => {
        note('undone')(database)
        throw new LedgerError({ code: 'ledger/locked', message: 'by us', retryable: true })
      }),
    locked,
  )
  assert.deepEqual(database.all('SELECT * FROM notes'), [])
  assertGoesOn(both)
})
