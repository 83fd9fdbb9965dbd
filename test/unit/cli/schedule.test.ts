import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeFiles } from '../../support/hunt.ts'
import type { HuntResult } from '../../support/hunt.ts'
import { huntHere as hunt } from '../../support/in-process.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { assertFits } from '../../support/schemas.ts'
import { HUNTING_QUERY, SIGN_IN_RULE, SIGN_INS, SMALL_FOLDER, UNSUPPORTED_RULE } from '../../support/small-rules.ts'
import { tempFolder } from '../../support/temp-folder.ts'

interface PassReport {
  readonly exitCode: number
  readonly runs: readonly {
    readonly ruleName: string
    readonly slot: string
    readonly status: string
    readonly opened: readonly { readonly title: string }[]
  }[]
  readonly failing: readonly { readonly ruleName: string; readonly error: { readonly code: string } }[]
  readonly gaps: readonly { readonly reason: string; readonly slotCount: number }[]
  readonly oldVersions: readonly { readonly file: string; readonly since: string }[]
}

interface StatusReport {
  readonly rules: readonly {
    readonly ruleName: string
    readonly condition: string
    readonly coveredThrough: string
    readonly activity: readonly unknown[]
  }[]
}

const RULE_FILE = 'queries/sign-in-from-afar.yaml'

function read<Document>(schema: Parameters<typeof assertFits>[0], { stdout }: HuntResult): Document {
  const document: unknown = JSON.parse(stdout)
  assertFits(schema, document)
  return document as Document
}

async function pass(cwd: string, time: string): Promise<PassReport & { readonly stderr: string }> {
  const clock = fakeClock(at(time))
  const result = await hunt(['run', '--due', '--data', 'logs', '--json'], { cwd, clock })
  const report = read<PassReport>('pass-report.schema.json', result)
  assert.equal(result.code, report.exitCode, result.stderr)
  return { ...report, stderr: result.stderr }
}

const slotsOf = ({ runs }: PassReport): readonly string[] => runs.map(({ slot }) => slot)

test('a pass runs the latest slot of a new rule, the next ones what was missed since, oldest first and once', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const first = await pass(cwd, '2026-03-03T09:07')
  assert.deepEqual(slotsOf(first), ['2026-03-03T09:00:00Z'])
  assert.deepEqual(
    first.runs.flatMap(({ opened }) => opened.map(({ title }) => title)),
    ['Sign-in of mallory@contoso.com from afar', 'Sign-in of eve@contoso.com from afar'],
  )
  const second = await pass(cwd, '2026-03-03T12:07')
  assert.deepEqual(slotsOf(second), ['2026-03-03T10:00:00Z', '2026-03-03T11:00:00Z', '2026-03-03T12:00:00Z'])
  assert.deepEqual(
    second.runs.map(({ opened }) => opened.length),
    [0, 0, 0],
  )
  assert.deepEqual(slotsOf(await pass(cwd, '2026-03-03T12:07')), [])
  assert.equal(first.exitCode, 0)
  const env = { HUNT_RECONCILE: '6h', HUNT_DATA: 'logs' }
  const status = await hunt(['status'], { cwd, clock: fakeClock(at('2026-03-04T06:07')), env })
  assert.match(
    status.stdout,
    /^1 of 1 schedule still to be searched once more for late records of the days through 2026-03-03\.$/m,
  )
})

