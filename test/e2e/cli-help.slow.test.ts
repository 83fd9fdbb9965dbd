import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const { v8Flags } = (await import(new URL('../../bin/v8-flags.mjs', import.meta.url).href)) as {
  v8Flags: (version: string) => string[]
}

const COMMANDS = [
  'run',
  'query',
  'list',
  'show',
  'validate',
  'test',
  'explain',
  'ingest',
  'ledger',
  'emulate',
  'completion',
]

test('help opens with the job and an example, lists every command, and goes to standard output', async (t) => {
  for (const args of [['--help'], ['-h'], ['help'], []]) {
    const { stdout, stderr, code } = await hunt(args, { cwd: tempFolder(t) })
    assert.equal(code, 0)
    assert.equal(stderr, '')
    assert.match(stdout, /^Hunts with Microsoft Sentinel rules .*\n.*\n\nExamples:\n {2}# .*\n {2}hunt run /)
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'))
    for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line)
  }
})

test('this version of Node.js knows the flags that we set, and there are some for each that we support', () => {
  const { status, stderr } = spawnSync(process.execPath, [...v8Flags(process.versions.node), '-e', '0'])
  assert.equal(String(stderr), '')
  assert.equal(status, 0)
  for (const version of ['20.0.0', '22.1.0', '24.0.0']) assert.notDeepEqual(v8Flags(version), [])
  assert.deepEqual(v8Flags('26.0.0'), [])
})

for (const command of COMMANDS) {
  test(`help of ${command} opens with its job and an example`, async (t) => {
    const { stdout, code } = await hunt([command, '--help'], { cwd: tempFolder(t) })
    assert.equal(code, 0)
    assert.match(
      stdout,
      new RegExp(`^[A-Z][^#]+\\.\\n\\nExamples:\\n[\\s\\S]*hunt ${command}[\\s\\S]*Usage: hunt ${command}`),
    )
  })
}

for (const [what, args, error, hint] of [
  ['an unknown command', ['lst'], "error: unknown command 'lst' [usage/unknown-command]", 'did you mean list?'],
  ['help of none', ['help', 'lst'], "error: unknown command 'lst' [usage/unknown-command]", 'did you mean list?'],
  [
    'an unknown option',
    ['run', '--al'],
    "error: unknown option '--al' [usage/unknown-option]",
    'did you mean --all, --at?',
  ],
  [
    'an unknown rule',
    ['show', 'sign-in-from-afr'],
    'error: no rule is called "sign-in-from-afr" [usage/unknown-rule]',
    'did you mean "sign-in-from-afar" or',
  ],
  [
    'a missing argument',
    ['show'],
    "error: missing required argument 'rule' [usage/missing-argument]",
    'see hunt show --help',
  ],
  [
    'a wrong value',
    ['list', '--log-level', 'inf'],
    'error: --log-level is "inf", which is not one of error, warn, info, debug [usage/invalid-option]',
    'for example --log-level info',
  ],
  ['nothing to run', ['run'], 'error: no rule is named [usage/no-rule]', 'hunt run 5239248b'],
  [
    'both ways to choose',
    ['run', '--all', 'x'],
    'error: --all and names of rules cannot be combined [usage/no-rule]',
    'hunt list',
  ],
] as const) {
  test(`${what} is exit code 2, with a way out`, async (t) => {
    const cwd = tempFolder(t)
    writeFiles(cwd, SMALL_FOLDER)
    const { stdout, stderr, code } = await hunt(args, { cwd })
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.equal(stderr.split('\n')[0], error)
    assert.ok(stderr.includes(hint), stderr)
  })
}

test('the version is that of package.json', async (t) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  assert.deepEqual(await hunt(['--version'], { cwd: tempFolder(t) }), { stdout: `${version}\n`, stderr: '', code: 0 })
})

/** A module hook that writes down what is loaded. */
const RECORDER = `
import { appendFileSync } from 'node:fs'
export async function load(url, context, next) {
  appendFileSync(process.env.LOADED_MODULES, url + '\\n')
  return next(url, context)
}
`

async function loadedPackages(args: readonly string[], cwd: string): Promise<readonly string[]> {
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    'recorder.mjs': RECORDER,
    'register.mjs': "import { register } from 'node:module'\nregister('./recorder.mjs', import.meta.url)\n",
    'loaded.txt': '',
  })
  const NODE_OPTIONS = `--import=${pathToFileURL(join(cwd, 'register.mjs')).href}`
  const { code, stderr } = await hunt(args, { cwd, env: { NODE_OPTIONS, LOADED_MODULES: join(cwd, 'loaded.txt') } })
  assert.equal(code, 0, stderr)
  const urls = readFileSync(join(cwd, 'loaded.txt'), 'utf8').split('\n')
  const packages = urls.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1])
  return [...new Set(packages.filter((name) => name !== undefined))].sort()
}

const HEAVY = /^(@duckdb|@kusto|@azure|libsql|pino|esbuild)/

test('help loads nothing but the argument parser, colours and the measure of near names', async (t) => {
  assert.deepEqual(await loadedPackages(['--help'], tempFolder(t)), ['commander', 'fastest-levenshtein', 'picocolors'])
})

for (const args of [
  ['list'],
  ['show', 'sign-in-from-afar'],
  ['completion', 'bash'],
  ['complete', '--', 'run', 'sign'],
]) {
  test(`${args.join(' ')} loads neither DuckDB nor the Kusto service nor Azure`, async (t) => {
    assert.deepEqual(
      (await loadedPackages(args, tempFolder(t))).filter((name) => HEAVY.test(name)),
      [],
    )
  })
}

test('the recorder would see the engine', async (t) => {
  const packages = await loadedPackages(['query', 'print 1', '--data', 'logs'], tempFolder(t))
  assert.ok(
    packages.some((name) => HEAVY.test(name)),
    packages.join(),
  )
})
