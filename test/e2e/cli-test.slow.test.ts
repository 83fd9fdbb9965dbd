import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { SIGN_IN_RULE, SMALL_FOLDER, UNSUPPORTED_RULE } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const PASSING = `tests:
  - name: one from afar
    at: 2026-03-02T12:00:00Z
    tables:
      SigninLogs:
        - { TimeGenerated: 2026-03-02T09:00:00Z, UserPrincipalName: mallory@contoso.com, IPAddress: 192.0.2.7, Location: IS }
        - { TimeGenerated: 2026-03-02T10:00:00Z, UserPrincipalName: bob@contoso.com, IPAddress: 192.0.2.9, Location: DE }
    expect:
      findings: [{ UserPrincipalName: mallory@contoso.com }]
      entities: [{ IP: { Address: 192.0.2.7 } }]
      alerts: [{ title: Sign-in of mallory@contoso.com from afar, severity: High }]
      incidents: 1
      warnings: []
`

test('tests that pass: a line each, exit code 0, nothing written', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/sign-in-from-afar.test.yaml': PASSING })
  const { stdout, stderr, code } = await hunt(['test'], { cwd })
  assert.equal(code, 0, stderr)
  assert.equal(stdout, 'pass  Sign-in from afar: one from afar\n')
  assert.equal(stderr, '1 test: 1 passed, 0 failed\n')
})

test('a test names its rule as the command line does; of a name that no rule has the file is named, not that no test is there', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/more.test.yaml': `rule: sign-in-from-afar\n${PASSING}` })
  const named = await hunt(['test', 'sign-in-from-afar'], { cwd })
  assert.deepEqual([named.code, named.stdout], [0, 'pass  Sign-in from afar: one from afar\n'], named.stderr)
  writeFiles(cwd, { 'queries/more.test.yaml': `rule: sign-in-from-afr\n${PASSING}` })
  const misspelt = await hunt(['test', 'sign-in-from-afar'], { cwd })
  assert.equal(misspelt.code, 1)
  assert.match(misspelt.stderr, /^queries\/more\.test\.yaml:1:7: error: no rule is called "sign-in-from-afr"/m)
})

test('a rule is named by its file, wherever that lies; without a test the way to hunt validate is shown', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    'elsewhere/mine.yaml': SIGN_IN_RULE.replace('aaaaaaaa', 'dddddddd'),
    'elsewhere/mine.test.yaml': PASSING,
    'lone/lone.yaml': SIGN_IN_RULE.replace('aaaaaaaa', 'cccccccc'),
  })
  for (const path of ['elsewhere/mine.yaml', join(cwd, 'elsewhere/mine.yaml'), 'elsewhere/']) {
    const { code, stdout, stderr } = await hunt(['test', path], { cwd })
    assert.deepEqual([code, stdout], [0, 'pass  Sign-in from afar: one from afar\n'], stderr)
  }
  const without = await hunt(['test', 'lone/lone.yaml'], { cwd })
  assert.equal(without.code, 2)
  assert.match(without.stderr, /there is no test for lone\/lone\.yaml[^]*<rule>\.test\.yaml beside the rule/)
  assert.match(without.stderr.replace(/\s+/g, ' '), /hunt validate lone\/lone\.yaml checks what is there/)
  const validated = await hunt(['validate', 'elsewhere/mine.test.yaml'], { cwd })
  assert.match(validated.stdout, /: warning: the file holds tests of a rule and no rule; passed over \[not-a-rule\]/)
  assert.match(validated.stdout, /hint: hunt test elsewhere\/mine\.test\.yaml runs them/)
  const run = await hunt(['run', 'elsewhere/mine.test.yaml', '--data', 'logs', '--at', '2026-03-02T12:00:00Z'], { cwd })
  assert.equal(run.code, 2)
  assert.match(run.stderr, /hint: hunt test elsewhere\/mine\.test\.yaml runs them[^]*cannot be used; nothing was run/)
})

test('a difference shows SQL, the rows after each operator, and both sides; exit code 1', async (t) => {
  const cwd = tempFolder(t)
  const failing = PASSING.replace(
    'findings: [{ UserPrincipalName: mallory@contoso.com }]',
    'findings: [{ UserPrincipalName: eve@contoso.com }]',
  )
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/sign-in-from-afar.test.yaml': failing })
  const { stdout, stderr, code } = await hunt(['test', 'sign-in-from-afar'], { cwd, env: { COLUMNS: '120' } })
  assert.equal(code, 1)
  assert.match(stdout, /^FAIL {2}Sign-in from afar: one from afar$/m)
  assert.match(stdout, /^queries\/sign-in-from-afar\.test\.yaml:2:5: one from afar$/m)
  assert.match(stdout, /generated SQL .*\n +SELECT/)
  assert.match(stdout, /SigninLogs {2}→ 2 rows[\s\S]*where Location == "IS" {2}→ 1 row\n[\s\S]*mallory@contoso\.com/)
  assert.match(
    stdout,
    /^ {2}findings\n {2}expected +│ actual\n {2}UserPrincipalName: eve@contoso\.com +│ UserPrincipalName: mallory@contoso\.com$/m,
  )
  assert.match(stderr, /^1 test: 0 passed, 1 failed$/m)
  const json = await hunt(['test', '--json'], { cwd })
  assert.equal(json.code, 1)
  const report = JSON.parse(json.stdout) as {
    summary: unknown
    tests: { differences: unknown; steps: { rowCount: number }[] }[]
  }
  assert.deepEqual(report.summary, { tests: 1, passed: 0, failed: 1, mistakes: 0 })
  assert.deepEqual(report.tests[0]?.differences, [
    {
      what: 'findings',
      expected: ['UserPrincipalName: eve@contoso.com'],
      actual: ['UserPrincipalName: mallory@contoso.com'],
    },
  ])
  assert.deepEqual(
    report.tests[0]?.steps.map(({ rowCount }) => rowCount),
    [2, 1, 1],
  )
})