test('a hunting query with a schedule runs like a rule, finds what is new once, and opens nothing', async (t) => {
  const cwd = tempFolder(t)
  const scheduled = `${HUNTING_QUERY}hunt:\n  schedule:\n    frequency: 2h\n    period: 1d\n`
  writeFiles(cwd, { 'queries/hunt.yaml': scheduled, 'logs/SigninLogs.ndjson': SMALL_FOLDER['logs/SigninLogs.ndjson'] })
  writeFiles(cwd, { 'hunt.yaml': 'data: logs\n' })
  const first = await pass(cwd, '2026-03-02T11:07')
  assert.deepEqual(slotsOf(first), ['2026-03-02T10:00:00Z'])
  assert.deepEqual(slotsOf(await pass(cwd, '2026-03-02T14:07')), ['2026-03-02T12:00:00Z', '2026-03-02T14:00:00Z'])
  const clock = fakeClock(at('2026-03-02T14:07'))
  const history = await hunt(['history', 'bbbb', '--json'], { cwd, clock })
  const { rules } = read<{ rules: { runs: { newFindings: number; incidents: number }[]; coverage: unknown }[] }>(
    'history.schema.json',
    history,
  )
  assert.deepEqual(
    rules[0]?.runs.map(({ newFindings, incidents }) => [newFindings, incidents]),
    [
      [0, 0],
      [0, 0],
      [2, 0],
    ],
  )
  assert.deepEqual(rules[0]?.coverage, [
    { workspace: 'local', start: '2026-03-01T09:55:00Z', end: '2026-03-02T13:55:00Z' },
  ])
  const status = read<StatusReport>('status.schema.json', await hunt(['status', '--json'], { cwd, clock }))
  assert.deepEqual(
    status.rules.map(({ condition }) => condition),
    ['ok'],
  )
  assert.deepEqual(status.rules[0]?.activity.slice(-2), [
    { day: '2026-03-01', slots: 0, newFindings: 0 },
    { day: '2026-03-02', slots: 3, newFindings: 2 },
  ])
  // A day without a slot is not a day without findings.
  const drawn = await hunt(['status'], { cwd, clock, env: { COLUMNS: '100', LANG: 'C.UTF-8' } })
  assert.match(drawn.stdout, /^.* ·············█ +ok$/m)
  const counted = await hunt(['status'], { cwd, clock, env: { COLUMNS: '80', LANG: 'C' } })
  assert.match(counted.stdout, /New 7d[^]* 2 +ok$/m)
  assert.match((await hunt(['show', 'bbbb'], { cwd, clock })).stdout, /^schedule +every 2h over 1d$/m)
  assert.match((await hunt(['list'], { cwd, clock })).stdout, /Hunting +– +2h +1d$/m)
  assert.match((await hunt(['pause', 'bbbb'], { cwd, clock })).stdout, /is paused/)
})

test('slots that are too old are a gap that shows until it is acknowledged', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  await pass(cwd, '2026-03-03T09:07')
  writeFiles(cwd, { 'hunt.yaml': 'maxCatchUp: 2h\ndata: logs\n' })
  const late = await pass(cwd, '2026-03-03T20:07')
  assert.deepEqual(slotsOf(late), ['2026-03-03T19:00:00Z', '2026-03-03T20:00:00Z'])
  assert.deepEqual(
    late.gaps.map(({ reason, slotCount }) => [reason, slotCount]),
    [['too-old', 9]],
  )
  assert.match(late.stderr, /9 slots given up \(2026-03-03T10:00:00Z to 2026-03-03T18:00:00Z\)/)

  const shown = await hunt(['gaps'], { cwd })
  assert.equal(shown.code, 1)
  assert.match(shown.stdout, /^Sign-in from afar +local +9 +2026-03-03T10:00Z +2026-03-03T18:00Z +missed/m)
  const acknowledged = await hunt(['gaps', '--ack', '--json'], { cwd })
  assert.equal(acknowledged.code, 0)
  assert.equal(read<PassReport>('gaps.schema.json', acknowledged).gaps.length, 1)
  const after = await hunt(['gaps'], { cwd })
  assert.deepEqual([after.code, after.stdout], [0, 'No gaps.\n'])
  assert.match((await hunt(['gaps', '--all'], { cwd })).stdout, /\(acknowledged\)/)

  const history = await hunt(['history', 'aaaa', '--json'], { cwd })
  const { rules } = read<{ rules: { coverage: { start: string; end: string }[] }[] }>('history.schema.json', history)
  // A day each: 10:00 to 18:00 were never searched by a slot of their own, but their logs were, all but none.
  assert.deepEqual(rules[0]?.coverage, [
    { workspace: 'local', start: '2026-03-02T08:55:00Z', end: '2026-03-03T19:55:00Z' },
  ])
})

