import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeFiles } from '../../support/hunt.ts'
import { huntHere } from '../../support/in-process.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { HUNTING_QUERY, SIGN_IN_RULE, SMALL_FOLDER } from '../../support/small-rules.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const FILTER = '  | where TimeGenerated > ago(1h)\n'

test('a window that is longer than what a rule itself looks back is warned of, once and with the place', async (t) => {
  const cwd = tempFolder(t)
  const rule = SIGN_IN_RULE.replace('  | where Location', `${FILTER}  | where Location`).replace(': 1d', ': 1h')
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/sign-in-from-afar.yaml': rule })
  const hunt = async (...args: readonly string[]): Promise<string> => {
    const options = { cwd, clock: fakeClock(at('2026-03-02T12:10Z')), env: { COLUMNS: '300' } }
    return (await huntHere(['run', ...args, '--data', 'logs', '--no-incidents'], options)).stderr
  }
  const week = ['--from', '2026-02-24', '--to', '2026-03-03'] as const
  const line = rule.split('\n').findIndex((text) => text.includes('ago(1h)')) + 1
  const told = await hunt('sign-in-from-afar', ...week)
  assert.deepEqual(told.match(/^warning: .*$/gm), [
    `warning: queries/sign-in-from-afar.yaml:${line}:11: "TimeGenerated > ago(1h)" counts from the end of the window and keeps the last 1h of its 7d; hunt backfill searches slot by slot`,
  ])
  assert.match(
    await hunt('sign-in-from-afar', ...week, '--log-format', 'json'),
    /"level":"warn"[^\n]*keeps the last 1h of its 7d/,
  )
  for (const own of [['--at', '2026-03-02T12:00Z'], ['--period', '1h', '--to', '2026-03-02T12:00Z'], []])
    assert.doesNotMatch(await hunt('sign-in-from-afar', ...own), /counts from the end/)

  writeFiles(cwd, { 'queries/sign-ins-by-country.yaml': HUNTING_QUERY.replace('  | summ', `${FILTER}  | summ`) })
  assert.match(await hunt('sign-ins-by-country', ...week), /last 1h of its 7d; ask for shorter windows/)
  const all = await hunt('--all', ...week)
  assert.equal(all.match(/counts from the end/g)?.length, 2)
})
