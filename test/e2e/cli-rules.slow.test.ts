import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { PACKAGE_ROOT, finishedUnread, hunt, startHunt, writeFiles } from '../support/hunt.ts'
import { SMALL_FOLDER, SIGN_IN_RULE, UNSUPPORTED_RULE } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const TABLE = `ID        Rule                 Kind       Severity  Every  Over
────────  ───────────────────  ─────────  ────────  ─────  ────
aaaaaaaa  Sign-in from afar    Scheduled  High         1h    1d
bbbbbbbb  Sign-ins by country  Hunting    –             –     –
`

test('list prints a table without control codes', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  assert.deepEqual(await hunt(['list'], { cwd }), { stdout: TABLE, stderr: '', code: 0 })
})

test('list marks a rule that is off, and refuses a path that is not there', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { 'queries/off.yaml': `enabled: false\n${SIGN_IN_RULE}` })
  assert.match((await hunt(['list'], { cwd })).stdout, /^aaaaaaaa {2}Sign-in from afar {2}Scheduled +High +off +1d$/m)
  const { stdout, stderr, code } = await hunt(['list', 'querys'], { cwd })
  assert.deepEqual([stdout, code], ['', 2])
  assert.match(stderr, /^error: querys does not exist \[usage\/no-file\]$/m)
})

test('list fits the width it is given, and is never cut in a pipe', async (t) => {
  const cwd = tempFolder(t)
  const long = SIGN_IN_RULE.replace('Sign-in from afar', 'Sign-in from afar '.repeat(10).trim())
  writeFiles(cwd, { 'queries/long.yaml': long })
  const narrow = await hunt(['list'], { cwd, env: { COLUMNS: '60' } })
  for (const line of narrow.stdout.split('\n')) assert.ok([...line].length <= 60, line)
  assert.match(narrow.stdout, /…/)
  const piped = await hunt(['list'], { cwd })
  assert.match(piped.stdout, new RegExp('Sign-in from afar '.repeat(10).trim()))
})

test('NO_COLOR and FORCE_COLOR are heeded', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const forced = await hunt(['list'], { cwd, env: { FORCE_COLOR: '1' } })
  assert.match(forced.stdout, /\u001b\[36maaaaaaaa\u001b\[39m/)
  const both = await hunt(['list'], { cwd, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })
  assert.equal(both.stdout, TABLE)
})

test('list --json and show --json are documents with every rule', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const { stdout } = await hunt(['list', '--json'], { cwd })
  const { schemaVersion, rules } = JSON.parse(stdout) as { schemaVersion: number; rules: Record<string, unknown>[] }
  assert.equal(schemaVersion, 1)
  assert.deepEqual(
    rules.map(({ id, kind, schedule }) => [id, kind, schedule]),
    [
      [
        'aaaaaaaa-0000-4000-8000-000000000001',
        'Scheduled',
        { queryFrequency: 'PT1H', queryPeriod: 'P1D', trigger: { operator: 'gt', threshold: 0 }, enabled: true },
      ],
      ['bbbbbbbb-0000-4000-8000-000000000002', 'Hunting', null],
    ],
  )
  const shown = JSON.parse((await hunt(['show', 'by country', '--json'], { cwd })).stdout) as {
    rules: { query: string }[]
  }
  assert.equal(shown.rules[0]?.query.trim(), 'SigninLogs\n| summarize Count = count() by Location')
})

test('show explains schedule, trigger, entities and query', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const { stdout } = await hunt(['show', 'queries/sign-in-from-afar.yaml'], { cwd })
  for (const line of [
    'schedule      every 1h over 1d',
    'trigger       more than 0 rows',
    'alerts        one for each row',
    'incidents     one for each alert',
    'entities      IP: Address = IPAddress',
    '  | where Location == "IS"',
  ]) {
    assert.ok(stdout.split('\n').includes(line), `${line}\n---\n${stdout}`)
  }
})

