import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRowConditions } from '../../../src/backends/local/index.ts'
import type { Exclusion } from '../../../src/domain/exclusion.ts'
import type { ResultTable } from '../../../src/domain/kusto.ts'
import type { RowConditions } from '../../../src/domain/row-conditions.ts'
import type { RunOutcome } from '../../../src/domain/run.ts'
import { executeRun } from '../../../src/run/index.ts'
import { days, hours } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { exclusion } from '../../support/exclusions.ts'
import { fakeClock } from '../../support/instants.ts'
import { SLOT } from '../../support/outcomes.ts'
import { huntingQuery, RULE_ID, scheduledRule } from '../../support/rules.ts'
import { complete, partial, runRequest, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable, table } from '../../support/tables.ts'

const signal = new AbortController().signal
const conditions = createRowConditions({ clock: fakeClock() })
const byPatcher = exclusion('patching', 'Name startswith "svc-"')
const nextSlot = plus(SLOT, hours(24))

function portsWith(answer: ResultTable, asked: RowConditions = conditions): TestPorts {
  const ports = { ...testPorts(), conditions: asked }
  ports.backend.answers = { [scheduledRule().query]: complete(answer) }
  return ports
}

const run = (ports: TestPorts, exclusions: readonly Exclusion[], slot = SLOT, changes = {}): Promise<RunOutcome> =>
  executeRun(runRequest(scheduledRule({ exclusions, ...changes }), { slot }), ports, signal)

const hits = (ports: TestPorts) =>
  ports.ledger
    .exclusionHits({ since: minus(SLOT, days(1)) })
    .map(({ name, rowCount, runCount, failureCount, lastFault }) => ({
      name,
      rowCount,
      runCount,
      failureCount,
      lastFault,
    }))

test('what an exclusion names is kept and counted, and sets nothing off', async () => {
  const ports = portsWith(namesTable('svc-patch', 'mallory'))
  const outcome = await run(ports, [byPatcher])
  assert.deepEqual(
    [...outcome.findings].map(({ row }) => row[0]),
    ['mallory'],
  )
  assert.deepEqual(
    [...outcome.excluded].map(({ finding, by }) => [finding.row[0], finding.isNew, by]),
    [['svc-patch', true, ['patching']]],
  )
  const { rowCount, excludedRowCount, findingCount } = outcome.statistics
  assert.deepEqual([rowCount, excludedRowCount, findingCount], [2, 1, 1])
  assert.equal(outcome.alerts[0]?.findingIds.length, 1)
  assert.deepEqual(hits(ports), [{ name: 'patching', rowCount: 1, runCount: 1, failureCount: 0, lastFault: undefined }])
  const { ruleId, owner, reason, when, lastSlot } = ports.ledger.exclusionHits({ since: minus(SLOT, days(1)) })[0] ?? {}
  assert.deepEqual(
    [ruleId, owner, reason, when, lastSlot],
    [RULE_ID, 'patching@contoso.com', 'the patch pipeline', byPatcher.when, SLOT],
  )
  assert.equal(ports.ledger.runs({})[0]?.result?.excludedCount, 1)
})

test('what was excluded is not known: without the exclusion it opens its incident', async () => {
  const ports = portsWith(namesTable('svc-patch'))
  assert.deepEqual((await run(ports, [byPatcher])).opened, [])
  const later = await run(ports, [], nextSlot)
  assert.equal(later.opened.length, 1)
  assert.equal([...later.findings][0]?.isNew, true)
})

test('it is in force in slots before it expires, however late they run', async () => {
  const ending = { ...byPatcher, expires: nextSlot }
  const ports = portsWith(namesTable('svc-patch'))
  ports.clock.set(plus(nextSlot, days(90)))
  assert.equal((await run(ports, [ending])).excluded.length, 1)
  const after = await run(ports, [ending], nextSlot)
  assert.deepEqual([after.excluded.length, after.exclusions.length, after.opened.length], [0, 0, 1])
})

test('one that is disabled hides nothing', async () => {
  const outcome = await run(portsWith(namesTable('svc-patch')), [{ ...byPatcher, enabled: false }])
  assert.deepEqual([outcome.exclusions, outcome.excluded, outcome.opened.length], [[], [], 1])
})

for (const { what, trigger, names, alerts } of [
  {
    what: 'more than one row, and one is left',
    trigger: { operator: 'gt', threshold: 1 },
    names: ['svc-a', 'b'],
    alerts: 0,
  },
  {
    what: 'more than one row, and two are left',
    trigger: { operator: 'gt', threshold: 1 },
    names: ['svc-a', 'b', 'c'],
    alerts: 1,
  },
  {
    what: 'less than two rows, and one is left',
    trigger: { operator: 'lt', threshold: 2 },
    names: ['svc-a', 'b'],
    alerts: 1,
  },
  { what: 'no row, and none is left', trigger: { operator: 'eq', threshold: 0 }, names: ['svc-a'], alerts: 1 },
] as const) {
  test(`the trigger counts what is left: ${what}`, async () => {
    const outcome = await run(portsWith(namesTable(...names)), [byPatcher], SLOT, { trigger })
    assert.equal(outcome.alerts.length, alerts)
    assert.deepEqual(
      [...outcome.excluded].map(({ finding }) => finding.row[0]),
      ['svc-a'],
      'what is hidden is kept also where the trigger is quiet',
    )
  })
}

