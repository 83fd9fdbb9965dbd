import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { backupLedger, checkLedger, openLedger } from '../../../src/ledger/index.ts'
import { hours, milliseconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { filledLedger, tamper } from '../../support/ledgers.ts'
import { runKey, SLOT } from '../../support/outcomes.ts'

const OPTIONS = { busyTimeout: milliseconds(50) }
const NOW = plus(SLOT, hours(12))

function backup(path: string, target: string, overwrite = false) {
  return backupLedger(path, { target, overwrite, now: NOW }, OPTIONS)
}

function rowsOf(path: string): unknown {
  const driver = new Driver(path)
  const all = (table: string): unknown => driver.prepare(`SELECT * FROM ${table}`).all({})
  try {
    return ['runs', 'leases', 'findings', 'incidents', 'alerts', 'outbox'].map(all)
  } finally {
    driver.close()
  }
}

test('the copy is a ledger with the same contents, made while a writer is in the middle of a transaction', async (t) => {
  const path = filledLedger(t)
  const before = rowsOf(path)
  const writer = new Driver(path)
  t.after(() => writer.close())
  writer.exec('BEGIN IMMEDIATE; DELETE FROM outbox')
  const target = join(dirname(path), 'copy.db')
  const made = await backup(path, target)
  writer.exec('COMMIT')
  assert.deepEqual(rowsOf(target), before)
  assert.deepEqual(made.contents, { runs: 3, findings: 6, incidents: 6, undelivered: 6 })
  assert.deepEqual(checkLedger(target, NOW, OPTIONS).problems, [])
  const ledger = openLedger(target)
  assert.equal(ledger.claim(runKey(), NOW, hours(1)).kind, 'claimed', 'a restored copy works')
  ledger.close()
})

test('a folder as target names the copy after the time; the folder is made', async (t) => {
  const path = filledLedger(t)
  const folder = join(dirname(path), 'backups')
  const made = await backup(path, `${folder}/`)
  assert.equal(made.path, join(folder, 'hunt-20260302T120000Z.db'))
  assert.deepEqual(readdirSync(folder), ['hunt-20260302T120000Z.db'], 'nothing temporary is left')
  await assert.rejects(backup(path, folder), { code: 'usage/backup-exists' }, 'also without the slash')
})

test('a file that is there is overwritten only when told so', async (t) => {
  const path = filledLedger(t)
  const target = join(dirname(path), 'precious')
  writeFileSync(target, 'precious')
  await assert.rejects(backup(path, target), { code: 'usage/backup-exists', exitCode: 2 })
  assert.equal(readFileSync(target, 'utf8'), 'precious')
  await backup(path, target, true)
  assert.deepEqual(rowsOf(target), rowsOf(path))
})

test('a damaged ledger gives no backup and takes none away', async (t) => {
  const path = filledLedger(t)
  const target = join(dirname(path), 'copy.db')
  await backup(path, target)
  const good = readFileSync(target)
  tamper(path, 'PRAGMA wal_checkpoint(TRUNCATE)')
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0x5a, 8192))
  await assert.rejects(backup(path, target, true), { code: 'ledger/corrupt', exitCode: 8 })
  assert.deepEqual(readFileSync(target), good)
})

test('what is in the way of the target is said', async (t) => {
  const path = filledLedger(t)
  await assert.rejects(backup(path, join(path, 'copy.db')), { code: 'ledger/backup-failed', exitCode: 8 })
  await assert.rejects(backup(join(dirname(path), 'none.db'), join(dirname(path), 'copy.db')), {
    code: 'ledger/missing',
  })
})

test(
  'a folder without write permission',
  { skip: process.getuid?.() === 0 && 'root may write everywhere' },
  async (t) => {
    const path = filledLedger(t)
    const folder = join(dirname(path), 'locked')
    mkdirSync(folder, { mode: 0o500 })
    await assert.rejects(backup(path, join(folder, 'copy.db')), { code: 'ledger/backup-failed' })
    chmodSync(folder, 0o700)
  },
)
