import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadedAnswer } from '../../../src/domain/loaded-answer.ts'
import { batchesOf, concatenated } from '../../../src/domain/sequence.ts'

test('batches hold every item once, in order', () => {
  assert.deepEqual([...batchesOf([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]])
  assert.deepEqual([...batchesOf([1, 2], 2)], [[1, 2]])
  assert.deepEqual([...batchesOf([], 2)], [])
})

test('sequences one after another can be gone through again', () => {
  const all = concatenated([[1, 2], [], [3]])
  assert.equal(all.length, 3)
  assert.deepEqual(
    [[...all], [...all]],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    'twice',
  )
})

test('a loaded answer has its rows in memory and has given back the rest, also when reading fails', () => {
  let released = 0
  const release = () => void released++
  const answer = { status: 'complete' as const, warnings: [], release }
  const loaded = loadedAnswer({ ...answer, table: { columns: [], rows: new Set([[1]]) as never } })
  assert.deepEqual([loaded.table.rows, 'release' in loaded, released], [[[1]], false, 1])
  const broken = {
    length: 1,
    [Symbol.iterator]: () => {
      throw new Error('the file is gone')
    },
  }
  assert.throws(() => loadedAnswer({ ...answer, table: { columns: [], rows: broken } }), /the file is gone/)
  assert.equal(released, 2)
})
