import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, LedgerError } from '../../../src/domain/errors.ts'
import type { HuntError } from '../../../src/domain/errors.ts'
import type { Rule } from '../../../src/domain/rule.ts'
import { makePlan, runDaemon, Runner } from '../../../src/schedule/index.ts'
import type { DaemonParts } from '../../../src/schedule/index.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { formatInstant } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { complete, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A daemon whose ticks the test makes. */
function startDaemon(changes: Partial<DaemonParts> = {}, backend = scriptedBackend()) {
  const clock = fakeClock(at('2026-03-02T10:30Z'))
  const ports = testPorts({ clock, backend })
  const stop = new AbortController()
  const rules: Rule[] = [hourlyRule()]
  const troubles: string[] = []
  const all = { ...ports, random: () => 0.5, onEvent: () => undefined }
  const runner = new Runner(all, { concurrency: 2, withJitter: true }, stop.signal, () => undefined)
  let wake = (): void => undefined
  const done = runDaemon(
    {
      runner,
      readPlan: async () => ({
        plan: makePlan(rules, SETTINGS),
        scope: { rules, workspaces: SETTINGS.workspaces, isWhole: true },
      }),
      wake: (tick) => {
        wake = tick
        return () => {
          wake = () => undefined
        }
      },
      afterLook: async () => undefined,
      onTrouble: (error: HuntError) => void troubles.push(error.code),
      ...changes,
    },
    stop.signal,
  )
  const tick = async (): Promise<void> => {
    await settled()
    wake()
    await settled()
    await runner.idle()
  }
  const slots = (): readonly string[] => ports.backend.asked.map(({ now }) => formatInstant(now ?? clock.now()))
  return { ports, clock, stop, tick, done, troubles, slots, rules }
}

test('the daemon runs each slot once, when its time has come, and ends when told', async () => {
  const { clock, stop, tick, done, slots } = startDaemon()
  await tick()
  await tick()
  assert.deepEqual(slots(), ['2026-03-02T10:00:00Z'])
  clock.advance(minutes(30))
  await tick()
  clock.advance(hours(3))
  await tick()
  stop.abort(new Error('stopped'))
  await done
  clock.advance(hours(3))
  await tick()
  assert.deepEqual(slots().slice(1), [
    '2026-03-02T11:00:00Z',
    '2026-03-02T12:00:00Z',
    '2026-03-02T13:00:00Z',
    '2026-03-02T14:00:00Z',
  ])
})

test('what runs when the daemon is stopped is given up: its claim is free and its slot still due', async () => {
  const backend = scriptedBackend({
    [hourlyRule().query]: (_request, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  })
  const { ports, stop, done } = startDaemon({}, backend)
  while (backend.asked.length === 0) await settled()
  stop.abort(new Error('stopped'))
  await done
  assert.deepEqual(ports.ledger.runs({}), [])
  const key = { ruleId: hourlyRule().id, workspace: 'local', slot: at('2026-03-02T10:00Z'), windowOverride: '' }
  assert.equal(ports.ledger.claim(key, ports.clock.now(), minutes(1), 'slot').kind, 'claimed')
})

test('a ledger that is locked is tried again at the next tick; what no tick can mend ends the daemon', async () => {
  const failures: Error[] = [
    new LedgerError({ code: 'ledger/locked', message: 'locked', retryable: true }),
    new ConfigError({ code: 'config/queries-missing', message: 'gone' }),
  ]
  const rules = [hourlyRule()]
  const { done, troubles, tick } = startDaemon({
    readPlan: async () => {
      const failure = failures.shift()
      if (failure !== undefined) throw failure
      return { plan: makePlan(rules, SETTINGS), scope: { rules, workspaces: ['local'], isWhole: true } }
    },
  })
  const ended = assert.rejects(done, { code: 'config/queries-missing' })
  await tick()
  assert.deepEqual(troubles, ['ledger/locked'])
  await tick()
  await ended
})

test('a ledger that takes nothing for a while is said at each look, which is no sign of life; then all is caught up', async () => {
  let isFull = true
  let lives = 0
  const full = new LedgerError({ code: 'ledger/full', message: 'full', retryable: true })
  const { ports, clock, stop, tick, done, troubles } = startDaemon({ afterLook: async () => void (lives += 1) })
  const { claim } = ports.ledger
  Object.assign(ports.ledger, {
    claim: (...args: Parameters<typeof claim>) => {
      if (isFull) throw full
      return claim(...args)
    },
  })
  const fails = (): Promise<void> => assert.rejects(tick(), { code: 'ledger/full' })
  await fails()
  assert.deepEqual([troubles, lives], [['ledger/full'], 1], 'of the first look nothing was known yet')
  clock.advance(hours(1))
  await fails()
  assert.deepEqual([troubles, lives], [['ledger/full', 'ledger/full'], 1])
  isFull = false
  await tick()
  await tick()
  assert.equal(lives, 2, 'the first look hears of the last failure')
  assert.equal(ports.ledger.runs({}).filter(({ status }) => status === 'complete').length, 2)
  stop.abort(new Error('stopped'))
  await done
})

test('a look that the ledger ends in its middle, or a run before its claim, is made up for by the next look', async () => {
  const rules = [hourlyRule()]
  // One plan, as of a real daemon whose files are as they were: it looks only at what has changed.
  const plan = makePlan(rules, SETTINGS)
  const { ports, clock, stop, tick, done, troubles, slots } = startDaemon({
    readPlan: async () => ({ plan, scope: { rules, workspaces: SETTINGS.workspaces, isWhole: true } }),
  })
  await tick()
  const { advance, claim } = ports.ledger
  const once = <Args extends readonly unknown[], Result>(real: (...args: Args) => Result) => {
    let failures = 1
    return (...args: Args): Result => {
      if (failures-- > 0) throw new LedgerError({ code: 'ledger/full', message: 'full', retryable: true })
      return real(...args)
    }
  }
  clock.advance(hours(1))
  Object.assign(ports.ledger, { advance: once(advance.bind(ports.ledger)) })
  await tick()
  assert.deepEqual(troubles.splice(0), ['ledger/full'])
  await tick()
  assert.deepEqual(slots(), ['2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z'])
  clock.advance(hours(1))
  Object.assign(ports.ledger, { claim: once(claim.bind(ports.ledger)) })
  await assert.rejects(tick(), { code: 'ledger/full' })
  await tick()
  assert.deepEqual(slots().at(-1), '2026-03-02T12:00:00Z')
  stop.abort(new Error('stopped'))
  await done
})

test('two daemons on one ledger share the slots, and a rule that is edited goes on with its new version', async () => {
  const first = startDaemon()
  const second = new Runner(
    { ...first.ports, random: () => 0.5, onEvent: () => undefined },
    { concurrency: 2, withJitter: true },
    first.stop.signal,
    () => undefined,
  )
  const scope = { rules: first.rules, workspaces: SETTINGS.workspaces, isWhole: true }
  for (let hour = 0; hour < 6; hour += 1) {
    first.clock.advance(hours(1))
    second.look(makePlan(first.rules, SETTINGS), scope)
    await Promise.all([first.tick(), second.idle()])
  }
  const slots = first.slots()
  assert.equal(new Set(slots).size, slots.length, slots.join(' '))
  first.rules[0] = hourlyRule({ query: 'Edited' })
  first.ports.backend.answers = { Edited: complete(namesTable('b')) }
  first.clock.advance(hours(1))
  await first.tick()
  assert.equal(first.ports.backend.asked.at(-1)?.query, 'Edited')
  first.stop.abort(new Error('stopped'))
  await first.done
})
