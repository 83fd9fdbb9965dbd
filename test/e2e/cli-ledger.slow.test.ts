import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { tamper } from '../support/ledgers.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** A working directory in which one rule has run once and found two rows. */
async function usedFolder(t: TestContext): Promise<string> {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const ran = await hunt(['run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-02T10:00'], { cwd })
  assert.equal(ran.code, 0, ran.stderr)
  return cwd
}

test('check says that a ledger is sound, and what it holds', async (t) => {
  const cwd = await usedFolder(t)
  const { stdout, stderr, code } = await hunt(['ledger', 'check'], { cwd })
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /hunt\.db is sound, schema version \d+: 1 run, 2 findings, 2 incidents, nothing to deliver\.\n$/)
})

test('check names each problem with its remedy; exit code 1', async (t) => {
  const cwd = await usedFolder(t)
  tamper(join(cwd, 'output', 'hunt.db'), "UPDATE runs SET status = 'claimed'")
  const { stdout, code } = await hunt(['ledger', 'check'], { cwd })
  assert.equal(code, 1)
  assert.match(stdout, /^error: 1 run stands as being worked on.*: run 1 \[claim-without-lease\]\n {2}hint: /)
  assert.match(stdout, /is not sound/)
  const json = JSON.parse((await hunt(['ledger', 'check', '--json'], { cwd })).stdout) as Record<string, unknown>
  assert.equal(json['schemaVersion'], 1)
  assert.deepEqual(
    (json['problems'] as readonly Record<string, unknown>[]).map(({ code: what, count, places }) => [
      what,
      count,
      places,
    ]),
    [['claim-without-lease', 1, ['run 1']]],
  )
})

test('backup copies into a folder, and the copy can take the place of the ledger', async (t) => {
  const cwd = await usedFolder(t)
  const made = await hunt(['ledger', 'backup', 'backups/', '--json'], { cwd })
  assert.deepEqual([made.code, made.stderr], [0, ''])
  const { path } = JSON.parse(made.stdout) as { path: string }
  assert.ok(existsSync(path))
  const { stdout } = await hunt(['ledger', 'check'], { cwd, env: { HUNT_LEDGER: path } })
  assert.match(stdout, /1 run, 2 findings, 2 incidents/)
  const rerun = await hunt(['run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-02T10:00'], {
    cwd,
    env: { HUNT_LEDGER: path },
  })
  assert.match(rerun.stderr, /2 rows, 0 new findings/)
})

for (const [what, args, code, error] of [
  ['no ledger', ['ledger', 'check'], 8, /^error: there is no ledger at .*hunt\.db \[ledger\/missing\]\n {2}hint: /],
  ['no target', ['ledger', 'backup'], 2, /\[usage\/missing-argument\]/],
  ['an unknown job', ['ledger', 'chek'], 2, /which is not one of check, backup.*\n {2}hint: did you mean/],
  ['an option of another job', ['ledger', 'check', '--force'], 2, /takes no --force; it belongs to backup/],
] as const) {
  test(`${what}: exit code ${code}`, async (t) => {
    const cwd = tempFolder(t)
    const ended = await hunt(args, { cwd })
    assert.deepEqual([ended.code, ended.stdout], [code, ''])
    assert.match(ended.stderr, error)
    assert.equal(existsSync(join(cwd, 'output')), false, 'nothing was made')
  })
}

