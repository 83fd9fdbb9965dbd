import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRowConditions } from '../../../../src/backends/local/index.ts'
import type { ResultTable } from '../../../../src/domain/kusto.ts'
import { at, fakeClock } from '../../../support/instants.ts'
import { columnsOf, namesTable, table } from '../../../support/tables.ts'

const NOW = at('2026-03-02T12:00:00Z')
const conditions = createRowConditions({ clock: fakeClock(NOW) })
const quiet = new AbortController().signal

async function met(asked: readonly string[], { columns, rows }: ResultTable) {
  return conditions.ask({ conditions: asked, columns, rows, now: NOW }, quiet)
}

test('rows of every type are asked as Kusto would ask them', async () => {
  const rows = table(
    {
      B: 'bool', D: 'datetime', M: 'decimal', J: 'dynamic', G: 'guid', I: 'int', L: 'long', R: 'real', S: 'string', T: 'timespan',
    }, // prettier-ignore
    [
      true,
      '2026-03-02T11:59:59.9999999Z',
      '0.1',
      '{"user":{"name":"eve"},"tags":["a"]}',
      '0f8fad5b-d9cb-469f-a165-70867728950e',
      -3,
      9007199254740993n,
      Number.NaN,
      'It\'s "quoted"\n| where true',
      '1.02:03:04.5',
    ],
    [null, null, null, null, null, null, null, null, '', null],
  )
  const asked = [
    'B',
    'D < now() and D > ago(1s)',
    'M == decimal(0.1)',
    'J.user.name == "eve" and J.tags has "a"',
    'G == guid(0f8fad5b-d9cb-469f-a165-70867728950e)',
    'I == -3',
    'L == 9007199254740993',
    'isnan(R)',
    'S has "QUOTED" and S !has "eve"',
    'T > 1d',
  ]
  assert.deepEqual(
    await met(asked, rows),
    asked.map(() => ({ kind: 'answered', met: [true, false] })),
  )
})

test('half a surrogate pair in a cell or in the name of a column stops no condition', async () => {
  const rows = table({ Name: 'string', 'X\udc00': 'string' }, ['a\ud800b', '1'], ['svc', '2'])
  assert.deepEqual(await met(['Name == "svc"', 'Name startswith "a"'], rows), [
    { kind: 'answered', met: [false, true] },
    { kind: 'answered', met: [true, false] },
  ])
})

test('null is no, and the order of the rows stays', async () => {
  const rows = table({ Count: 'long' }, ...[3n, null, 1n, 5n, 2n].map((count) => [count]))
  assert.deepEqual(await met(['Count > 2', 'not(Count > 2)'], rows), [
    { kind: 'answered', met: [true, false, false, true, false] },
    { kind: 'answered', met: [false, false, true, false, true] },
  ])
})

test('a result may name its columns as it likes', async () => {
  const rows = table({ RowPosition: 'string', rowposition_: 'string', Finding: 'string', 'a b': 'string' }, [
    'p',
    'q',
    'f',
    'x',
  ])
  const [answer] = await met([`RowPosition == "p" and rowposition_ == "q" and Finding == "f" and ['a b'] == "x"`], rows)
  assert.deepEqual(answer, { kind: 'answered', met: [true] })
})

test('a condition with a fault spoils no other', async () => {
  const answers = await met(['Nmae == "a"', 'Name == "a"', 'Name == '], namesTable('a', 'b'))
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['failed', 'answered', 'failed'],
  )
  assert.deepEqual(answers[1], { kind: 'answered', met: [true, false] })
})

test('a condition that fails only with the rows spoils no other', async () => {
  const rows = table({ Amount: 'decimal' }, ['99999999999999999999'])
  const answers = await met(['Amount * Amount > decimal(1)', 'Amount > decimal(5)'], rows)
  assert.equal(answers[0]?.kind, 'failed')
  assert.deepEqual(answers[1], { kind: 'answered', met: [true] })
})

const columns = columnsOf({ Caller: 'string', Count: 'long', When: 'datetime' })

for (const condition of [
  'Caller == "x"',
  'Caller in~ ("a", "b") // who patches',
  '(Count > 3) and (Caller has "svc" or hourofday(When) between (1 .. 4))',
  'Caller matches regex @"^svc-[a-z]+$"',
  '// the pipeline\nCaller == "p"',
]) {
  test(`${JSON.stringify(condition)} is a condition`, async () => {
    assert.equal((await conditions.examine(condition, columns)).fault, undefined)
  })
}

const FAULTS: readonly (readonly [condition: string, message: RegExp, at?: number])[] = [
  ['', /is empty/],
  ['Caler == "x"', /Caler/, 0],
  ['Count > 3 and\n  Caler == "x"', /Caler/, 16],
  ['1 == 1', /same for every row/],
  ['now() > ago(1d)', /same for every row/],
  ['Count', /is a long, not a bool/],
  ['Caller == "x") | where (true', /more than one expression/],
  ['Caller == "x"), Other = (true', /more than one expression/],
  ['Caller == "x") or (true', /more than one expression/],
  ['true); AzureActivity | where (true', /more than one expression/],
  ['Caller == ', /.+/],
  ['Caller == "x', /.+/],
  ['prev(Caller) == "x"', /prev|serialize/i],
  ['rand() > 0.5', /more than its row: rand/, 0],
  ['Caller in ((Finding | project Caller))', /more than its row/],
]

for (const [condition, message, place] of FAULTS) {
  test(`${JSON.stringify(condition)} is refused as a condition`, async () => {
    const { fault } = await conditions.examine(condition, columns)
    assert.match(fault?.message ?? 'accepted', message)
    assert.notEqual(fault, undefined)
    if (place !== undefined) assert.equal(fault?.offset, place)
    assert.ok((fault?.offset ?? 0) + (fault?.length ?? 0) <= condition.length)
  })
}

test('the columns that a condition names are known', async () => {
  const { columns: named } = await conditions.examine('Count > 3 and Caller has "x" and Count < 9', columns)
  assert.deepEqual(named, ['Count', 'Caller'])
})
