import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultTable } from '../../../src/domain/kusto.ts'
import { judgeFindings } from '../../../src/detect/findings.ts'
import { findingsIn } from '../../support/findings.ts'
import { mapping, scheduledRule } from '../../support/rules.ts'
import { at } from '../../support/instants.ts'
import { namesTable, table } from '../../support/tables.ts'

test('one finding a row, in order, with entities', () => {
  const rule = scheduledRule({ entityMappings: [mapping('Host', { HostName: 'Name' })] })
  const { findings, warnings } = findingsIn(rule, 'local', namesTable('vm-2', 'vm-1'))
  assert.deepEqual(
    findings.map((f) => [f.row, f.entities[0]?.identifiers]),
    [
      [['vm-2'], { HostName: 'vm-2' }],
      [['vm-1'], { HostName: 'vm-1' }],
    ],
  )
  assert.deepEqual(warnings, [])
})

test('equal rows are one finding, and this is said', () => {
  const { findings, notes } = findingsIn(scheduledRule(), 'local', namesTable('a', 'b', 'a', 'a'))
  assert.equal(findings.length, 2)
  assert.deepEqual(notes, ['2 of 4 result rows only repeat another row'])
})

test('problems of entities are said once a field, with their count and place', () => {
  const rule = scheduledRule({
    entityMappings: [mapping('Account', { Name: 'Name' }), mapping('Host', { HostName: 'VirtualMachine' })],
  })
  const { findings, warnings, notes } = findingsIn(rule, 'local', namesTable('', 'bob', 'root', 'admin'))
  assert.equal(findings[0]?.entityProblems.length, 2)
  assert.deepEqual(warnings, [
    'queries/rare-script.yaml:20: Host.HostName is mapped to column "VirtualMachine", which the result does not have',
  ])
  assert.deepEqual(notes, [
    'queries/rare-script.yaml:20: no Account entity for 1 of 4 findings: Account.Name is empty in column "Name"',
    'queries/rare-script.yaml:20: Account.Name is a generic account name in column "Name" for 2 of 4 findings; such accounts are dropped, as Sentinel does',
  ])
})

test('an empty identifier beside one that identifies stays with the finding and warns nobody', () => {
  const rule = scheduledRule({
    entityMappings: [mapping('Account', { AadUserId: 'Name', Name: 'UserName' })],
  })
  const callers: ResultTable = {
    columns: [
      { name: 'Name', type: 'string' },
      { name: 'UserName', type: 'string' },
    ],
    rows: [
      ['0b0c0d0e-0000-4000-8000-000000000001', ''],
      ['', ''],
    ],
  }
  const { findings, warnings, notes } = findingsIn(rule, 'local', callers)
  assert.deepEqual(warnings, [])
  assert.deepEqual(
    findings.map(({ entityProblems }) => entityProblems.map(({ identifier }) => identifier)),
    [['Name'], ['AadUserId', 'Name']],
  )
  assert.deepEqual(notes, [
    'queries/rare-script.yaml:20: no Account entity for 1 of 2 findings: Account.AadUserId is empty in column "Name"',
    'queries/rare-script.yaml:20: no Account entity for 1 of 2 findings: Account.Name is empty in column "UserName"',
  ])
})

test('what the ledger knows is marked with where it was recorded', () => {
  const found = findingsIn(scheduledRule(), 'local', namesTable('a', 'b'))
  const first = { slot: at('2026-03-01'), incidentId: 'i' }
  const judged = judgeFindings(found, () => new Map([[found.findings[1]?.id ?? '', first]]))
  assert.equal(judged.fresh.length, 1)
  assert.deepEqual(
    [...judged.findings].map(({ isNew, firstRecorded }) => [isNew, firstRecorded]),
    [
      [true, undefined],
      [false, first],
    ],
  )
})

test('ready-made entities are read from their column', () => {
  const rule = scheduledRule({ sentinelEntityColumns: ['Entities'] })
  const entities = JSON.stringify([
    { $id: '2', Type: 'account', Name: 'bob@contoso.com', Host: { $ref: '3' } },
    { $id: '3', Type: 'host', HostName: 'vm-7', OSFamily: 'Linux', IsDomainJoined: false },
    { $ref: '2' },
    { $id: '4', Type: 'azure-resource', ResourceId: '/subscriptions/x' },
  ])
  const { findings, warnings } = findingsIn(rule, 'local', table({ Entities: 'string' }, [entities]))
  assert.deepEqual(findings[0]?.entities, [
    { type: 'Account', identifiers: { Name: 'bob', UPNSuffix: 'contoso.com' }, strong: true },
    { type: 'Host', identifiers: { HostName: 'vm-7', OSFamily: 'Linux', IsDomainJoined: 'false' }, strong: false },
    { type: 'AzureResource', identifiers: { ResourceId: '/subscriptions/x' }, strong: true },
  ])
  assert.deepEqual(warnings, [])
})

for (const [what, value, warning] of [
  ['no JSON', 'oops', 'a value of column "Entities" is no JSON list of entities'],
  ['a list of texts', '["a"]', 'a value of column "Entities" is no JSON list of entities'],
  ['an unknown type', '[{"Type":"spaceship"}]', 'column "Entities" holds an entity of unknown type'],
  [
    'too little',
    '[{"Type":"account","UPNSuffix":"x"}]',
    'an entity of type Account in column "Entities" lacks the identifiers it needs',
  ],
  [
    'a generic account',
    '[{"Type":"account","Name":"root"}]',
    'an entity of type Account in column "Entities" has a generic account name',
  ],
] as const) {
  test(`ready-made entities: ${what} is told`, () => {
    const rule = scheduledRule({ sentinelEntityColumns: ['Entities'] })
    const { findings, warnings } = findingsIn(rule, 'local', table({ Entities: 'dynamic' }, [value]))
    assert.deepEqual(findings[0]?.entities, [])
    assert.deepEqual(warnings, [`sentinelEntitiesMappings: ${warning}`])
  })
}

test('a missing column of ready-made entities is told once', () => {
  const { warnings } = findingsIn(scheduledRule({ sentinelEntityColumns: ['Entities'] }), 'local', namesTable('a', 'b'))
  assert.deepEqual(warnings, ['sentinelEntitiesMappings: the result has no column "Entities"'])
})