test('a rule that fails says so in every pass and in the status, is not hammered, and is tried again when edited', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/refused.yaml': UNSUPPORTED_RULE })
  const first = await pass(cwd, '2026-03-03T09:07')
  assert.equal(first.exitCode, 6)
  assert.deepEqual(
    first.failing.map(({ ruleName, error }) => [ruleName, error.code]),
    [['Refused by the engine', 'kql/unsupported']],
  )
  const second = await pass(cwd, '2026-03-03T09:07')
  assert.deepEqual([slotsOf(second), second.exitCode, second.failing.length], [[], 6, 1])
  assert.match(second.stderr, /1 schedule was not tried, because it failed before; the next try is at 2026-03-03T1/)

  const clock = fakeClock(at('2026-03-03T11:07'))
  const status = await hunt(['status', '--json'], { cwd, clock, env: { HUNT_DATA: 'logs' } })
  assert.equal(status.code, 1)
  const { rules } = read<StatusReport>('status.schema.json', status)
  assert.deepEqual(
    rules.map(({ ruleName, condition }) => [ruleName, condition]),
    [
      ['Refused by the engine', 'failing'],
      ['Sign-in from afar', 'late'],
    ],
  )
  assert.equal(rules[1]?.coveredThrough, '2026-03-03T08:55:00Z')

  const repaired = SIGN_IN_RULE.replace('aaaaaaaa', 'cccccccc').replace('Sign-in from afar', 'Repaired')
  writeFileSync(join(cwd, 'queries/refused.yaml'), repaired)
  const third = await pass(cwd, '2026-03-03T09:07')
  assert.deepEqual([third.runs.map(({ ruleName }) => ruleName), third.exitCode], [['Repaired'], 0])
  assert.match(third.stderr, /Repaired in local works again/)

  // Not the rule changes, but what there is to search.
  const waiting = repaired
    .replace('cccccccc', 'eeeeeeee')
    .replace('Repaired', 'Waiting')
    .replace('SigninLogs', 'Own_CL')
  writeFiles(cwd, { 'queries/waiting.yaml': waiting })
  assert.deepEqual([(await pass(cwd, '2026-03-03T09:07')).runs.map(({ status }) => status)], [['failed']])
  assert.deepEqual((await pass(cwd, '2026-03-03T09:07')).runs, [])
  writeFiles(cwd, { 'logs/Own_CL.ndjson': SIGN_INS })
  assert.deepEqual(
    (await pass(cwd, '2026-03-03T09:07')).runs.map(({ ruleName, status }) => [ruleName, status]),
    [['Waiting', 'complete']],
  )
})

test('a rule that failed and is gone is retired, and fails no more', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/refused.yaml': UNSUPPORTED_RULE, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const clock = fakeClock(at('2026-03-03T09:08'))
  const before = await hunt(['status'], { cwd, clock })
  assert.match(before.stdout, /^failing: Refused by the engine in local: [^]*\n1 of 2 schedules needs attention$/m)
  rmSync(join(cwd, 'queries/refused.yaml'))
  assert.equal((await pass(cwd, '2026-03-03T09:07')).exitCode, 0)
  const after = await hunt(['status'], { cwd, clock })
  assert.match(after.stdout, /Refused by the engine .* retired$/m)
  assert.doesNotMatch(after.stdout, /failing/)
  assert.equal(after.code, 0)
})

test('a rule keeps its history when its file moves; a file that is gone, or disabled, is said', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  await pass(cwd, '2026-03-03T09:07')
  const text = readFileSync(join(cwd, RULE_FILE), 'utf8')
  rmSync(join(cwd, RULE_FILE))
  writeFiles(cwd, { 'queries/moved/renamed.yaml': text.replace('Sign-in from afar', 'New name') })
  assert.deepEqual(slotsOf(await pass(cwd, '2026-03-03T10:07')), ['2026-03-03T10:00:00Z'])
  assert.match(
    (await hunt(['history', 'New name'], { cwd })).stdout,
    /2026-03-03T09:00Z[^]*08:55Z to 2026-03-03T09:55Z/,
  )

  rmSync(join(cwd, 'queries/moved/renamed.yaml'))
  const gone = await pass(cwd, '2026-03-03T11:07')
  assert.match(gone.stderr, /New name is not scheduled in local any more: queries\/moved\/renamed\.yaml is gone/)
  assert.match((await hunt(['status'], { cwd })).stdout, /New name +local +– +2026-03-03T09:55Z .* retired/)
  assert.match((await hunt(['history', 'New name'], { cwd })).stdout, /2026-03-03T10:00Z/)

  writeFiles(cwd, { [RULE_FILE]: text })
  assert.deepEqual(slotsOf(await pass(cwd, '2026-03-03T12:07')), ['2026-03-03T11:00:00Z', '2026-03-03T12:00:00Z'])
  writeFiles(cwd, { [RULE_FILE]: `enabled: false\n${text}` })
  const disabled = await pass(cwd, '2026-03-03T13:07')
  assert.match(disabled.stderr, /any more: its file says enabled: false/)
  writeFiles(cwd, { [RULE_FILE]: text })
  const enabled = await pass(cwd, '2026-03-03T15:07')
  assert.deepEqual(slotsOf(enabled), ['2026-03-03T15:00:00Z'])
})

