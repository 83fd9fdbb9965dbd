import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprinter as digester } from '../../../src/detect/fingerprint.ts'
import type { Cell, KustoType, Row } from '../../../src/domain/kusto.ts'

function fingerprinter(...of: Parameters<typeof digester>): (row: Row) => string {
  const digestOf = digester(...of)
  return (row) => digestOf(row).toString('hex')
}

function idOf(type: KustoType, cell: Cell): string {
  return fingerprinter('rule', 'local', [{ name: 'C', type }])([cell])
}

test('the id is pinned: a change of it would open every incident of every user again', () => {
  const columns = [
    { name: 'TimeGenerated', type: 'datetime' },
    { name: 'Count', type: 'long' },
    { name: 'Bag', type: 'dynamic' },
  ] as const
  const id = fingerprinter(
    '5239248b-abfb-4c6a-8177-b104ade5db56',
    'local',
    columns,
  )(['2026-03-02T10:00:00Z', 3n, '{"b":1}'])
  assert.equal(id, '82b8ead870eac444ce3a2472eac74b403fd88ba830989662dbf4e8ac14327914')
})

for (const [what, type, one, other] of [
  ['int and bigint', 'long', 5, 5n],
  ['bags with members in another order', 'dynamic', '{"a":1,"b":2}', '{ "b": 2, "a": 1 }'],
  ['trailing zeros of a datetime', 'datetime', '2026-03-02T10:00:00.1200000Z', '2026-03-02T10:00:00.12Z'],
  ['an empty fraction of a datetime', 'datetime', '2026-03-02T10:00:00.0000000Z', '2026-03-02T10:00:00Z'],
  ['trailing zeros of a timespan', 'timespan', '00:00:01.5000000', '00:00:01.5'],
  ['trailing zeros of a decimal', 'decimal', '1.50', '1.5'],
  ['guids of another case', 'guid', 'ABCDEF00-0000-0000-0000-000000000000', 'abcdef00-0000-0000-0000-000000000000'],
  ['reals that differ by the order of addition', 'real', 0.1 + 0.2, 0.3],
  ['minus zero', 'real', -0, 0],
  ['zeros of any length in a bag', 'dynamic', '[0.00, 0e5, -0]', '[0,0,0]'],
  ['a name twice in a bag with other white space', 'dynamic', '{"b":1,"a":2,"a":3}', '{ "a": 2, "a": 3, "b": 1 }'],
] as const) {
  test(`equal ids: ${what}`, () => assert.equal(idOf(type, one), idOf(type, other)))
}

for (const [what, type, one, other] of [
  ['null and the empty string', 'string', null, ''],
  ['null and its name', 'dynamic', null, 'null'],
  ['neighbours above 2^53', 'long', 9007199254740992n, 9007199254740993n],
  ['neighbours above 2^53 in a bag', 'dynamic', '[9007199254740992]', '[9007199254740993]'],
  ['a name twice in a bag', 'dynamic', '{"cmd":"evil","cmd":"dir"}', '{"cmd":"format","cmd":"dir"}'],
  ['a name twice, and once', 'dynamic', '{"cmd":"evil","cmd":"dir"}', '{"cmd":"dir"}'],
  ['numbers in a bag beyond those of JavaScript', 'dynamic', '[1e400]', '[1e401]'],
  ['tiny numbers in a bag', 'dynamic', '[1e-400]', '[0]'],
  ['milliseconds since 1970 as a real', 'real', 1772323200123, 1772323200124],
  ['100 ns apart', 'datetime', '2026-03-02T10:00:00.0000001Z', '2026-03-02T10:00:00Z'],
  ['strings of another case', 'string', 'A', 'a'],
  ['JSON text in a string column', 'string', '{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['whole numbers that end in zeros', 'decimal', '100', '1'],
] as const) {
  test(`different ids: ${what}`, () => assert.notEqual(idOf(type, one), idOf(type, other)))
}

test('the order of columns does not count, their names do', () => {
  const a = { name: 'A', type: 'string' } as const
  const b = { name: 'B', type: 'string' } as const
  const id = fingerprinter('rule', 'local', [a, b])(['1', '2'])
  assert.equal(fingerprinter('rule', 'local', [b, a])(['2', '1']), id)
  assert.notEqual(fingerprinter('rule', 'local', [a, b])(['2', '1']), id)
})

test('rule and workspace count, and no cell can imitate them', () => {
  const columns = [{ name: 'C', type: 'string' }] as const
  const ids = [
    fingerprinter('rule', 'local', columns)(['x']),
    fingerprinter('rule', 'prod', columns)(['x']),
    fingerprinter('other', 'local', columns)(['x']),
    fingerprinter('rule', 'local', columns)(['x"],["D","y']),
    fingerprinter('rule', 'local', [...columns, { name: 'D', type: 'string' }])(['x', 'y']),
  ]
  assert.equal(new Set(ids).size, ids.length)
})
