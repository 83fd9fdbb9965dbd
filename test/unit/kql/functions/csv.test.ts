import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstRecord } from '../../../../src/kql/functions/scalar/text/csv.ts'

test('a quoted field of 20 MB is read, and so is one whose quotes end nothing', () => {
  const long = 'x'.repeat(20_000_000)
  assert.deepEqual(firstRecord(`"${long}",b`), [long, 'b'])
  assert.deepEqual(firstRecord('"x,y"z'), ['x', 'y"z'])
})
