import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QueryResult } from '../../../src/domain/ports.ts'
import { DeliveryError } from '../../../src/domain/errors.ts'
import type { DeliveryFault } from '../../../src/domain/errors.ts'
import { deliverPending, executeRun } from '../../../src/run/index.ts'
import type { DeliverySummary } from '../../../src/run/index.ts'
import { stormOf } from '../../../src/run/storm.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'
import { incidentOf, SLOT } from '../../support/outcomes.ts'
import { plus } from '../../../src/time/instant.ts'
import { groupingRule, scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, runRequest, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal
const rule = scheduledRule({ eventGrouping: 'AlertPerResult' })

const counts = (some: Partial<DeliverySummary>): DeliverySummary => ({
  delivered: 0,
  postponed: 0,
  dead: 0,
  summarised: 0,
  ...some,
})

/** Ports whose outbox holds `count` incidents for each of the sinks, none delivered. */
async function withOutbox(count: number, sinks: TestPorts['sinks']): Promise<TestPorts> {
  const names = Array.from({ length: count }, (_, n) => `vm-${n}`)
  const ports = testPorts({ sinks })
  // Aborted once the answer is there, the run records everything and delivers nothing.
  const stop = new AbortController()
  const query = async (): Promise<QueryResult> => {
    stop.abort()
    return complete(namesTable(...names))
  }
  await executeRun(runRequest(rule), { ...ports, backend: { ...ports.backend, query } }, stop.signal)
  assert.equal(ports.ledger.pending().length, count * sinks.length)
  return ports
}

test('everything that is due goes to every sink, in order', async () => {
  const sinks = [memorySink('a'), memorySink('b')]
  const ports = await withOutbox(5, sinks)
  assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 10 }))
  const orders = sinks.map((sink) => sink.deliveries.map(({ key }) => key))
  assert.deepEqual(orders[0], orders[1])
  assert.deepEqual(ports.ledger.pending(), [])
})

test('one failing sink holds up no other, and is left alone after three failures in a row', async () => {
  const [good, bad] = [memorySink('good'), memorySink('bad')]
  bad.failure = new Error('503')
  const ports = await withOutbox(5, [bad, good])
  assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 5, postponed: 3 }))
  assert.deepEqual(
    ports.ledger.pending().map(({ sink, attempts }) => [sink, attempts]),
    [
      ['bad', 1],
      ['bad', 1],
      ['bad', 1],
      ['bad', 0],
      ['bad', 0],
    ],
  )
  assert.deepEqual(
    ports.events.flatMap((event) =>
      event.kind === 'delivery-failed' ? [[event.sink, event.error.code, event.error.message, event.isGivenUp]] : [],
    ),
    Array.from({ length: 3 }, () => ['bad', 'sink/failed', 'sink bad failed: 503', false]),
  )
})

test('one incident that a sink refuses does not stop the others', async () => {
  const sink = memorySink()
  const ports = await withOutbox(5, [sink])
  const refused = ports.ledger.pending()[1]?.delivery.key
  const picky = {
    ...sink,
    deliver: async (delivery: Parameters<typeof sink.deliver>[0]) => {
      if (delivery.key === refused) throw new Error('400')
      return sink.deliver(delivery, signal)
    },
  }
  assert.deepEqual(await deliverPending({ ...ports, sinks: [picky] }, signal), counts({ delivered: 4, postponed: 1 }))
})

test('a postponed delivery waits longer each time, and not for ever', async () => {
  const sink = memorySink()
  const ports = await withOutbox(1, [sink])
  sink.failure = new Error('503')
  for (const wait of [minutes(1), minutes(5), minutes(15), hours(1), hours(4), hours(4)]) {
    assert.deepEqual(await deliverPending(ports, signal), counts({ postponed: 1 }))
    ports.clock.advance((wait - 1) as typeof wait)
    assert.deepEqual(await deliverPending(ports, signal), counts({}), 'not yet')
    ports.clock.advance(1 as typeof wait)
  }
  sink.failure = undefined
  assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 1 }))
})