test('outbox shows what did not arrive and why, and retries or drops it', async (t) => {
  const cwd = await usedFolder(t)
  const ledger = join(cwd, 'output', 'hunt.db')
  assert.deepEqual(await hunt(['outbox'], { cwd }), {
    stdout: 'Nothing waits: every sink has been told.\n',
    stderr: '',
    code: 0,
  })
  const error = JSON.stringify({ code: 'sink/refused', message: 'the receiver says 400\u001b[2J', context: {} })
  tamper(
    ledger,
    `UPDATE outbox SET settled_at = NULL, ended = NULL, attempts = 1, dead_at = 1000, last_error = '${error}'`,
  )
  const shown = await hunt(['outbox'], { cwd })
  assert.equal(shown.code, 1)
  assert.match(shown.stdout, /^ +1 +file +High +Sign-in of .* dead +the receiver says 400\\x1b\[2J$/m)
  const json = JSON.parse((await hunt(['outbox', 'list', '--dead', '--json'], { cwd })).stdout) as {
    deliveries: readonly Record<string, unknown>[]
  }
  assert.deepEqual(
    json.deliveries.map(({ id, sink, attempts, deadSince, nextAttempt }) => [
      id,
      sink,
      attempts,
      deadSince,
      nextAttempt,
    ]),
    [1, 2].map((id) => [id, 'file', 1, '1970-01-01T00:00:01Z', null]),
  )
  assert.match((await hunt(['outbox', 'retry'], { cwd })).stderr, /does not say which deliveries are meant/)
  assert.equal((await hunt(['outbox', 'drop', '1'], { cwd })).stdout, '1 delivery dropped.\n')
  assert.equal((await hunt(['outbox', 'retry', '1'], { cwd })).code, 1, 'it is gone')
  assert.equal(
    (await hunt(['outbox', 'retry', '--dead'], { cwd })).stdout,
    '1 delivery due now; the next run delivers.\n',
  )
  await hunt(['run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-02T10:00'], { cwd })
  assert.equal((await hunt(['outbox'], { cwd })).code, 0)
})

test('prune counts what it would forget, and forgets it when told to; too short a memory is refused', async (t) => {
  const cwd = await usedFolder(t)
  tamper(
    join(cwd, 'output', 'hunt.db'),
    `UPDATE runs SET started_at = 0, finished_at = 0, slot = 0, window_start = 0, window_end = 1;
    UPDATE findings SET last_slot = 0; UPDATE incidents SET updated_at = 0`,
  )
  const counted = await hunt(['ledger', 'prune'], { cwd })
  assert.match(
    counted.stdout,
    /would forget .*: 1 run, 2 findings, 2 incidents\. Nothing has been changed; --yes does it/,
  )
  assert.match((await hunt(['ledger', 'check'], { cwd })).stdout, /1 run, 2 findings, 2 incidents/)
  const done = await hunt(['ledger', 'prune', '--yes', '--json', '--keep', '90d'], { cwd })
  const { isDone, forgotten } = JSON.parse(done.stdout) as { isDone: boolean; forgotten: Record<string, number> }
  assert.deepEqual(
    [done.code, isDone, forgotten['findings'], forgotten['alerts'], forgotten['outbox']],
    [0, true, 2, 2, 2],
  )
  assert.match((await hunt(['ledger', 'check'], { cwd })).stdout, /sound, .*: 0 runs, 0 findings, 0 incidents/)
  const short = await hunt(['ledger', 'prune', '--keep', '7d'], { cwd })
  assert.deepEqual([short.code, /at least 30d/.test(short.stderr)], [2, true])
})

test('incidents are listed, read, commented, closed and packed as evidence', async (t) => {
  const cwd = await usedFolder(t)
  const run = async (...args: readonly string[]) => hunt(['incidents', ...args], { cwd, env: { USER: 'ann' } })
  const listed = await run()
  assert.match(listed.stdout, /^[0-9a-f]{8} +High +Sign-in of eve@contoso\.com from afar +local +1 +2026.* open$/m)
  const { incidents } = JSON.parse((await run('list', '--json')).stdout) as {
    incidents: readonly { id: string; title: string }[]
  }
  assert.equal(incidents.length, 2)
  const id = incidents.find(({ title }) => title.includes('eve'))?.id ?? ''
  const short = id.slice(0, 8)
  assert.equal(
    (await run('comment', short, '--text', 'asked\u001b[2J the owner')).stdout,
    `Incident ${id} has the comment. The next run tells file.\n`,
  )
  assert.equal(
    (await run('close', short, '--as', 'benignpositive', '--text', 'travelling')).stdout,
    `Incident ${id} is closed. The next run tells file.\n`,
  )
  const again = await run('close', short)
  assert.deepEqual([again.code, again.stdout], [1, `Incident ${id} was closed already.\n`])
  const { stdout } = await run('show', short)
  assert.match(
    stdout,
    /opened by the alert "Sign-in of eve@contoso\.com from afar" \(1 row\), because the rule "Sign-in from afar" fires on more\s+than 0 rows/,
  )
  assert.match(stdout, /ann says: asked\\x1b\[2J the owner/)
  assert.match(stdout, /closed by ann as BenignPositive: travelling/)
  assert.doesNotMatch((await run()).stdout, new RegExp(short), 'closed ones are not listed')
  assert.match((await run('list', '--all')).stdout, new RegExp(`${short}.*BenignPositive`))

  const packed = await run('export', short, '--to', 'evidence', '--json')
  assert.equal(packed.code, 0, packed.stderr)
  const { folder, files, missing } = JSON.parse(packed.stdout) as { folder: string; files: string[]; missing: string[] }
  assert.deepEqual(missing, [])
  assert.deepEqual(files.map((file) => file.replace(/^\d.*\./, 'result.')).sort(), [
    'SHA256SUMS',
    'incident.json',
    'query.kql',
    'result.csv',
    'result.json',
  ])
  for (const line of readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')) {
    const [sum = '', name = ''] = line.split('  ')
    assert.equal(
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
      sum,
      name,
    )
  }
  rmSync(join(cwd, 'output', 'sign-in-from-afar--aaaaaaaa-0000-4000-8000-000000000001'), { recursive: true })
  const lost = await run('export', short, '--to', 'elsewhere')
  assert.equal(lost.code, 7)
  assert.match(lost.stdout, /^missing: output\//m)
  assert.equal((await run('show', 'ffffffff')).code, 2)
  assert.equal((await run('show')).code, 2)
})
