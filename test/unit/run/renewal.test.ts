import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LedgerError } from '../../../src/domain/errors.ts'
import { whileRenewing } from '../../../src/run/renewal.ts'
import { milliseconds } from '../../../src/time/duration.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { setTimeout as sleep } from 'node:timers/promises'

const { signal } = new AbortController()
const LEASE = { lease: milliseconds(50), every: milliseconds(5) }

test('a renewal that the ledger refuses is tried again, and the work goes on', async () => {
  let tries = 0
  const renew = (): boolean => {
    tries += 1
    if (tries < 3) throw new LedgerError({ code: 'ledger/locked', message: 'by another', retryable: true })
    return true
  }
  const work = async (): Promise<string> => {
    while (tries < 4) await sleep(5)
    return 'done'
  }
  assert.equal(await whileRenewing({ ...LEASE, renew }, systemClock, signal, work), 'done')
})

test('a bug in a renewal ends no process: the work ends first, and then it is thrown', async () => {
  let hasEnded = false
  const renew = (): boolean => {
    throw new TypeError('a bug')
  }
  const work = async (): Promise<void> => {
    await sleep(50)
    hasEnded = true
  }
  await assert.rejects(whileRenewing({ ...LEASE, renew }, systemClock, signal, work), new TypeError('a bug'))
  assert.ok(hasEnded)
})
