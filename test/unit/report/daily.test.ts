import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { IncompleteError } from '../../../src/domain/errors.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { dueDays } from '../../../src/report/daily.ts'
import type { DailyReport, DayFacts } from '../../../src/report/daily.ts'
import { makeDueReports } from '../../../src/report/index.ts'
import { minutes } from '../../../src/time/duration.ts'
import { PACKAGE_ROOT } from '../../support/hunt.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { hourlyOutcomes, recordIn } from '../../support/ledgers.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const facts = (now: string, changes: Partial<DayFacts> = {}): DayFacts => ({
  now: at(now),
  at: '06:00',
  timeZone: 'UTC',
  reported: [],
  firstRun: at('2026-03-02T04:00:00Z'),
  ...changes,
})

test('the report of a day is due at its time on the next one', () => {
  assert.deepEqual(dueDays(facts('2026-03-02T23:00:00Z')), [])
  assert.deepEqual(dueDays(facts('2026-03-03T05:59:59Z')), [])
  assert.deepEqual(dueDays(facts('2026-03-03T06:00:00Z')), ['2026-03-02'])
  assert.deepEqual(dueDays(facts('2026-03-03T06:00:00Z', { reported: ['2026-03-02'] })), [])
  assert.deepEqual(dueDays(facts('2026-03-03T06:00:00Z', { firstRun: undefined })), [])
})

test('after an outage the last seven days are made up for, those between reported ones too', () => {
  assert.deepEqual(dueDays(facts('2026-03-05T07:00:00Z', { reported: ['2026-03-03'] })), ['2026-03-02', '2026-03-04'])
  const late = dueDays(facts('2026-04-20T07:00:00Z', { reported: ['2026-03-03'] }))
  assert.deepEqual([late.length, late[0], late.at(-1)], [7, '2026-04-13', '2026-04-19'])
})

test('days and times are those of the time zone, whatever its clock does', () => {
  const berlin = { timeZone: 'Europe/Berlin', firstRun: at('2026-03-27T23:30:00Z') }
  // 06:00 in Berlin is 05:00 UTC in winter and 04:00 UTC from 29 March on.
  assert.deepEqual(dueDays(facts('2026-03-29T03:59:00Z', berlin)), [])
  assert.deepEqual(dueDays(facts('2026-03-29T04:00:00Z', berlin)), ['2026-03-28'])
  assert.deepEqual(dueDays(facts('2026-03-30T04:00:00Z', { ...berlin, reported: ['2026-03-28'] })), ['2026-03-29'])
})

interface Place {
  readonly cwd: string
  readonly path: string
}

function placeWithRuns(t: TestContext): Place {
  const cwd = tempFolder(t)
  const path = join(cwd, 'hunt.db')
  recordIn(path, hourlyOutcomes(3))
  return { cwd, path }
}

/** A process that looks once and ends. */
async function look({ cwd, path }: Place, time: string): Promise<readonly DailyReport[]> {
  const ledger = openLedger(path)
  const made: DailyReport[] = []
  try {
    const clock = fakeClock(at(time))
    await makeDueReports(
      { ledger, clock, version: '0.0.0', timeZone: 'UTC', cwd, at: '06:00' },
      { folder: join(cwd, 'reports'), formats: ['json', 'navigator'], packageRoot: PACKAGE_ROOT },
      (report) => void made.push(report),
    )
    return made
  } finally {
    ledger.close()
  }
}

test('restarts neither skip a report nor make one twice', async (t) => {
  const place = placeWithRuns(t)
  const made: string[] = []
  for (const time of [
    '2026-03-02T12:00:00Z',
    '2026-03-03T05:00:00Z',
    '2026-03-03T06:01:00Z',
    '2026-03-03T06:02:00Z',
    '2026-03-03T18:00:00Z',
    '2026-03-06T09:00:00Z',
    '2026-03-06T09:01:00Z',
  ])
    made.push(...(await look(place, time)).map(({ day }) => day))
  assert.deepEqual(made, ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'])
  assert.deepEqual(readdirSync(join(place.cwd, 'reports')), made)
  assert.deepEqual(readdirSync(join(place.cwd, 'reports', '2026-03-02')), ['navigator-layer.json', 'report.json'])
})

test('a process killed between claim and record leaves a report that is made again; two at once make one', async (t) => {
  const place = placeWithRuns(t)
  const killed = openLedger(place.path)
  assert.equal(killed.claimReport('2026-03-02', at('2026-03-03T06:00:00Z'), minutes(10)), true)
  killed.close()
  assert.deepEqual(await look(place, '2026-03-03T06:05:00Z'), [])
  const both = await Promise.all([look(place, '2026-03-03T06:11:00Z'), look(place, '2026-03-03T06:11:00Z')])
  assert.deepEqual(
    both.flat().map(({ day }) => day),
    ['2026-03-02'],
  )
})

test('a report that cannot be written stays due', async (t) => {
  const place = placeWithRuns(t)
  const blocked = join(place.cwd, 'reports')
  writeFileSync(blocked, 'a file where the folder should be')
  await assert.rejects(look(place, '2026-03-03T06:00:00Z'), IncompleteError)
  rmSync(blocked)
  mkdirSync(blocked)
  assert.deepEqual(
    (await look(place, '2026-03-03T06:01:00Z')).map(({ day }) => day),
    ['2026-03-02'],
  )
  assert.ok(existsSync(join(blocked, '2026-03-02', 'report.json')))
})
