import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { EXIT } from '../../src/domain/errors.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { finished, hunt, noNamespaces, startHunt, writeFiles } from '../support/hunt.ts'
import { tamper } from '../support/ledgers.ts'
import { SIGN_IN_RULE, SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Every command that uses the ledger, over places that fail it. */

const RUN = ['run', 'sign-in-from-afar', '--data', 'logs', '--at']
const COMMANDS = {
  'hunt run': [...RUN, '2026-03-02T10:00'],
  'hunt ledger check': ['ledger', 'check'],
  'hunt ledger backup': ['ledger', 'backup', 'copy.db'],
} as const

/** A working directory whose ledger, in `state`, knows one run and two incidents. */
async function usedFolder(t: TestContext): Promise<{ cwd: string; env: Readonly<Record<string, string>> }> {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  mkdirSync(join(cwd, 'state'))
  const env = { HUNT_LEDGER: join(cwd, 'state', 'hunt.db') }
  const ran = await hunt([...RUN, '2026-03-02T09:00'], { cwd, env })
  assert.equal(ran.code, 0, ran.stderr)
  return { cwd, env }
}

/** The ledger is as it was, and a run afterwards knows what was known before. */
async function assertUnharmed(cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  assert.equal((await hunt(['ledger', 'check'], { cwd, env })).code, 0)
  const { code, stderr } = await hunt([...RUN, '2026-03-02T10:00'], { cwd, env })
  assert.equal(code, 0, stderr)
  const { stdout } = await hunt(['ledger', 'check'], { cwd, env })
  assert.match(stdout, /2 findings, 2 incidents, nothing to deliver/)
}

/** Holds the write lock of an SQLite file until it is killed. */
async function locked(path: string, t: TestContext): Promise<void> {
  const program = `const Driver = require('libsql'); const d = new Driver(process.argv[1]);
    d.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM leases'); console.log('held'); setInterval(() => d, 1000)`
  const child = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await new Promise((resolve) => child.stdout.once('data', resolve))
}

for (const [name, args] of Object.entries(COMMANDS)) {
  describe(name, { concurrency: true }, () => {
    test('a locked ledger: exit code 8, worth another try', async (t) => {
      const { cwd, env } = await usedFolder(t)
      await locked(env['HUNT_LEDGER'] ?? '', t)
      const { code, stdout, stderr } = await hunt(args, { cwd, env })
      assert.deepEqual([code, stdout], [EXIT.ledger, ''])
      assert.match(stderr, /error: the ledger .* is locked by another program .*\[ledger\/locked\]\n {2}hint: /)
    })

    test('a damaged ledger: exit code 8, or the finding of the check', async (t) => {
      const { cwd, env } = await usedFolder(t)
      const ledger = env['HUNT_LEDGER'] ?? ''
      tamper(ledger, 'PRAGMA wal_checkpoint(TRUNCATE)')
      cpSync(ledger, `${ledger}.whole`)
      const prepare = `dd if=/dev/zero of=${ledger} bs=4096 seek=2 count=${statSync(ledger).size / 4096 - 2} conv=notrunc 2>/dev/null`
      const { code, stdout, stderr } = await hunt(args, { cwd, env, prepare })
      // The schema itself may lie in the damaged pages: then the check cannot even begin, and says that.
      if (name === 'hunt ledger check' && code === EXIT.checkFailed) {
        assert.match(stdout, /^error: the file is damaged: .*\[damaged\]\n {2}hint: /)
      } else {
        assert.equal(code, EXIT.ledger, stdout)
        assert.match(stderr, /\[ledger\/corrupt\]\n {2}hint: Restore it from a backup/)
      }
      cpSync(`${ledger}.whole`, ledger)
      await assertUnharmed(cwd, env)
    })

    test('a read-only folder of the ledger: exit code 8', { skip: noNamespaces }, async (t) => {
      const { cwd, env } = await usedFolder(t)
      const state = join(cwd, 'state')
      const prepare = `mount --bind ${state} ${state}; mount -o remount,bind,ro ${state}`
      const { code, stdout, stderr } = await hunt(args, { cwd, env, prepare })
      assert.deepEqual([code, stdout], [EXIT.ledger, ''])
      assert.match(stderr, /\[ledger\/unwritable\]\n {2}hint: /)
      await assertUnharmed(cwd, env)
    })
  })
}

test('a run with a full disk under the ledger: exit code 8, nothing lost', { skip: noNamespaces }, async (t) => {
  const { cwd, env } = await usedFolder(t)
  const state = join(cwd, 'state')
  tamper(env['HUNT_LEDGER'] ?? '', 'PRAGMA wal_checkpoint(TRUNCATE)')
  // Room for the file itself and the first pages of its log, but for no commit.
  const room = Math.ceil(statSync(env['HUNT_LEDGER'] ?? '').size / 1024) + 40
  const prepare = `cp ${state}/hunt.db /tmp/$$.db; mount -t tmpfs -o size=${room}k tmpfs ${state}; mv /tmp/$$.db ${state}/hunt.db
    head -c 200000 /dev/zero > ${state}/filler 2>/dev/null || true`
  const { code, stdout, stderr } = await hunt([...RUN, '2026-03-02T10:00'], { cwd, env, prepare })
  assert.equal(code, EXIT.ledger, stdout + stderr)
  assert.match(stderr, /\[ledger\/(full|unwritable)\]\n {2}hint: /)
  await assertUnharmed(cwd, env)
})

test('a backup onto a full disk: exit code 8, the ledger untouched', { skip: noNamespaces }, async (t) => {
  const { cwd, env } = await usedFolder(t)
  const full = join(cwd, 'full')
  mkdirSync(full)
  const { code, stderr } = await hunt(['ledger', 'backup', 'full/copy.db'], {
    cwd,
    env,
    prepare: `mount -t tmpfs -o size=16k tmpfs ${full}`,
  })
  assert.equal(code, EXIT.ledger, stderr)
  assert.match(stderr, /could not be written: .*\[ledger\/backup-failed\]\n {2}hint: /)
  await assertUnharmed(cwd, env)
})

const EVERY_TWO_SECONDS = SIGN_IN_RULE.replace('queryFrequency: 1h', 'queryFrequency: 2s').replace(
  'queryPeriod: 1d',
  'queryPeriod: 1h',
)
const DAEMON = {
  HUNT_WAKE: '* * * * * *',
  HUNT_JITTER: '0s',
  HUNT_DATA: 'logs',
  HUNT_DELAY: '0s',
  HUNT_LOG_FORMAT: 'json',
  HUNT_LOG_LEVEL: 'info',
}

interface LogLine {
  readonly slot?: string
  readonly status?: string
  readonly code?: string
  readonly error?: string
  readonly hint?: string
}

/** What is wrong with a disk that is mounted on `folder`, as shell commands; once there is a file `healed` it is well. */
const TROUBLES = {
  full: (folder: string, filler: number, healed: string) =>
    `head -c ${filler} /dev/zero > ${folder}/filler 2>/dev/null || true
    (while [ -d ${folder} ] && [ ! -e ${healed} ]; do sleep 0.1; done; rm ${folder}/filler; mount -o remount,size=50m ${folder}) &`,
  'read-only': (folder: string, _: number, healed: string) =>
    `mount -o remount,ro ${folder}; (while [ -d ${folder} ] && [ ! -e ${healed} ]; do sleep 0.1; done; mount -o remount,rw ${folder}) &`,
} as const

/** A daemon whose folder `place` is a disk that takes nothing of what runs write until it is healed. */
async function startOnBadDisk(place: 'output' | 'state', trouble: keyof typeof TROUBLES, t: TestContext) {
  const cwd = tempFolder(t)
  const time = new Date(Date.now() - 60_000).toISOString()
  const row = { TimeGenerated: time, UserPrincipalName: 'm@contoso.com', IPAddress: '192.0.2.7', Location: 'IS' }
  writeFiles(cwd, { 'queries/rule.yaml': EVERY_TWO_SECONDS, 'logs/SigninLogs.ndjson': `${JSON.stringify(row)}\n` })
  for (const folder of ['state', 'output']) mkdirSync(join(cwd, folder))
  const env = { ...DAEMON, HUNT_LEDGER: join(cwd, 'state', 'hunt.db') }
  // Its schema is there already; without room even for that a daemon does not start.
  openLedger(env.HUNT_LEDGER).close()
  tamper(env.HUNT_LEDGER, 'PRAGMA wal_checkpoint(TRUNCATE)')
  const disk = join(cwd, place)
  const healed = join(cwd, 'healed')
  const prepare = `mkdir ${cwd}/kept; cp -r ${disk}/. ${cwd}/kept; mount -t tmpfs -o size=600k tmpfs ${disk}
    cp -r ${cwd}/kept/. ${disk}; ${TROUBLES[trouble](disk, place === 'state' ? 200_000 : 2_000_000, healed)}`
  const daemon = startHunt(['schedule'], { cwd, env, prepare })
  const heal = (): void => writeFiles(cwd, { healed: '' })
  t.after(() => daemon.kill('SIGKILL'))
  let said = ''
  daemon.stderr.on('data', (text: Buffer) => (said += text.toString()))
  const ended = finished(daemon)
  const lines = (): readonly LogLine[] =>
    said
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine)
  return {
    lines,
    heal,
    async until(condition: (lines: readonly LogLine[]) => boolean): Promise<void> {
      for (let tries = 0; tries < 240; tries += 1) {
        if (condition(lines())) return
        await sleep(250)
      }
      assert.fail(`not within a minute: ${said}`)
    },
    async stop(): Promise<void> {
      daemon.kill('SIGTERM')
      assert.equal((await ended).code, 143, said)
    },
  }
}

