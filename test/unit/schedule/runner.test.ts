import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { AuthError, BackendError, LedgerError } from '../../../src/domain/errors.ts'
import type { QueryResult } from '../../../src/domain/ports.ts'
import type { ScheduledRule } from '../../../src/domain/rule.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { executeRun } from '../../../src/run/index.ts'
import { makePlan, RequestBudget, Runner } from '../../../src/schedule/index.ts'
import type { PlanSettings, ScheduleEvent } from '../../../src/schedule/index.ts'
import { days, hours, minutes, seconds } from '../../../src/time/duration.ts'
import { formatInstant, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const START = at('2026-03-02T00:00Z')

/** One pass at the clock's time. */
async function pass(ports: TestPorts, rules: readonly ScheduledRule[], settings: Partial<PlanSettings> = {}) {
  const all = { ...SETTINGS, ...settings }
  const { signal } = new AbortController()
  const runner = new Runner(
    { ...ports, random: () => 0.5, onEvent: () => undefined },
    { concurrency: 1, withJitter: false },
    signal,
    () => undefined,
  )
  runner.look(makePlan(rules, all), { rules, workspaces: all.workspaces, isWhole: true })
  await runner.idle()
}

test('a daemon reads only what somebody has changed and what has come due, and misses neither', async (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const [ledger, theirs] = [openLedger(path), openLedger(path)]
  t.after(() => [ledger, theirs].forEach((each) => each.close()))
  const clock = fakeClock(START)
  let wholes = 0
  const counting = {
    ...ledger,
    schedules: (filter: Parameters<typeof ledger.schedules>[0] = {}) => {
      if (filter.ruleId === undefined) wholes += 1
      return ledger.schedules(filter)
    },
  }
  const ports = testPorts({ ledger: counting, clock })
  const rules = ['a', 'b'].map((id) =>
    hourlyRule({ id, query: id, queryFrequency: minutes(1), queryPeriod: minutes(1) }),
  )
  const plan = makePlan(rules, SETTINGS)
  const scope = { rules, workspaces: SETTINGS.workspaces, isWhole: true }
  const options = { concurrency: 1, withJitter: false, wholeEvery: hours(1) }
  const gapsSaid: string[] = []
  const onEvent = (event: ScheduleEvent): void => {
    if (event.kind === 'gap') gapsSaid.push(formatInstant(event.gap.firstSlot).slice(11, 16))
  }
  const all = { ...ports, random: () => 0.5, onEvent }
  const runner = new Runner(all, options, new AbortController().signal, () => undefined)
  const [first] = rules
  assert.ok(first !== undefined)
  const pair = { ruleId: first.id, workspace: 'local' }
  /** What is asked at that minute, and after it nothing. */
  const askedAt = async (minute: number): Promise<string> => {
    clock.set(plus(START, minutes(minute)))
    const before = ports.backend.asked.length
    for (let looks = 0; looks < 2; looks += 1) {
      runner.look(plan, scope)
      await runner.idle()
    }
    return ports.backend.asked
      .slice(before)
      .map(({ query, now }) => `${query}${minuteOf(now ?? START).slice(3)}`)
      .sort()
      .join(' ')
  }
  assert.equal(await askedAt(0), 'a00 b00')
  const atStart = wholes
  assert.equal(await askedAt(1), 'a01 b01')
  theirs.pause([pair], clock.now(), undefined)
  assert.equal(await askedAt(2), 'b02')
  assert.equal(await askedAt(3), 'b03')
  theirs.resume([pair], clock.now())
  assert.equal(await askedAt(4), 'a04 b04')
  assert.deepEqual(
    ledger.gaps().map(({ reason, slotCount }) => [reason, slotCount]),
    [['paused', 2]],
  )
  assert.deepEqual(gapsSaid, ['00:02'], 'that it is paused, and not each slot of it')
  // Somebody else was faster.
  clock.set(plus(START, minutes(5)))
  const request = runRequest(first, { slot: plus(START, minutes(5)), purpose: 'slot', workspace: 'local' })
  await executeRun(request, { ...testPorts({ clock }), ledger: theirs }, new AbortController().signal)
  assert.equal(await askedAt(5), 'b05')
  assert.equal(await askedAt(9), 'a06 a07 a08 a09 b06 b07 b08 b09')
  assert.equal(wholes, atStart)
  assert.equal(await askedAt(8), '', 'a clock that went back')
  assert.equal((await askedAt(70)).split(' ').length, 2 * 61)
  assert.ok(wholes > atStart)
})

test('runs that end in whatever order: each slot once, and idle means that nothing runs any more', async () => {
  const clock = fakeClock(START)
  let asked = 0
  // As answers come: each takes another number of turns.
  const answer = async (): Promise<QueryResult> => {
    asked += 1
    for (let turns = (asked * 7) % 11; turns > 0; turns -= 1) await Promise.resolve()
    return complete(namesTable())
  }
  const rules = ['a', 'b', 'c'].map((id) => hourlyRule({ id, query: id }))
  const ports = testPorts({ clock, backend: scriptedBackend({ a: answer, b: answer, c: answer }) })
  const plan = makePlan(rules, SETTINGS)
  const scope = { rules, workspaces: SETTINGS.workspaces, isWhole: true }
  const budget = new RequestBudget({ concurrent: 5, rate: 100_000, per: seconds(30) })
  const all = { ...ports, random: () => 0.5, onEvent: () => undefined }
  const options = { concurrency: 5, withJitter: false, budget }
  const runner = new Runner(all, options, new AbortController().signal, () => undefined)
  runner.look(plan, scope)
  await runner.idle()
  clock.set(plus(START, hours(100)))
  runner.look(plan, scope)
  await runner.idle()
  const runs = ports.ledger.runs({ limit: 1000 })
  assert.deepEqual([runs.length, new Set(runs.map(({ status }) => status))], [303, new Set(['complete'])])
})

test('a ledger that is locked while the scheduler plans: the look after it says so, and every slot is run', async () => {
  const clock = fakeClock(START)
  const ports = testPorts({ clock })
  let isLocked = false
  const refusing =
    <Arguments extends readonly unknown[], Result>(work: (...given: Arguments) => Result) =>
    (...given: Arguments): Result => {
      if (isLocked) throw new LedgerError({ code: 'ledger/locked', message: 'by another', retryable: true })
      return work(...given)
    }
  const { takeRequest, nextRequest, seatsElsewhere, setReconciled } = ports.ledger
  const shared = {
    ...ports.ledger,
    takeRequest: refusing(takeRequest),
    nextRequest: refusing(nextRequest),
    seatsElsewhere: refusing(seatsElsewhere),
    setReconciled: refusing(setReconciled),
  }
  const budget = new RequestBudget({ concurrent: 2, rate: 100, per: seconds(30) })
  budget.share(shared)
  const backend = scriptedBackend({
    // Locked by the time that the first run ends and asks who is next, and when the next look begins something.
    a: async () => {
      isLocked = true
      return complete(namesTable())
    },
    b: async () => complete(namesTable()),
    c: async () => complete(namesTable()),
  })
  const rules = ['a', 'b', 'c'].map((id) => hourlyRule({ id, query: id }))
  const plan = makePlan(rules, SETTINGS)
  const scope = { rules, workspaces: SETTINGS.workspaces, isWhole: true }
  const all = { ...ports, ledger: shared, backend, random: () => 0.5, onEvent: () => undefined }
  const options = { concurrency: 2, withJitter: false, budget, reconcile: hours(1) }
  const runner = new Runner(all, options, new AbortController().signal, () => undefined)
  const troubles: string[] = []
  for (let looks = 0; looks < 6; looks += 1) {
    if (looks === 4) isLocked = false
    clock.set(plus(clock.now(), seconds(10)))
    try {
      runner.look(plan, scope)
    } catch (error) {
      troubles.push(error instanceof LedgerError ? error.code : String(error))
    }
    // As the daemon, which waits for nothing between two looks: nobody hears of what a run rejects with.
    for (let turns = 0; turns < 20; turns += 1) await setImmediate()
  }
  assert.ok(troubles.length > 0)
  assert.deepEqual(new Set(troubles), new Set(['ledger/locked']))
  assert.equal(budget.usage(clock.now())[0]?.running, 0)
  assert.deepEqual(
    ports.ledger
      .runs({})
      .map(({ key, status }) => [key.ruleId, status])
      .sort(),
    ['a', 'b', 'c'].map((id) => [id, 'complete']),
  )
})

test('a pass that began with a clock that was ahead does not go on to search what has not come yet', async () => {
  const ahead = plus(START, hours(3))
  const clock = fakeClock(ahead)
  let asked = 0
  const backend = scriptedBackend({
    q: async () => {
      asked += 1
      clock.set(plus(START, minutes(10)))
      return complete(namesTable())
    },
  })
  const ports = testPorts({ clock, backend })
  const rule = hourlyRule({ query: 'q' })
  const all = { ...ports, random: () => 0.5, onEvent: () => undefined }
  const options = { concurrency: 1, withJitter: false, until: ahead }
  const runner = new Runner(all, options, new AbortController().signal, () => undefined)
  runner.look(makePlan([rule], SETTINGS), { rules: [rule], workspaces: SETTINGS.workspaces, isWhole: true })
  // Without end it would not come to its end either.
  for (let turns = 0; turns < 200 && runner.isBusy; turns += 1) await setImmediate()
  assert.equal(runner.isBusy, false)
  assert.equal(asked, 1)
})

const minuteOf = (instant: Parameters<typeof formatInstant>[0]): string => formatInstant(instant).slice(11, 16)

test('a delay that becomes shorter leaves no minute unsearched, one that becomes longer none twice', async () => {
  const ports = testPorts()
  const rule = hourlyRule()
  for (const [hour, delay] of [5, 30, 30, 5, 5].entries()) {
    ports.clock.set(plus(START, hours(hour)))
    await pass(ports, [rule], { delay: minutes(delay) })
  }
  assert.deepEqual(
    ports.backend.asked.map(({ window }) => window && [minuteOf(window.start), minuteOf(window.end)]),
    [
      ['22:55', '23:55'],
      ['23:30', '00:30'],
      ['00:30', '01:30'],
      ['01:30', '02:55'],
      ['02:55', '03:55'],
    ],
  )
  assert.equal(ports.ledger.coverage().length, 1)
})

test('a rule waits for the slowest of its tables, unless it says itself how long', async () => {
  const ports = testPorts({})
  ports.clock.set(START)
  const tableDelays = new Map([
    ['signinlogs', minutes(20)],
    ['AWSCloudTrail', minutes(45)],
    ['Other', hours(5)],
  ])
  const named = hourlyRule({ id: '1', query: 'SigninLogs | union AWSCloudTrail', requiredTables: [] })
  const declared = hourlyRule({ id: '2', query: 'parser()', requiredTables: ['SigninLogs'] })
  const scheduling = { cron: undefined, delay: minutes(1), overlap: undefined, maxCatchUp: undefined }
  const own = hourlyRule({ id: '3', query: 'SigninLogs', requiredTables: [], scheduling })
  const none = hourlyRule({ id: '4', query: 'T | where x == 1', requiredTables: [] })
  await pass(ports, [named, declared, own, none], { tableDelays, delay: minutes(7) })
  const ends = ports.backend.asked.map(({ query, window }) => [query, window && minuteOf(window.end)] as const)
  assert.deepEqual(
    Object.fromEntries(ends),
    Object.fromEntries([
      [named.query, '23:15'],
      [declared.query, '23:40'],
      [own.query, '23:59'],
      [none.query, '23:53'],
    ]),
  )
})

test('what failed while the clock was ahead waits no longer than usual when it is right again', async () => {
  const rule = hourlyRule()
  const tooSlow = new BackendError({ code: 'backend/timeout', message: 'too slow', retryable: true })
  const badQuery = new BackendError({ code: 'backend/bad-request', message: 'no', retryable: false })
  for (const failure of [tooSlow, badQuery]) {
    const ports = testPorts()
    ports.clock.set(START)
    await pass(ports, [rule])
    ports.clock.set(plus(START, days(3)))
    ports.backend.answers = { [rule.query]: failure }
    await pass(ports, [rule])
    ports.clock.set(plus(START, hours(2)))
    ports.backend.answers = {}
    await pass(ports, [rule])
    ports.clock.advance(minutes(6))
    await pass(ports, [rule])
    const done = ports.ledger.runs({}).filter(({ status }) => status === 'complete')
    assert.equal(done.length, 3, failure.code)
  }
})

test('an overlap finds what came late, and what is known from before a restart opens nothing again', async (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const events = [
    { name: 'punctual', time: minutes(30), arrives: minutes(31) },
    { name: 'late', time: minutes(50), arrives: minutes(80) },
    { name: 'later than the overlap reads', time: minutes(10), arrives: minutes(170) },
  ]
  const rule = hourlyRule({ eventGrouping: 'AlertPerResult' })
  const opened: string[][] = []
  for (const hour of [1, 2, 3, 4]) {
    const ledger = openLedger(path)
    const clock = fakeClock(plus(START, hours(hour)))
    const ports = testPorts({ ledger, clock })
    ports.backend.answers = {
      [rule.query]: async ({ window }) => {
        const isSeen = ({ time, arrives }: (typeof events)[number]): boolean =>
          window !== undefined &&
          plus(START, time) >= window.start &&
          plus(START, time) < window.end &&
          plus(START, arrives) <= clock.now()
        return complete(namesTable(...events.filter(isSeen).map(({ name }) => name)))
      },
    }
    await pass(ports, [rule], { overlap: minutes(30) })
    opened.push(
      ports.writer.written.flatMap(({ findings }) => [...findings].map(({ row, isNew }) => `${row[0]} ${isNew}`)),
    )
    ledger.close()
  }
  assert.deepEqual(opened, [['punctual true'], ['punctual false', 'late true'], [], []])
})

test('a pair that begins with a slot beyond the retention searches what is left, and says so in its first pass', async () => {
  const rule = hourlyRule({ queryPeriod: hours(5) })
  const gone = { code: 'backend/beyond-retention', message: 'older', hint: '', retryable: false, context: {} }
  const partial: QueryResult = { ...complete(namesTable('a')), status: 'partial', partialError: gone }
  const ports = testPorts({ backend: scriptedBackend({ [rule.query]: async () => partial }) })
  ports.clock.set(START)
  await pass(ports, [rule], { retention: hours(4) })
  const told = () =>
    ports.ledger.gaps().map(({ reason, slotCount, firstSlot }) => [reason, slotCount, formatInstant(firstSlot)])
  assert.deepEqual(told(), [['retention', 1, '2026-03-02T00:00:00Z']])
  const runs = ports.ledger.runs({ limit: 9 })
  assert.deepEqual(
    runs.map(({ status, result }) => [status, result?.alertCount]),
    [['partial', 1]],
  )
  assert.equal(ports.ledger.schedules()[0]?.failing?.error.code, 'backend/beyond-retention')
  await pass(ports, [rule], { retention: hours(4) })
  assert.equal(ports.ledger.runs({ limit: 9 }).length, 1, 'and does not search it again')
})

test('a slot that has grown older than what is kept is given up alone, and holds up no later one', async () => {
  const gone = { code: 'backend/beyond-retention', message: 'older', hint: '', retryable: false, context: {} }
  const rule = hourlyRule()
  const isFirst = (now: unknown): boolean => now === START
  const ports = testPorts({
    backend: scriptedBackend({
      [rule.query]: async ({ now }): Promise<QueryResult> =>
        isFirst(now)
          ? { ...complete(namesTable('a')), status: 'partial', partialError: gone }
          : complete(namesTable('b')),
    }),
  })
  ports.clock.set(START)
  await pass(ports, [rule], { retention: hours(4) })
  ports.clock.set(plus(START, hours(1)))
  await pass(ports, [rule], { retention: hours(4) })
  const [state] = ports.ledger.schedules()
  assert.equal(state?.failing, undefined, 'the rule itself is well')
  assert.equal(state?.settledThrough, plus(START, hours(1)))
  assert.deepEqual(
    ports.ledger.gaps().map(({ reason, slotCount, error }) => [reason, slotCount, error?.code]),
    [['retention', 1, 'backend/beyond-retention']],
  )
})

test('what a workspace no longer keeps is a gap there, and only there', async () => {
  const ports = testPorts()
  const settings: Partial<PlanSettings> = {
    workspaces: ['long', 'short'],
    retentionOf: (workspace) => (workspace === 'short' ? hours(4) : undefined),
  }
  ports.clock.set(START)
  await pass(ports, [hourlyRule()], settings)
  ports.clock.set(plus(START, hours(10)))
  await pass(ports, [hourlyRule()], settings)
  assert.deepEqual(
    ports.ledger.gaps().map(({ workspace, reason, slotCount }) => [workspace, reason, slotCount]),
    [['short', 'retention', 7]],
  )
})

test('what is mended for one rule is tried at once by those that failed for it, and by no others', async () => {
  const rules = ['a', 'b', 'c'].map((id) => hourlyRule({ id, query: id }))
  let isMended = false
  const failures: Readonly<Record<string, string>> = { a: 'auth/login', b: 'auth/login', c: 'auth/forbidden' }
  const asked: string[] = []
  const ports = testPorts({
    backend: scriptedBackend(
      Object.fromEntries(
        rules.map(({ id }) => [
          id,
          async (): Promise<QueryResult> => {
            asked.push(id)
            if (isMended) return complete(namesTable(id))
            throw new AuthError({ code: failures[id] ?? '', message: 'no', hint: 'mend it', context: {} })
          },
        ]),
      ),
    ),
  })
  const passAt = async (minute: number): Promise<string> => {
    asked.length = 0
    ports.clock.set(plus(START, minutes(minute)))
    await pass(ports, rules)
    return asked.join(' ')
  }
  // Each pass asks with one rule, and holds the workspace then.
  assert.deepEqual([await passAt(0), await passAt(1), await passAt(2)], ['a', 'b', 'c'])
  assert.equal(await passAt(4), '')
  isMended = true
  assert.equal(await passAt(5), 'a', 'the first whose wait is over')
  assert.equal(await passAt(5), 'b', 'c fails for another reason')
  assert.equal(await passAt(7), 'c')
  assert.ok(ports.ledger.schedules().every(({ failing }) => failing === undefined))
})
