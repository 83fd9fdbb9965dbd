import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entityMapper, makeEntity } from '../../../src/detect/entities.ts'
import { mergeEntities, mergeKey } from '../../../src/detect/merge-key.ts'
import type { Entity, EntityType } from '../../../src/domain/entity.ts'
import type { Cell, KustoType } from '../../../src/domain/kusto.ts'
import { mapping } from '../../support/rules.ts'
import { columnsOf } from '../../support/tables.ts'

function entity(type: EntityType, identifiers: Readonly<Record<string, string>>): Entity {
  const made = makeEntity(type, identifiers)
  assert.ok(made.kind === 'made', made.kind)
  return made.entity
}

for (const [what, type, given, expected] of [
  ['a UPN in Name', 'Account', { Name: 'bob@contoso.com' }, { Name: 'bob', UPNSuffix: 'contoso.com' }],
  [
    'a guest',
    'Account',
    { Name: 'bob_x.com#EXT#@t.onmicrosoft.com' },
    { Name: 'bob_x.com#EXT#', UPNSuffix: 't.onmicrosoft.com' },
  ],
  [
    'a UPN beside its suffix',
    'Account',
    { UPNSuffix: 'Contoso.com', Name: 'bob@contoso.com' },
    { Name: 'bob', UPNSuffix: 'Contoso.com' },
  ],
  [
    'a UPN in FullName',
    'Account',
    { FullName: 'bob@contoso.com' },
    { Name: 'bob', FullName: 'bob@contoso.com', UPNSuffix: 'contoso.com' },
  ],
  [
    'a UPN with a line separator in it',
    'Account',
    { Name: 'bo\u2028b@contoso.com' },
    { Name: 'bo\u2028b', UPNSuffix: 'contoso.com' },
  ],
  ['a down-level name', 'Account', { FullName: 'CORP\\bob' }, { Name: 'bob', FullName: 'CORP\\bob', NTDomain: 'CORP' }],
  ['a plain name', 'Account', { FullName: 'bob' }, { Name: 'bob', FullName: 'bob' }],
  [
    'an application id',
    'Account',
    { Name: '0f3c0c5e-0000-0000-0000-000000000000' },
    { Name: '0f3c0c5e-0000-0000-0000-000000000000' },
  ],
  ['an at sign without a name', 'Account', { Name: '@contoso.com' }, { Name: '@contoso.com' }],
  ['identifiers that need no name', 'Account', { AadUserId: 'x' }, { AadUserId: 'x' }],
  [
    'a full host name',
    'Host',
    { FullName: 'vm-7.corp.contoso.com' },
    { DnsDomain: 'corp.contoso.com', HostName: 'vm-7', FullName: 'vm-7.corp.contoso.com' },
  ],
  [
    'a full host name with a line break in its domain',
    'Host',
    { FullName: 'vm-7.corp\n.contoso.com' },
    { DnsDomain: 'corp\n.contoso.com', HostName: 'vm-7', FullName: 'vm-7.corp\n.contoso.com' },
  ],
  ['a short full host name', 'Host', { FullName: 'vm-7' }, { HostName: 'vm-7', FullName: 'vm-7' }],
  ['an address as host name', 'Host', { FullName: '10.0.0.1' }, { HostName: '10.0.0.1', FullName: '10.0.0.1' }],
  ['a host name stays as the rule maps it', 'Host', { HostName: 'vm-7.contoso.com' }, { HostName: 'vm-7.contoso.com' }],
  [
    'a hash algorithm in another spelling',
    'FileHash',
    { Algorithm: 'sha-256', Value: 'ab' },
    { Algorithm: 'SHA256', Value: 'ab' },
  ],
] as const) {
  test(`identifiers: ${what}`, () => {
    const { identifiers } = entity(type, given)
    assert.deepEqual(identifiers, expected)
    assert.deepEqual(Object.keys(identifiers), Object.keys(expected), 'order')
  })
}