test('an abort during a delivery gives it back untouched, and what has not begun stays', async () => {
  const sink = memorySink()
  const ports = await withOutbox(3, [sink])
  const stop = new AbortController()
  const slow = {
    ...sink,
    deliver: async (delivery: Parameters<typeof sink.deliver>[0]) => {
      if (sink.deliveries.length === 1) {
        stop.abort()
        throw stop.signal.reason
      }
      return sink.deliver(delivery, signal)
    },
  }
  assert.deepEqual(await deliverPending({ ...ports, sinks: [slow] }, stop.signal), counts({ delivered: 1 }))
  assert.deepEqual(
    ports.ledger.pending().map(({ attempts }) => attempts),
    [0, 0],
  )
  assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 2 }))
})

test('two loops over one outbox deliver each incident once', async () => {
  const sink = memorySink()
  const ports = await withOutbox(20, [sink])
  const summaries = await Promise.all([deliverPending(ports, signal), deliverPending(ports, signal)])
  assert.equal(
    summaries.reduce((sum, { delivered }) => sum + delivered, 0),
    20,
  )
  assert.equal(sink.deliveries.length, 20)
})

const failing = (fault: DeliveryFault, retryAfter?: number): DeliveryError =>
  new DeliveryError({ code: 'sink/test', message: 'no', fault, retryAfter })

test('what the receiver refuses for good is dead, and hinders nobody', async () => {
  const sink = memorySink()
  const ports = await withOutbox(5, [sink])
  sink.failure = failing('delivery')
  assert.deepEqual(
    await deliverPending(ports, signal),
    counts({ dead: 5 }),
    'a refusal is no sign of a sink that is down',
  )
  const failures = ports.events.flatMap((event) => (event.kind === 'delivery-failed' ? [event.isGivenUp] : []))
  assert.deepEqual(failures, [true, true, true, true, true], 'a person must hear of it')
  sink.failure = undefined
  ports.clock.advance(days(30))
  assert.deepEqual(await deliverPending(ports, signal), counts({}), 'nobody tries again')
  assert.deepEqual(
    ports.ledger.outbox({ dead: true }).map(({ attempts, lastError }) => [attempts, lastError?.code]),
    Array.from({ length: 5 }, () => [1, 'sink/test']),
  )
  assert.equal(ports.ledger.revive({ ids: [1, 2] }, ports.clock.now()), 2)
  assert.equal(ports.ledger.drop({ ids: [3] }, ports.clock.now()), 1)
  assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 2 }))
  assert.deepEqual(
    ports.ledger.outbox({}).map(({ id }) => id),
    [4, 5],
  )
})

test('a delivery that fails for a week is dead, however passing each failure was', async () => {
  const sink = memorySink()
  const ports = await withOutbox(1, [sink])
  sink.failure = failing('passing')
  assert.deepEqual(await deliverPending(ports, signal), counts({ postponed: 1 }))
  ports.clock.advance((days(7) - 1) as ReturnType<typeof days>)
  assert.deepEqual(await deliverPending(ports, signal), counts({ postponed: 1 }))
  ports.clock.advance(hours(1))
  assert.deepEqual(await deliverPending(ports, signal), counts({ dead: 1 }))
})

for (const [what, failure, wait] of [
  ['a sink whose login is wrong', failing('sink'), minutes(1)],
  ['a sink that asks for patience', failing('passing', minutes(20)), minutes(20)],
] as const) {
  test(`${what} is left alone with all that waits for it`, async () => {
    const sink = memorySink()
    const ports = await withOutbox(5, [sink])
    sink.failure = failure
    assert.deepEqual(await deliverPending(ports, signal), counts({ postponed: 1 }))
    ports.clock.advance((wait - 1) as typeof wait)
    sink.failure = undefined
    assert.deepEqual(await deliverPending(ports, signal), counts({}), 'not yet')
    ports.clock.advance(1 as typeof wait)
    assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 5 }))
  })
}

