import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName, nearNames } from '../../../src/text/near-name.ts'

const columns = ['CallerIpAddress', 'Caller', 'Count', 'TimeGenerated', 'ResourceId']

for (const [what, name, expected] of [
  ['another case', 'timegenerated', 'TimeGenerated'],
  ['swapped letters', 'Conut', 'Count'],
  ['a beginning', 'CallerIP', 'CallerIpAddress'],
  ['a missing letter', 'ResourcId', 'ResourceId'],
  ['nothing near', 'Frobnicate', undefined],
  ['the name itself, known elsewhere', 'ResourceId', undefined],
  ['short names that merely resemble each other', 'abc', undefined],
] as const) {
  test(`nearestName: ${what}`, () => assert.equal(nearestName(name, columns), expected))
}

test('nearNames gives the best first, without repeats, up to the limit', () => {
  assert.deepEqual(nearNames('run', ['rum', 'run-command', 'RUN', 'list', 'rum'], 2), ['RUN', 'rum'])
})