for (const [what, type, identifiers, strong] of [
  ['account by UPN', 'Account', { Name: 'bob@contoso.com' }, true],
  ['account by name alone', 'Account', { Name: 'bob' }, false],
  ['account by object id', 'Account', { AadUserId: 'x' }, true],
  ['account by the SID of a domain', 'Account', { Sid: 'S-1-5-21-1004336348-1177238915-682003330-512' }, true],
  ['account by the SID of Entra ID', 'Account', { Sid: 'S-1-12-1-1-2-3-4' }, true],
  ['account by the SID that every machine has for SYSTEM', 'Account', { Sid: 'S-1-5-18' }, false],
  ['account by a SID of BUILTIN', 'Account', { Sid: 's-1-5-32-544' }, false],
  ['account by a built-in SID and its object id', 'Account', { Sid: 'S-1-5-18', AadUserId: 'x' }, true],
  ['account of a domain', 'Account', { Name: 'CONTOSO\\bob' }, true],
  ['account of an authority that every machine has', 'Account', { Name: 'NT SERVICE\\MSSQLSERVER' }, false],
  ['host by name alone', 'Host', { HostName: 'vm-7' }, false],
  ['host with domain', 'Host', { HostName: 'vm-7', DnsDomain: 'contoso.com' }, true],
  ['host by ARM id', 'Host', { AzureID: '/subscriptions/x' }, true],
  ['global address', 'IP', { Address: '203.0.113.7' }, true],
  ['private address', 'IP', { Address: '10.1.2.3' }, false],
  ['private address within its scope', 'IP', { Address: '10.1.2.3', AddressScope: 'vnet-1' }, true],
  ['global IPv6 address', 'IP', { Address: '2001:db8::1' }, true],
  ['unique local IPv6 address', 'IP', { Address: 'fd00::1' }, false],
  ['IPv4 address in IPv6 clothes', 'IP', { Address: '::ffff:10.1.2.3' }, false],
  ['multicast address', 'IP', { Address: '224.0.0.251' }, false],
  ['multicast IPv6 address', 'IP', { Address: 'ff02::fb' }, false],
  ['broadcast address', 'IP', { Address: '255.255.255.255' }, false],
  ['no address at all', 'IP', { Address: 'portal' }, false],
  ['absolute URL', 'URL', { Url: 'https://contoso.com/a' }, true],
  ['host, port and path without a scheme', 'URL', { Url: 'contoso.com:8443/a' }, false],
  ['relative URL', 'URL', { Url: '/a' }, false],
  ['file with folder', 'File', { Name: 'a', Directory: 'C:\\' }, true],
  ['file alone', 'File', { Name: 'a' }, false],
  ['process never identifies alone', 'Process', { ProcessId: '1', CommandLine: 'x' }, false],
] as const) {
  test(`strength: ${what} is ${strong ? 'strong' : 'weak'}`, () =>
    assert.equal(entity(type, identifiers).strong, strong))
}

function mapOne(
  type: EntityType,
  fields: Readonly<Record<string, string>>,
  columns: Readonly<Record<string, KustoType>>,
  row: readonly Cell[],
) {
  return entityMapper([mapping(type, fields)], columnsOf(columns))(row)
}

test('an entity carries its mapping and nothing is wrong', () => {
  const map = entityMapper(
    [mapping('Host', { HostName: 'VM' }), mapping('IP', { Address: 'Ip' })],
    columnsOf({ Ip: 'string', VM: 'string' }),
  )
  assert.deepEqual(map(['203.0.113.7', 'vm-7']), {
    entities: [
      { type: 'Host', identifiers: { HostName: 'vm-7' }, strong: false, mapping: 0 },
      { type: 'IP', identifiers: { Address: '203.0.113.7' }, strong: true, mapping: 1 },
    ],
    problems: [],
  })
})

