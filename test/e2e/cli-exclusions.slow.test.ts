import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { assertFits } from '../support/schemas.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const FILE = 'queries/sign-in-from-afar.exclusions.yaml'
const TRAVELLER = `exclusions:
  - name: traveller
    when: UserPrincipalName =~ "mallory@contoso.com"
    owner: it@contoso.com
    reason: she is on a business trip
    expires: 2096-03-31
`
const RUN = ['run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-02T12:00:00Z']

interface Listed {
  readonly exclusions: readonly { name: string; state: string; rowCount: number; place: string; fault: string | null }[]
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true }).map(String)
}

test('what is known to be harmless opens nothing, is kept apart, and is listed', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, [FILE]: TRAVELLER })
  const ran = await hunt(RUN, { cwd })
  assert.equal(ran.code, 0, ran.stderr)
  assert.match(ran.stdout, /^1 row excluded\n +1 {2}traveller \(Sign-in from afar\)$/m)
  const excluded = filesBelow(join(cwd, 'output')).filter((name) => name.endsWith('.excluded.csv'))
  assert.equal(excluded.length, 1)
  const text = readFileSync(join(cwd, 'output', excluded[0] ?? ''), 'utf8')
  assert.match(text, /ExcludedBy\r?\n.*mallory@contoso\.com.*,traveller\r?\n$/)
  // Another row of the same run opens an incident: its evidence has what was hidden beside it.
  writeFiles(cwd, { [FILE]: TRAVELLER.replace('=~ "mallory', '=~ "eve') })
  const opened = await hunt([...RUN, '--json'], { cwd })
  assert.equal(opened.code, 0, opened.stderr)
  const [run] = (JSON.parse(opened.stdout) as { runs: { result: { incidents: { opened: { id: string }[] } } }[] }).runs
  const id = run?.result.incidents.opened[0]?.id ?? 'no incident'
  const exported = await hunt(['incidents', 'export', id], { cwd })
  assert.equal(exported.code, 0, exported.stderr)
  const evidence = filesBelow(join(cwd, 'evidence'))
  assert.ok(
    evidence.some((name) => name.endsWith('--local.excluded.csv')),
    evidence.join(),
  )
  writeFiles(cwd, { [FILE]: TRAVELLER })
  const listed = await hunt(['exclusions', '--json'], { cwd })
  assert.equal(listed.code, 0, listed.stderr)
  const document = JSON.parse(listed.stdout) as Listed
  assertFits('exclusions.schema.json', document)
  assert.deepEqual(
    document.exclusions.map(({ name, state, rowCount, place }) => [name, state, rowCount, place]),
    [['traveller', 'active', 1, `${FILE}:2`]],
  )
})

test('a mistake hides nothing, runs all the same, and is said everywhere', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, [FILE]: TRAVELLER.replace('UserPrincipalName', 'UserPrincipalNmae') })
  const validated = await hunt(['validate'], { cwd })
  assert.equal(validated.code, 1)
  assert.match(
    validated.stdout,
    new RegExp(`^${FILE}:3:11: error: .*UserPrincipalNmae.*\\[exclusion-condition\\]`, 'm'),
  )
  writeFiles(cwd, { 'queries/other.yaml': 'id: 5\nquery: |\n  SigninLogs | where\n' })
  const alone = await hunt(['validate', FILE], { cwd })
  const files = alone.stdout.match(/^\S+(?=:\d+:\d+: )/gm) ?? []
  assert.deepEqual([...new Set(files)], [FILE], 'of its own file, and of none that lies beside it')
  rmSync(join(cwd, 'queries/other.yaml'))
  const before = await hunt(['exclusions'], { cwd, env: { COLUMNS: '1000' } })
  assert.equal(before.code, 1, 'before any run, too')
  assert.match(before.stdout, /^traveller .* broken[^]*"traveller" hides nothing: .*UserPrincipalNmae/m)
  const ran = await hunt([...RUN, '--json'], { cwd, env: { COLUMNS: '1000' } })
  assert.equal(ran.code, 0)
  assert.match(ran.stderr, /warning: .*exclusion "traveller" hides nothing: .*UserPrincipalNmae/)
  const listed = await hunt(['exclusions', '--json'], { cwd })
  assert.equal(listed.code, 1)
  const document = JSON.parse(listed.stdout) as Listed
  assertFits('exclusions.schema.json', document)
  assert.equal(document.exclusions[0]?.state, 'failing')
  assert.match(document.exclusions[0]?.fault ?? '', /UserPrincipalNmae/)
})

test('an exclusion that is gone still says what it hid; of a file that is broken the rule runs on', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, [FILE]: TRAVELLER })
  await hunt(RUN, { cwd })
  writeFiles(cwd, { [FILE]: 'exclusions: {' })
  const ran = await hunt([...RUN, '--json'], { cwd, env: { COLUMNS: '1000' } })
  assert.equal(ran.code, 0)
  assert.match(ran.stderr, /exclusion "all of the file" hides nothing: the file cannot be read/)
  const listed = await hunt(['exclusions'], { cwd, env: { COLUMNS: '80' } })
  assert.equal(listed.code, 1)
  assert.match(listed.stdout, /^all of the file .* broken/m)
  const lines = listed.stdout.split('\n').filter((line) => line.length > 80)
  assert.deepEqual(lines, [])
})