test('while an edit is broken the last good version goes on, and everything says so', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const text = readFileSync(join(cwd, RULE_FILE), 'utf8')
  writeFileSync(join(cwd, RULE_FILE), text.slice(0, text.indexOf('query: |')))
  const broken = await pass(cwd, '2026-03-03T10:07')
  assert.deepEqual([slotsOf(broken), broken.exitCode], [['2026-03-03T10:00:00Z'], 7])
  assert.match(broken.stderr, /sign-in-from-afar\.yaml has errors since 2026-03-03T10:07:00Z: the last good version of/)
  const later = await pass(cwd, '2026-03-03T11:07')
  assert.deepEqual(slotsOf(later), ['2026-03-03T11:00:00Z'])
  assert.match(later.stderr, /has errors since 2026-03-03T10:07:00Z/)
  const status = await hunt(['status'], { cwd, clock: fakeClock(at('2026-03-03T11:10')) })
  assert.deepEqual([status.code, /Sign-in from afar +local +1h .* ok/.test(status.stdout)], [1, true], status.stdout)
  assert.match(status.stderr, /the last good version/)
  writeFileSync(join(cwd, RULE_FILE), text)
  const mended = await pass(cwd, '2026-03-03T12:07')
  assert.deepEqual([slotsOf(mended), mended.exitCode], [['2026-03-03T12:00:00Z'], 0])
  assert.doesNotMatch(mended.stderr, /last good version/)
})

test('an edit whose query cannot run is broken too: the version before goes on until it is mended', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const text = readFileSync(join(cwd, RULE_FILE), 'utf8')
  writeFileSync(join(cwd, RULE_FILE), text.replace('| where Location == "IS"', '| where (Location == "IS"'))
  const broken = await pass(cwd, '2026-03-03T10:07')
  assert.deepEqual(
    [slotsOf(broken), broken.runs.map(({ status }) => status), broken.exitCode],
    [['2026-03-03T10:00:00Z'], ['complete'], 7],
  )
  assert.match(broken.stderr, /sign-in-from-afar\.yaml has errors since 2026-03-03T10:07:00Z: the last good version of/)
  assert.match(broken.stderr, /sign-in-from-afar\.yaml:18:56: error: Expected: \)/, 'with its place')
  assert.deepEqual(
    broken.oldVersions.map(({ file, since }) => [file, since]),
    [[RULE_FILE, '2026-03-03T10:07:00Z']],
  )
  const status = await hunt(['status', '--json'], { cwd, clock: fakeClock(at('2026-03-03T10:10')) })
  assert.equal(status.code, 1)
  assert.equal(read<PassReport>('status.schema.json', status).oldVersions.length, 1)

  // An edit that our catalogue doubts is none: the service may know more.
  writeFileSync(
    join(cwd, RULE_FILE),
    text.replace('| where Location == "IS"', '| where own_function(Location) == "IS"'),
  )
  assert.deepEqual((await pass(cwd, '2026-03-03T11:07')).oldVersions, [])
  writeFileSync(join(cwd, RULE_FILE), text.replace('"IS"', '"DE"'))
  const mended = await pass(cwd, '2026-03-03T12:07')
  assert.deepEqual([mended.exitCode, mended.oldVersions], [0, []])
})

test('two folders of rules on one ledger, with files of one name: each has its own rules, versions and status', async (t) => {
  const cwd = tempFolder(t)
  const other = SIGN_IN_RULE.replace('aaaaaaaa', 'dddddddd').replace('Sign-in from afar', 'Another one')
  writeFiles(cwd, { ...SMALL_FOLDER, 'there/queries/sign-in-from-afar.yaml': other })
  const there = join(cwd, 'there')
  const ledger = join(cwd, 'output', 'hunt.db')
  const env = { HUNT_LEDGER: ledger, HUNT_DATA: join(cwd, 'logs') }
  const clock = fakeClock(at('2026-03-03T09:07'))
  await pass(cwd, '2026-03-03T09:07')
  const second = await hunt(['run', '--due'], { cwd: there, env, clock })
  assert.deepEqual([second.code, /any more/.test(second.stderr)], [0, false], second.stderr)
  const third = await pass(cwd, '2026-03-03T10:07')
  assert.deepEqual([slotsOf(third), /any more/.test(third.stderr)], [['2026-03-03T10:00:00Z'], false])
  const status = await hunt(['status', '--json'], { cwd, env, clock })
  assert.deepEqual(
    read<{ rules: { ruleName: string; condition: string; ruleFolder: string }[] }>(
      'status.schema.json',
      status,
    ).rules.map(({ ruleName, condition, ruleFolder }) => [ruleName, condition, ruleFolder]),
    [
      ['Sign-in from afar', 'ok', join(cwd, 'queries')],
      ['Another one', 'elsewhere', join(there, 'queries')],
    ],
  )
  const shown = await hunt(['status'], { cwd, env, clock })
  assert.match(shown.stdout.replaceAll(/\s+/g, ' '), /1 schedule is of the folder .*there.queries/)

  // The broken file of one is not an old version of the other's rule, though both are called the same.
  writeFiles(cwd, { [RULE_FILE]: 'id: [' })
  const broken = await hunt(['run', '--due', '--json'], { cwd, env, clock: fakeClock(at('2026-03-03T11:07')) })
  const { runs, oldVersions } = read<PassReport>('pass-report.schema.json', broken)
  assert.deepEqual([runs.map(({ ruleName }) => ruleName), oldVersions.length], [['Sign-in from afar'], 1])
})

