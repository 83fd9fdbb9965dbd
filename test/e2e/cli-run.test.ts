import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { finished, hunt, saying, startHunt, writeFiles } from '../support/hunt.ts'
import { assertFits } from '../support/schemas.ts'
import { SIGN_IN_RULE, SMALL_FOLDER, UNSUPPORTED_RULE } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const WINDOW = ['--data', 'logs', '--from', '2026-03-02', '--to', '2026-03-03']

interface RunReport {
  readonly exitCode: number
  readonly runs: readonly {
    readonly ruleName: string
    readonly status: string
    readonly files: readonly string[]
    readonly error: { readonly code: string } | null
    readonly result: {
      readonly statistics: { readonly findingCount: number; readonly newFindingCount: number }
      readonly incidents: { readonly opened: readonly { readonly title: string }[] }
    } | null
  }[]
}

function report(stdout: string): RunReport {
  const document: unknown = JSON.parse(stdout)
  assertFits('run-report.schema.json', document)
  return document as RunReport
}

/** A table without its alignment and times, which differ from run to run. */
function facts(text: string): readonly string[] {
  return text.split('\n').map((line) =>
    line
      .replace(/\d+(\.\d)?s\b/, 'TIME')
      .replace(/ {2,}|─+ */g, ' ')
      .trim(),
  )
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort()
}

test('all rules run: table, incidents and files on stdout, talk on stderr; a second time opens nothing', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const first = await hunt(['run', '--all', ...WINDOW], { cwd })
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(facts(first.stdout), [
    'Rule Severity Rows New Known Incidents Time Status',
    '',
    'Sign-in from afar High 2 2 0 2 TIME complete',
    'Sign-ins by country – 2 2 0 0 TIME complete',
    '',
    '2 incidents opened',
    'High Sign-in of mallory@contoso.com from afar',
    'High Sign-in of eve@contoso.com from afar',
    'in output/incidents/2026-03-02/',
    '',
    '4 files written',
    'output/sign-in-from-afar--aaaaaaaa-0000-4000-8000-000000000001/',
    'output/sign-ins-by-country--bbbbbbbb-0000-4000-8000-000000000002/',
    '',
  ])
  assert.deepEqual(facts(first.stderr), [
    'Searching 2026-03-02T00:00:00Z to 2026-03-03T00:00:00Z (1d).',
    'complete Sign-in from afar: 2 rows, 2 new findings, 2 incidents opened, TIME',
    'complete Sign-ins by country: 2 rows, 2 new findings, TIME',
    '',
  ])
  const incidents = filesUnder(join(cwd, 'output', 'incidents'))
  assert.equal(incidents.length, 2)

  const second = await hunt(['run', '--all', ...WINDOW], { cwd })
  assert.equal(second.code, 0, second.stderr)
  assert.deepEqual(facts(second.stdout).slice(2, 4), [
    'Sign-in from afar High 2 0 2 0 TIME complete',
    'Sign-ins by country – 2 0 2 0 TIME complete',
  ])
  assert.doesNotMatch(second.stdout, /opened/)
  assert.deepEqual(filesUnder(join(cwd, 'output', 'incidents')), incidents)
})

test('--json is one document that fits its schema; --at takes the window from the rule', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const { stdout, stderr, code } = await hunt(
    ['run', 'aaaa', '--data', 'logs', '--at', '2026-03-03T09:07', '--json', '--format', 'csv'],
    { cwd },
  )
  assert.equal(code, 0, stderr)
  const { runs } = report(stdout)
  assert.equal(runs.length, 1)
  // The window ends at 08:55 and starts a day earlier: the first of the two sign-ins is at 09:00 of the day before.
  assert.equal(runs[0]?.result?.statistics.findingCount, 2)
  assert.deepEqual(
    runs[0]?.result?.incidents.opened.map(({ title }) => title),
    ['Sign-in of mallory@contoso.com from afar', 'Sign-in of eve@contoso.com from afar'],
  )
  assert.deepEqual(
    runs[0]?.files.map((path) => path.replace(/^.*\//, '').replace(/^.*\\/, '')),
    ['20260303T090000Z--local.csv'],
  )
  assert.match(
    stderr,
    /2026-03-03T09:07:00Z is no slot of "Sign-in from afar" \(every 1h\): 2026-03-03T09:00:00Z is meant\./,
  )
})

test('--no-incidents opens nothing and leaves findings new; --fail-on-findings makes them exit code 1', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const silent = await hunt(['run', 'aaaa', ...WINDOW, '--no-incidents', '--json'], { cwd })
  assert.equal(silent.code, 0, silent.stderr)
  assert.deepEqual(report(silent.stdout).runs[0]?.result?.incidents.opened, [])
  const loud = await hunt(['run', 'aaaa', ...WINDOW, '--json', '--fail-on-findings'], { cwd })
  assert.equal(loud.code, 1)
  const { exitCode, runs } = report(loud.stdout)
  assert.equal(exitCode, 1)
  assert.equal(runs[0]?.result?.incidents.opened.length, 2)
  assert.equal(runs[0]?.result?.statistics.newFindingCount, 2)
})

