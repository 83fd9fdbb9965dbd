import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { openLedger } from '../../../src/ledger/index.ts'
import { milliseconds, minutes } from '../../../src/time/duration.ts'
import type { OutboxEntry } from '../../../src/domain/ports.ts'
import { plus } from '../../../src/time/instant.ts'
import { outcomeOf, runKey, SLOT } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { namesTable } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const LATER = plus(SLOT, minutes(10))

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

test('a seat that could not be given back keeps nobody waiting, also not one of the same process', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ledger = openLedger(path, { busyTimeout: milliseconds(10) })
  const other = new Driver(path)
  t.after(() => [ledger, other].forEach((each) => each.close()))
  const [first, second] = [ledger.takeSeat('me', LATER), ledger.takeSeat('me', LATER)]
  const state = (): string => ledger.seatState({ number: second, identity: 'me', most: 1, now: SLOT })
  assert.equal(state(), 'waiting')
  other.exec('BEGIN IMMEDIATE')
  assert.throws(() => ledger.leaveSeat(first), { code: 'ledger/locked' })
  assert.throws(() => state(), { code: 'ledger/locked' })
  other.exec('ROLLBACK')
  assert.equal(state(), 'free')
})

test('a delivery that has arrived and could not be settled is settled before the next one, and goes out no second time', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ledger = openLedger(path, { busyTimeout: milliseconds(10) })
  const other = new Driver(path)
  t.after(() => other.close())
  const rule = scheduledRule({ eventGrouping: 'AlertPerResult' })
  const claimed = ledger.claim(runKey(), SLOT, minutes(10), 'slot')
  assert.ok(claimed.kind === 'claimed')
  ledger.commit(outcomeOf({ rule, table: namesTable('vm-1', 'vm-2') }), claimed.token, [{ name: 'pager' }])
  const [one, two] = [ledger.take('pager', LATER, minutes(1)), ledger.take('pager', LATER, minutes(1))]
  assert.ok(one !== undefined && two !== undefined)
  const settle = ({ id }: OutboxEntry) => ledger.settle(id, { location: 'there', duplicate: false }, LATER)
  other.exec('BEGIN IMMEDIATE')
  assert.throws(() => settle(one), { code: 'ledger/locked' })
  other.exec('ROLLBACK')
  const afterLease = plus(LATER, minutes(2))
  assert.deepEqual(ledger.take('pager', afterLease, minutes(1))?.id, two.id)
  other.exec('BEGIN IMMEDIATE')
  assert.throws(() => settle(two), { code: 'ledger/locked' })
  other.exec('ROLLBACK')
  ledger.close()
  const next = openLedger(path)
  t.after(() => next.close())
  assert.deepEqual(next.pending(), [], 'the last one as the process ended')
})
