import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupKeyOf, incidentsOf } from '../../../src/detect/incidents.ts'
import type { Incidents } from '../../../src/detect/incidents.ts'
import { makeEntity } from '../../../src/detect/entities.ts'
import type { OpenIncident } from '../../../src/domain/ports.ts'
import type { NrtRule, ScheduledRule } from '../../../src/domain/rule.ts'
import type { Alert, Incident } from '../../../src/domain/run.ts'
import type { Instant } from '../../../src/domain/time.ts'
import { hours } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'
import { groupingRule, noGrouping, RULE_ID, scheduledRule } from '../../support/rules.ts'

const slot = at('2026-03-02T00:00:00Z')
const now = at('2026-03-02T00:06:00Z')
let counter = 0

function host(name: string) {
  const made = makeEntity('Host', { HostName: name })
  assert.ok(made.kind === 'made')
  return made.entity
}

function alert(changes: Partial<Alert> = {}): Alert {
  return {
    id: `alert-${++counter}`,
    ruleId: RULE_ID,
    workspace: 'local',
    slot,
    raisedAt: changes.slot ?? slot,
    window: { start: at('2026-03-01T00:00:00Z'), end: slot },
    title: 'Rare script',
    description: 'A script that was seen once.',
    severity: 'Medium',
    tactics: ['Execution'],
    techniques: ['T1059'],
    findingIds: ['f'],
    entities: [host('vm-1')],
    customDetails: {},
    properties: {},
    firstActivity: at('2026-03-01T10:00:00Z'),
    lastActivity: at('2026-03-01T11:00:00Z'),
    ...changes,
  }
}

/** Opens incidents in an earlier run and hands them to a later one. */
function later(
  rule: ScheduledRule | NrtRule,
  first: readonly Alert[],
  second: readonly Alert[],
  closed = false,
): Incidents {
  const known: readonly OpenIncident[] = incidentsOf(rule, first, [], now).opened.map((incident) => ({
    incident,
    closed,
  }))
  return incidentsOf(rule, second, known, plus(now, hours(1)))
}

const sizes = (incidents: readonly Incident[]): readonly number[] => incidents.map((incident) => incident.alerts.length)

test('without grouping each alert opens an incident', () => {
  const { opened, updated } = later(scheduledRule(), [alert()], [alert(), alert()])
  assert.deepEqual([sizes(opened), updated], [[1, 1], []])
  assert.equal(new Set(opened.map((incident) => incident.id)).size, 2)
})

test('a rule that creates no incidents opens none', () => {
  const rule = scheduledRule({ incidentConfiguration: { createIncident: false, grouping: noGrouping } })
  assert.deepEqual(incidentsOf(rule, [alert()], [], now), { opened: [], updated: [] })
})

test('the same alert opens the same incident', () => {
  const one = alert()
  assert.deepEqual(incidentsOf(scheduledRule(), [one], [], now), incidentsOf(scheduledRule(), [one], [], now))
})

const vm1 = { entities: [host('vm-1')] }
const vm2 = { entities: [host('vm-2')] }

for (const [what, grouping, first, second, opened, updated] of [
  ['AllEntities: the same entities', {}, vm1, vm1, 0, 1],
  [
    'AllEntities: entities in another case and order',
    {},
    { entities: [host('A'), host('b')] },
    { entities: [host('B'), host('a')] },
    0,
    1,
  ],
  ['AllEntities: other entities', {}, vm1, vm2, 1, 0],
  ['AllEntities: one entity more', {}, vm1, { entities: [host('vm-1'), host('vm-2')] }, 1, 0],
  ['AllEntities: none at all', {}, { entities: [] }, { entities: [] }, 1, 0],
  ['AnyAlert: other entities', { matchingMethod: 'AnyAlert' }, vm1, vm2, 0, 1],
  [
    'Selected: entities that are not selected do not count',
    { matchingMethod: 'Selected', groupByEntities: ['Host'] },
    vm1,
    { entities: [host('vm-1'), { type: 'IP', identifiers: { Address: '1.1.1.1' }, strong: true }] },
    0,
    1,
  ],
  ['Selected: the selected entity differs', { matchingMethod: 'Selected', groupByEntities: ['Host'] }, vm1, vm2, 1, 0],
  [
    'Selected: the selected entity is missing from both',
    { matchingMethod: 'Selected', groupByEntities: ['Account'] },
    vm1,
    vm2,
    1,
    0,
  ],
  [
    'Selected: title',
    { matchingMethod: 'Selected', groupByAlertDetails: ['DisplayName'] },
    { title: 'a' },
    { title: 'b' },
    1,
    0,
  ],
  [
    'Selected: severity',
    { matchingMethod: 'Selected', groupByAlertDetails: ['Severity'] },
    { severity: 'Low', title: 'a' },
    { severity: 'Low', title: 'b' },
    0,
    1,
  ],
  [
    'Selected: custom details',
    { matchingMethod: 'Selected', groupByCustomDetails: ['s'] },
    { customDetails: { s: ['a', 'b'] } },
    { customDetails: { s: ['b', 'a'] } },
    0,
    1,
  ],
  [
    'Selected: other custom details',
    { matchingMethod: 'Selected', groupByCustomDetails: ['s'] },
    { customDetails: { s: ['a'] } },
    { customDetails: { s: ['b'] } },
    1,
    0,
  ],
  ['lookback: just within', { lookbackDuration: hours(2) }, { slot: plus(slot, hours(-2)) }, {}, 0, 1],
  ['lookback: just beyond', { lookbackDuration: hours(1.99) }, { slot: plus(slot, hours(-2)) }, {}, 1, 0],
  ['lookback: an earlier slot, run later, does not join', {}, { slot: plus(slot, hours(1)) }, {}, 1, 0],
] as const) {
  test(`grouping by ${what}: ${updated === 1 ? 'joins' : 'opens another'}`, () => {
    const result = later(groupingRule(grouping), [alert(first)], [alert(second)])
    assert.deepEqual([result.opened.length, result.updated.length], [opened, updated])
  })
}

