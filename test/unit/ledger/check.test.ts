import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { backupLedger, checkLedger, openLedger } from '../../../src/ledger/index.ts'
import type { LedgerCheck } from '../../../src/ledger/index.ts'
import { days, hours, milliseconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { filledLedger, tamper } from '../../support/ledgers.ts'
import { runKey, SLOT } from '../../support/outcomes.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const OPTIONS = { busyTimeout: milliseconds(50) }
const NOW = plus(SLOT, hours(12))

function check(path: string): LedgerCheck {
  return checkLedger(path, NOW, OPTIONS)
}

const codesOf = ({ problems }: LedgerCheck): readonly string[] => problems.map(({ code }) => code)

test('a ledger that runs have written is sound, also while one is at work', (t) => {
  const path = filledLedger(t)
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  assert.equal(ledger.claim(runKey(), NOW, hours(1)).kind, 'claimed')
  const { problems, contents } = check(path)
  assert.deepEqual(problems, [])
  assert.deepEqual(contents, { runs: 4, findings: 6, incidents: 6, undelivered: 6 })
})

for (const [code, sql, places] of [
  ['unreadable-document', "UPDATE runs SET warnings = '[' WHERE run_id = 2", ['run 2']],
  ['unreadable-document', "UPDATE outbox SET delivery = 'x' WHERE entry_id = 1", ['delivery 1']],
  ['document-of-another', "UPDATE outbox SET delivery_key = 'x' WHERE entry_id = 1", ['delivery 1']],
  ['claim-without-lease', "UPDATE runs SET status = 'claimed' WHERE run_id = 3", ['run 3']],
  [
    'lease-without-claim',
    "INSERT INTO leases (rule_id, workspace, token, owner, expires_at, run_id) VALUES ('r', 'w', 't', 'o', 0, 1)",
    ['rule r on w'],
  ],
  ['run-without-result', 'UPDATE runs SET window_end = NULL WHERE run_id = 1', ['run 1']],
  [
    'settled-but-taken',
    "UPDATE outbox SET settled_at = 1, taken_by = 'o', taken_until = 1 WHERE entry_id = 2",
    ['delivery 2'],
  ],
  ['failing-delivery', 'UPDATE outbox SET attempts = 5 WHERE entry_id = 2', ['delivery 2 to file']],
  ['run-in-future', `UPDATE runs SET started_at = ${plus(NOW, days(1))} WHERE run_id = 2`, ['run 2']],
] as const) {
  test(`${code}: ${sql}`, (t) => {
    const path = filledLedger(t)
    tamper(path, sql)
    const found = check(path)
    assert.deepEqual(codesOf(found), [code])
    assert.deepEqual(found.problems[0]?.places, places)
    assert.ok((found.problems[0]?.remedy ?? '').length > 20)
  })
}

test('rows whose references are gone are told by SQLite, and what hangs on them by our own rules', (t) => {
  const path = filledLedger(t)
  tamper(path, 'DELETE FROM alerts WHERE position = 1')
  assert.deepEqual(codesOf(check(path)), ['incident-without-alert'])
  tamper(path, 'DELETE FROM incidents')
  const found = check(path)
  assert.deepEqual(codesOf(found), ['dangling-reference'])
  assert.equal(found.problems[0]?.count, 11, 'five alerts and six deliveries')
  assert.equal(found.problems[0]?.places.length, 5)
})

test('an index that was dropped', (t) => {
  const path = filledLedger(t)
  tamper(path, 'DROP INDEX outbox_by_age')
  const { problems } = check(path)
  assert.deepEqual([problems[0]?.code, problems[0]?.places], ['changed-schema', ['index outbox_by_age']])
})

test('a lease taken while the clock was a week ahead', (t) => {
  const path = filledLedger(t)
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  ledger.claim(runKey(), plus(NOW, days(7)), hours(1))
  assert.deepEqual(codesOf(check(path)), ['lease-far-ahead', 'run-in-future'])
})

test('pages of noise are a finding when the head can be read', (t) => {
  const path = filledLedger(t)
  tamper(path, 'PRAGMA wal_checkpoint(TRUNCATE)')
  const { size } = statSync(path)
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, size - 4096)
  closeSync(file)
  const found = check(path)
  assert.equal(found.problems[0]?.code, 'damaged')
  assert.equal(found.contents, undefined)
})

test('a check changes nothing and makes nothing', (t) => {
  const path = filledLedger(t)
  const before = readFileSync(path)
  check(path)
  assert.deepEqual(readFileSync(path), before)
  const missing = join(tempFolder(t), 'hunt.db')
  assert.throws(() => check(missing), { code: 'ledger/missing' })
  assert.equal(existsSync(missing), false)
})

test('an empty file is a ledger that no run has used yet', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  writeFileSync(path, '')
  const found = check(path)
  assert.deepEqual([codesOf(found), found.ledgerVersion, found.contents], [['older-schema'], 0, undefined])
})

test('what is no ledger of this program is an error of the ledger', (t) => {
  const path = filledLedger(t)
  tamper(path, 'PRAGMA user_version = 99')
  assert.throws(() => check(path), { code: 'ledger/newer' })
  tamper(path, 'PRAGMA application_id = 7')
  assert.throws(() => check(path), { code: 'ledger/foreign' })
  const text = join(tempFolder(t), 'hunt.db')
  writeFileSync(text, 'once upon a time '.repeat(500))
  assert.throws(() => check(text), { code: 'ledger/corrupt' })
})

test('a locked ledger', async (t) => {
  const path = filledLedger(t)
  // A copy keeps no write-ahead log, so that a writer shuts readers out.
  const copy = join(tempFolder(t), 'copy.db')
  await backupLedger(path, { target: copy, overwrite: false, now: NOW }, OPTIONS)
  const driver = new Driver(copy)
  t.after(() => driver.close())
  driver.exec('BEGIN EXCLUSIVE')
  assert.throws(() => check(copy), { code: 'ledger/locked' })
  driver.exec('ROLLBACK')
})