test('a rule whose file moved and broke at once is not retired, by its id or by the name of the file', async (t) => {
  const cwd = tempFolder(t)
  const other = SIGN_IN_RULE.replace('aaaaaaaa', 'dddddddd').replace('Sign-in from afar', 'Other rule')
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/other.yaml': other, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const text = readFileSync(join(cwd, RULE_FILE), 'utf8')
  rmSync(join(cwd, RULE_FILE))
  rmSync(join(cwd, 'queries/other.yaml'))
  writeFiles(cwd, {
    'queries/moved/renamed.yaml': text.slice(0, text.indexOf('query: |')),
    'queries/new/other.yaml': '- [',
  })
  const moved = await pass(cwd, '2026-03-03T10:07')
  assert.deepEqual(slotsOf(moved), ['2026-03-03T10:00:00Z', '2026-03-03T10:00:00Z'])
  assert.deepEqual(
    moved.oldVersions.map(({ file }) => file),
    ['queries/moved/renamed.yaml', 'queries/new/other.yaml'],
  )
  assert.doesNotMatch(moved.stderr, /any more/)

  rmSync(join(cwd, 'queries/new/other.yaml'))
  assert.match((await pass(cwd, '2026-03-03T11:07')).stderr, /Other rule is not scheduled in local any more/)
  writeFiles(cwd, { 'queries/new/other.yaml': '- [' })
  const returned = await pass(cwd, '2026-03-03T12:07')
  assert.equal(returned.oldVersions.length, 1, 'a name alone does not bring a retired rule back')
})

test('what a pause leaves out is a gap, which a backfill closes', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const paused = await hunt(['pause', 'aaaa'], { cwd, clock: fakeClock(at('2026-03-03T09:30')) })
  assert.deepEqual([paused.code, paused.stdout], [0, 'Sign-in from afar in local is paused until hunt resume.\n'])
  assert.deepEqual(slotsOf(await pass(cwd, '2026-03-03T11:07')), [])
  const resumed = await hunt(['resume', 'aaaa'], { cwd, clock: fakeClock(at('2026-03-03T12:30')) })
  assert.equal(resumed.stdout, 'Sign-in from afar in local goes on.\n')
  const after = await pass(cwd, '2026-03-03T13:07')
  assert.deepEqual(slotsOf(after), ['2026-03-03T13:00:00Z'])
  assert.deepEqual(
    after.gaps.map(({ reason, slotCount }) => [reason, slotCount]),
    [['paused', 3]],
  )

  const clock = fakeClock(at('2026-03-03T14:00'))
  const args = ['backfill', 'aaaa', '--from', '2026-03-03T09:00', '--to', '2026-03-03T13:00', '--json']
  const filled = read<PassReport>('pass-report.schema.json', await hunt(args, { cwd, clock }))
  assert.deepEqual(slotsOf(filled), ['2026-03-03T10:00:00Z', '2026-03-03T11:00:00Z', '2026-03-03T12:00:00Z'])
  assert.equal((await hunt(['gaps'], { cwd, clock })).stdout, 'No gaps.\n')
  assert.deepEqual(slotsOf(read<PassReport>('pass-report.schema.json', await hunt(args, { cwd, clock }))), [])
  const again = await hunt([...args, '--again'], { cwd, clock })
  assert.equal(read<PassReport>('pass-report.schema.json', again).runs.length, 5)
  const past = await hunt(['pause', 'aaaa', '--until', '2026-03-03T13:59'], { cwd, clock })
  assert.equal(past.code, 2)
  assert.match((await hunt(['resume', 'aaaa'], { cwd, clock })).stdout, /was not paused/)
  assert.equal((await hunt(['pause', 'bbbb'], { cwd, clock })).code, 2, 'a hunting query has no schedule')
})

