import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const VALIDATE = ['validate', '--json']

/** Says into a file that a process has loaded the language service. */
const HOOK = `
const Module = require('node:module')
const load = Module._load
Module._load = function (name, ...rest) {
  if (name.startsWith('@kusto/')) require('node:fs').writeFileSync(__dirname + '/loaded', name)
  return load.call(this, name, ...rest)
}
`

/** What a process says, and whether it has loaded the language service. */
async function watched(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(cwd, 'hook.cjs'), HOOK)
  rmSync(join(cwd, 'loaded'), { force: true })
  const NODE_OPTIONS = `--require ${join(cwd, 'hook.cjs')}`
  const { stdout, stderr, code } = await hunt(args, {
    cwd,
    env: { HUNT_CACHE: join(cwd, 'cache'), NODE_OPTIONS, ...env },
  })
  return { said: { stdout, stderr, code }, isLoaded: existsSync(join(cwd, 'loaded')) }
}

test('a rule is bound once, and by the next process not until it has changed', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const first = await watched(VALIDATE, cwd)
  assert.equal(first.said.code, 0, first.said.stderr)
  assert.ok(first.isLoaded)
  assert.ok(readdirSync(join(cwd, 'cache')).length >= 2)

  const second = await watched(VALIDATE, cwd)
  assert.deepEqual(second.said, first.said)
  assert.ok(!second.isLoaded)

  assert.ok((await watched(VALIDATE, cwd, { HUNT_CACHE: 'none' })).isLoaded)

  const path = join(cwd, 'queries', readdirSync(join(cwd, 'queries'))[0] ?? '')
  writeFileSync(path, readFileSync(path, 'utf8').replace('SigninLogs', 'SigninLogz'))
  const changed = await watched(VALIDATE, cwd)
  assert.ok(changed.isLoaded)
  assert.notEqual(changed.said.code, 0)
  assert.match(changed.said.stdout, /SigninLogz/)
})

test('what was kept and is damaged is found out again', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const args = ['query', 'SigninLogs | summarize n = count() by Location | sort by Location asc', '--data', 'logs']
  const first = await watched(args, cwd)
  assert.equal(first.said.code, 0, first.said.stderr)
  const files = readdirSync(join(cwd, 'cache')).map((name) => join(cwd, 'cache', name))
  for (const file of files) truncateSync(file, 200)
  const second = await watched(args, cwd)
  assert.equal(second.said.stdout, first.said.stdout)
  assert.ok(second.isLoaded)
  assert.ok(!(await watched(args, cwd)).isLoaded)
})

test('other columns of the same table are another query', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { 'logs/Own_CL.ndjson': '{"TimeGenerated":"2026-03-02T08:00:00Z","n":1}\n' })
  const args = ['query', 'Own_CL | project x = n', '--data', 'logs', '--format', 'json']
  const first = await watched(args, cwd)
  assert.equal(first.said.code, 0, first.said.stderr)
  assert.match(first.said.stdout, /"x": ?1\b/)
  writeFiles(cwd, { 'logs/Own_CL.ndjson': '{"TimeGenerated":"2026-03-02T08:00:00Z","n":"one"}\n' })
  const second = await watched(args, cwd)
  assert.match(second.said.stdout, /"x": ?"one"/)
})

test(
  'a folder that others may write to is refused where it was named',
  { skip: process.geteuid === undefined },
  async (t) => {
    const cwd = tempFolder(t)
    writeFiles(cwd, { ...SMALL_FOLDER, 'cache/file': '' })
    chmodSync(join(cwd, 'cache'), 0o777)
    const { said } = await watched(VALIDATE, cwd)
    assert.equal(said.code, 3)
    assert.match(said.stderr, /others may write to it/)
    assert.match(said.stderr, /config\/unsafe-cache/)
    assert.match(said.stderr, /chmod go-w/)
  },
)
