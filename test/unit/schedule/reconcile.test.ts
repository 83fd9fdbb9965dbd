import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError } from '../../../src/domain/errors.ts'
import type { QueryRequest, QueryResult } from '../../../src/domain/ports.ts'
import type { ScheduledRule } from '../../../src/domain/rule.ts'
import type { Duration, Instant } from '../../../src/domain/time.ts'
import { makePlan, RequestBudget, Runner } from '../../../src/schedule/index.ts'
import type { PlanSettings, RunnerOptions, ScheduleEvent } from '../../../src/schedule/index.ts'
import { days, hours, minutes, seconds } from '../../../src/time/duration.ts'
import { formatInstant, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const START = at('2026-03-02T00:00Z')
const AFTER = hours(6)

/** The clock stands still while a look lasts, so that no rate would ever open. */
const generous = (): RequestBudget => new RequestBudget({ concurrent: 4, rate: 10_000, per: seconds(30) })

interface Event {
  readonly name: string
  readonly time: Instant
  readonly arrives: Instant
}

interface World {
  readonly ports: TestPorts
  readonly rule: ScheduledRule
  readonly events: ScheduleEvent[]
  /** Looks at this moment, and waits until nothing is left. */
  look(moment: Instant, changes?: LookChanges): Promise<void>
  /** Looks every hour of this interval, its end excluded. */
  hourly(from: Instant, to: Instant): Promise<void>
  /** Slots that were searched once more and came out complete, in their order. */
  reconciled(): readonly string[]
}

interface LookChanges {
  readonly rule?: ScheduledRule
  readonly settings?: Partial<PlanSettings>
  readonly options?: Partial<RunnerOptions>
  readonly signal?: AbortSignal
}

/** A rule over events that become visible when they arrive, and over `answer` where it has one. */
function world(
  happenings: readonly Event[] = [],
  answer: (request: QueryRequest, now: Instant) => QueryResult | undefined = () => undefined,
): World {
  const clock = fakeClock(START)
  const rule = hourlyRule({ eventGrouping: 'AlertPerResult' })
  const query = async (request: QueryRequest): Promise<QueryResult> => {
    const { window } = request
    const now = clock.now()
    const rows = happenings.filter(
      ({ time, arrives }) => window !== undefined && time >= window.start && time < window.end && arrives <= now,
    )
    return answer(request, now) ?? complete(namesTable(...rows.map(({ name }) => name)))
  }
  const ports = testPorts({ clock, backend: scriptedBackend({ [rule.query]: query }) })
  const events: ScheduleEvent[] = []
  const look = async (moment: Instant, changes: LookChanges = {}): Promise<void> => {
    clock.set(moment)
    const settings = { ...SETTINGS, ...changes.settings }
    const rules = [changes.rule ?? rule]
    const runner = new Runner(
      { ...ports, random: () => 0.5, onEvent: (event) => void events.push(event) },
      { concurrency: 4, withJitter: false, reconcile: AFTER, budget: generous(), ...changes.options },
      changes.signal ?? new AbortController().signal,
      () => undefined,
    )
    runner.look(makePlan(rules, settings), { rules, workspaces: settings.workspaces, isWhole: true })
    await runner.idle()
  }
  return {
    ports,
    rule,
    events,
    look,
    async hourly(from, to) {
      for (let moment = from; moment < to; moment = plus(moment, hours(1))) await look(moment)
    },
    reconciled: () => slotsOf(ports, 'complete'),
  }
}

function slotsOf({ ledger }: TestPorts, status: string): readonly string[] {
  return ledger
    .runs({ limit: 1_000_000 })
    .filter((run) => run.purpose === 'reconciliation' && run.status === status)
    .map(({ key }) => formatInstant(key.slot))
    .reverse()
}

const afterStart = (duration: Duration): Instant => plus(START, duration)
/** The 24 slots of the first day. */
const DAY = Array.from({ length: 24 }, (_, n) => formatInstant(afterStart(hours(n))))

function event(name: string, time: Duration, delay: Duration): Event {
  return { name, time: afterStart(time), arrives: plus(afterStart(time), delay) }
}

test('what came late is found the day after, opens one incident that says so, and what was known opens nothing', async () => {
  const { ports, hourly, reconciled } = world([
    event('punctual', hours(9), minutes(1)),
    event('late', hours(10), hours(3)),
    event('too late', hours(11), days(3)),
  ])
  await hourly(START, afterStart(hours(30)))
  assert.deepEqual(reconciled(), [], 'the day is over, but not for long enough')
  await hourly(afterStart(hours(30)), afterStart(hours(54)))
  assert.deepEqual(reconciled(), DAY)
  const incidents = (ports.sinks[0]?.deliveries ?? []).map(({ incident }) => incident)
  assert.equal(incidents.length, 2)
  const [punctual, late] = incidents
  assert.equal(punctual?.alerts[0]?.late, undefined)
  assert.deepEqual(late?.alerts[0]?.late, { searchedAt: afterStart(hours(11)), isRuleChanged: false })
  assert.equal(late?.alerts[0]?.slot, afterStart(hours(11)))
  assert.match(late?.description ?? '', /^Late: not found when the slot was searched at 2026-03-02T11:00:00Z, because/)
  assert.deepEqual(
    ports.writer.written.flatMap((outcome) => (outcome.late === undefined ? [] : [formatInstant(outcome.key.slot)])),
    ['2026-03-02T11:00:00Z'],
    'files are written only where something is new',
  )
})

test('each slot once, also when processes end in the middle or two work on one ledger', async () => {
  const { ports, look, hourly, reconciled } = world()
  await hourly(START, afterStart(hours(30)))
  for (let round = 0; round < 6; round += 1) {
    const controller = new AbortController()
    const before = ports.backend.asked.length
    const stopping = scriptedStop(ports, () => ports.backend.asked.length - before > 3, controller)
    await look(afterStart(hours(30)), { signal: controller.signal })
    stopping()
  }
  assert.ok(reconciled().length > 0 && reconciled().length < 24, `${reconciled().length} are done`)
  await Promise.all([look(afterStart(hours(30))), look(afterStart(hours(30)))])
  assert.deepEqual([...reconciled()].sort(), DAY)
  await look(afterStart(hours(30)))
  assert.equal(reconciled().length, 24)
  assert.equal(ports.ledger.schedules()[0]?.reconciledThrough, afterStart(days(1)) - 1)
})

/** Aborts once the condition holds, at the next query. */
function scriptedStop(ports: TestPorts, isTime: () => boolean, controller: AbortController): () => void {
  const before = ports.backend.answers
  const [query, answer] = Object.entries(before)[0] ?? []
  if (query === undefined || typeof answer !== 'function') throw new TypeError('the world has one query')
  ports.backend.answers = {
    [query]: async (request, signal) => {
      if (isTime()) controller.abort()
      signal.throwIfAborted()
      return answer(request, signal)
    },
  }
  return () => {
    ports.backend.answers = before
  }
}

test('a claim that a killed process left is taken over, and its slot is reconciled', async () => {
  const { ports, look, hourly, reconciled, rule } = world()
  await hourly(START, afterStart(hours(30)))
  const key = { ruleId: rule.id, workspace: 'local', slot: afterStart(hours(5)), windowOverride: '' }
  const claim = ports.ledger.claim(key, ports.clock.now(), minutes(10), 'reconciliation')
  assert.equal(claim.kind, 'claimed')
  const claims = ports.ledger.claim
  let asked = 0
  Object.assign(ports.ledger, {
    claim: (...args: Parameters<typeof claims>) => {
      asked += 1
      return claims(...args)
    },
  })
  await look(afterStart(hours(30)))
  assert.deepEqual(reconciled(), [], 'it may still live')
  assert.equal(
    asked,
    1,
    'for the slot that is due; the late search of the same pair need not ask, and not again and again',
  )
  await look(afterStart(hours(31)))
  await look(plus(afterStart(hours(31)), minutes(4)))
  assert.deepEqual(reconciled(), DAY)
})

test('what is due comes first, and reconciliations run one at a time', async () => {
  const { ports, look, rule } = world()
  const settings = { workspaces: ['a', 'b', 'c'] }
  for (let hour = 0; hour < 30; hour += 1) await look(afterStart(hours(hour)), { settings })
  const before = ports.ledger.runs({ limit: 1_000_000 }).length
  let [running, most] = [0, 0]
  ports.backend.answers = {
    [rule.query]: async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return complete(namesTable())
    },
  }
  await look(afterStart(hours(30)), { settings })
  const runs = ports.ledger.runs({ limit: 1_000_000 }).slice(0, -before).reverse()
  assert.deepEqual(
    runs.slice(0, 3).map(({ purpose }) => purpose),
    ['slot', 'slot', 'slot'],
  )
  assert.equal(runs.filter(({ purpose }) => purpose === 'reconciliation').length, 3 * 24)
  assert.ok(most <= 4, `${most} at once`)
  const workspaces = runs.slice(3, 9).map(({ key }) => key.workspace)
  assert.deepEqual([...new Set(workspaces)].sort(), ['a', 'b', 'c'], 'in turns')
})

