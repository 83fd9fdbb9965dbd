import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { openLedger } from '../../src/ledger/index.ts'
import type { RunRecord } from '../../src/ledger/index.ts'
import { finished, hunt, startHunt, writeFiles } from '../support/hunt.ts'
import { SIGN_IN_RULE } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const posixOnly = process.platform === 'win32' && 'links need rights on Windows'

/** Every two seconds; the name says which version it is. */
const rule = (name: string): string =>
  SIGN_IN_RULE.replace('queryFrequency: 1h', 'queryFrequency: 2s')
    .replace('queryPeriod: 1d', 'queryPeriod: 1h')
    .replace('Sign-in from afar', name)
const RULE_ID = 'aaaaaaaa-0000-4000-8000-000000000001'
const ENV = {
  HUNT_WAKE: '* * * * * *',
  HUNT_JITTER: '0s',
  HUNT_DATA: 'logs',
  HUNT_DELAY: '0s',
  HUNT_LOG_FORMAT: 'json',
}

async function startWatching(t: TestContext, files: Readonly<Record<string, string>>) {
  const cwd = tempFolder(t)
  writeFiles(cwd, { 'logs/SigninLogs.ndjson': '', ...files })
  openLedger(join(cwd, 'output', 'hunt.db')).close()
  const daemon = startHunt(['schedule'], { cwd, env: { ...ENV, HUNT_LOG_LEVEL: 'info' } })
  t.after(() => daemon.kill('SIGKILL'))
  let log = ''
  daemon.stderr.on('data', (text: Buffer) => (log += text.toString()))
  const ended = finished(daemon)
  const until = async (condition: () => boolean, what: string): Promise<void> => {
    for (let tries = 0; tries < 240 && daemon.exitCode === null; tries += 1) {
      if (condition()) return
      await sleep(250)
    }
    assert.fail(`${daemon.exitCode === null ? 'within a minute' : 'alive'}: ${what}\n${log}`)
  }
  const runs = (): readonly RunRecord[] => {
    const ledger = openLedger(join(cwd, 'output', 'hunt.db'))
    try {
      return ledger.runs({ ruleId: RULE_ID, limit: 1000 }).filter(({ status }) => status === 'complete')
    } finally {
      ledger.close()
    }
  }
  return {
    cwd,
    log: () => log,
    runs,
    until,
    /** That version has been run, for the first time or once more. */
    runsAs: (name: string) => {
      const before = log.length
      return until(() => log.slice(before).includes(`"ruleName":"${name}"`), `a run of ${name}`)
    },
    stop: async () => {
      daemon.kill('SIGTERM')
      const { code, stderr } = await ended
      assert.equal(code, 143, stderr)
      const slots = runs()
        .map(({ key }) => Number(key.slot))
        .sort((a, b) => a - b)
      assert.deepEqual(
        slots,
        slots.map((_, index) => (slots[0] ?? 0) + index * 2000),
        'each slot once, and none left out',
      )
    },
  }
}

test(
  'a daemon takes edits however they are written, and lives through what editors leave lying about',
  { skip: posixOnly },
  async (t) => {
    const { cwd, runsAs, until, stop, log } = await startWatching(t, { 'queries/sign-in.yaml': rule('First') })
    const file = join(cwd, 'queries', 'sign-in.yaml')
    await runsAs('First')

    // Emacs: a link to nowhere beside the file for as long as it has unsaved changes.
    symlinkSync('somebody@somewhere.4711', join(cwd, 'queries', '.#sign-in.yaml'))
    await runsAs('First')
    rmSync(join(cwd, 'queries', '.#sign-in.yaml'))

    // vim: the old file becomes a backup, and a new one is written.
    renameSync(file, `${file}~`)
    writeFileSync(file, rule('Second'))
    rmSync(`${file}~`)
    await runsAs('Second')

    // sed -i and others: a whole new file takes the place of the old one, a thousand times.
    for (let n = 0; n < 1000; n += 1) {
      writeFileSync(join(cwd, 'queries', 'temporary.yaml'), rule(n === 999 ? 'Third' : 'Between'))
      renameSync(join(cwd, 'queries', 'temporary.yaml'), file)
      if (n % 10 === 0) await sleep(2)
    }
    await runsAs('Third')

    // Deleted and written anew at once.
    rmSync(file)
    writeFileSync(file, rule('Fourth'))
    await runsAs('Fourth')

    // Half a file: the version before goes on, and everybody says so.
    writeFileSync(file, rule('Fifth').split('query:')[0] ?? '')
    await until(() => /last good version of Fourth/.test(log()), 'a word about the broken file')
    await runsAs('Fourth')
    const status = await hunt(['status', '--json'], { cwd, env: ENV })
    assert.deepEqual([status.code, /"oldVersions": \[\s*\{\s*"ruleId": "aaaaaaaa/.test(status.stdout)], [1, true])
    writeFileSync(file, rule('Fifth'))
    await runsAs('Fifth')

    // Another name, the same id.
    renameSync(file, join(cwd, 'queries', 'renamed.yaml'))
    await runsAs('Fifth')
    await stop()
    assert.doesNotMatch(log(), /any more/)
  },
)

test(
  'rules behind links are watched too, and a folder that is away for a while keeps them',
  { skip: posixOnly },
  async (t) => {
    // As Kubernetes mounts a ConfigMap: files are links into a folder that a link names, and that link is exchanged.
    const { cwd, runsAs, until, stop, log } = await startWatching(t, { 'queries/..1/sign-in.yaml': rule('First') })
    const queries = join(cwd, 'queries')
    symlinkSync('..1', join(queries, '..data'))
    symlinkSync(join('..data', 'sign-in.yaml'), join(queries, 'sign-in.yaml'))
    await runsAs('First')
    writeFiles(queries, { '..2/sign-in.yaml': rule('Second') })
    symlinkSync('..2', join(queries, '..data_tmp'))
    renameSync(join(queries, '..data_tmp'), join(queries, '..data'))
    rmSync(join(queries, '..1'), { recursive: true })
    await runsAs('Second')

    // A folder that is a link.
    rmSync(join(queries, 'sign-in.yaml'))
    mkdirSync(join(cwd, 'team'))
    writeFiles(cwd, { 'team/sign-in.yaml': readFileSync(join(queries, '..2', 'sign-in.yaml'), 'utf8') })
    symlinkSync(join('..', 'team'), join(queries, 'team'))
    await runsAs('Second')
    writeFiles(cwd, { 'team/sign-in.yaml': rule('Third') })
    await runsAs('Third')

    // Nothing is retired, and the bundled rules do not take the place of those that are not there.
    renameSync(queries, join(cwd, 'away'))
    await until(() => /the folder of rules is not there/.test(log()), 'a word about the folder')
    await runsAs('Third')
    renameSync(join(cwd, 'away'), queries)
    await until(() => /the folder of rules is back/.test(log()), 'a word about its return')
    await runsAs('Third')
    await stop()
    assert.doesNotMatch(log(), /any more|Rare|Run Command/)
  },
)
