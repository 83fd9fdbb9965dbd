import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeFiles } from '../../support/hunt.ts'
import { huntHere as hunt } from '../../support/in-process.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { assertFits } from '../../support/schemas.ts'
import { SMALL_FOLDER } from '../../support/small-rules.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const PASS = ['run', '--due', '--data', 'logs']
const folder = (t: Parameters<typeof tempFolder>[0]): string => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  return cwd
}

test('hunt report writes yesterday unless told otherwise, and prints where', async (t) => {
  const cwd = folder(t)
  assert.equal((await hunt(PASS, { cwd, clock: fakeClock(at('2026-03-03T09:07')) })).code, 0)
  const clock = fakeClock(at('2026-03-04T07:00'))
  const { code, stdout, stderr } = await hunt(['report', '--format', 'html,csv,json,md,navigator'], { cwd, clock })
  assert.equal(code, 0, stderr)
  const names = stdout.trim().split('\n')
  assert.ok(names.includes('output/reports/2026-03-03/report.html'), stdout)
  assert.ok(names.every((name) => existsSync(join(cwd, name))))
  const document: unknown = JSON.parse(readFileSync(join(cwd, 'output/reports/2026-03-03/report.json'), 'utf8'))
  assertFits('report.schema.json', document)
  const { totals, incidents } = document as { totals: { incidents: number }; incidents: { title: string }[] }
  assert.equal(totals.incidents, 2)
  assert.match(incidents[0]?.title ?? '', /from afar/)
  const page = readFileSync(join(cwd, 'output/reports/2026-03-03/report.html'), 'utf8')
  // The rows behind the alerts came along.
  assert.match(page, /"columns":\["TimeGenerated","UserPrincipalName","IPAddress"\]/)
})

test('the document goes to standard output, and no file is written', async (t) => {
  const cwd = folder(t)
  await hunt(PASS, { cwd, clock: fakeClock(at('2026-03-03T09:07')) })
  const clock = fakeClock(at('2026-03-03T10:00'))
  const { stdout } = await hunt(['report', '--day', 'today', '--json'], { cwd, clock })
  assertFits('report.schema.json', JSON.parse(stdout))
  assert.ok(!existsSync(join(cwd, 'output', 'reports')))
})

for (const [args, message] of [
  [['--day', '2026-02-30'], /no day/],
  [['--day', '2026-03-03', '--from', '2026-03-01'], /cannot be combined/],
  [['--to', '2026-03-01'], /does not say where the window starts/],
  [['--format', 'pdf'], /not one of html, csv, json, md, navigator/],
] as const) {
  test(`hunt report ${args.join(' ')} is refused in words`, async (t) => {
    const { code, stderr } = await hunt(['report', ...args], { cwd: folder(t) })
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
}

test('without a ledger there is nothing to report, and none is made', async (t) => {
  const cwd = folder(t)
  const { code } = await hunt(['report'], { cwd })
  assert.equal(code, 8)
  assert.ok(!existsSync(join(cwd, 'output', 'hunt.db')))
})

test('passes from cron make the report of the day before once, in the time zone of the settings', async (t) => {
  const cwd = folder(t)
  const env = { HUNT_REPORT_AT: '06:00', HUNT_TIME_ZONE: 'Europe/Berlin', HUNT_REPORT_FORMATS: 'md' }
  const made: string[] = []
  for (const time of [
    '2026-03-03T09:07',
    '2026-03-04T04:59',
    '2026-03-04T05:01',
    '2026-03-04T05:06',
    '2026-03-05T06:00',
  ]) {
    const { stderr } = await hunt(PASS, { cwd, env, clock: fakeClock(at(time)) })
    made.push(...[...stderr.matchAll(/the report of (\S+) is made/g)].map(([, day]) => `${time}: ${day}`))
  }
  assert.deepEqual(made, ['2026-03-04T05:01: 2026-03-03', '2026-03-05T06:00: 2026-03-04'])
  assert.match(readFileSync(join(cwd, 'output/reports/2026-03-03/report.md'), 'utf8'), /Times are in Europe\/Berlin/)
})
