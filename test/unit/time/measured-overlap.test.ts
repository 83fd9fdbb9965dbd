import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measuredOverlap } from '../../../src/time/measured-overlap.ts'
import { days, hours, minutes, seconds } from '../../../src/time/duration.ts'
import { hourlyRule } from '../../support/plans.ts'

const DELAY = minutes(5)
const P99 = new Map([
  ['SigninLogs', minutes(20)],
  ['AWSCloudTrail', days(3)],
  ['Heartbeat', seconds(40)],
  ['AuditLogs', seconds(301)],
])

for (const [what, changes, wanted] of [
  ['what the delay leaves of the p99', { query: 'SigninLogs' }, minutes(15)],
  [
    'tables are found without regard to case, the slowest counts',
    { query: 'heartbeat | union signinlogs' },
    minutes(15),
  ],
  ['a declared table counts too', { query: 'parser()', requiredTables: ['SigninLogs'] }, minutes(15)],
  ['none where the delay is long enough', { query: 'Heartbeat' }, minutes(0)],
  ['whole minutes', { query: 'AuditLogs' }, minutes(1)],
  ['never more than a day', { query: 'AWSCloudTrail' }, days(1)],
  ['none where nothing was measured', { query: 'Unknown' }, minutes(0)],
  ['a period longer than the frequency reads again anyway', { query: 'SigninLogs', queryPeriod: hours(2) }, minutes(0)],
  ['and shortens it where it is not enough', { query: 'SigninLogs', queryPeriod: minutes(70) }, minutes(5)],
] as const) {
  test(`a measured overlap: ${what}`, () => {
    assert.equal(measuredOverlap(hourlyRule({ requiredTables: [], ...changes }), DELAY, P99), wanted)
  })
}

test('a cron schedule has no frequency to count on', () => {
  const scheduling = {
    cron: { expression: '0 6 * * *', timezone: 'UTC' },
    delay: undefined,
    overlap: undefined,
    maxCatchUp: undefined,
  }
  const rule = hourlyRule({ query: 'SigninLogs', requiredTables: [], queryPeriod: days(1), scheduling })
  assert.equal(measuredOverlap(rule, DELAY, P99), minutes(15))
})
