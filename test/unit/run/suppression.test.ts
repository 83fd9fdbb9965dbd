import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliverPending, executeRun } from '../../../src/run/index.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { SLOT } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { complete, runRequest, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal
const rule = scheduledRule({ suppression: { enabled: true, duration: hours(5) } })

async function runAt(ports: TestPorts, hour: number, name: string, purpose: 'slot' | 'ad-hoc' = 'slot') {
  const slot = plus(SLOT, hours(hour))
  ports.clock.set(plus(slot, minutes(6)))
  ports.backend.answers = { [rule.query]: complete(namesTable(name)) }
  return executeRun(runRequest(rule, { slot, purpose }), ports, signal)
}

const told = (ports: TestPorts) => ports.sinks[0]?.deliveries.map(({ reason }) => reason)

test('suppression searches on, and tells at its end what was found meanwhile', async () => {
  const ports = testPorts()
  const first = await runAt(ports, 0, 'a')
  assert.deepEqual([first.opened.length, first.warnings], [1, []])
  const second = await runAt(ports, 1, 'b')
  assert.equal(second.opened.length, 1, 'the window is searched and the incident is in the ledger')
  assert.deepEqual(told(ports), ['opened'])
  await runAt(ports, 6, 'c')
  assert.deepEqual(told(ports)?.sort(), ['opened', 'opened', 'silence'])
  const summary = ports.sinks[0]?.deliveries.find(({ reason }) => reason === 'silence')
  assert.match(summary?.incident.description ?? '', new RegExp(second.opened[0]?.id ?? '-'))
})

test('what is held back by a suppression begins no further one', async () => {
  const ports = testPorts()
  await runAt(ports, 0, 'a')
  await runAt(ports, 4, 'b')
  assert.equal(ports.ledger.silences({}).length, 1)
  ports.clock.set(plus(SLOT, hours(6)))
  await deliverPending(ports, signal)
  await runAt(ports, 6, 'c')
  assert.equal(ports.ledger.silences({}).length, 2)
})

test('a run that somebody asks for suppresses nothing, and says that the rule has suppression', async () => {
  const ports = testPorts()
  const { warnings } = await runAt(ports, 0, 'a', 'ad-hoc')
  assert.match(warnings.join(), /the rule has suppression/)
  assert.deepEqual(ports.ledger.silences({}), [])
  await runAt(ports, 1, 'b')
  assert.deepEqual(told(ports), ['opened', 'opened'])
})
