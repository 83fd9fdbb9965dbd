import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLedger } from '../../../src/ledger/index.ts'
import { hours } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { SLOT } from '../../support/outcomes.ts'

const PAIR = { ruleId: 'a', workspace: 'local' }

test('only gaps that somebody has seen are acknowledged, as long as they were then', (t) => {
  const ledger = openLedger(':memory:')
  t.after(() => ledger.close())
  const rule = { ...PAIR, ruleName: 'A', ruleFile: 'a.yaml', ruleSha256: 'a' }
  ledger.register([{ ...rule, origin: SLOT }], SLOT)
  const giveUp = (from: number, to: number, reason: 'paused' | 'too-old'): void => {
    const [after, first, last] = [from, from + 1, to].map((n) => plus(SLOT, hours(n))) as [typeof SLOT, typeof SLOT, typeof SLOT] // prettier-ignore
    const window = { start: after, end: last }
    const gap = {
      ...PAIR,
      after,
      firstSlot: first,
      lastSlot: last,
      slotCount: to - from,
      window,
      reason,
      error: undefined,
    }
    assert.equal(ledger.advance([{ ...PAIR, from: after, to: last, gaps: [gap] }], SLOT).length, 1)
  }
  giveUp(0, 2, 'too-old')
  giveUp(2, 3, 'paused')
  const seen = ledger.gaps()
  giveUp(3, 4, 'paused')
  giveUp(4, 5, 'too-old')
  assert.equal(ledger.acknowledgeGaps(seen, SLOT), 1)
  assert.deepEqual(
    ledger.gaps().map(({ reason, slotCount, acknowledgedAt }) => [reason, slotCount, acknowledgedAt]),
    [
      ['too-old', 2, SLOT],
      ['paused', 2, undefined],
      ['too-old', 1, undefined],
    ],
  )
  assert.equal(ledger.acknowledgeGaps([], SLOT), 0)
  assert.equal(ledger.acknowledgeGaps([{ id: 4711, slotCount: 1 }], SLOT), 0)
  assert.equal(ledger.gaps({ acknowledged: false }).length, 2)
})
