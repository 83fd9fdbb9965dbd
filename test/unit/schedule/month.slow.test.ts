import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError } from '../../../src/domain/errors.ts'
import type { QueryRequest, QueryResult } from '../../../src/domain/ports.ts'
import { makePlan, Runner } from '../../../src/schedule/index.ts'
import { days, hours, milliseconds, minutes } from '../../../src/time/duration.ts'
import { floorTo, formatInstant, minus, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, partial, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const START = at('2026-03-01T00:00Z')
const END = plus(START, days(30))
const STEP = minutes(10)

/** What happened: an event every seven minutes, which arrives up to four minutes later. */
const EVENTS = Array.from({ length: Math.floor(days(30) / minutes(7)) }, (_, n) => {
  const time = plus(START, milliseconds(n * minutes(7)))
  return { name: `event-${n}`, time, arrives: plus(time, milliseconds((n * 37_000) % minutes(4))) }
})

/** A repeatable number in [0, 1). */
function chance(seed: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 2246822519)
  hash = Math.imul(hash ^ (hash >>> 13), 3266489917)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** When the daemon does not run at all. */
const OUTAGES = [
  [days(5), days(7)],
  [days(12), days(22)],
] as const

/** How far the computer's clock is off. */
const JUMPS = [
  { from: days(9), to: days(9) + hours(3), by: -hours(2) },
  { from: days(25), to: days(25) + hours(4), by: days(3) },
]

test('a month with outages, clock jumps, failing and partial answers, slot by slot against the truth', async () => {
  let real = START
  let asked = 0
  const answer = async ({ window }: QueryRequest): Promise<QueryResult> => {
    asked += 1
    const luck = chance(asked)
    if (luck < 0.1) throw new BackendError({ code: 'backend/unavailable', message: 'no', retryable: true })
    const rows = EVENTS.filter(
      ({ time, arrives }) => window !== undefined && time >= window.start && time < window.end && arrives <= real,
    )
    const table = namesTable(...rows.map(({ name }) => name))
    return luck < 0.15 ? partial(namesTable(...rows.slice(0, 1).map(({ name }) => name))) : complete(table)
  }
  const rule = hourlyRule({ eventGrouping: 'AlertPerResult' })
  const clock = fakeClock(START)
  const ports = testPorts({ clock, backend: scriptedBackend({ [rule.query]: answer }) })
  const plan = makePlan([rule], SETTINGS)
  const scope = { rules: [rule], workspaces: SETTINGS.workspaces, isWhole: true }
  let wentBack = 0
  const newRunner = (): Runner =>
    new Runner(
      { ...ports, random: () => 0.5, onEvent: ({ kind }) => void (wentBack += kind === 'clock-went-back' ? 1 : 0) },
      { concurrency: 2, withJitter: true },
      new AbortController().signal,
      () => undefined,
    )

  let runner = newRunner()
  for (; real < END; real = plus(real, STEP)) {
    const passed = real - START
    clock.set(plus(real, milliseconds(JUMPS.find(({ from, to }) => passed >= from && passed < to)?.by ?? 0)))
    if (OUTAGES.some(([from, to]) => passed >= from && passed < to)) {
      runner = newRunner()
      continue
    }
    runner.look(plan, scope)
    await runner.idle()
  }

  // Every slot of the month is complete once, or in a gap; the gaps are what the long outage left behind.
  const runs = ports.ledger.runs({ limit: 1_000_000 })
  const done = runs.filter(({ status, purpose }) => status === 'complete' && purpose === 'slot')
  const gaps = ports.ledger.gaps()
  const last = floorTo(minus(END, STEP), hours(1))
  for (let slot = START; slot <= last; slot = plus(slot, hours(1))) {
    const times = done.filter(({ key }) => key.slot === slot).length
    const given = gaps.filter(({ firstSlot, lastSlot }) => slot >= firstSlot && slot <= lastSlot).length
    assert.equal(times + given, 1, `${formatInstant(slot)}: ${times} times complete, in ${given} gaps`)
  }
  assert.deepEqual(
    gaps.map(({ reason, firstSlot, lastSlot }) => [reason, formatInstant(firstSlot), formatInstant(lastSlot)]),
    [['too-old', formatInstant(plus(START, days(12))), formatInstant(plus(START, days(15)))]],
  )
  assert.ok(runs.length > done.length * 1.1, 'there were failures to live through')
  assert.equal(wentBack, 2, 'both when the clock was put back and when it was put right')

  // Each event inside of the coverage has opened one incident, and no other has.
  const covered = ports.ledger.coverage().map(({ window }) => window)
  const expected = EVENTS.filter(({ time }) => covered.some(({ start, end }) => time >= start && time < end))
  const nameOf = new Map(
    ports.writer.written.flatMap(({ findings }) => [...findings].map(({ id, row }) => [id, String(row[0])] as const)),
  )
  const found = (ports.sinks[0]?.deliveries ?? []).flatMap(({ incident }) =>
    incident.alerts.flatMap(({ findingIds }) => findingIds.map((id) => nameOf.get(id))),
  )
  assert.deepEqual(found.sort(), expected.map(({ name }) => name).sort())
  assert.ok(expected.length > 0.85 * EVENTS.length)
})
