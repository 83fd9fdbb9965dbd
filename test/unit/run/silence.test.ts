import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSilenceEntity } from '../../../src/detect/index.ts'
import type { SilenceTarget } from '../../../src/domain/silence.ts'
import { deliverPending, executeRun } from '../../../src/run/index.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { SLOT } from '../../support/outcomes.ts'
import { groupingRule, mapping, RULE_ID, scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, runRequest, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal
const entityMappings = [mapping('Host', { HostName: 'Name' })]
const single = scheduledRule({ entityMappings })
const NOW = plus(SLOT, minutes(6))
const END = plus(SLOT, hours(4))

function portsFinding(...names: string[]): TestPorts {
  const ports = testPorts({ sinks: [memorySink('a'), memorySink('b')] })
  ports.clock.set(NOW)
  finds(ports, ...names)
  return ports
}

function finds(ports: TestPorts, ...names: string[]): void {
  ports.backend.answers = { [single.query]: complete(namesTable(...names)) }
}

function silence(ports: TestPorts, target: Partial<SilenceTarget>, until = END) {
  const whole = { rule: undefined, workspace: undefined, entity: undefined, ...target }
  return ports.ledger.silence({ target: whole, since: ports.clock.now(), until, reason: 'patch window', author: 'eve' })
}

const host = (name: string) => ({ entity: parseSilenceEntity(`host:${name}`) })
const told = (ports: TestPorts) =>
  ports.sinks.map((sink) => sink.deliveries.map(({ reason, incident }) => [reason, incident.title]))
const list = (ports: TestPorts) =>
  ports.ledger.silences({}).map(({ id, incidentCount, gravest, toldAt }) => ({ id, incidentCount, gravest, toldAt }))

test('while a rule is silent its incidents open and nobody is told; at the end each sink is told what they were', async () => {
  const ports = portsFinding('vm-1')
  const { id } = silence(ports, { rule: { id: RULE_ID, name: 'Rare script' } })
  const outcome = await executeRun(runRequest(single), ports, signal)
  assert.equal(outcome.opened.length, 1)
  assert.equal(ports.ledger.incidentRecords({ open: true }).length, 1)
  assert.deepEqual(told(ports), [[], []])
  assert.deepEqual(ports.ledger.pending(), [])
  assert.deepEqual(list(ports), [{ id, incidentCount: 1, gravest: 'Medium', toldAt: undefined }])

  ports.clock.set(plus(END, -1 as never))
  await deliverPending(ports, signal)
  assert.deepEqual(told(ports), [[], []])
  ports.clock.set(END)
  await deliverPending(ports, signal)
  await deliverPending(ports, signal)
  const title = 'Silence ended: 1 incident of Rare script was not told'
  assert.deepEqual(told(ports), [[['silence', title]], [['silence', title]]])
  const description = ports.sinks[0]?.deliveries[0]?.incident.description ?? ''
  assert.ok(description.includes(outcome.opened[0]?.id ?? '-'), description)
  assert.match(description, /by eve: patch window/)
  assert.deepEqual(list(ports), [{ id, incidentCount: 1, gravest: 'Medium', toldAt: END }])
})

test('what was found in a silence is known: it opens nothing again afterwards', async () => {
  const ports = portsFinding('vm-1')
  silence(ports, { rule: { id: RULE_ID, name: 'Rare script' } })
  await executeRun(runRequest(single), ports, signal)
  ports.clock.set(plus(END, minutes(1)))
  const later = await executeRun(runRequest(single, { slot: plus(SLOT, hours(24)) }), ports, signal)
  assert.deepEqual([later.opened.length, [...later.findings][0]?.isNew], [0, false])
})

test('an incident that concerns somebody else too is told', async () => {
  const ports = portsFinding('vm-1', 'vm-2')
  silence(ports, host('vm-1'))
  await executeRun(runRequest(single), ports, signal)
  assert.deepEqual(
    ports.sinks[0]?.deliveries.map(({ reason, incident }) => [reason, incident.alerts[0]?.findingIds.length]),
    [['opened', 2]],
  )
  assert.equal(list(ports)[0]?.incidentCount, 0)
})

test('of an alert a result, only the silent one is held back', async () => {
  const ports = portsFinding('vm-1', 'vm-2')
  silence(ports, host('vm-1'))
  const rule = scheduledRule({ entityMappings, eventGrouping: 'AlertPerResult' })
  const outcome = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual([outcome.opened.length, ports.sinks[0]?.deliveries.length], [2, 1])
  assert.equal(ports.sinks[0]?.deliveries[0]?.incident.entities[0]?.identifiers['HostName'], 'vm-2')
})

test('what was held back comes with the next delivery of the incident, and not again in the summary', async () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert' }, { entityMappings })
  const ports = portsFinding('vm-1')
  silence(ports, host('vm-1'))
  await executeRun(runRequest(rule), ports, signal)
  finds(ports, 'vm-1', 'vm-2')
  const slot = plus(SLOT, hours(1))
  ports.clock.set(plus(slot, minutes(6)))
  const grown = await executeRun(runRequest(rule, { slot }), ports, signal)
  assert.equal(grown.updated.length, 1)
  const [delivery] = ports.sinks[0]?.deliveries ?? []
  assert.deepEqual([delivery?.incident.alerts.length, delivery?.addedAlertIds?.length], [2, 2])
  ports.clock.set(END)
  await deliverPending(ports, signal)
  assert.deepEqual(ports.sinks[0]?.deliveries.length, 1)
})