test('a pause ends at its time, whoever runs then; what it left out stays a gap until somebody has seen it', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  await hunt(['pause', 'aaaa', '--until', '2026-03-03T11:30'], { cwd, clock: fakeClock(at('2026-03-03T09:30')) })
  const statusAt = async (time: string) => {
    const result = await hunt(['status', '--json'], { cwd, clock: fakeClock(at(time)) })
    const { rules } = read<{ rules: { condition: string; paused: unknown; gapSlots: number }[] }>(
      'status.schema.json',
      result,
    )
    return [result.code, ...rules.map(({ condition, paused, gapSlots }) => ({ condition, paused, gapSlots }))]
  }
  const paused = { since: '2026-03-03T09:30:00Z', until: '2026-03-03T11:30:00Z' }
  assert.deepEqual(await statusAt('2026-03-03T10:30'), [0, { condition: 'paused', paused, gapSlots: 0 }])
  const after = await pass(cwd, '2026-03-03T12:07')
  assert.deepEqual(slotsOf(after), ['2026-03-03T12:00:00Z'])
  assert.deepEqual(
    after.gaps.map(({ reason, slotCount }) => [reason, slotCount]),
    [['paused', 2]],
  )
  assert.deepEqual(await statusAt('2026-03-03T12:10'), [1, { condition: 'ok', paused: null, gapSlots: 2 }])
  const clock = fakeClock(at('2026-03-03T12:20'))
  assert.equal((await hunt(['gaps', 'aaaa', '--ack'], { cwd, clock })).code, 0)
  assert.deepEqual(await statusAt('2026-03-03T12:30'), [0, { condition: 'ok', paused: null, gapSlots: 0 }])
})

test('a workspace that nobody knows is a mistake, not one without gaps; tags mean those that have them', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const clock = fakeClock(at('2026-03-03T09:30'))
  for (const command of [['gaps'], ['gaps', '--ack'], ['status'], ['history', 'aaaa'], ['pause', 'aaaa']]) {
    const wrong = await hunt([...command, '--workspace', 'locl'], { cwd, clock })
    assert.deepEqual([wrong.code, /did you mean "local"\?/.test(wrong.stderr)], [2, true], command.join(' '))
    assert.notEqual((await hunt([...command, '--workspace', 'LOCAL'], { cwd, clock })).code, 2, command.join(' '))
  }
  writeFiles(cwd, {
    'hunt.yaml':
      'backend: azure\nworkspaces:\n  - { name: one, id: 00000000-0000-0000-0000-000000000001, tags: [prod] }\n',
  })
  assert.match((await hunt(['status', '--workspace', 'prod'], { cwd, clock })).stdout, / one .* new$/m)
  assert.match((await hunt(['status', '--workspace', 'local'], { cwd, clock })).stdout, /paused/)
})

test('what is owed where the settings do not name the workspace is shown all the same, until it is paused', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  await pass(cwd, '2026-03-03T09:07')
  const statusAt = async (time: string) => {
    const clock = fakeClock(at(time))
    const json = await hunt(['status', '--json'], { cwd, clock })
    const report = read<StatusReport & { unconfiguredWorkspaces: unknown }>('status.schema.json', json)
    assert.deepEqual(report.unconfiguredWorkspaces, ['local'])
    const { code, stdout } = await hunt(['status'], { cwd, clock })
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /workspace local is not in these settings.* hunt pause --all --workspace local/,
    )
    return [code, ...report.rules.map(({ condition }) => condition), /All rules are searched/.test(stdout)]
  }
  assert.deepEqual(await statusAt('2026-03-03T09:30'), [0, 'ok', true])
  assert.deepEqual(await statusAt('2026-03-03T12:30'), [1, 'late', false], 'whoever searched it is gone')
  const clock = fakeClock(at('2026-03-03T12:30'))
  const one = 'backend: azure\nworkspaces:\n  - { name: one, id: 00000000-0000-0000-0000-000000000001 }\n'
  writeFiles(cwd, { 'hunt.yaml': one })
  const paused = await hunt(['pause', '--all', '--workspace', 'local'], { cwd, clock })
  assert.deepEqual([paused.code, paused.stdout], [0, 'Sign-in from afar in local is paused until hunt resume.\n'])
  const status = await hunt(['status'], { cwd, clock })
  assert.equal(status.code, 0)
  assert.match(status.stdout, / one .* new$/m)
  assert.match(status.stdout, /No rule is behind its schedule; 1 slot due now\./)
  assert.equal((await hunt(['resume', '--all', '--workspace', 'local'], { cwd, clock })).code, 0)
})

