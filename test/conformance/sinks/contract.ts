import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { inspect } from 'node:util'
import { DeliveryError, toErrorRecord } from '../../../src/domain/errors.ts'
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
  /** All incidents that the receiver holds, by id. Throws when it holds one twice. */
  received(): Promise<ReadonlyMap<string, Received>>
  /** What it holds of what was told, each message, ticket or file as text, without repetitions. */
  told(): Promise<readonly string[]>
  /** What people of the receiver see of an incident's title; absent: the title as it is. */
  shown?(title: string): string
  /** False where no answer says that the receiver had the delivery already: it recognises it, and the sink cannot know. */
  readonly tellsDuplicates?: boolean
  /**
   * Makes the next delivery fail. `busy`: refused for now. `lost`: taken in, but the connection breaks before the answer, as
   * when the sender is killed. False: it cannot fail so. `denied`: login or role are wrong. `refused`: this content is not accepted.
   */
  breakNext?(how: Breakage): boolean | void | Promise<boolean>
  /** True for a sink without a limit, which is never told of one. */
  readonly knowsNoStorm?: boolean
  /** What no error may show. */
  readonly secrets?: readonly string[]
}

export type Breakage = 'busy' | 'lost' | 'denied' | 'refused'

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
      const duplicate = harness.tellsDuplicates ?? true
      assert.deepEqual(
        [again, restarted],
        [
          { ...first, duplicate },
          { ...first, duplicate },
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
      assert.equal((await sink.deliver(opened(incident), signal)).duplicate, harness.tellsDuplicates ?? true)
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(grown)]]))
    })

    test('opens an incident by its update when it never saw the opening', async (t) => {
      const harness = await setUp(t)
      const grown = growing(incidentOf())
      // The ledger then says of all alerts that they are new.
      const { addedAlertIds: _, ...whole } = updated(grown)
      await harness.connect().deliver(whole, signal)
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
      assert.deepEqual(
        await harness.received(),
        new Map([[incident.id, { ...expected(incident), title: harness.shown?.(title) ?? title }]]),
      )
    })

    test('takes the largest incident that there is', async (t) => {
      const harness = await setUp(t)
      const one = incidentOf()
      const [alert] = one.alerts
      assert.ok(alert)
      const long = 'ä"<&|=\\'.repeat(1000)
      const alerts = Array.from({ length: 150 }, (_, n) => ({
        ...alert,
        id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        description: long,
        entities: [{ type: 'Host' as const, identifiers: { HostName: long }, strong: false }],
        customDetails: { long: Array.from({ length: 50 }, () => long.slice(0, 40)) },
      }))
      const entities = Array.from({ length: 500 }, (_, n) => {
        return { type: 'Host' as const, identifiers: { HostName: `host-${n}-${long.slice(0, 200)}` }, strong: true }
      })
      const incident: Incident = { ...one, description: long, alerts, entities }
      await harness.connect().deliver(opened(incident), signal)
      const found = (await harness.received()).get(incident.id)
      assert.equal(found?.alertIds.length, 150)
    })

    test('is told of a storm as of any incident', async (t) => {
      const harness = await setUp(t)
      if (harness.knowsNoStorm === true) return t.skip('it takes everything one by one')
      const incident: Incident = { ...incidentOf(), title: 'Storm: 3 incidents', alerts: [], entities: [] }
      await harness.connect().deliver({ key: 'storm/1', reason: 'storm', incident, addedAlertIds: [] }, signal)
      assert.deepEqual((await harness.received()).get(incident.id), { title: 'Storm: 3 incidents', alertIds: [] })
    })

    test('is told once who closed an incident, as what, and what they said; alerts stay as they are', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      await harness.connect().deliver(opened(incident), signal)
      const first = await harness.connect().deliver(closed(incident), signal)
      const again = await harness.connect().deliver(closed(incident), signal)
      assert.deepEqual(again, { ...first, duplicate: harness.tellsDuplicates ?? true })
      const told = await harness.told()
      const [end, ...more] = told.filter((text) => /patch day/.test(text))
      assert.deepEqual(more, [], 'once')
      assert.match(end ?? '', /ann/)
      assert.match(end ?? '', /BenignPositive/)
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(incident)]]))
    })

    test('is told of a comment, and of what comes after it', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      const grown = growing(incident)
      await harness.connect().deliver(opened(incident), signal)
      await harness.connect().deliver(commented(incident), signal)
      await harness.connect().deliver(commented(incident), signal)
      await harness.connect().deliver(updated(grown), signal)
      assert.equal((await harness.told()).filter((text) => /asked the owner/.test(text)).length, 1)
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(grown)]]))
    })

    test('opens an incident by its end when it never saw the opening', async (t) => {
      const harness = await setUp(t)
      const incident = incidentOf()
      // The ledger then says of all alerts that they are new.
      const { addedAlertIds: _, ...whole } = closed(incident)
      await harness.connect().deliver(whole, signal)
      assert.equal((await harness.told()).filter((text) => /patch day/.test(text)).length, 1)
      assert.deepEqual(await harness.received(), new Map([[incident.id, expected(incident)]]))
    })

    for (const [how, fault, what] of [
      ['busy', 'passing', 'a receiver that is busy'],
      ['lost', 'passing', 'an answer that never came'],
      ['denied', 'sink', 'a login or role that is not accepted'],
      ['refused', 'delivery', 'content that is not accepted'],
    ] as const) {
      test(`${what}: says whose fault it is, tells no secret, and the next try arrives once`, async (t) => {
        const harness = await setUp(t)
        const incident = incidentOf()
        if (harness.breakNext === undefined || (await harness.breakNext(how)) === false) {
          return t.skip('this receiver cannot fail so')
        }
        const error: unknown = await harness
          .connect()
          .deliver(opened(incident), signal)
          .then(
            () => assert.fail('the delivery must fail'),
            (reason: unknown) => reason,
          )
        assert.ok(error instanceof DeliveryError, inspect(error))
        assert.equal(error.fault, fault, error.message)
        const shown = `${inspect(error, { depth: 10 })} ${JSON.stringify(toErrorRecord(error))}`
        for (const secret of harness.secrets ?? []) assert.ok(!shown.includes(secret), shown)
        assert.notEqual(error.hint, undefined)
        await harness.connect().deliver(opened(incident), signal)
        await harness.connect().deliver(updated(growing(incident)), signal)
        assert.deepEqual(await harness.received(), new Map([[incident.id, expected(growing(incident))]]))
      })
    }

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
  return {
    key: `${incident.id}/opened`,
    reason: 'opened',
    incident,
    addedAlertIds: incident.alerts.map(({ id }) => id),
  }
}

