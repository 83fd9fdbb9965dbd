import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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

test('folders of rules, results and ledger may be called whatever a file system takes', async (t) => {
  const cwd = tempFolder(t)
  const [queries, output, ledger] = ['-règles x', '-out put é', join('-led', 'h t ü#?%20.db')]
  writeFiles(cwd, {
    [`${queries}/-r 1 é.yaml`]: SMALL_FOLDER['queries/sign-in-from-afar.yaml'],
    'logs/SigninLogs.ndjson': SMALL_FOLDER['logs/SigninLogs.ndjson'],
  })
  const env = { HUNT_LEDGER: ledger, HUNT_DATA: 'logs' }
  const at = ['--at', '2026-03-03T09:07']
  const pass = await hunt(['run', '--due', ...at, '--queries', queries, `--output=${output}`], { cwd, env })
  assert.equal(pass.code, 0, pass.stderr)
  assert.match(pass.stdout, /2 files written\n {2}-out put é\/sign-in-from-afar--aaaaaaaa/)
  assert.ok(existsSync(join(cwd, ledger)))
  const named = ['history', '--queries', queries, '--', `${queries}/-r 1 é.yaml`]
  const history = await hunt(named, { cwd, env })
  assert.match(history.stdout, /2026-03-03T09:00Z +local .* complete$/m, history.stderr)
  assert.equal((await hunt(['ledger', 'check'], { cwd, env })).code, 0)
})

test('a pass over the whole schedule gives a sign of life; one over some rules, or an unreachable place, does not hide it', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const alive = join(cwd, 'alive')
  const due = ['run', '--due', '--data', 'logs', '--at', '2026-03-03T09:07']
  await hunt([...due, 'aaaa'], { cwd, env: { HUNT_DEAD_MAN_FILE: alive } })
  assert.equal(existsSync(alive), false, 'only the whole schedule counts')
  await hunt(due, { cwd, env: { HUNT_DEAD_MAN_FILE: alive } })
  assert.match(readFileSync(alive, 'utf8'), /^\d{4}-\d\d-\d\dT.*Z\n$/)
  const nowhere = await hunt(due, { cwd, env: { HUNT_DEAD_MAN_URL: 'http://127.0.0.1:9/secret' } })
  assert.equal(nowhere.code, 0, nowhere.stderr)
  assert.match(nowhere.stderr, /dead-man address at 127\.0\.0\.1:9 cannot be reached/)
  assert.doesNotMatch(nowhere.stderr, /secret/)
})