test('a second ledger is refused the output folder of the first before it writes; commands that look are not', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const options = { cwd, clock: fakeClock(at('2026-03-03T10:07')), env: { HUNT_LEDGER: 'second.db' } }
  const window = ['--from', '2026-03-03T08:00', '--to', '2026-03-03T09:00']
  for (const args of [
    ['run', '--due'],
    ['run', 'aaaa', ...window],
    ['backfill', 'aaaa', '--from', '2026-03-03'],
    ['schedule'],
  ]) {
    const refused = await hunt(args, options)
    assert.deepEqual([refused.code, /output\/other-ledger/.test(refused.stderr)], [3, true], args.join(' '))
  }
  for (const args of [['status'], ['history', 'aaaa'], ['ledger', 'check'], ['incidents']]) {
    assert.doesNotMatch((await hunt(args, options)).stderr, /other-ledger/, args.join(' '))
  }
  rmSync(join(cwd, 'output/hunt.db'))
  const taken = await hunt(['run', '--due'], options)
  assert.equal(taken.code, 0, taken.stderr)
  assert.match(taken.stderr, /output held the results of the ledger .*hunt\.db, which is gone/)
  assert.doesNotMatch((await hunt(['run', '--due'], options)).stderr, /which is gone/)
})

test('pause and resume as JSON, and what they are given that cannot be meant', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const clock = fakeClock(at('2026-03-03T09:30'))
  interface Pauses {
    readonly schedules: readonly { readonly changed: boolean; readonly paused: unknown }[]
  }
  const json = async (...args: readonly string[]): Promise<readonly unknown[]> => {
    const { schedules } = read<Pauses>('pauses.schema.json', await hunt([...args, '--json'], { cwd, clock }))
    return schedules.map(({ changed, paused }) => [changed, paused])
  }
  const since = '2026-03-03T09:30:00Z'
  assert.deepEqual(await json('pause', 'aaaa'), [[true, { since, until: null }]])
  const until = '2026-03-03T12:00:00Z'
  assert.deepEqual(await json('pause', 'aaaa', '--until', until), [[true, { since, until }]])
  assert.deepEqual(await json('resume', 'aaaa'), [[true, null]])
  assert.deepEqual(await json('resume', 'aaaa'), [[false, null]])
  for (const [args, code, message] of [
    [['pause'], 2, /no rule is named/],
    [['resume', '--all', 'aaaa'], 2, /cannot be combined/],
    [['backfill', 'aaaa', '--from', '2026-03-05'], 2, /lies in the future/],
    [['backfill', 'aaaa', '--from', '0026-03-02'], 2, /more than 12 years back[^]*is 0026 the year that you mean/],
    [['backfill', 'aaaa', '--from', '2014-05-01'], 2, /more than 100,000 windows/],
    [['pause', 'nothing-like-it'], 2, /nothing-like-it/],
    [['pause', 'aaaa', '--until', 'tomorrow'], 2, /tomorrow/],
    [['pause', 'aaaa', '--until', '2026-03-03T09:30Z'], 2, /has passed already/],
    [['pause', 'aaaa', '--workspace', '\u001b[2J'], 2, /./],
    [['pause', '\u001b]0;owned\u0007'], 2, /./],
    [['resume', '../../etc/passwd'], 2, /./],
    [['backfill', 'aaaa', '--from', '2026-03-05', '--to', '2026-03-02'], 2, /--to is before --from/],
    [['backfill', 'aaaa', '--from', "'; DROP TABLE runs; --"], 2, /DROP TABLE/],
    [['backfill', '--all', 'aaaa', '--from', '2026-03-02'], 2, /cannot be combined/],
    [['history', 'aaaa', '--limit', '1e9'], 2, /not a whole number/],
    [['history', 'aaaa', '--limit', '-1'], 2, /./],
    [['gaps', 'nothing-like-it'], 2, /nothing-like-it/],
    [['status', 'nothing-like-it'], 2, /nothing-like-it/],
    [['schedule', '--metrics-port', '99999'], 2, /99999/],
    [['schedule', '--concurrency', '0'], 2, /concurrency/],
    [['schedule', '--format', 'exe'], 2, /exe/],
  ] as const) {
    const result = await hunt(args, { cwd, clock })
    assert.deepEqual([result.code, result.stdout], [code, ''], `${args.join(' ')}: ${result.stderr}`)
    assert.match(result.stderr, message, args.join(' '))
    assert.doesNotMatch(result.stderr, /\u001b\[2J|\u001b\]0|at .*\.ts:\d+/, args.join(' '))
  }
})