test('a sink that never answers is given up after its time, and the next one is served', async () => {
  const [stuck, good] = [
    { ...memorySink('stuck'), deliver: () => new Promise<never>(() => undefined) },
    memorySink('good'),
  ]
  const ports = await withOutbox(1, [stuck, good])
  // Keeps this process alive while it waits, as a server's socket would.
  const alive = setInterval(() => undefined, 1000)
  try {
    const limits = { deliveryTimeout: 20 as ReturnType<typeof minutes> }
    assert.deepEqual(await deliverPending({ ...ports, limits }, signal), counts({ delivered: 1, postponed: 1 }))
  } finally {
    clearInterval(alive)
  }
  assert.equal(ports.ledger.outbox({ sink: 'stuck' })[0]?.lastError?.code, 'sink/timeout')
})

test('a later delivery of an incident makes a dead one moot', async () => {
  const sink = memorySink()
  const ports = testPorts({ sinks: [sink] })
  const grouping = groupingRule({ matchingMethod: 'AnyAlert' })
  sink.failure = failing('delivery')
  const run = (hour: number) => executeRun(runRequest(grouping, { slot: plus(SLOT, hours(hour)) }), ports, signal)
  ports.backend.answers = { [grouping.query]: async ({ now }) => complete(namesTable(`vm-${now}`)) }
  await run(0)
  assert.equal(ports.ledger.outbox({ dead: true }).length, 1)
  sink.failure = undefined
  await run(1)
  assert.deepEqual(
    sink.deliveries.map(({ reason, incident }) => [reason, incident.alerts.length]),
    [['updated', 2]],
  )
  assert.deepEqual(ports.ledger.outbox({}), [])
})

test('a storm is bounded for each sink that has a limit: the gravest go out, one summary stands for the rest', async () => {
  const [all, few] = [memorySink('all'), { ...memorySink('few'), stormLimit: 10 }]
  const ports = await withOutbox(150, [all, few])
  assert.deepEqual(await deliverPending(ports, signal), counts({ delivered: 150 + 10 + 1, summarised: 140 }))
  assert.equal(all.deliveries.length, 150)
  const [summary, ...more] = few.deliveries.filter(({ reason }) => reason === 'storm')
  assert.deepEqual(more, [])
  assert.equal(summary?.incident.title, 'Storm: 140 incidents are summed up here')
  assert.match(summary?.incident.description ?? '', /^140 Medium: Rare script$/m)
  assert.deepEqual(ports.ledger.pending(), [])
})

test('a summary of one incident says so of one', () => {
  const { id: incidentId, ...rest } = incidentOf()
  const { incident } = stormOf('few', [{ ...rest, incidentId, entryId: 1 }], SLOT)
  assert.equal(incident.title, 'Storm: 1 incident is summed up here')
  assert.match(incident.description, /: 1 of 1 rule is only counted here/)
})

test('more of a storm within the hour waits for the next summary', async () => {
  const few = { ...memorySink('few'), stormLimit: 10 }
  const ports = await withOutbox(20, [few])
  await deliverPending(ports, signal)
  const later = async (names: readonly string[]) => {
    ports.backend.answers = { [rule.query]: complete(namesTable(...names)) }
    ports.clock.advance(minutes(5))
    await executeRun(runRequest(rule, { slot: ports.clock.now() }), ports, signal)
  }
  await later(Array.from({ length: 30 }, (_, n) => `later-${n}`))
  assert.equal(few.deliveries.length, 11, 'ten and one summary')
  assert.equal(ports.ledger.pending().length, 30)
  ports.clock.advance(minutes(10))
  await deliverPending(ports, signal)
  assert.equal(few.deliveries.length, 12)
  assert.equal(few.deliveries.at(-1)?.incident.title, 'Storm: 30 incidents are summed up here')
  assert.deepEqual(ports.ledger.pending(), [])
})

test('a sink is only told of what its routing takes', async () => {
  const picky = { ...memorySink('picky'), takes: ({ severity }: { severity: string }) => severity === 'High' }
  const [all] = [memorySink('all')]
  const ports = testPorts({ sinks: [picky, all] })
  await executeRun(runRequest(scheduledRule({ severity: 'Low' })), ports, signal)
  const grave = scheduledRule({ severity: 'High', id: '00000000-0000-4000-8000-000000000009' })
  await executeRun(runRequest(grave), ports, signal)
  assert.deepEqual([picky.deliveries.length, all.deliveries.length], [1, 2])
})
