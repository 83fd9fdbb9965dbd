import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { EXIT, LedgerError } from '../../../src/domain/errors.ts'
import { MIGRATIONS } from '../../../src/ledger/migrations/index.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { milliseconds } from '../../../src/time/duration.ts'
import { at } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

function failure(path: string): LedgerError {
  try {
    openLedger(path, { busyTimeout: milliseconds(50) }).close()
  } catch (error) {
    assert.ok(error instanceof LedgerError, String(error))
    assert.equal(error.exitCode, EXIT.ledger)
    assert.ok(error.message.includes(path), error.message)
    assert.ok(error.hint)
    return error
  }
  return assert.fail('the ledger opened')
}

test('a new ledger makes its folder and keeps a write-ahead log', (t) => {
  const path = join(tempFolder(t), 'a', 'b', 'hunt.db')
  openLedger(path).close()
  const driver = new Driver(path)
  assert.deepEqual(driver.pragma('journal_mode'), [{ journal_mode: 'wal' }])
  assert.deepEqual(driver.pragma('user_version'), [{ user_version: MIGRATIONS.length }])
  driver.close()
})

test('opening again changes nothing', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  openLedger(path).close()
  openLedger(path).close()
})

test('a file that is no database', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  writeFileSync(path, 'this is a text, and a rather long one. '.repeat(200))
  const error = failure(path)
  assert.equal(error.code, 'ledger/corrupt')
  assert.match(error.message, /is damaged or no database \(file is not a database\)/)
  assert.match(error.hint ?? '', /backup/)
})

test('a database of another program', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const driver = new Driver(path)
  driver.exec('CREATE TABLE recipes (name TEXT)')
  driver.close()
  assert.equal(failure(path).code, 'ledger/foreign')
})

test('a ledger of a newer program is refused and left as it was', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  openLedger(path).close()
  const driver = new Driver(path)
  driver.exec('PRAGMA user_version = 99')
  const error = failure(path)
  assert.equal(error.code, 'ledger/newer')
  assert.match(error.message, /schema version 99, written by a newer hunt; this one knows up to \d+/)
  assert.deepEqual(driver.pragma('user_version'), [{ user_version: 99 }])
  driver.close()
})

test('a ledger that another program has locked', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const driver = new Driver(path)
  driver.exec('BEGIN EXCLUSIVE')
  const error = failure(path)
  driver.exec('ROLLBACK')
  driver.close()
  assert.equal(error.code, 'ledger/locked')
  assert.equal(error.retryable, true)
})

test('a lock that is held when the run begins', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ledger = openLedger(path, { busyTimeout: milliseconds(50) })
  const driver = new Driver(path)
  driver.exec('BEGIN IMMEDIATE')
  const key = { ruleId: 'r', workspace: 'w', slot: at('2026-03-02'), windowOverride: '' }
  assert.throws(() => ledger.claim(key, at('2026-03-02'), milliseconds(1)), { code: 'ledger/locked' })
  driver.exec('ROLLBACK')
  driver.close()
  assert.equal(ledger.claim(key, at('2026-03-02'), milliseconds(1)).kind, 'claimed')
  ledger.close()
})

test('a folder in the place of the file', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  mkdirSync(path)
  assert.equal(failure(path).code, 'ledger/unwritable')
})

test('a file in the place of the folder', (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'state'), '')
  assert.equal(failure(join(folder, 'state', 'hunt.db')).code, 'ledger/unwritable')
})

test('a folder without write permission', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, (t) => {
  const folder = join(tempFolder(t), 'locked')
  mkdirSync(folder, { mode: 0o500 })
  assert.equal(failure(join(folder, 'hunt.db')).code, 'ledger/unwritable')
  chmodSync(folder, 0o700)
})
