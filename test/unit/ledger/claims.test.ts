import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { openLedger } from '../../../src/ledger/index.ts'
import { milliseconds, minutes } from '../../../src/time/duration.ts'
import { runKey, SLOT } from '../../support/outcomes.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('a claim that could not be given back is given back before the next one, and not after its lease', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ledger = openLedger(path, { busyTimeout: milliseconds(10) })
  const other = new Driver(path)
  t.after(() => [ledger, other].forEach((each) => each.close()))
  const [key, elsewhere] = [runKey(), runKey({ workspace: 'elsewhere' })]
  const claimed = ledger.claim(key, SLOT, minutes(10), 'slot')
  assert.ok(claimed.kind === 'claimed')
  other.exec('BEGIN IMMEDIATE')
  assert.throws(() => ledger.release(key, claimed.token), { code: 'ledger/locked' })
  assert.throws(() => ledger.claim(key, SLOT, minutes(10), 'slot'), { code: 'ledger/locked' })
  other.exec('ROLLBACK')
  const again = ledger.claim(elsewhere, SLOT, minutes(10), 'slot')
  assert.equal(again.kind, 'claimed')
  assert.deepEqual(
    ledger.runs({}).map(({ key: { workspace } }) => workspace),
    ['elsewhere'],
    'the attempt that did nothing is forgotten',
  )
  assert.equal(ledger.claim(key, SLOT, minutes(10), 'slot').kind, 'claimed')
  ledger.release(key, claimed.token)
  assert.equal(ledger.claim(key, SLOT, minutes(10), 'slot').kind, 'busy', 'the old token gives nothing back')
})
