import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeLeft } from '../../../src/cli/print/time-left.ts'
import { minutes, seconds } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { at } from '../../support/instants.ts'

const START = at('2026-03-02T00:00Z')

const CASES = [
  { name: 'a third in ten seconds', done: 4, total: 12, passed: seconds(10), expected: 'about 20s left' },
  { name: 'up to the next five seconds', done: 3, total: 4, passed: seconds(10), expected: 'about 5s left' },
  { name: 'beyond two minutes to the minute', done: 10, total: 100, passed: seconds(61), expected: 'about 10m left' },
  { name: 'an hour and more', done: 2, total: 62, passed: minutes(3), expected: 'about 1h30m left' },
  { name: 'one alone says nothing', done: 1, total: 12, passed: minutes(3), expected: undefined },
  { name: 'neither does a moment', done: 4, total: 12, passed: seconds(2), expected: undefined },
  { name: 'at the end nothing is left', done: 12, total: 12, passed: minutes(3), expected: undefined },
  { name: 'more done than expected', done: 13, total: 12, passed: minutes(3), expected: undefined },
] as const

for (const { name, done, total, passed, expected } of CASES) {
  test(`time left: ${name}`, () => {
    assert.equal(timeLeft({ done, total }, START, plus(START, passed)), expected)
  })
}
