import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError } from '../../../src/domain/errors.ts'
import type { HuntError } from '../../../src/domain/errors.ts'
import type { ScheduledRule } from '../../../src/domain/rule.ts'
import { checkLedger, openLedger } from '../../../src/ledger/index.ts'
import { deliverPending } from '../../../src/run/index.ts'
import { makePlan, Runner, tellHealth } from '../../../src/schedule/index.ts'
import { days, hours, minutes, seconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyRule, SETTINGS } from '../../support/plans.ts'
import { memorySink, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const START = at('2026-03-02T00:00Z')
const signal = new AbortController().signal
const afterStart = (length: Parameters<typeof plus>[1]) => plus(START, length)

const broken = (code: string, retryable: boolean): HuntError =>
  new BackendError({ code, message: 'it does not work', retryable })
const badQuery = broken('backend/bad-request', false)

/** One look of a daemon, and what it tells of its health. */
async function look(ports: TestPorts, rules: readonly ScheduledRule[], hour: number, workspaces = ['local']) {
  ports.clock.set(afterStart(hours(hour)))
  const runner = new Runner(
    { ...ports, random: () => 0.5, onEvent: () => undefined },
    { concurrency: 1, withJitter: false },
    signal,
    () => undefined,
  )
  runner.look(makePlan(rules, { ...SETTINGS, workspaces }), { rules, workspaces, isWhole: true })
  await runner.idle()
  tellHealth(ports, 3)
  await deliverPending(ports, signal)
}

const told = (ports: TestPorts, sink = 0) =>
  (ports.sinks[sink]?.deliveries ?? [])
    .filter(({ incident }) => incident.ruleId === 'hunt-health')
    .map(({ reason, incident }) => `${reason} ${incident.severity}: ${incident.title}`)

test('a rule that fails in a row opens one incident, however often it fails, which is closed when it works again', async () => {
  const ports = testPorts()
  const rule = hourlyRule({ name: 'Beacons' })
  ports.backend.answers = { [rule.query]: badQuery }
  for (const hour of [0, 2, 3]) await look(ports, [rule], hour)
  assert.deepEqual(told(ports), [], 'two failures: it waits longer each time')
  for (const hour of [4, 24, 48, 72]) await look(ports, [rule], hour)
  const title = 'hunt: Beacons fails in local'
  assert.deepEqual(told(ports), [`opened Medium: ${title}`])
  const [opened] = ports.ledger.incidentRecords({ open: true })
  assert.match(
    opened?.incident.description ?? '',
    /since 2026-03-02T00:00:00Z: 3 attempts in a row failed, the last with backend\/bad-request/,
  )
  ports.backend.answers = {}
  await look(ports, [rule], 120)
  assert.deepEqual(told(ports), [`opened Medium: ${title}`, `closed Medium: ${title}`])
  assert.deepEqual(
    ports.ledger
      .incidentRecords({})
      .flatMap(({ incident, closedAt, events }) =>
        incident.ruleId === 'hunt-health' ? [[closedAt, events.map(({ kind, author }) => `${kind} by ${author}`)]] : [],
      ),
    [[afterStart(hours(120)), ['closed by hunt']]],
  )
  await look(ports, [rule], 121)
  assert.equal(told(ports).length, 2)
})

test('a workspace that cannot be searched is one incident, and not one for each of its rules', async () => {
  const ports = testPorts()
  const rules = ['1', '2', '3'].map((id) => hourlyRule({ id, query: id }))
  ports.backend.answers = Object.fromEntries(rules.map(({ query }) => [query, broken('backend/unavailable', true)]))
  for (let hour = 0; hour < 12; hour += 1) await look(ports, rules, hour, ['prod'])
  assert.deepEqual(told(ports), ['opened High: hunt: nothing can be searched in prod'])
})

test('what was given up on a day is one incident; a pause is none; acknowledging ends it', async () => {
  const ports = testPorts()
  const rules = ['1', '2'].map((id) => hourlyRule({ id }))
  await look(ports, rules, 0)
  ports.ledger.pause([{ ruleId: '1', workspace: 'local' }], afterStart(hours(1)), afterStart(hours(5)))
  await look(ports, rules, 6)
  assert.deepEqual(told(ports), [])
  ports.clock.set(afterStart(days(9)))
  tellHealth(ports, 3)
  for (let pass = 0; pass < 3; pass += 1) await lookGenerously(ports, rules, days(9) + pass * minutes(1))
  assert.deepEqual(told(ports), ['opened High: hunt: 84 slots were never searched'])
  ports.ledger.acknowledgeGaps(ports.ledger.gaps(), ports.clock.now())
  tellHealth(ports, 3)
  await deliverPending(ports, signal)
  assert.equal(told(ports).length, 2)
  assert.equal(ports.ledger.openHealthIncidents().length, 0)
})

/** After a long outage: more slots than the rate of a standing clock allows. */
async function lookGenerously(ports: TestPorts, rules: readonly ScheduledRule[], length: number): Promise<void> {
  ports.clock.set(afterStart(length as never))
  const { RequestBudget } = await import('../../../src/schedule/index.ts')
  const runner = new Runner(
    { ...ports, random: () => 0.5, onEvent: () => undefined },
    {
      concurrency: 1,
      withJitter: false,
      budget: new RequestBudget({ concurrent: 1, rate: 10_000, per: seconds(30) }),
    },
    signal,
    () => undefined,
  )
  runner.look(makePlan(rules, SETTINGS), { rules, workspaces: ['local'], isWhole: true })
  await runner.idle()
  tellHealth(ports, 3)
  await deliverPending(ports, signal)
}

test('two processes open it once, a person who closes it is not bothered again, and the ledger stays sound', async (t) => {
  const path = `${tempFolder(t)}/hunt.db`
  const [mine, theirs] = [openLedger(path), openLedger(path)]
  const rule = hourlyRule({})
  const ports = testPorts({ ledger: mine, clock: fakeClock(START), sinks: [memorySink('a'), memorySink('b')] })
  const other = { ...ports, ledger: theirs }
  ports.backend.answers = { [rule.query]: badQuery }
  for (const hour of [0, 2, 6, 12]) await look(ports, [rule], hour)
  tellHealth(other, 3)
  tellHealth(ports, 3)
  await deliverPending(ports, signal)
  assert.deepEqual([told(ports, 0).length, told(ports, 1).length], [1, 1])
  const [incident] = mine.openHealthIncidents()
  mine.closeIncident(incident?.id ?? '', { at: ports.clock.now(), author: 'alice', text: 'known' }, [])
  tellHealth(other, 3)
  tellHealth(ports, 3)
  await deliverPending(ports, signal)
  assert.equal(told(ports).length, 1)
  assert.equal(mine.incidents(rule.id, 'local', START).length, 0, 'alerts of the rule never join it')
  mine.close()
  theirs.close()
  assert.deepEqual(checkLedger(path, ports.clock.now(), { busyTimeout: seconds(1) }).problems, [])
})

test('a sink that leaves the rule out does not hear of its health; one that fails opens nothing more', async () => {
  const down = memorySink('down')
  down.failure = new Error('no answer')
  const elsewhere = {
    ...memorySink('elsewhere'),
    takes: (_: unknown, rule: { readonly id: string }) => rule.id === 'x',
  }
  const ports = testPorts({ sinks: [memorySink('file'), down, elsewhere] })
  const rule = hourlyRule()
  ports.backend.answers = { [rule.query]: badQuery }
  for (const hour of [0, 2, 6, 24, 48]) await look(ports, [rule], hour)
  assert.deepEqual([told(ports).length, ports.ledger.pending().map(({ sink }) => sink)], [1, ['down']])
  assert.equal(ports.ledger.incidentRecords({}).length, 1)
})

test('a rule file that is broken for an hour is told of, and no sooner', async () => {
  const ports = testPorts()
  const rule = hourlyRule()
  await look(ports, [rule], 0)
  ports.ledger.keepRuleVersions([{ ruleId: rule.id, file: 'queries/a.yaml', sha256: 'ab'.repeat(32), text: '' }], START)
  ports.ledger.markBroken([rule.id], START)
  ports.clock.set(afterStart(minutes(59)))
  tellHealth(ports, 3)
  assert.equal(ports.ledger.openHealthIncidents().length, 0)
  await look(ports, [rule], 1)
  assert.deepEqual(told(ports), ['opened Medium: hunt: queries/a.yaml is broken'])
})
