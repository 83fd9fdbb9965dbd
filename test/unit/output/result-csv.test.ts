import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import type { RunOutcome } from '../../../src/domain/run.ts'
import { csvPieces, excludedCsvPieces } from '../../../src/output/result-csv.ts'
import { outcomeOf } from '../../support/outcomes.ts'
import { mapping, scheduledRule } from '../../support/rules.ts'
import { namesTable, table } from '../../support/tables.ts'

const textOf = (outcome: RunOutcome): string => [...csvPieces(outcome)].join('')
const cellsOf = (outcome: RunOutcome): readonly string[][] => parse(textOf(outcome)) as string[][]

test('result columns, entity identifiers, finding id and whether it is new', () => {
  const rule = scheduledRule({
    entityMappings: [
      mapping('Host', { FullName: 'Vm' }),
      mapping('IP', { Address: 'From' }),
      mapping('IP', { Address: 'To' }),
      mapping('Account', { Name: 'User' }),
    ],
  })
  const result = table(
    { Vm: 'string', From: 'string', To: 'string', User: 'string' },
    ['vm-7.contoso.com', '203.0.113.1', '203.0.113.2', 'bob@contoso.com'],
    ['vm-8', '', '203.0.113.3', 'root'],
  )
  const outcome = outcomeOf({ rule, table: result })
  const [first, second] = outcome.findings
  assert.deepEqual(cellsOf(outcome), [
    [
      'Vm',
      'From',
      'To',
      'User',
      'Host.FullName',
      'Host.HostName',
      'Host.DnsDomain',
      'IP.Address',
      'IP2.Address',
      'Account.Name',
      'Account.NTDomain',
      'Account.UPNSuffix',
      'FindingId',
      'IsNew',
    ],
    [
      'vm-7.contoso.com',
      '203.0.113.1',
      '203.0.113.2',
      'bob@contoso.com',
      'vm-7.contoso.com',
      'vm-7',
      'contoso.com',
      '203.0.113.1',
      '203.0.113.2',
      'bob',
      '',
      'contoso.com',
      first?.id,
      'true',
    ],
    // The second mapping keeps its column although the first gave no entity.
    ['vm-8', '', '203.0.113.3', 'root', 'vm-8', 'vm-8', '', '', '203.0.113.3', '', '', '', second?.id, 'true'],
  ])
})

test('the header does not depend on what is found', () => {
  const rule = scheduledRule({ entityMappings: [mapping('Account', { FullName: 'Name' })] })
  const header = (...names: readonly string[]): unknown => cellsOf(outcomeOf({ rule, table: namesTable(...names) }))[0]
  assert.deepEqual(header(), header('CORP\\bob', 'eve@contoso.com'))
})

test('ready-made entities have columns too, behind those of mappings', () => {
  const rule = scheduledRule({ entityMappings: [mapping('IP', { Address: 'Name' })], sentinelEntityColumns: ['E'] })
  const entities = JSON.stringify([
    { Type: 'ip', Address: '203.0.113.1' },
    { Type: 'ip', Address: '203.0.113.2' },
    { Type: 'host', HostName: 'vm-7' },
  ])
  const [header, row] = cellsOf(
    outcomeOf({ rule, table: table({ Name: 'string', E: 'dynamic' }, ['203.0.113.9', entities]) }),
  )
  assert.deepEqual(header?.slice(2, 6), ['IP.Address', 'IP2.Address', 'IP3.Address', 'Host.HostName'])
  assert.deepEqual(row?.slice(2, 6), ['203.0.113.9', '203.0.113.1', '203.0.113.2', 'vm-7'])
})

test('values of every type', () => {
  const columns = {
    B: 'bool',
    I: 'int',
    L: 'long',
    R: 'real',
    D: 'decimal',
    T: 'datetime',
    S: 'timespan',
    G: 'guid',
    Y: 'dynamic',
    N: 'string',
  } as const
  const row = [
    false,
    -7,
    -9223372036854775808n,
    -1.5,
    '-0.10',
    '2026-03-01T10:00:00.1234567Z',
    '-1.02:03:04',
    'abcdef00-0000-0000-0000-000000000000',
    '{"a":"=1"}',
    null,
  ]
  assert.deepEqual(cellsOf(outcomeOf({ table: table(columns, row) }))[1]?.slice(0, 10), [
    'false',
    '-7',
    '-9223372036854775808',
    '-1.5',
    '-0.10',
    '2026-03-01T10:00:00.1234567Z',
    '-1.02:03:04',
    'abcdef00-0000-0000-0000-000000000000',
    '{"a":"=1"}',
    '',
  ])
})

test('hostile cells, column names and identifiers cannot become formulas or further cells', () => {
  const rule = scheduledRule({ entityMappings: [mapping('Account', { Name: 'Name' })] })
  const hostile = `=cmd|'/c calc'!A0;=1+1,"\r\n=2`
  const outcome = outcomeOf({ rule, table: table({ Name: 'string', '=1+1': 'string' }, [hostile, '\t@SUM(1)']) })
  const [header, row] = cellsOf(outcome)
  assert.deepEqual(header?.slice(0, 3), ['Name', "'=1+1", 'Account.Name'])
  assert.deepEqual(row?.slice(0, 3), [`'${hostile}`, "'\t@SUM(1)", `'${hostile}`])
  // Also for a reader that takes semicolons and tabs as separators.
  assert.ok(textOf(outcome).includes(`"'\t@SUM(1)"`))
})

test('columns of the query that are called like ours keep their names; ours get a number', () => {
  const rule = scheduledRule({ entityMappings: [mapping('Host', { HostName: 'IsNew' })] })
  const [header] = cellsOf(
    outcomeOf({ rule, table: table({ IsNew: 'string', 'Host.HostName': 'string' }, ['x', 'y']) }),
  )
  assert.deepEqual(header, ['IsNew', 'Host.HostName', 'Host.HostName_2', 'FindingId', 'IsNew_2'])
})

test('many findings come out whole', () => {
  const names = Array.from({ length: 2501 }, (_, n) => `vm-${n}`)
  assert.deepEqual(
    cellsOf(outcomeOf({ table: namesTable(...names) }))
      .slice(1)
      .map(([name]) => name),
    names,
  )
})

test('what exclusions hid has the same columns, and the names of the exclusions', () => {
  const rule = scheduledRule({ entityMappings: [mapping('Host', { HostName: 'Name' })] })
  const outcome = outcomeOf({ rule, table: namesTable('vm-1', '=cmd|x') })
  const [first, second] = outcome.findings
  assert.ok(first !== undefined && second !== undefined)
  const excluded = [{ finding: second, by: ['patching', '=evil'] }]
  const text = [...excludedCsvPieces({ ...outcome, findings: [first], excluded })].join('')
  assert.deepEqual(parse(text), [
    ['Name', 'Host.HostName', 'FindingId', 'IsNew', 'ExcludedBy'],
    ["'=cmd|x", "'=cmd|x", second.id, 'true', 'patching; =evil'],
  ])
})