test('one that cannot be asked hides nothing and says so; the others still hide', async () => {
  const ports = portsWith(namesTable('svc-patch', 'svc-backup', 'mallory'))
  const outcome = await run(ports, [
    exclusion('typo', 'Nmae == "mallory"'),
    exclusion('backup', 'Name == "svc-backup"'),
    { ...byPatcher, fault: 'the exclusion has no owner' },
  ])
  assert.deepEqual(
    [...outcome.findings].map(({ row }) => row[0]),
    ['svc-patch', 'mallory'],
  )
  assert.equal(outcome.status, 'complete')
  const [typo, faulty, ...rest] = outcome.warnings
  assert.match(typo ?? '', /^queries\/rare-script\.exclusions\.yaml:2:11: exclusion "typo" hides nothing: .*Nmae/)
  assert.match(faulty ?? '', /exclusion "patching" hides nothing: the exclusion has no owner/)
  assert.deepEqual(rest, [])
  assert.deepEqual(
    hits(ports).map(({ name, rowCount, failureCount }) => [name, rowCount, failureCount]),
    [
      ['backup', 1, 0],
      ['patching', 0, 1],
      ['typo', 0, 1],
    ],
  )
})

test('where nothing can evaluate conditions, nothing is hidden', async () => {
  const ports = testPorts()
  ports.backend.answers = { [scheduledRule().query]: complete(namesTable('svc-patch')) }
  const outcome = await run(ports, [byPatcher])
  assert.deepEqual([outcome.opened.length, outcome.excluded.length], [1, 0])
  assert.match(outcome.warnings.join(), /nothing here can evaluate conditions/)
})

test('an answer of a part of the rows is no answer: one that fails on a later batch hides nothing', async () => {
  let batches = 0
  const failing: RowConditions = {
    ...conditions,
    ask: async ({ rows }) =>
      batches++ === 0
        ? [{ kind: 'answered', met: rows.map(() => true) }]
        : [{ kind: 'failed', message: 'out of memory' }],
  }
  const names = Array.from({ length: 50_001 }, (_, index) => `svc-${index}`)
  const outcome = await run(portsWith(namesTable(...names), failing), [byPatcher], SLOT, { enabled: true })
  assert.equal(batches, 2)
  assert.deepEqual([outcome.excluded.length, outcome.findings.length], [0, 50_001])
  assert.match(outcome.warnings.join(), /"patching" hides nothing: out of memory/)
})

test('a row that two exclusions hide counts for both, and once in the run', async () => {
  const ports = portsWith(namesTable('svc-patch'))
  const outcome = await run(ports, [byPatcher, exclusion('nightly', 'Name has "patch"')])
  assert.deepEqual([...outcome.excluded][0]?.by, ['patching', 'nightly'])
  assert.equal(outcome.statistics.excludedRowCount, 1)
  assert.deepEqual(
    hits(ports).map(({ name, rowCount }) => [name, rowCount]),
    [
      ['nightly', 1],
      ['patching', 1],
    ],
  )
})

test('a slot that is searched again counts once', async () => {
  const ports = portsWith(namesTable('svc-patch'))
  await run(ports, [byPatcher])
  await run(ports, [byPatcher])
  assert.deepEqual(
    hits(ports).map(({ rowCount, runCount }) => [rowCount, runCount]),
    [[1, 1]],
  )
})

test('a finding keeps its id when an exclusion comes: rows that share an identity are told apart with the hidden ones', async () => {
  const rows = table({ Name: 'string', Count: 'long' }, ['a', 1n], ['a', 2n])
  const identity = { identityColumns: ['Name'] }
  const open = await run(portsWith(rows), [], SLOT, identity)
  const hidden = await run(portsWith(rows), [exclusion('first', 'Name == "a" and Count == 1')], SLOT, identity)
  assert.equal([...hidden.findings][0]?.id, [...open.findings][1]?.id)
})

test('a partial answer excludes as a whole one does', async () => {
  const ports = { ...testPorts(), conditions }
  ports.backend.answers = { [scheduledRule().query]: partial(namesTable('svc-patch', 'mallory')) }
  const outcome = await run(ports, [byPatcher])
  assert.deepEqual([outcome.status, outcome.excluded.length, outcome.opened.length], ['partial', 1, 1])
})

test('a hunting query has exclusions too', async () => {
  const ports = { ...testPorts(), conditions }
  const rule = huntingQuery({ exclusions: [byPatcher] })
  ports.backend.answers = { [rule.query]: complete(namesTable('svc-patch', 'mallory')) }
  const outcome = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual([outcome.findings.length, outcome.excluded.length], [1, 1])
})

test('a run that opens no incidents still records what was hidden', async () => {
  const ports = portsWith(namesTable('svc-patch'))
  const rule = scheduledRule({ exclusions: [byPatcher] })
  await executeRun(runRequest(rule, { opensIncidents: false }), ports, signal)
  assert.equal(hits(ports)[0]?.rowCount, 1)
})
