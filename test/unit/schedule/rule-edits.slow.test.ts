import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePlan, RequestBudget, Runner } from '../../../src/schedule/index.ts'
import { days, hours, milliseconds, minutes, seconds } from '../../../src/time/duration.ts'
import { floorTo, formatInstant, minus, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { testPorts } from '../../support/run-ports.ts'

const START = at('2026-03-02T00:00Z')
const FREQUENCIES = [minutes(10), minutes(25), hours(1), hours(7), days(1)]
const LONGEST_DELAY = hours(3)
const DELAYS = [minutes(0), minutes(5), minutes(35), LONGEST_DELAY]

/** A repeatable number in [0, 1). */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

for (const seed of [1, 2, 3, 4]) {
  test(`whatever is edited, restarted and added, no moment stays unsearched and no slot runs twice (seed ${seed})`, async () => {
    const chance = chances(seed)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)] as T
    const clock = fakeClock(START)
    const ports = testPorts({ clock })
    const others = Array.from({ length: 3 }, (_, n) => hourlyRule({ id: `other-${n}`, query: `other ${n}` }))
    for (let edit = 0; edit < 30; edit += 1) {
      const [queryFrequency, delay] = [pick(FREQUENCIES), pick(DELAYS)]
      const narrow = hourlyRule({ id: 'narrow', query: 'narrow', queryFrequency, queryPeriod: queryFrequency })
      const wide = hourlyRule({ id: 'wide', query: 'wide', queryFrequency, queryPeriod: days(14) })
      const rules = [narrow, wide, ...others.slice(0, Math.floor(chance() * 4))]
      const settings = { ...SETTINGS, delay, jitter: minutes(10), maxCatchUp: days(30) }
      const plan = makePlan(rules, settings)
      const budget = new RequestBudget({ concurrent: 2, rate: 100_000, per: seconds(30) })
      const runner = new Runner(
        { ...ports, random: () => 0.5, onEvent: () => undefined },
        { concurrency: 2, withJitter: true, budget },
        new AbortController().signal,
        () => undefined,
      )
      for (let looks = 0; looks < 3; looks += 1) {
        // Mostly some minutes, sometimes an outage.
        clock.set(plus(clock.now(), chance() < 0.2 ? hours(20) : milliseconds(Math.floor(chance() * minutes(50)))))
        runner.look(plan, { rules, workspaces: SETTINGS.workspaces, isWhole: true })
        await runner.idle()
      }
      const newest = floorTo(minus(clock.now(), minutes(10)), queryFrequency)
      for (const rule of [narrow, wide]) {
        const islands = ports.ledger.coverage({ ruleId: rule.id }).map(({ window }) => window)
        const shown = islands.map(({ start, end }) => `${formatInstant(start)} to ${formatInstant(end)}`)
        assert.equal(islands.length, 1, `edit ${edit} of ${rule.id}: ${shown.join(', ')}`)
        // A slot that was searched with the longest delay is searched no further before the next one.
        const least = minus(newest, LONGEST_DELAY)
        assert.ok((islands[0]?.end ?? START) >= least || newest <= START, `edit ${edit}: ${shown.join()}`)
      }
    }
    const slots = ports.ledger
      .runs({ limit: 100_000 })
      .filter(({ status }) => status === 'complete')
      .map(({ key }) => `${key.ruleId} ${key.slot}`)
    assert.equal(new Set(slots).size, slots.length)
    assert.deepEqual(ports.ledger.gaps(), [])
  })
}
