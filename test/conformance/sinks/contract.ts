import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Delivery, Sink } from '../../../src/domain/ports.ts'
import type { Incident } from '../../../src/domain/run.ts'
import { hours } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { incidentOf, SLOT } from '../../support/outcomes.ts'

/** What a sink's receiver holds of an incident, as a person would look it up there. */
export interface Received {
  readonly title: string
  readonly alertIds: readonly string[]
}

/** A receiver with its sinks; every sink of one harness reaches the same receiver. */
export interface SinkHarness {
  /** A fresh sink, as the next process would build it. */
  connect(): Sink
  /** All incidents that the receiver holds, by id. */
  received(): Promise<ReadonlyMap<string, Received>>
}

/** What every sink promises to the delivery loop. A new sink calls this with a harness of its own. */
export function sinkContract(name: string, setUp: (t: TestContext) => Promise<SinkHarness>): void {
  const signal = new AbortController().signal

  describe(`sink ${name}`, () => {
    test('takes an incident and says where it is', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      const receipt = await harness.connect().deliver(opened(incident), signal)
      assert.equal(receipt.duplicate, false)
      assert.notEqual(receipt.location, '')
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(incident)]]))
    })

    test('changes nothing when the same delivery comes again, also from another process', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      const sink = harness.connect()
      const first = await sink.deliver(opened(incident), signal)
      const again = await sink.deliver(opened(incident), signal)
      const restarted = await harness.connect().deliver(opened(incident), signal)
      assert.deepEqual(
        [again, restarted],
        [
          { ...first, duplicate: true },
          { ...first, duplicate: true },
        ],
      )
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(incident)]]))
    })

    test('keeps one incident at one place while it grows', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      const grown = growing(incident)
      const first = await harness.connect().deliver(opened(incident), signal)
      const second = await harness.connect().deliver(updated(grown), signal)
      assert.deepEqual(second, { location: first.location, duplicate: false })
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(grown)]]))
    })

    test('a delivery that comes again late does not bring the old state back', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      const grown = growing(incident)
      const sink = harness.connect()
      await sink.deliver(opened(incident), signal)
      await sink.deliver(updated(grown), signal)
      assert.equal((await sink.deliver(opened(incident), signal)).duplicate, true)
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(grown)]]))
    })

    test('opens an incident by its update when it never saw the opening', async (t) => {
      const harness = await setUp(t)
      const grown = growing(incidentOf())
      await harness.connect().deliver(updated(grown), signal)
      assert.deepEqual(await harness.received(), new Map([[grown.id, expected(grown)]]))
    })

    test('keeps different incidents apart, even with equal names', async (t) => {
      const harness = await setUp(t)
      const incidents = [incidentOf('a'), incidentOf('b'), incidentOf('a', plus(SLOT, hours(24)))]
      const sink = harness.connect()
      for (const incident of incidents) await sink.deliver(opened(incident), signal)
      assert.deepEqual([...(await harness.received()).keys()].sort(), incidents.map(({ id }) => id).sort())
    })

    test('takes deliveries of several incidents at once', async (t) => {
      const harness = await setUp(t)
      const sink = harness.connect()
      const incidents = Array.from({ length: 20 }, (_, n) => incidentOf(`vm-${n}`))
      await Promise.all(incidents.map((incident) => sink.deliver(opened(incident), signal)))
      assert.equal((await harness.received()).size, 20)
    })

    test('takes hostile text as text', async (t) => {
      const harness = await setUp(t)
      const title = '../../x\u0000\u001b[31m"</script>\r\n=cmd|\u202e日本'
      const incident: Incident = { ...incidentOf(), title, ruleName: title, description: title, workspace: title }
      await harness.connect().deliver(opened(incident), signal)
      assert.deepEqual(await harness.received(), new Map([[incident.id, { ...expected(incident), title }]]))
    })

    test('delivers nothing once it is aborted', async (t) => {
      const harness = await setUp(t)
      await assert.rejects(
        harness.connect().deliver(opened(incidentOf()), AbortSignal.abort(new Error('stop'))),
        /stop/,
      )
      assert.equal((await harness.received()).size, 0)
    })
  })
}

export function opened(incident: Incident): Delivery {
  return { key: `${incident.id}/opened`, reason: 'opened', incident }
}

export function updated(incident: Incident): Delivery {
  return { key: `${incident.id}/updated/${incident.alerts.length}`, reason: 'updated', incident }
}

/** The incident with one alert more. */
export function growing(incident: Incident): Incident {
  const [alert] = incidentOf('another').alerts
  return { ...incident, alerts: alert === undefined ? incident.alerts : [...incident.alerts, alert] }
}

function expected(incident: Incident): Received {
  return { title: incident.title, alertIds: incident.alerts.map((alert) => alert.id) }
}
