import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideTrigger } from '../../../src/detect/trigger.ts'

for (const [operator, threshold, rowCount, whole, partial] of [
  ['gt', 0, 1, 'fires', 'fires'],
  ['gt', 0, 0, 'quiet', 'undecided'],
  ['gt', 5, 5, 'quiet', 'undecided'],
  ['gt', 5, 6, 'fires', 'fires'],
  ['lt', 5, 4, 'fires', 'undecided'],
  ['lt', 5, 5, 'quiet', 'quiet'],
  ['lt', 1, 0, 'fires', 'undecided'],
  ['eq', 0, 0, 'fires', 'undecided'],
  ['eq', 3, 3, 'fires', 'undecided'],
  ['eq', 3, 2, 'quiet', 'undecided'],
  ['eq', 3, 4, 'quiet', 'quiet'],
  ['ne', 3, 3, 'quiet', 'undecided'],
  ['ne', 3, 2, 'fires', 'undecided'],
  ['ne', 3, 4, 'fires', 'fires'],
] as const) {
  test(`${rowCount} rows ${operator} ${threshold}: ${whole}; of a partial answer: ${partial}`, () => {
    assert.equal(decideTrigger({ operator, threshold }, rowCount, true), whole)
    assert.equal(decideTrigger({ operator, threshold }, rowCount, false), partial)
  })
}