test('the bundled rule pack is at hand where there is no queries folder', async (t) => {
  const { stdout } = await hunt(['list'], { cwd: tempFolder(t) })
  assert.match(stdout, /^5239248b /m)
})

test('one broken file stops neither the list nor the others', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/broken.yaml': 'query: [\n' })
  const { stdout, stderr, code } = await hunt(['list'], { cwd })
  assert.equal(stdout, TABLE)
  assert.equal(stderr, 'warning: queries/broken.yaml has errors; see hunt validate\n')
  assert.equal(code, 0)
})

test('validate reports every problem with its place, and exits with 1', async (t) => {
  const cwd = tempFolder(t)
  const misspelt = SIGN_IN_RULE.replace('where Location', 'where Loction').replace('severity: High', 'severity: Hihg')
  writeFiles(cwd, { 'queries/misspelt.yaml': misspelt, 'queries/fine.yaml': UNSUPPORTED_RULE })
  const text = await hunt(['validate', '--strict'], { cwd })
  assert.equal(text.code, 1)
  assert.match(text.stdout, /^queries\/misspelt\.yaml:6:11: error: .*"Hihg"/m)
  assert.match(
    text.stdout,
    /^queries\/misspelt\.yaml:17:11: error: .*Loction.* \[unknown-column\]\n +17 \| {3}\| where Loction == "IS"\n +\| {11}\^~~~~~~\n +hint: did you mean "Location"\?$/m,
  )
  const { diagnostics } = JSON.parse((await hunt(['validate', '--format', 'json'], { cwd })).stdout) as {
    diagnostics: { code: string; line: number }[]
  }
  assert.ok(diagnostics.some(({ code, line }) => code === 'unknown-column' && line === 17))
  const sarif = JSON.parse((await hunt(['validate', '--format', 'sarif'], { cwd })).stdout) as { version: string }
  assert.equal(sarif.version, '2.1.0')
})

test('a mistake in hunt.yaml is exit code 3, with line and caret', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'outptu: x\n' })
  const { stderr, code } = await hunt(['list'], { cwd })
  assert.equal(code, 3)
  assert.match(
    stderr,
    /^hunt\.yaml:1:1: error: unknown key "outptu" \[config-unknown-key\]\n +1 \| outptu: x\n +\| \^~~~~~\n +hint: did you mean "output"\?\nerror: hunt\.yaml has a mistake; nothing was run \[config\/invalid-file\]\n/,
  )
})

test('a reader who goes away is no error', async (t) => {
  const cwd = tempFolder(t)
  const many = Array.from({ length: 400 }, (_, index) => {
    const id = index.toString(16).padStart(8, '0')
    return [`queries/r${index}.yaml`, SIGN_IN_RULE.replace('aaaaaaaa', id)] as const
  })
  writeFiles(cwd, Object.fromEntries(many))
  const child = startHunt(['list', '--json'], { cwd })
  const { code, stderr } = await finishedUnread(child)
  assert.equal(stderr, '')
  assert.equal(code, 0)
})

test('the bash completion completes rules', { skip: process.platform === 'win32' }, async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    'bin/hunt': `#!/bin/sh\nexec "${process.execPath}" "${join(PACKAGE_ROOT, 'bin', 'hunt.mjs')}" "$@"\n`,
  })
  const script = `chmod +x bin/hunt; PATH="$PWD/bin:$PATH"; source <(hunt completion bash)
complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hunt; echo "\${COMPREPLY[*]}"; }
complete_line hunt sh
complete_line hunt show sign-in-
complete_line hunt show aaaa
complete_line hunt run --backend = l
complete_line hunt list --queries ''`
  const child = spawn('bash', ['-c', script], { cwd })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  await new Promise((resolve) => child.once('close', resolve))
  assert.deepEqual(stdout.split('\n'), [
    'show',
    'sign-in-from-afar',
    'aaaaaaaa-0000-4000-8000-000000000001',
    'local',
    '',
    '',
  ])
})