export function updated(incident: Incident): Delivery {
  const added = incident.alerts.slice(-1).map(({ id }) => id)
  return {
    key: `${incident.id}/updated/${incident.alerts.length}`,
    reason: 'updated',
    incident,
    addedAlertIds: added,
  }
}

/** As hunt incidents close makes it. */
export function closed(incident: Incident): Delivery {
  const event = {
    at: SLOT,
    kind: 'closed',
    author: 'ann',
    classification: 'BenignPositive',
    text: 'patch day',
  } as const
  return { key: `${incident.id}/closed/1`, reason: 'closed', incident, addedAlertIds: [], event }
}

/** As hunt incidents comment makes it. */
export function commented(incident: Incident): Delivery {
  const event = { at: SLOT, kind: 'comment', author: 'ann', text: 'asked the owner' } as const
  return { key: `${incident.id}/commented/2`, reason: 'commented', incident, addedAlertIds: [], event }
}

/** The incident with one alert more. */
export function growing(incident: Incident): Incident {
  const [alert] = incidentOf('another').alerts
  return { ...incident, alerts: alert === undefined ? incident.alerts : [...incident.alerts, alert] }
}

function expected(incident: Incident): Received {
  return { title: incident.title, alertIds: incident.alerts.map((alert) => alert.id) }
}
