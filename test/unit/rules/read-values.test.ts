import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tacticsOf } from '../../../src/rules/facts/attack.ts'
import { TACTICS } from '../../../src/rules/facts/limits.ts'
import { asTactic, asTechnique } from '../../../src/rules/read/attack.ts'
import { placeholdersOf } from '../../../src/rules/read/details.ts'
import { asEntityType } from '../../../src/rules/read/entities.ts'
import { asDescription, asGuid } from '../../../src/rules/read/identity.ts'
import { asMatchingMethod } from '../../../src/rules/read/incident.ts'
import { asDuration, asKind, asOperator, asSeverity } from '../../../src/rules/read/schedule.ts'
import { asBoolean, asInteger } from '../../../src/rules/read/value.ts'
import type { Parse } from '../../../src/rules/read/value.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'

/** `isExact` false means that a check says how it was understood. */
function row<T>(parse: Parse<T>, text: string, value: T | undefined, isExact = true) {
  return {
    name: `${parse.name || 'value'} ${JSON.stringify(text)}`,
    parse: parse as Parse<unknown>,
    text,
    value,
    isExact,
  }
}

const rows = [
  row(asSeverity, 'High', 'High'),
  row(asSeverity, 'high', 'High', false),
  row(asSeverity, 'Hight', 'High', false),
  row(asSeverity, 'Info', 'Informational', false),
  row(asSeverity, 'Test', undefined),
  row(asSeverity, '', undefined),
  row(asKind, 'NRT', 'NRT'),
  row(asKind, 'hunting query', 'Hunting', false),
  row(asKind, 'Fusion', undefined),
  row(asOperator, 'gt', 'gt'),
  row(asOperator, 'GreaterThan', 'gt'),
  row(asOperator, 'greater than', 'gt', false),
  row(asOperator, 'NotEquals', 'ne', false),
  row(asOperator, '>', 'gt', false),
  row(asOperator, '>=', undefined),
  row(asOperator, 'GT', 'gt', false),
  row(asDuration, '1d', days(1)),
  row(asDuration, '1h10m', minutes(70)),
  row(asDuration, 'PT24H', days(1)),
  row(asDuration, '1.12:00:00', hours(36)),
  row(asDuration, '14', days(14)),
  row(asDuration, '1 day', days(1), false),
  row(asDuration, '30 minutes', minutes(30), false),
  row(asDuration, '2 weeks', days(14), false),
  row(asDuration, '0h', undefined),
  row(asDuration, 'PT0S', undefined),
  row(asDuration, '99999999d', undefined),
  row(asDuration, '1 month', undefined),
  row(asDuration, 'P1M', undefined),
  row(asTactic, 'CommandAndControl', 'CommandAndControl'),
  row(asTactic, 'Command and Control', 'CommandAndControl', false),
  row(asTactic, 'CommandandControl', 'CommandAndControl', false),
  row(asTactic, 'InitialAcces', 'InitialAccess', false),
  row(asTactic, 'Ransomware', undefined),
  row(asTechnique, 'T1059.001', 'T1059.001'),
  row(asTechnique, 't1574', 'T1574', false),
  row(asTechnique, 'T1059/001', 'T1059.001', false),
  row(asTechnique, 'https://attack.mitre.org/techniques/T1059/001/', 'T1059.001', false),
  row(asTechnique, 'T1059 - Command and Scripting Interpreter', 'T1059', false),
  row(asTechnique, 'T10591', undefined),
  row(asTechnique, 'NT1059', undefined),
  row(asEntityType, 'URL', 'URL'),
  row(asEntityType, 'Url', 'URL', false),
  row(asEntityType, 'File hash', 'FileHash', false),
  row(asEntityType, 'Azure Resource', 'AzureResource', false),
  row(asEntityType, 'NetworkConnection', undefined),
  row(asMatchingMethod, 'AnyAlert', 'AnyAlert'),
  row(asMatchingMethod, 'None', 'AnyAlert', false),
  row(asMatchingMethod, 'All', 'AllEntities', false),
  row(asMatchingMethod, 'AnyEntity', undefined),
  row(asGuid, '3B1C7E0A-52B4-4C29-8F0A-7D6D5A1C9E42', '3b1c7e0a-52b4-4c29-8f0a-7d6d5a1c9e42'),
  row(asGuid, '3b1c7e0a52b44c298f0a7d6d5a1c9e42', '3b1c7e0a-52b4-4c29-8f0a-7d6d5a1c9e42', false),
  row(asGuid, 'f090f8f4a-b986-42d2-b536-e0795c723e25', undefined),
  row(asBoolean, 'True', true),
  row(asBoolean, 'off', false, false),
  row(asBoolean, 'maybe', undefined),
  row(asInteger, '10', 10),
  row(asInteger, '-1', -1),
  row(asInteger, '1.5', undefined),
  row(asInteger, '99999999999999999999', undefined),
  row(asDescription, "'Wrapped.'\n", 'Wrapped.'),
  row(asDescription, "Don't", "Don't"),
  row(asDescription, "'", "'"),
] as const

for (const { name, parse, text, value, isExact } of rows) {
  test(`what a text means: ${name}`, () => {
    assert.deepEqual(parse(text), value === undefined ? undefined : { value, isExact })
  })
}

test('techniques have the tactics of ATT&CK, sub-techniques those of their technique', () => {
  assert.deepEqual(tacticsOf('T1570'), ['LateralMovement'])
  assert.deepEqual(tacticsOf('T1059.001'), ['Execution'])
  assert.deepEqual([...(tacticsOf('T1078.004') ?? [])].sort(), [
    'DefenseEvasion',
    'InitialAccess',
    'Persistence',
    'PrivilegeEscalation',
  ])
  assert.equal(tacticsOf('T1999'), undefined)
})

test('every tactic of Enterprise has techniques', () => {
  const all = Array.from({ length: 700 }, (_, index) => tacticsOf(`T1${String(index).padStart(3, '0')}`) ?? []).flat()
  const without = TACTICS.filter((tactic) => !all.includes(tactic))
  assert.deepEqual(without, ['ImpairProcessControl', 'InhibitResponseFunction', 'PreAttack'])
})

test('placeholders have a column and a place', () => {
  assert.deepEqual(placeholdersOf('{{A}} on {{ B }} and {{'), [
    { text: 'A', column: 'A', offset: 0, length: 5 },
    { text: ' B ', column: 'B', offset: 9, length: 7 },
  ])
})
