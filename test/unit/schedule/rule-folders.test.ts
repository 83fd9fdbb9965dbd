import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { ScheduledRule } from '../../../src/domain/rule.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { makePlan, Runner } from '../../../src/schedule/index.ts'
import type { ScheduleEvent } from '../../../src/schedule/index.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { formatInstant, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { testPorts } from '../../support/run-ports.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const START = at('2026-03-02T00:30Z')
const [A, B] = ['/srv/a/queries', '/srv/b/queries']

/** Processes over folders of rules, all on one ledger and at one clock. */
function world(t: TestContext) {
  const path = join(tempFolder(t), 'hunt.db')
  const clock = fakeClock(START)
  const said: string[] = []
  const daemon = (folder: string) => {
    const ledger = openLedger(path)
    t.after(() => ledger.close())
    let wholes = 0
    const counting: typeof ledger = {
      ...ledger,
      schedules: (filter = {}) => {
        if (filter.ruleId === undefined) wholes += 1
        return ledger.schedules(filter)
      },
    }
    const onEvent = (event: ScheduleEvent): void => {
      said.push(`${folder}: ${event.kind} ${'pair' in event ? event.pair.ruleId : ''}`)
    }
    const ports = { ...testPorts({ ledger: counting, clock }), random: () => 0.5, onEvent }
    const options = { concurrency: 1, withJitter: false }
    const runner = new Runner(ports, options, new AbortController().signal, () => undefined)
    const plans = new Map<readonly ScheduledRule[], ReturnType<typeof makePlan>>()
    return {
      wholes: () => wholes,
      look: async (rules: readonly ScheduledRule[], isEnabled: (rule: ScheduledRule) => boolean = () => true) => {
        const plan = plans.get(rules) ?? makePlan(rules.filter(isEnabled), SETTINGS)
        plans.set(rules, plan)
        runner.look(plan, { rules, folder, workspaces: SETTINGS.workspaces, isWhole: true })
        await runner.idle()
      },
    }
  }
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  const slotsOf = (ruleId: string): readonly string[] =>
    ledger
      .runs({ ruleId, limit: 100 })
      .filter(({ status }) => status === 'complete')
      .map(({ key }) => formatInstant(key.slot).slice(11, 16))
      .reverse()
  return { clock, ledger, said, daemon, slotsOf }
}

test('two daemons over different folders of rules share a ledger: neither retires what is the other’s', async (t) => {
  const { clock, ledger, said, daemon, slotsOf } = world(t)
  const [a, b] = [daemon(A), daemon(B)]
  const [rulesA, rulesB] = [[hourlyRule({ id: 'a', query: 'a' })], [hourlyRule({ id: 'b', query: 'b' })]]
  for (let hour = 0; hour < 4; hour += 1) {
    clock.set(plus(START, hours(hour)))
    await a.look(rulesA)
    await b.look(rulesB)
  }
  assert.deepEqual(said, [])
  const slots = ['00:00', '01:00', '02:00', '03:00']
  assert.deepEqual([slotsOf('a'), slotsOf('b')], [slots, slots])

  // What the other one does is no reason to read 200,000 schedules.
  await a.look(rulesA)
  const before = a.wholes()
  ledger.setFailing({ ruleId: 'b', workspace: 'local' }, undefined)
  clock.set(plus(clock.now(), minutes(1)))
  await a.look(rulesA)
  assert.equal(a.wholes(), before)

  // Its own folder says that a rule is gone.
  await b.look([])
  assert.deepEqual(said.splice(0), [`${B}: retired b`])
  await a.look([])
  assert.deepEqual(said, [`${A}: retired a`])
})

test('a rule that one folder disables and another one has goes on; no slot of it is given up', async (t) => {
  const { clock, ledger, said, daemon, slotsOf } = world(t)
  const [a, b] = [daemon(A), daemon(B)]
  const rule = hourlyRule({ id: 'shared', query: 'shared' })
  const disabled = [hourlyRule({ id: 'shared', query: 'shared', enabled: false })]
  const enabled = [rule]
  await a.look(enabled)
  for (let hour = 1; hour < 4; hour += 1) {
    clock.set(plus(START, hours(hour)))
    await b.look(disabled)
    await a.look(enabled)
  }
  assert.deepEqual([said, ledger.gaps()], [[], []])
  assert.deepEqual(slotsOf('shared'), ['00:00', '01:00', '02:00', '03:00'])
  // Whose it is disables it; who has it too takes it over, and it stays there.
  clock.set(plus(START, hours(4)))
  await a.look(disabled)
  await b.look(enabled)
  clock.set(plus(START, hours(5)))
  await a.look(disabled)
  await b.look(enabled)
  assert.deepEqual([said, ledger.gaps()], [[`${A}: disabled shared`], []])
  assert.equal(ledger.schedules()[0]?.ruleFolder, B)
  assert.equal(slotsOf('shared').length, 6)
})

test('a rule that two folders have in two versions is searched once for each slot, and said once', async (t) => {
  const { clock, said, daemon, slotsOf } = world(t)
  const [a, b] = [daemon(A), daemon(B)]
  const first = hourlyRule({ id: 'shared', query: 'shared' })
  const mine = [first]
  const theirs = [{ ...first, source: { ...first.source, sha256: 'other' } }]
  for (let hour = 0; hour < 4; hour += 1) {
    clock.set(plus(START, hours(hour)))
    await a.look(mine)
    await b.look(theirs)
  }
  assert.deepEqual(said, [`${B}: rival shared`])
  assert.deepEqual(slotsOf('shared'), ['00:00', '01:00', '02:00', '03:00'])
})

test('a folder that was moved keeps its rules: those that are gone are retired when nobody has read it for a day', async (t) => {
  const { clock, ledger, said, daemon, slotsOf } = world(t)
  const kept = hourlyRule({ id: 'kept', query: 'kept' })
  await daemon(A).look([kept, hourlyRule({ id: 'dropped', query: 'dropped' })])
  const moved = daemon(B)
  const rules = [kept]
  clock.set(plus(START, hours(1)))
  await moved.look(rules)
  assert.deepEqual(said, [])
  clock.set(plus(START, hours(26)))
  await moved.look(rules)
  assert.deepEqual(said, [`${B}: retired dropped`])
  assert.deepEqual(
    ledger.schedules().map(({ ruleId, ruleFolder, inactive }) => [ruleId, ruleFolder, inactive?.reason]),
    [
      ['dropped', A, 'retired'],
      ['kept', B, undefined],
    ],
  )
  assert.equal(slotsOf('kept').length, 27)
})
