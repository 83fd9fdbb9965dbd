import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

// test/unit/cli/schedule.test.ts has the details, in one process and over a clock of its own.
test('the built program makes a pass of the schedule, and shows what it has searched', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const pass = await hunt(['run', '--due', '--data', 'logs', '--at', '2026-03-03T09:07'], { cwd })
  assert.equal(pass.code, 0, pass.stderr)
  assert.match(pass.stdout, /^Sign-in from afar +High +1 +2026-03-03T09:00Z +2 +2 +2 +complete$/m)
  assert.doesNotMatch(pass.stdout, /Sign-ins by country/, 'a hunting query has no schedule')
  const history = await hunt(['history', 'aaaa'], { cwd })
  assert.match(history.stdout, /local: 2026-03-02T08:55Z to 2026-03-03T08:55Z \(1d\)/)
})
