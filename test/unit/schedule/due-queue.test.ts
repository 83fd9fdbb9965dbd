import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Severity } from '../../../src/domain/rule.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { RequestBudget } from '../../../src/schedule/budget.ts'
import { DueQueue } from '../../../src/schedule/due-queue.ts'
import type { QueueEntry } from '../../../src/schedule/due-queue.ts'
import { hours, minutes, seconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { simulate } from '../../../bench/schedule/simulate.ts'

const NOW = at('2026-03-02T10:00Z')

function entry(key: string, changes: Partial<QueueEntry> = {}): QueueEntry {
  return { key, workspace: 'prod', severity: 'Medium', dueAt: NOW, isBacklog: false, ...changes }
}

/** Each workspace is an identity. */
const EACH = { identityOf: (workspace: string): string => workspace }

/** Takes all, each charged with a second. */
function order(queue: DueQueue<QueueEntry>, now = NOW): string {
  const keys: string[] = []
  for (let next = queue.take(now, () => true); next !== undefined; next = queue.take(now, () => true)) {
    keys.push(next.key)
    queue.charge(next.workspace, seconds(1))
  }
  return keys.join(' ')
}

function queueOf(...entries: readonly QueueEntry[]): DueQueue<QueueEntry> {
  const queue = new DueQueue<QueueEntry>()
  for (const each of entries) queue.put(each)
  return queue
}

test('the most overdue comes first, and lateness counts four times for a grave rule', () => {
  const late = (minute: number): QueueEntry['dueAt'] => plus(NOW, minutes(-minute))
  const queue = queueOf(
    entry('a', { dueAt: late(1) }),
    entry('b', { dueAt: late(9) }),
    entry('grave', { dueAt: late(5), severity: 'High' }),
    entry('slight', { dueAt: late(17), severity: 'Informational' }),
  )
  assert.equal(order(queue), 'grave b slight a')
})

test('a workspace with a thousand rules does not crowd out one with two', () => {
  const many = Array.from({ length: 1000 }, (_, n) =>
    entry(`m${n}`, { workspace: 'big', dueAt: plus(NOW, minutes(-60)) }),
  )
  const queue = queueOf(...many, entry('s1', { workspace: 'small' }), entry('s2', { workspace: 'small' }))
  const keys = order(queue).split(' ')
  assert.ok(keys.indexOf('s1') < 3 && keys.indexOf('s2') < 5, keys.slice(0, 6).join(' '))
})

test('what is caught up and what is new take turns', () => {
  const old = ['o1', 'o2', 'o3'].map((key) => entry(key, { isBacklog: true, dueAt: plus(NOW, hours(-9)) }))
  const fresh = ['n1', 'n2', 'n3'].map((key) => entry(key))
  assert.match(order(queueOf(...old, ...fresh)), /^(o\d n\d ?){3}$/)
})

test('a pair waits once; an entry that was replaced or removed does not come', () => {
  const queue = queueOf(entry('a'), entry('b'), entry('a', { workspace: 'other' }))
  queue.remove('b')
  assert.equal(queue.size, 1)
  assert.equal(
    queue.take(NOW, (workspace) => workspace === 'prod'),
    undefined,
  )
  assert.equal(order(queue), 'a')
})

test('an identity has so many queries at once and so many in a span of time', () => {
  const budget = new RequestBudget({ concurrent: 2, rate: 3, per: seconds(30) }, EACH)
  const begin = (second: number): boolean => {
    const now = plus(NOW, seconds(second))
    if (!budget.mayBegin('a', now)) return false
    budget.begin('a', now)
    return true
  }
  assert.deepEqual([begin(0), begin(1), begin(1)], [true, true, false], 'two at once')
  budget.end('a')
  budget.end('a')
  assert.deepEqual([begin(2), begin(29)], [true, false], 'three in thirty seconds')
  assert.equal(budget.nextBegin('a', plus(NOW, seconds(29))), plus(NOW, seconds(30)))
  assert.equal(budget.mayBegin('b', NOW), true, 'another identity has its own')
  assert.deepEqual([begin(30)], [true])
})

test('a share of the rate leaves the rest to others', () => {
  const budget = new RequestBudget({ concurrent: 9, rate: 4, per: seconds(30) })
  for (const second of [0, 10, 20]) budget.begin('a', plus(NOW, seconds(second)))
  assert.equal(budget.nextBegin('a', plus(NOW, seconds(21)), 0.5), plus(NOW, seconds(40)))
  assert.ok(budget.nextBegin('a', plus(NOW, seconds(21))) <= plus(NOW, seconds(21)))
  budget.begin('a', plus(NOW, seconds(22)))
  budget.begin('a', plus(NOW, seconds(31)))
  assert.equal(budget.nextBegin('a', plus(NOW, seconds(32)), 0.5), plus(NOW, seconds(52)), 'around the ring')
})

test('two processes of one identity share its rate through the ledger, and a further query waits for it', async (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ledgers = [openLedger(path), openLedger(path)]
  t.after(() => ledgers.forEach((ledger) => ledger.close()))
  const [mine, theirs] = ledgers.map((ledger) => {
    const budget = new RequestBudget({ concurrent: 9, rate: 3, per: seconds(30) }, EACH)
    budget.share(ledger)
    return budget
  })
  assert.ok(mine !== undefined && theirs !== undefined)
  mine.begin('a', NOW)
  theirs.begin('a', plus(NOW, seconds(5)))
  theirs.begin('a', plus(NOW, seconds(5)))
  assert.equal(mine.mayBegin('a', plus(NOW, seconds(6))), false, 'three of both')
  assert.equal(mine.mayBegin('b', plus(NOW, seconds(6))), true)
  const clock = fakeClock(plus(NOW, seconds(6)))
  const waiting = mine.another('a', clock, new AbortController().signal)
  while (clock.sleepers > 0) clock.advance(seconds(1))
  await waiting
  assert.ok(clock.now() >= plus(NOW, seconds(30)) && clock.now() <= plus(NOW, seconds(32)), `${clock.now() - NOW}`)
  assert.equal(theirs.mayBegin('a', clock.now()), false, 'it counts as the third')
  assert.deepEqual(
    mine.usage(plus(NOW, seconds(6))).map(({ running }) => running),
    [1, 0],
  )
})

test('a day of many rules stays within the budget; nobody starves, and the grave wait least', () => {
  const day = { rules: 300, workspaces: 5, identities: 1, length: hours(24), query: seconds(4), jitter: minutes(10) }
  const { left, delays, bySeverity, mostAtOnce, use } = simulate(day)
  assert.ok(mostAtOnce <= 5 && use > 0.3, `${mostAtOnce} ${use}`)
  assert.ok(left < 300 && (delays.at(-1) ?? 0) < hours(2), `${left} ${delays.at(-1)}`)
  const median = (severity: Severity): number => bySeverity.get(severity)?.at(-100) ?? Number.NaN
  assert.ok(median('High') <= median('Informational'), `${median('High')} ${median('Informational')}`)
})