test('a run of a rule is recorded beside the schedule, unless it is to count', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'hunt.yaml': 'data: logs\n' })
  await pass(cwd, '2026-03-03T09:07')
  const clock = fakeClock(at('2026-03-03T11:07'))
  assert.equal((await hunt(['run', 'aaaa', '--at', '2026-03-03T10:00'], { cwd, clock })).code, 0)
  assert.equal((await hunt(['run', 'aaaa', '--at', '2026-03-03T11:00', '--count-as-slot'], { cwd, clock })).code, 0)
  assert.deepEqual(slotsOf(await pass(cwd, '2026-03-03T11:07')), ['2026-03-03T10:00:00Z'])
  writeFiles(cwd, { 'hunt.yaml': 'data: logs\ndelay: 2m\n' })
  const slot = ['run', 'aaaa', '--at', '2026-03-03T12:00']
  const later = { cwd, clock: fakeClock(at('2026-03-03T12:07')) }
  assert.equal((await hunt(slot, later)).code, 0)
  assert.equal((await hunt([...slot, '--count-as-slot'], later)).code, 0)
  const history = await hunt(['history', 'aaaa', '--json'], later)
  const { rules } = read<{ rules: { runs: { slot: string; window: { start: string } }[] }[] }>(
    'history.schema.json',
    history,
  )
  assert.deepEqual(
    rules[0]?.runs.filter((run) => run.slot === '2026-03-03T12:00:00Z').map(({ window }) => window.start),
    ['2026-03-02T11:55:00Z', '2026-03-02T11:58:00Z'],
    'the one that counts begins where that of the slot before ended, with its longer delay; the other as the rule says',
  )
  const refused = await hunt(['run', 'aaaa', '--period', '7d', '--count-as-slot'], { cwd, clock })
  assert.deepEqual([refused.code, /usage\/count-as-slot/.test(refused.stderr)], [2, true])
})

test('--due is a pass of the schedule and nothing else; commands that look need a ledger', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  for (const [args, message] of [
    [['run', '--due', '--from', '2026-03-02'], /--due and --from cannot be combined/],
    [['run', '--due', '--no-incidents'], /--due and --no-incidents cannot be combined/],
    [['run', '--due', '--data', 'logs', '--at', '2999-01-01'], /lies in the future/],
    [['history', 'aaaa', '--limit', '0'], /not a whole number/],
  ] as const) {
    const { code, stderr } = await hunt(args, { cwd })
    assert.deepEqual([code, message.test(stderr)], [2, true], stderr)
  }
  const status = await hunt(['status'], { cwd })
  assert.equal(status.code, 8)
  assert.match(status.stderr, /\[ledger\/missing\]/)
})

test('of two files with one id both are named, by whatever looks at the rules', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'queries/zz-copy.yaml': SIGN_IN_RULE.replace('Sign-in from afar', 'A copy') })
  const clock = fakeClock(at('2026-03-03T09:07'))
  const env = { COLUMNS: '400', HUNT_DATA: 'logs' }
  const told =
    /zz-copy\.yaml:1(?::5)?: (?:warning: )?the id aaaaaaaa-0000-4000-8000-000000000001 is already that of queries\/sign-in-from-afar\.yaml:1/
  for (const args of [['list'], ['validate'], ['run', '--due'], ['status']]) {
    const { stdout, stderr } = await hunt(args, { cwd, clock, env })
    assert.equal(`${stdout}${stderr}`.match(new RegExp(told, 'g'))?.length, 1, args.join(' '))
  }
  const { stderr } = await hunt(['run', '--due', '--log-format', 'json'], { cwd, clock, env })
  assert.match(stderr, /"level":"warn"[^\n]*"file":"queries\/zz-copy\.yaml"[^\n]*which keeps its history/)
})
