import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError } from '../../../src/domain/errors.ts'
import type { QueryRequest, QueryResult } from '../../../src/domain/ports.ts'
import { makePlan, RequestBudget, Runner } from '../../../src/schedule/index.ts'
import { days, hours, milliseconds, minutes, seconds } from '../../../src/time/duration.ts'
import { floorTo, formatInstant, minus, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, partial, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const START = at('2026-03-01T00:00Z')
const END = plus(START, days(30))
const STEP = minutes(20)

/** An event every seven minutes. Most arrive within four minutes, some after 40 minutes, some after five hours. */
const EVENTS = Array.from({ length: Math.floor(days(30) / minutes(7)) }, (_, n) => {
  const time = plus(START, milliseconds(n * minutes(7)))
  const late = n % 10 === 3 ? minutes(40) : n % 10 === 7 ? hours(5) : 0
  return { name: `event-${n}`, time, late, arrives: plus(time, milliseconds(late + ((n * 37_000) % minutes(4)))) }
})

/** The clock stands still while a look lasts, so that no rate would ever open. */
const generous = (): RequestBudget => new RequestBudget({ concurrent: 2, rate: 100_000, per: seconds(30) })

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

test('a month with outages, clock jumps, late records, failing and partial answers, slot by slot against the truth', async () => {
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
  const plan = makePlan([rule], { ...SETTINGS, overlap: minutes(30) })
  const scope = { rules: [rule], workspaces: SETTINGS.workspaces, isWhole: true }
  let wentBack = 0
  let givenUp = 0
  const newRunner = (): Runner =>
    new Runner(
      {
        ...ports,
        random: () => 0.5,
        onEvent: (event) => {
          if (event.kind === 'clock-went-back') wentBack += 1
          if (event.kind === 'reconciliation-given-up') givenUp += event.slots
        },
      },
      { concurrency: 2, withJitter: true, reconcile: hours(6), budget: generous(), wholeEvery: hours(12) },
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

  // Each slot of the days that are over was reconciled at most once, and none that is a gap was.
  const again = runs.filter(({ status, purpose }) => status === 'complete' && purpose === 'reconciliation')
  assert.equal(new Set(again.map(({ key }) => key.slot)).size, again.length)
  const [gap] = gaps
  assert.ok(gap !== undefined)
  assert.ok(again.every(({ key }) => key.slot < gap.firstSlot || key.slot > gap.lastSlot))
  assert.ok(again.length > 300, `${again.length} reconciliations`)

  // Each event inside of the coverage has opened one incident, and no other has; of the last days, those that came in time.
  const covered = ports.ledger.coverage().map(({ window }) => window)
  const inside = EVENTS.filter(({ time }) => covered.some(({ start, end }) => time >= start && time < end))
  // The long outage began before the day before it could be reconciled, and lasted longer than maxCatchUp: that was said.
  assert.equal(givenUp, 24)
  const slotOf = ({ time }: (typeof EVENTS)[number]): number =>
    Math.floor((time + minutes(5)) / hours(1) + 1) * hours(1)
  const isGivenUp = (slot: number): boolean => slot >= START + days(11) && slot < START + days(12)
  const isDue = (event: (typeof EVENTS)[number]): boolean =>
    event.late === 0 || (event.time < minus(END, days(2)) && !isGivenUp(slotOf(event)))
  const nameOf = new Map(
    ports.writer.written.flatMap(({ findings }) => [...findings].map(({ id, row }) => [id, String(row[0])] as const)),
  )
  const found = (ports.sinks[0]?.deliveries ?? []).flatMap(({ incident }) =>
    incident.alerts.flatMap(({ findingIds }) => findingIds.map((id) => nameOf.get(id))),
  )
  assert.equal(new Set(found).size, found.length, 'no event twice')
  const names = new Set(found)
  assert.deepEqual(
    inside.filter((event) => isDue(event) && !names.has(event.name)).map(({ name }) => name),
    [],
    'no event missed',
  )
  const known = new Set(inside.map(({ name }) => name))
  assert.deepEqual(
    found.filter((name) => name === undefined || !known.has(name)),
    [],
    'none from outside of the coverage',
  )
  assert.ok(inside.length > 0.85 * EVENTS.length)
  const marked = (ports.sinks[0]?.deliveries ?? []).filter(({ incident }) => incident.alerts[0]?.late !== undefined)
  assert.ok(marked.length > 0.05 * EVENTS.length, `${marked.length} are marked as late`)
})