test('a pass reconciles for a while and leaves the rest to the next one', async () => {
  const { ports, look, hourly, reconciled } = world([], () => {
    ports.clock.advance(minutes(1))
    return undefined
  })
  await hourly(START, afterStart(hours(30)))
  await look(afterStart(hours(30)), { options: { reconcileFor: minutes(5) } })
  assert.equal(reconciled().length, 4, 'one of the five minutes goes to the slot that is due')
})

test('slots that were searched later than that anyway are left out, and so are gaps', async () => {
  const { ports, look, hourly, reconciled, rule } = world()
  await hourly(START, afterStart(hours(5)))
  ports.ledger.pause([{ ruleId: rule.id, workspace: 'local' }], afterStart(hours(5)), undefined)
  await hourly(afterStart(hours(5)), afterStart(hours(9)))
  ports.ledger.resume([{ ruleId: rule.id, workspace: 'local' }], afterStart(hours(9)))
  await hourly(afterStart(hours(9)), afterStart(hours(15)))
  // An outage until noon of the next day: nine slots of the first are caught up then.
  await look(afterStart(hours(36)))
  assert.deepEqual(
    reconciled(),
    DAY.filter((_, hour) => hour < 5 || (hour > 9 && hour < 15) || hour === 5),
  )
})

test('a slot that cannot be searched again is tried again later, and given up with a word', async () => {
  let isBroken = true
  const { ports, hourly, look, events, reconciled } = world([], ({ now }, clock) => {
    if (isBroken && clock > afterStart(days(1)) && now === afterStart(hours(3))) {
      throw new BackendError({ code: 'backend/timeout', message: 'too slow', retryable: true })
    }
    return undefined
  })
  await hourly(START, afterStart(hours(32)))
  assert.equal(reconciled().length, 23, 'the others go on')
  assert.equal(slotsOf(ports, 'failed').length, 2)
  assert.equal(ports.ledger.schedules()[0]?.failing, undefined, 'the rule itself is well')
  isBroken = false
  await look(afterStart(days(2)))
  assert.equal(reconciled().at(-1), DAY[3])

  const other = world([], (_, clock) => {
    if (clock < afterStart(hours(30))) return undefined
    throw new BackendError({ code: 'backend/timeout', message: 'too slow', retryable: true })
  })
  await other.hourly(START, afterStart(hours(30)))
  await other.look(afterStart(hours(30)))
  other.ports.backend.answers = {}
  await other.look(afterStart(days(9)), { settings: { maxCatchUp: days(7) } })
  assert.deepEqual(
    other.events.flatMap((each) => (each.kind === 'reconciliation-given-up' ? [each.slots] : [])),
    [24 + 6],
    'a whole day and what was searched of the next',
  )
  assert.deepEqual(events.map(({ kind }) => kind).includes('reconciliation-given-up'), false)
})

test('a clock that was ahead reconciles nothing for good', async () => {
  const { look, hourly, reconciled } = world()
  await hourly(START, afterStart(hours(12)))
  await look(afterStart(days(3)))
  assert.ok(reconciled().length > 0)
  await hourly(afterStart(hours(12)), afterStart(hours(31)))
  assert.deepEqual([...reconciled()].sort(), DAY)
})

test('a rule that was changed since says so where something is new', async () => {
  const { ports, look, hourly, rule } = world()
  await hourly(START, afterStart(hours(30)))
  const edited = { ...rule, query: 'edited', source: { ...rule.source, sha256: 'f'.repeat(64) } }
  ports.backend.answers = { edited: async ({ now }) => complete(namesTable(`new ${now}`)) }
  await look(afterStart(hours(30)), { rule: edited })
  const late = ports.writer.written.flatMap(({ alerts }) => alerts).find((alert) => alert.late !== undefined)
  assert.deepEqual(late?.late?.isRuleChanged, true)
  assert.match(late?.description ?? '', /or the rule has been changed since/)
})
