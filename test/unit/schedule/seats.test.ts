import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openLedger, processOwner } from '../../../src/ledger/index.ts'
import type { LedgerWithHistory } from '../../../src/ledger/index.ts'
import { RequestBudget } from '../../../src/schedule/budget.ts'
import { hours, minutes, seconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import type { Duration, Instant } from '../../../src/domain/time.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const NOW = at('2026-03-02T10:00Z')
const LEASE = minutes(3)
const GRACE = minutes(2)
const { signal } = new AbortController()

/** Ledgers of so many processes over one file; those in `gone` have ended. */
function ledgersOf(t: TestContext, count: number, gone: ReadonlySet<number> = new Set()): LedgerWithHistory[] {
  const path = join(tempFolder(t), 'hunt.db')
  const ledgers = Array.from({ length: count }, (_, index) => {
    const isRunning = (pid: number): boolean => !gone.has(pid)
    const owner = processOwner({ host: 'here', pid: index + 1, startedAt: NOW, isRunning })
    return openLedger(path, { owner, grace: GRACE })
  })
  t.after(() => ledgers.forEach((ledger) => ledger.close()))
  return ledgers
}

/** A number in the ledger of a process. */
interface Seat {
  readonly ledger: LedgerWithHistory
  readonly number: number
  readonly identity: string
}

function take(ledger: LedgerWithHistory, now: Instant = NOW, identity = 'a'): Seat {
  return { ledger, number: ledger.takeSeat(identity, plus(now, LEASE)), identity }
}

const stateOf = ({ ledger, number, identity }: Seat, now: Instant = NOW): string =>
  ledger.seatState({ number, identity, most: 2, now })

const renew = ({ ledger, number }: Seat, now: Instant): boolean => ledger.renewSeat(number, plus(now, LEASE))

test('no more may ask at once than there are seats; who came first comes first, whichever process it is', (t) => {
  const [mine, theirs] = ledgersOf(t, 2)
  assert.ok(mine !== undefined && theirs !== undefined)
  const seats = [take(mine), take(theirs), take(theirs), take(mine)]
  const other = take(mine, NOW, 'b')
  const states = (): readonly string[] => seats.map((seat) => stateOf(seat))
  assert.deepEqual(states(), ['free', 'free', 'waiting', 'waiting'])
  assert.equal(stateOf(other), 'free', 'another identity has its own')
  assert.deepEqual(
    [[...mine.seatsElsewhere(NOW)], [...theirs.seatsElsewhere(NOW)].sort()],
    [
      [['a', 2]],
      [
        ['a', 2],
        ['b', 1],
      ],
    ],
  )
  theirs.leaveSeat(seats[1]?.number ?? 0)
  assert.deepEqual(states(), ['free', 'lost', 'free', 'waiting'])
  mine.leaveSeat(seats[0]?.number ?? 0)
  assert.deepEqual(states(), ['lost', 'lost', 'free', 'free'])
})

test('the seat of a process that has ended is free at once; one that is silent is doubted first, and may come back', (t) => {
  const gone = new Set<number>()
  const [mine, killed, silent] = ledgersOf(t, 3, gone)
  assert.ok(mine !== undefined && killed !== undefined && silent !== undefined)
  take(killed)
  const held = take(silent)
  const [first, second] = [take(mine), take(mine)]
  assert.deepEqual([stateOf(first), stateOf(second)], ['waiting', 'waiting'])
  gone.add(2)
  assert.deepEqual([stateOf(first), stateOf(second)], ['free', 'waiting'])
  const expired = plus(NOW, LEASE)
  for (const seat of [first, second]) renew(seat, plus(NOW, hours(1)))
  assert.equal(stateOf(second, expired), 'waiting', 'doubted')
  assert.equal(renew(held, expired), true)
  const again = plus(expired, LEASE)
  assert.deepEqual([stateOf(second, again), stateOf(second, plus(again, seconds(119)))], ['waiting', 'waiting'])
  assert.equal(stateOf(second, plus(again, GRACE)), 'free')
  assert.deepEqual([stateOf(held, again), renew(held, again)], ['lost', false])
})

test('a seat that a clock running ahead has given does not stay for ever', (t) => {
  const [mine, other] = ledgersOf(t, 2)
  assert.ok(mine !== undefined && other !== undefined)
  take(other, plus(NOW, hours(24)))
  take(other, plus(NOW, hours(24)))
  assert.deepEqual([...mine.seatsElsewhere(NOW)], [], 'the plan goes on, or nobody would ask')
  const seat = take(mine)
  assert.equal(stateOf(seat), 'waiting')
  assert.equal(stateOf(seat, plus(NOW, GRACE)), 'free')
})

test('a query waits for its seat, keeps it while it runs, and gives it back when it fails or is stopped', async (t) => {
  const [mine, theirs] = ledgersOf(t, 2)
  assert.ok(mine !== undefined && theirs !== undefined)
  const clock = fakeClock(NOW)
  const budget = new RequestBudget(
    { concurrent: 2, rate: 9, per: seconds(30) },
    { identityOf: (workspace) => workspace },
  )
  budget.share(mine)
  const [first, second] = [take(theirs), take(theirs)]
  let asked = false
  let fail = (_: Error): void => undefined
  const query = budget.seated('a', clock, signal, async () => {
    asked = true
    return new Promise((_, reject) => (fail = reject))
  })
  query.catch(() => undefined)
  const third = take(theirs)
  const pass = async (time: Duration): Promise<void> => {
    clock.advance(time)
    await turn()
    for (const seat of [first, second, third]) renew(seat, clock.now())
  }
  // Longer than a lease: who waits keeps its turn.
  for (let minute = 0; minute < 10; minute += 1) await pass(minutes(1))
  assert.equal(asked, false)
  theirs.leaveSeat(first.number)
  await pass(seconds(1))
  assert.equal(asked, true)
  for (let minute = 0; minute < 10; minute += 1) {
    await pass(minutes(1))
    assert.equal(stateOf(third, clock.now()), 'waiting', `minute ${minute}`)
  }
  fail(new Error('no answer'))
  await assert.rejects(query, /no answer/)
  assert.equal(stateOf(third, clock.now()), 'free')

  const stop = new AbortController()
  const waiting = budget.seated('a', clock, stop.signal, async () => undefined)
  await turn()
  stop.abort(new Error('stopped'))
  await assert.rejects(waiting, /stopped/)
  assert.deepEqual([...theirs.seatsElsewhere(clock.now())], [])
})

test('who slept through its turn waits for another one', async (t) => {
  const [mine, theirs] = ledgersOf(t, 2)
  assert.ok(mine !== undefined && theirs !== undefined)
  const clock = fakeClock(NOW)
  const budget = new RequestBudget(
    { concurrent: 1, rate: 9, per: seconds(30) },
    { identityOf: (workspace) => workspace },
  )
  budget.share(mine)
  const held = take(theirs)
  const query = budget.seated('a', clock, signal, async () => 'answer')
  await turn()
  // Found to be silent, and given away, before it could renew.
  mine.leaveSeat(held.number + 1)
  clock.advance(seconds(1))
  await turn()
  assert.deepEqual([...theirs.seatsElsewhere(clock.now())], [['a', 1]])
  theirs.leaveSeat(held.number)
  clock.advance(seconds(1))
  assert.equal(await query, 'answer')
})

test('who plans begins nothing more while others have all seats, and always something', (t) => {
  const [mine, theirs] = ledgersOf(t, 2)
  assert.ok(mine !== undefined && theirs !== undefined)
  const budget = new RequestBudget(
    { concurrent: 2, together: 3, rate: 99, per: seconds(30) },
    { identityOf: (workspace) => workspace },
  )
  budget.share(mine)
  const [first] = [take(theirs), take(theirs), take(theirs)]
  take(theirs, NOW, 'b')
  assert.equal(budget.mayBegin('a', NOW), true, 'it waits in its turn')
  budget.begin('a', NOW)
  budget.begin('b', NOW)
  assert.deepEqual([budget.mayBegin('a', NOW), budget.mayBegin('b', NOW)], [false, true])
  theirs.leaveSeat(first.number)
  theirs.leaveSeat(first.number + 1)
  assert.equal(budget.mayBegin('a', plus(NOW, seconds(1))), true)
  budget.begin('a', NOW)
  assert.equal(budget.mayBegin('a', plus(NOW, seconds(2))), false, 'two here')
  budget.end('a')
  assert.equal(budget.mayBegin('a', plus(NOW, LEASE)), true, 'seats that nobody renews')
})

/** Lets everything that is ready run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