test('a rule that fails stops no other; the exit code is its own, and its line is shown', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/a-refused.yaml': UNSUPPORTED_RULE })
  const { stdout, stderr, code } = await hunt(['run', '--all', ...WINDOW], { cwd })
  assert.equal(code, 6)
  assert.match(stdout, /^Refused by the engine +High +– +– +– +– +\S+ +failed$/m)
  assert.match(stdout, /^Sign-in from afar +High +2 +2 +0 +2 +\S+ +complete$/m)
  assert.match(
    stderr,
    /^queries\/a-refused\.yaml:16:25: error: .*autocluster.* \[kql\/unsupported\]\n +16 \| {3}SigninLogs .*\n +\| {25}\^~/m,
  )
})

test('a broken rule file is reported with its place, and --all does not look like success', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/broken.yaml': 'id: x\nname: y\nquery: [\n' })
  const { stderr, code } = await hunt(['run', '--all', ...WINDOW], { cwd })
  assert.equal(code, 7)
  assert.match(stderr, /^queries\/broken\.yaml:\d+:\d+: error: /m)
  const named = await hunt(['run', 'queries/broken.yaml', ...WINDOW], { cwd })
  assert.equal(named.code, 2)
  assert.match(named.stderr, /error: queries\/broken\.yaml cannot be used; nothing was run \[usage\/broken-rule\]/)
})

for (const [what, args, code, message] of [
  [
    'nothing to search',
    ['run', '--all'],
    3,
    /no workspace and no data folder is configured.*\n.*HUNT_WORKSPACE_ID=0{8}-/,
  ],
  [
    'no workspace for Azure',
    ['run', '--all', '--backend', 'azure'],
    3,
    /HUNT_WORKSPACE_ID is not set.*\n.*for example HUNT_WORKSPACE_ID=/,
  ],
  ['a data folder that is not there', ['run', '--all', '--data', 'nowhere'], 3, /nowhere/],
  [
    'an empty folder of rules',
    ['run', '--all', '--queries', 'logs', '--data', 'logs'],
    2,
    /the folder of rules holds no rule/,
  ],
] as const) {
  test(`${what} is exit code ${code} and says what to do`, async (t) => {
    const cwd = tempFolder(t)
    writeFiles(cwd, SMALL_FOLDER)
    const result = await hunt(args, { cwd })
    assert.equal(result.code, code, result.stderr)
    assert.match(result.stderr, message)
    assert.match(result.stderr, /hint: /)
  })
}

test('log lines for machines: one JSON object a line, one line a run', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const { stderr, code } = await hunt(['run', 'aaaa', ...WINDOW, '--log-format', 'json', '--log-level', 'info'], {
    cwd,
  })
  assert.equal(code, 0, stderr)
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const run = lines.find(({ msg }) => msg === 'run complete')
  assert.equal(run?.['rule'], 'aaaaaaaa-0000-4000-8000-000000000001')
  assert.equal(run?.['newFindings'], 2)
  assert.doesNotMatch(stderr, /mallory/, 'no cell values in logs')
})

/** Keeps the engine busy for minutes. */
const SLOW_RULE = SIGN_IN_RULE.replace(
  /query: \|\n(  .*\n)+/,
  `query: |
  range x from 1 to 100000 step 1
  | extend k = 1
  | join kind=inner (range y from 1 to 100000 step 1 | extend k = 1) on k
  | summarize n = count() by z = hash_sha256(strcat(x, "-", y))
  | project TimeGenerated = now(), UserPrincipalName = z, IPAddress = tostring(n)
`,
)

test('Ctrl-C stops a run cleanly: exit code 130, nothing recorded, the ledger free for the next', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/sign-in-from-afar.yaml': SLOW_RULE })
  const child = startHunt(['run', '--all', ...WINDOW, '--log-level', 'debug', '--json'], { cwd })
  const result = finished(child)
  await saying(child, 'stderr', /run started/)
  child.kill('SIGINT')
  const { code, stdout, stderr } = await result
  assert.equal(code, 130, stderr)
  const { runs } = report(stdout)
  assert.deepEqual(
    runs.map(({ status }) => status),
    ['stopped', 'stopped'],
  )
  writeFiles(cwd, SMALL_FOLDER)
  const next = await hunt(['run', 'aaaa', ...WINDOW, '--json'], { cwd })
  assert.equal(next.code, 0, next.stderr)
  assert.equal(report(next.stdout).runs[0]?.result?.incidents.opened.length, 2)
})

test('the files of a run are named after rule, slot and window, and fit their schema', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  await hunt(['run', 'aaaa', ...WINDOW, '--output', 'elsewhere'], { cwd })
  const folder = join(cwd, 'elsewhere', 'sign-in-from-afar--aaaaaaaa-0000-4000-8000-000000000001')
  const names = filesUnder(folder)
  const stem = '20260303T000000Z--local--20260302T000000Z-20260303T000000Z'
  assert.deepEqual(names, [`${stem}.csv`, `${stem}.json`])
  assertFits('run-result.schema.json', JSON.parse(readFileSync(join(folder, `${stem}.json`), 'utf8')))
})
