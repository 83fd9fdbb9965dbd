import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Digests } from '../../../src/detect/digests.ts'

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

test('each digest is kept once, under the number of its first coming, also when the table has grown', () => {
  const digests = new Digests()
  for (let number = 0; number < 5000; number++) assert.equal(digests.add(digestOf(`${number}`)), number)
  for (let number = 0; number < 5000; number++) {
    assert.equal(digests.add(digestOf(`${number}`)), number)
    assert.equal(digests.at(number), digestOf(`${number}`).toString('hex'))
    assert.ok(digestOf(`${number}`).equals(digests.bytesAt(number)))
  }
  assert.equal(digests.length, 5000)
})

test('digests that differ in their last byte only, or lie in one place of the table, are two', () => {
  const digests = new Digests()
  const one = Buffer.alloc(32)
  const other = Buffer.alloc(32)
  other[31] = 1
  assert.deepEqual([digests.add(one), digests.add(other), digests.add(one), digests.add(other)], [0, 1, 0, 1])
})

test('sorted numbers are in the order of the texts', () => {
  const digests = new Digests()
  for (let number = 0; number < 3000; number++) digests.add(digestOf(`${number}`))
  const texts = Array.from(digests.sortedNumbers(), (number) => digests.at(number))
  assert.equal(new Set(texts).size, 3000)
  assert.deepEqual(texts, [...texts].sort())
})
