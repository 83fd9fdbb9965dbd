import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSilenceEntity, silencer, silenceWarnings } from '../../../src/detect/index.ts'
import type { Entity, EntityType } from '../../../src/domain/entity.ts'
import type { Silence, SilenceTarget } from '../../../src/domain/silence.ts'
import { days, hours } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { SLOT } from '../../support/outcomes.ts'

const entity = (type: EntityType, identifiers: Readonly<Record<string, string>>): Entity => ({
  type,
  identifiers,
  strong: true,
})

const silenceOf = (target: Partial<SilenceTarget>, changes: Partial<Silence> = {}): Silence => ({
  id: 1,
  target: { rule: undefined, workspace: undefined, entity: undefined, ...target },
  since: SLOT,
  until: plus(SLOT, hours(4)),
  reason: 'patch window',
  author: 'eve',
  ...changes,
})

const isSilent = (text: string, ...entities: Entity[]): boolean =>
  silencer([silenceOf({ entity: parseSilenceEntity(text) })], 'r', 'prod')({ entities }) !== undefined

const EVE = entity('Account', {
  Name: 'Eve',
  UPNSuffix: 'contoso.com',
  AadUserId: 'AAAA0000-0000-4000-8000-000000000001',
})
const VM = entity('Host', { HostName: 'vm-1', DnsDomain: 'corp.contoso.com', NTDomain: 'CORP', OSFamily: 'Linux' })
const IP = entity('IP', { Address: '10.0.0.7' })

for (const [text, subject, expected] of [
  ['account:eve@contoso.com', EVE, true],
  ['Account:EVE', EVE, true],
  ['account:aaaa0000-0000-4000-8000-000000000001', EVE, true],
  ['account:eve@fabrikam.com', EVE, false],
  ['account:contoso.com', EVE, false],
  ['host:VM-1', VM, true],
  ['host:vm-1.corp.contoso.com', VM, true],
  ['host:corp\\vm-1', VM, true],
  ['host:vm-10', VM, false],
  ['host:linux', VM, false],
  ['host:corp.contoso.com', VM, false],
  ['host:10.0.0.7', IP, false],
  ['ip:10.0.0.7', IP, true],
  ['ip:10.0.0.0/29', IP, true],
  ['ip:10.0.0.8/29', IP, false],
  ['ip:::/0', IP, false],
  ['ip:2001:db8::/32', entity('IP', { Address: '2001:db8::1' }), true],
  ['ip:10.0.0.0/24', entity('IP', { Address: 'not an address' }), false],
  ['url:https://a.example/x', entity('URL', { Url: 'https://A.example/X' }), true],
  ['hash:SHA256', entity('FileHash', { Algorithm: 'SHA256', Value: 'ab' }), false],
  ['hash:AB', entity('FileHash', { Algorithm: 'SHA256', Value: 'ab' }), true],
] as const) {
  test(`${text} ${expected ? 'is' : 'is not'} ${JSON.stringify(subject.identifiers)}`, () => {
    assert.equal(isSilent(text, subject), expected)
  })
}

test('a finding is silent by any of its entities, and by none without them', () => {
  assert.equal(isSilent('host:vm-1', EVE, VM), true)
  assert.equal(isSilent('host:vm-1', EVE), false)
  assert.equal(isSilent('host:vm-1'), false)
})

test('rule, workspace and entity must all hold', () => {
  const target = { rule: { id: 'r', name: 'R' }, workspace: 'Prod', entity: parseSilenceEntity('host:vm-1') }
  const holds = (rule: string, workspace: string, ...entities: Entity[]) =>
    silencer([silenceOf(target)], rule, workspace)({ entities }) !== undefined
  assert.equal(holds('r', 'prod', VM), true)
  assert.equal(holds('q', 'prod', VM), false)
  assert.equal(holds('r', 'dev', VM), false)
  assert.equal(holds('r', 'prod', EVE), false)
})

test('of several silences the one that ends last counts', () => {
  const rule = { rule: { id: 'r', name: 'R' } }
  const long = silenceOf(rule, { id: 2, until: plus(SLOT, hours(9)) })
  assert.equal(silencer([silenceOf(rule), long], 'r', 'prod')({ entities: [] })?.id, 2)
})

test('what names no entity is none, and what names a wrong one is refused', () => {
  for (const text of ['5239248b', 'queries/x.yaml', 'C:\\rules\\x.yaml', 'person:eve']) {
    assert.equal(parseSilenceEntity(text), undefined, text)
  }
  for (const text of ['host:', 'ip:10.0.0.0/33', 'ip:10.0.0/24', 'ip:x/8']) {
    assert.throws(() => parseSilenceEntity(text), RangeError, text)
  }
})

test('broad and long ones are said', () => {
  const warningsOf = (text: string, until = plus(SLOT, hours(4))) =>
    silenceWarnings(silenceOf({ entity: parseSilenceEntity(text) }, { until })).join()
  assert.equal(warningsOf('host:vm-1'), '')
  assert.equal(warningsOf('ip:10.0.0.0/24'), '')
  assert.match(warningsOf('ip:10.0.0.0/16'), /large network/)
  assert.match(warningsOf('ip:::/0'), /large network/)
  assert.match(warningsOf('account:admin'), /every account of that name/)
  assert.equal(warningsOf('account:admin@contoso.com'), '')
  assert.equal(warningsOf('account:S-1-5-21-1'), '')
  assert.match(warningsOf('file:a.ps1'), /every file of that name/)
  assert.match(warningsOf('host:vm-1', plus(SLOT, days(8))), /lasts 8 days/)
  assert.match(silenceWarnings(silenceOf({ rule: { id: 'r', name: 'Rare' } })).join(), /anything that "Rare" finds/)
})
