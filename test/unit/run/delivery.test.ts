import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QueryResult } from '../../../src/domain/ports.ts'
import { deliverPending, executeRun } from '../../../src/run/index.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, runRequest, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal
const rule = scheduledRule({ eventGrouping: 'AlertPerResult' })

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
  assert.deepEqual(await deliverPending(ports, signal), { delivered: 10, postponed: 0 })
  const orders = sinks.map((sink) => sink.deliveries.map(({ key }) => key))
  assert.deepEqual(orders[0], orders[1])
  assert.deepEqual(ports.ledger.pending(), [])
})

test('one failing sink holds up no other, and is left alone after three failures in a row', async () => {
  const [good, bad] = [memorySink('good'), memorySink('bad')]
  bad.failure = new Error('503')
  const ports = await withOutbox(5, [bad, good])
  assert.deepEqual(await deliverPending(ports, signal), { delivered: 5, postponed: 3 })
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
      event.kind === 'delivery-failed' ? [[event.sink, event.error.code, event.error.message]] : [],
    ),
    Array.from({ length: 3 }, () => ['bad', 'sink/failed', 'sink bad failed: 503']),
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
  assert.deepEqual(await deliverPending({ ...ports, sinks: [picky] }, signal), { delivered: 4, postponed: 1 })
})

test('a postponed delivery waits longer each time, and not for ever', async () => {
  const sink = memorySink()
  const ports = await withOutbox(1, [sink])
  sink.failure = new Error('503')
  for (const wait of [minutes(1), minutes(5), minutes(15), hours(1), hours(4), hours(4)]) {
    assert.deepEqual(await deliverPending(ports, signal), { delivered: 0, postponed: 1 })
    ports.clock.advance((wait - 1) as typeof wait)
    assert.deepEqual(await deliverPending(ports, signal), { delivered: 0, postponed: 0 }, 'not yet')
    ports.clock.advance(1 as typeof wait)
  }
  sink.failure = undefined
  assert.deepEqual(await deliverPending(ports, signal), { delivered: 1, postponed: 0 })
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
  assert.deepEqual(await deliverPending({ ...ports, sinks: [slow] }, stop.signal), { delivered: 1, postponed: 0 })
  assert.deepEqual(
    ports.ledger.pending().map(({ attempts }) => attempts),
    [0, 0],
  )
  assert.deepEqual(await deliverPending(ports, signal), { delivered: 2, postponed: 0 })
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