test('an update that was held back of a known incident comes with the next one', async () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert' }, { entityMappings })
  const ports = portsFinding('vm-0')
  await executeRun(runRequest(rule), ports, signal)
  silence(ports, host('vm-1'))
  for (const [index, name] of ['vm-1', 'vm-2'].entries()) {
    finds(ports, name)
    const slot = plus(SLOT, hours(index + 1))
    ports.clock.set(plus(slot, minutes(6)))
    await executeRun(runRequest(rule, { slot }), ports, signal)
  }
  assert.deepEqual(
    ports.sinks[0]?.deliveries.map(({ reason, addedAlertIds }) => [reason, addedAlertIds?.length]),
    [
      ['opened', 1],
      ['updated', 3],
    ],
  )
})

test('a silence that is ended by hand is told at the next pass, and silences nothing from then on', async () => {
  const ports = portsFinding('vm-1')
  const { id } = silence(ports, host('vm-1'))
  await executeRun(runRequest(single), ports, signal)
  ports.clock.advance(minutes(10))
  assert.deepEqual(
    ports.ledger.unsilence([id, 99], ports.clock.now()).map((each) => each.id),
    [id],
  )
  assert.deepEqual(ports.ledger.unsilence([id], ports.clock.now()), [])
  assert.deepEqual(ports.ledger.silences({ at: ports.clock.now() }), [])
  finds(ports, 'vm-1b')
  await executeRun(runRequest(single, { slot: plus(SLOT, hours(24)) }), ports, signal)
  assert.deepEqual(ports.sinks[0]?.deliveries.map(({ reason }) => reason).sort(), ['opened', 'silence'])
})

test('of two silences the later one holds back and tells', async () => {
  const ports = portsFinding('vm-1')
  const long = silence(ports, host('vm-1'), plus(END, hours(2)))
  silence(ports, { rule: { id: RULE_ID, name: 'Rare script' } })
  await executeRun(runRequest(single), ports, signal)
  ports.clock.set(END)
  await deliverPending(ports, signal)
  assert.deepEqual(told(ports), [[], []])
  assert.equal(ports.ledger.silences({}).find(({ id }) => id === long.id)?.incidentCount, 1)
  ports.clock.set(plus(END, hours(2)))
  await deliverPending(ports, signal)
  assert.deepEqual(
    ports.sinks[0]?.deliveries.map(({ reason }) => reason),
    ['silence'],
  )
})

test('a silence in which nothing happened ends without a word', async () => {
  const ports = portsFinding('vm-1')
  silence(ports, host('vm-9'))
  await executeRun(runRequest(single), ports, signal)
  ports.clock.set(END)
  await deliverPending(ports, signal)
  assert.deepEqual(
    ports.sinks[0]?.deliveries.map(({ reason }) => reason),
    ['opened'],
  )
  assert.equal(list(ports)[0]?.toldAt, END)
})

test('only sinks that would have been told are told of the end', async () => {
  const ports = testPorts({ sinks: [memorySink('a'), { ...memorySink('b'), takes: () => false }] })
  ports.clock.set(NOW)
  finds(ports, 'vm-1')
  silence(ports, host('vm-1'))
  await executeRun(runRequest(single), ports, signal)
  ports.clock.set(END)
  await deliverPending(ports, signal)
  assert.deepEqual(
    ports.sinks.map(({ deliveries }) => deliveries.length),
    [1, 0],
  )
})