for (const [what, type, fields, columns, row, made, problems] of [
  [
    'a column that is not there',
    'Account',
    { Name: 'AccountCustomEntity' },
    { Caller: 'string' },
    ['bob'],
    0,
    ['missing-column Name AccountCustomEntity'],
  ],
  ['an empty value', 'Account', { Name: 'Caller' }, { Caller: 'string' }, [' '], 0, ['empty-value Name Caller']],
  ['a null', 'Account', { AadUserId: 'Id' }, { Id: 'guid' }, [null], 0, ['empty-value AadUserId Id']],
  [
    'half an entity is kept and told',
    'Account',
    { Name: 'Caller', UPNSuffix: 'Suffix' },
    { Caller: 'string', Suffix: 'string' },
    ['x', ''],
    1,
    ['empty-value UPNSuffix Suffix'],
  ],
  [
    'the half that does not identify is dropped and told',
    'Account',
    { Name: 'Caller', UPNSuffix: 'Suffix' },
    { Caller: 'string', Suffix: 'string' },
    ['', 'x'],
    0,
    ['empty-value Name Caller'],
  ],
  ['a list', 'Host', { HostName: 'Hosts' }, { Hosts: 'dynamic' }, ['["a","b"]'], 0, ['unusable-value HostName Hosts']],
  ['a scalar of a dynamic column', 'Host', { AzureID: 'Scope' }, { Scope: 'dynamic' }, ['/subscriptions/x'], 1, []],
  [
    'a command line that begins with a bracket',
    'Process',
    { CommandLine: 'C' },
    { C: 'string' },
    ['[System.Net.WebClient]::new()'],
    1,
    [],
  ],
  ['a number', 'Process', { ProcessId: 'Pid' }, { Pid: 'long' }, [4242n], 1, []],
  [
    'a generic account',
    'Account',
    { Name: 'A', NTDomain: 'D' },
    { A: 'string', D: 'string' },
    ['system', 'nt authority'],
    0,
    ['generic-account-name Name A'],
  ],
  [
    'a generic account by its full name',
    'Account',
    { FullName: 'A' },
    { A: 'string' },
    ['NT AUTHORITY\\Network Service'],
    0,
    ['generic-account-name FullName A'],
  ],
  ['an account that only begins like one', 'Account', { Name: 'A' }, { A: 'string' }, ['systems-team'], 1, []],
  [
    'no address is kept, weak and told',
    'IP',
    { Address: 'A' },
    { A: 'string' },
    ['10.0.0.1:443'],
    1,
    ['unusable-value Address A'],
  ],
  [
    'a mapping that identifies nothing',
    'Account',
    { UPNSuffix: 'S' },
    { S: 'string' },
    ['contoso.com'],
    0,
    ['missing-column FullName '],
  ],
  [
    'half a file hash',
    'FileHash',
    { Algorithm: 'A', Value: 'V' },
    { A: 'string', V: 'string' },
    ['', 'ab'],
    0,
    ['empty-value Algorithm A'],
  ],
] as const) {
  test(`mapping: ${what}`, () => {
    const result = mapOne(type, fields, columns, row)
    assert.equal(result.entities.length, made)
    assert.deepEqual(
      result.problems.map((p) => `${p.reason} ${p.identifier} ${p.columnName}`),
      problems,
    )
  })
}

for (const [what, a, b, same] of [
  [
    'accounts of another case',
    entity('Account', { Name: 'Bob@Contoso.com' }),
    entity('Account', { Name: 'bob', UPNSuffix: 'contoso.com' }),
    true,
  ],
  [
    'an account by full name and by parts',
    entity('Account', { FullName: 'bob@contoso.com' }),
    entity('Account', { Name: 'bob@contoso.com' }),
    true,
  ],
  [
    'ARM ids of another case',
    entity('Host', { AzureID: '/subscriptions/A/vm' }),
    entity('Host', { AzureID: '/SUBSCRIPTIONS/a/VM' }),
    true,
  ],
  [
    'hashes of another case',
    entity('FileHash', { Algorithm: 'MD5', Value: 'AB' }),
    entity('FileHash', { Algorithm: 'md5', Value: 'ab' }),
    true,
  ],
  ['files of another case', entity('File', { Name: 'a' }), entity('File', { Name: 'A' }), false],
  [
    'command lines of another case',
    entity('Process', { CommandLine: '-enc QQ' }),
    entity('Process', { CommandLine: '-enc qq' }),
    false,
  ],
  ['a host and a URL of one text', entity('Host', { HostName: 'a' }), entity('URL', { Url: 'a' }), false],
  [
    'accounts of two domains',
    entity('Account', { Name: 'bob@a.com' }),
    entity('Account', { Name: 'bob@b.com' }),
    false,
  ],
] as const) {
  test(`merge: ${what} are ${same ? 'one' : 'two'}`, () => {
    assert.equal(mergeKey(a) === mergeKey(b), same)
    assert.deepEqual(mergeEntities([a, b]), same ? [a] : [a, b])
  })
}