test('the lookback counts from the first alert, not the latest', () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert', lookbackDuration: hours(5) })
  const times = [0, 3, 6].map((hour): Instant => plus(slot, hours(hour)))
  const { opened, updated } = later(
    rule,
    times.slice(0, 2).map((t) => alert({ slot: t })),
    times.slice(2).map((t) => alert({ slot: t })),
  )
  assert.deepEqual([sizes(opened), sizes(updated)], [[1], []])
})

for (const [reopens, opened, updated] of [
  [true, 0, 1],
  [false, 1, 0],
] as const) {
  test(`a closed incident ${reopens ? 'takes' : 'refuses'} alerts when reopenClosedIncident is ${reopens}`, () => {
    const rule = groupingRule({ reopenClosedIncident: reopens })
    const first = alert()
    const result = later(rule, [first], [alert()], true)
    assert.deepEqual([result.opened.length, result.updated.length], [opened, updated])
    // The new one may not take the id of the closed one, although slot and group key are the same.
    assert.notEqual(result.opened[0]?.id, incidentsOf(rule, [first], [], now).opened[0]?.id)
  })
}

test('alerts of one run meet too, and beyond 150 a further incident opens', () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert' })
  const result = later(
    rule,
    Array.from({ length: 149 }, () => alert()),
    Array.from({ length: 152 }, () => alert()),
  )
  assert.deepEqual([sizes(result.updated), sizes(result.opened)], [[150], [150, 1]])
})

test('an incident that grows takes the gravest severity and all tactics, entities and activity, and keeps its title', () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert' })
  const second = alert({
    title: 'Another',
    severity: 'High',
    tactics: ['Impact', 'Execution'],
    entities: [host('VM-1'), host('vm-2')],
    firstActivity: at('2026-03-01T09:00:00Z'),
    lastActivity: at('2026-03-01T10:30:00Z'),
  })
  const [incident] = later(rule, [alert()], [second, alert({ severity: 'Low' })]).updated
  assert.equal(incident?.title, 'Rare script')
  assert.equal(incident?.severity, 'High')
  assert.deepEqual(incident?.tactics, ['Execution', 'Impact'])
  assert.deepEqual(
    incident?.entities.map((entity) => entity.identifiers['HostName']),
    ['vm-1', 'vm-2'],
  )
  assert.deepEqual(
    [incident?.firstActivity, incident?.lastActivity],
    [second.firstActivity, at('2026-03-01T11:00:00Z')],
  )
  assert.equal(incident?.openedAt, now)
})

test('groupKeyOf: without grouping the alert itself', () => {
  assert.equal(groupKeyOf(noGrouping, alert({ id: 'x' })), 'x')
})

test('the alerts of a chosen window group within the lookback of their own times, whatever the order of the rows', () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert', lookbackDuration: hours(2) })
  const raised = (offset: number): Alert => alert({ raisedAt: plus(slot, hours(offset)) })
  const { opened } = incidentsOf(rule, [raised(30), raised(0), raised(2), raised(31)], [], now)
  assert.deepEqual(sizes(opened), [2, 2])
})

test('an incident keeps the rule as it ran', () => {
  const rule = scheduledRule()
  const [incident] = incidentsOf(rule, [alert()], [], now).opened
  assert.deepEqual(
    [incident?.rule?.query, incident?.rule?.sha256, incident?.rule?.trigger],
    [rule.query, rule.source.sha256, rule.trigger],
  )
})