test('a difference is traced also where the query names the times of its run', async (t) => {
  const cwd = tempFolder(t)
  const rule = SIGN_IN_RULE.replace('| where Location', '| where TimeGenerated < _endTime\n  | where Location')
  const failing = PASSING.replace('incidents: 1', 'incidents: 2')
  writeFiles(cwd, { 'queries/sign-in-from-afar.yaml': rule, 'queries/sign-in-from-afar.test.yaml': failing })
  const { stdout, stderr, code } = await hunt(['test'], { cwd })
  assert.equal(code, 1)
  assert.match(stderr, /^1 test: 0 passed, 1 failed$/m)
  assert.match(stdout, /where TimeGenerated < _endTime {2}→ 2 rows/)
})

test('a test says which exclusions are in force, and what they hide', async (t) => {
  const cwd = tempFolder(t)
  const exclusions =
    'exclusions:\n  - { name: traveller, when: UserPrincipalName startswith "mallory", owner: a, reason: b, enabled: false }\n'
  const excluding = (name: string) =>
    `tests:\n  - name: hidden\n    exclusions: [${name}]\n${PASSING.split('\n').slice(2, 7).join('\n')}
    expect: { findings: 0, alerts: 0, excluded: [{ IPAddress: 192.0.2.7, ExcludedBy: traveller }] }\n`
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    'queries/sign-in-from-afar.exclusions.yaml': exclusions,
    'queries/sign-in-from-afar.test.yaml': excluding('traveller'),
  })
  const passed = await hunt(['test'], { cwd })
  assert.equal(passed.code, 0, passed.stdout)
  writeFiles(cwd, { 'queries/sign-in-from-afar.test.yaml': excluding('travelers') })
  const failed = await hunt(['test'], { cwd, env: { COLUMNS: '120' } })
  assert.equal(failed.code, 1)
  assert.match(failed.stdout, /^ {2}exclusions\n {2}expected +│ actual\n {2}travelers +│ traveller$/m)
  assert.match(failed.stdout, /^ {2}excluded\n/m)
})

test('a query that the engine refuses fails its test with the place in the rule; one may expect it', async (t) => {
  const cwd = tempFolder(t)
  const refused = (expect: string): string => `tests:
  - { name: refused, at: 2026-03-02, tables: { SigninLogs: [] }, expect: ${expect} }
`
  writeFiles(cwd, { 'queries/a.yaml': UNSUPPORTED_RULE, 'queries/a.test.yaml': refused('{ findings: 0 }') })
  const { stdout, code } = await hunt(['test'], { cwd })
  assert.equal(code, 1)
  assert.match(stdout, /^queries\/a\.yaml:16:25: error: .* \[kql\/unsupported\]\n +16 \| /m)
  writeFiles(cwd, { 'queries/a.test.yaml': refused('{ error: kql/unsupported }') })
  assert.equal((await hunt(['test'], { cwd })).code, 0)
})

test('mistakes in a test file are reported with their places and fail the command; other tests still run', async (t) => {
  const cwd = tempFolder(t)
  const mistaken = PASSING.replace('Location: IS', 'Loction: IS').replace('one from afar', 'mistaken')
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    'queries/sign-in-from-afar.test.yaml': PASSING,
    'queries/other.test.yaml': `rule: sign-in from afar\n${mistaken}`,
    'queries/lost.test.yaml': PASSING,
  })
  const { stdout, stderr, code } = await hunt(['test'], { cwd })
  assert.equal(code, 1)
  assert.match(stdout, /^pass {2}Sign-in from afar: one from afar$/m)
  assert.match(
    stderr,
    /^queries\/other\.test\.yaml:7:\d+: error: SigninLogs has no column "Loction" \[test-unknown-column\]\n +7 \| .*\n +\| +\^~~~~~~\n +hint: did you mean "Location"\?$/m,
  )
  assert.match(
    stderr,
    /^queries\/lost\.test\.yaml:1:1: error: there is no rule beside queries\/lost\.test\.yaml to test \[test-unknown-rule\]$/m,
  )
})

test('the engine of tests keeps to HUNT_MEMORY', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/sign-in-from-afar.test.yaml': PASSING })
  const { stdout, stderr, code } = await hunt(['test'], { cwd, env: { HUNT_MEMORY: '1MB' } })
  assert.equal(code, 1, stderr)
  assert.match(stdout, /more memory than the engine may use/)
})
