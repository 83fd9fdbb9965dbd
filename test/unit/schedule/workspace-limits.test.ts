import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Duration } from '../../../src/domain/time.ts'
import { openLedger, processOwner } from '../../../src/ledger/index.ts'
import type { LedgerWithHistory } from '../../../src/ledger/index.ts'
import { inGatedPool } from '../../../src/run/index.ts'
import { makePlan, RequestBudget, Runner } from '../../../src/schedule/index.ts'
import type { WorkspaceLimits } from '../../../src/schedule/budget.ts'
import { minutes, seconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import type { FakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, testPorts } from '../../support/run-ports.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { namesTable } from '../../support/tables.ts'

const NOW = at('2026-03-02T10:00Z')

function budgetWith(limits: Readonly<Record<string, WorkspaceLimits>>, concurrent = 4): RequestBudget {
  return new RequestBudget(
    { concurrent, together: 5, rate: 200, per: seconds(30) },
    { limitsOf: (workspace) => limits[workspace] },
  )
}

/** Ledgers of two processes over one file. */
function ledgersOf(t: TestContext): readonly [LedgerWithHistory, LedgerWithHistory] {
  const path = join(tempFolder(t), 'hunt.db')
  const open = (pid: number): LedgerWithHistory =>
    openLedger(path, { owner: processOwner({ host: 'here', pid, startedAt: NOW, isRunning: () => true }) })
  const ledgers = [open(1), open(2)] as const
  t.after(() => ledgers.forEach((ledger) => ledger.close()))
  return ledgers
}

/** Lets everything that is ready happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Piece {
  readonly workspace: string
  readonly takes: Duration
}

/** Plays the pieces on a fake clock; at which second each began, in order, by workspace. */
async function play(
  pieces: readonly Piece[],
  gate: RequestBudget,
  { clock = fakeClock(NOW), concurrency = 4 }: { readonly clock?: FakeClock; readonly concurrency?: number } = {},
): Promise<Record<string, number[]>> {
  const began: Record<string, number[]> = {}
  const work = async ({ workspace, takes }: Piece): Promise<undefined> => {
    const list = (began[workspace] ??= [])
    list.push((clock.now() - NOW) / 1000)
    await clock.sleep(takes)
  }
  const pool = inGatedPool(
    pieces,
    { workspaceOf: ({ workspace }) => workspace, work, concurrency, gate, clock },
    new AbortController().signal,
  )
  const state = { over: false }
  const end = pool.finally(() => (state.over = true))
  for (let step = 0; step < 2000 && !state.over; step += 1) {
    await settle()
    if (!state.over) clock.advance(seconds(1))
  }
  await end
  return began
}

const pieces = (workspace: string, count: number, takes: Duration): Piece[] =>
  Array.from({ length: count }, () => ({ workspace, takes }))

test('a workspace with a limit waits by itself: the others go on past it', async () => {
  const budget = budgetWith({ small: { concurrency: 1 } })
  const began = await play([...pieces('small', 3, seconds(10)), ...pieces('big', 6, seconds(10))], budget)
  assert.deepEqual(began, { small: [0, 10, 20], big: [0, 0, 0, 10, 10, 10] })
})

test('a workspace begins no more than its rate in 30 seconds, also with parts and retries', async () => {
  const budget = budgetWith({ small: { rate: 2 } })
  assert.deepEqual(await play(pieces('small', 5, seconds(1)), budget), { small: [0, 0, 30, 30, 60] })
  const clock = fakeClock(plus(NOW, seconds(61)))
  const { signal } = new AbortController()
  await budget.another('small', clock, signal)
  let isThrough = false
  const waiting = budget.another('small', clock, signal).then(() => (isThrough = true))
  await settle()
  assert.equal(isThrough, false, 'with those of 60 s and 61 s it would be three')
  assert.equal(budget.mayBegin('other', clock.now()), true)
  clock.advance(seconds(29))
  await waiting
})

test('a limit narrows what the identity may, and never widens it', () => {
  const budget = budgetWith({ small: { concurrency: 16 } }, 2)
  budget.begin('small', NOW)
  budget.begin('other', NOW)
  assert.equal(budget.mayBegin('small', NOW), false, 'two of the identity')
  assert.deepEqual(
    budget.usage(NOW).map(({ workspace, limits, running }) => [workspace, limits.concurrent, running]),
    [
      [undefined, 2, 2],
      ['small', 2, 1],
    ],
  )
})

test('seats of other processes count for the workspace; a second query stands back for them half a minute, not for ever', async (t) => {
  const [mine, theirs] = ledgersOf(t)
  const budget = budgetWith({ small: { concurrency: 2 } })
  budget.share(mine)
  theirs.takeSeat('workspace small', plus(NOW, minutes(9)))
  budget.begin('small', NOW)
  assert.equal(budget.mayBegin('small', NOW), false)
  assert.equal(budget.mayBegin('other', NOW), true)
  assert.deepEqual(await play([...pieces('small', 1, seconds(1)), ...pieces('other', 1, seconds(1))], budget), {
    small: [30],
    other: [0],
  })
})

test('a query has a seat of its workspace and one of its identity; while it waits for the first it keeps none of the second', async (t) => {
  const [mine, theirs] = ledgersOf(t)
  const budget = budgetWith({ small: { concurrency: 1 } })
  budget.share(mine)
  const clock = fakeClock(NOW)
  const first = theirs.takeSeat('workspace small', plus(NOW, minutes(9)))
  const seats = (): Record<string, number> => Object.fromEntries(theirs.seatsElsewhere(clock.now()))
  let meanwhile: Record<string, number> | undefined
  const asked = budget.seated('small', clock, new AbortController().signal, async () => {
    meanwhile = seats()
    return 'answer'
  })
  await settle()
  assert.deepEqual(seats(), { 'workspace small': 1 })
  theirs.leaveSeat(first)
  clock.advance(seconds(1))
  assert.equal(await asked, 'answer')
  assert.deepEqual(meanwhile, { 'workspace small': 1, '': 1 })
  assert.deepEqual(seats(), {})
})

test('what is left of an item comes before those behind it; after the signal nothing begins', async () => {
  const stop = new AbortController()
  const done: string[] = []
  const work = async (item: readonly string[]): Promise<readonly string[] | undefined> => {
    const [first = '', ...rest] = item
    done.push(first)
    if (first === 'b1') stop.abort()
    return rest.length === 0 ? undefined : rest
  }
  const options = { workspaceOf: () => 'a', work, concurrency: 1, gate: undefined, clock: fakeClock(NOW) }
  await inGatedPool([['a1', 'a2'], ['b1', 'b2'], ['c1']], options, stop.signal)
  assert.deepEqual(done, ['a1', 'a2', 'b1'])
})

test('the scheduler keeps to the limit of a workspace and runs the others meanwhile', async () => {
  const ports = testPorts()
  ports.clock.set(at('2026-03-02T00:00Z'))
  const rules = ['a', 'b', 'c'].map((id) => hourlyRule({ id, query: id }))
  const running = new Map<string, number>()
  const most = new Map<string, number>()
  ports.backend.answers = Object.fromEntries(
    rules.map(({ query }) => [
      query,
      async ({ workspace }: { readonly workspace: string }) => {
        running.set(workspace, (running.get(workspace) ?? 0) + 1)
        most.set(workspace, Math.max(most.get(workspace) ?? 0, running.get(workspace) ?? 0))
        await settle()
        running.set(workspace, (running.get(workspace) ?? 0) - 1)
        return complete(namesTable(query))
      },
    ]),
  )
  const budget = budgetWith({ small: { concurrency: 1 } })
  const runner = new Runner(
    { ...ports, random: () => 0, onEvent: () => undefined },
    { concurrency: 4, withJitter: false, budget },
    new AbortController().signal,
    () => undefined,
  )
  const plan = makePlan(rules, { ...SETTINGS, workspaces: ['small', 'big'] })
  const scope = { rules, workspaces: ['small', 'big'], isWhole: true }
  runner.look(plan, scope)
  ports.clock.advance(minutes(66))
  runner.look(plan, scope)
  await runner.idle()
  assert.deepEqual([most.get('small'), most.get('big')], [1, 3])
})
