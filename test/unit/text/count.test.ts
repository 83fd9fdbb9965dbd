import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countOf } from '../../../src/text/count.ts'

test('one is one, and all others are many', () => {
  assert.deepEqual(
    [0, 1, 2, 1204].map((count) => countOf(count, 'row')),
    ['0 rows', '1 row', '2 rows', '1,204 rows'],
  )
  assert.equal(countOf(1, 'entity', 'entities'), '1 entity')
  assert.equal(countOf(1, 'slot was', 'slots were'), '1 slot was')
  assert.equal(countOf(2, 'slot was', 'slots were'), '2 slots were')
})