const done = ({ status }: LogLine): boolean => status === 'complete'

describe('a daemon', { concurrency: true, skip: noNamespaces }, () => {
  for (const [trouble, reason] of [
    ['full', /ENOSPC/],
    ['read-only', /EROFS/],
  ] as const) {
    test(`over a ${trouble} output folder calls no slot complete, and goes on afterwards`, async (t) => {
      const { lines, heal, until, stop } = await startOnBadDisk('output', trouble, t)
      await until((all) => all.filter(({ slot }) => slot !== undefined).length >= 2)
      heal()
      await until((all) => all.some(done))
      await stop()
      const runs = lines().filter(({ slot }) => slot !== undefined)
      const before = runs.slice(0, runs.findIndex(done))
      assert.ok(before.length >= 2)
      assert.deepEqual(
        before.filter(({ status, code }) => status !== 'partial' || code !== 'files/unwritable'),
        [],
      )
      const reasons = lines().flatMap(({ code, error = '' }) =>
        code === 'files/unwritable' && error !== '' ? [error] : [],
      )
      assert.ok(reasons.length > 0)
      assert.deepEqual(
        reasons.filter((one) => !reason.test(one)),
        [],
      )
    })
  }

  test('whose ledger does not fit on the disk says so once, and misses no slot', async (t) => {
    const { lines, heal, until, stop } = await startOnBadDisk('state', 'full', t)
    await until((all) => all.some(({ code }) => code === 'ledger/full'))
    // Two slots more: each fails, and none says so again.
    await sleep(4000)
    heal()
    await until((all) => all.filter(done).length > 5)
    await stop()
    const troubles = lines().filter(({ code }) => code?.startsWith('ledger/') === true)
    assert.deepEqual(
      troubles.map(({ code, hint }) => [code, hint !== undefined]),
      [['ledger/full', true]],
    )
    const slots = lines()
      .filter(done)
      .map(({ slot }) => Date.parse(slot ?? ''))
    assert.deepEqual(
      slots,
      slots.map((_, index) => (slots[0] ?? 0) + index * 2000),
      'each once, the first ones from before there was room',
    )
  })
})
