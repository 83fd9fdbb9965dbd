import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { openLedger } from '../../src/ledger/index.ts'
import type { RunRecord } from '../../src/ledger/index.ts'
import { finished, startHunt, writeFiles } from '../support/hunt.ts'
import { SIGN_IN_RULE } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const STEP = 2000
const RULE = SIGN_IN_RULE.replace('queryFrequency: 1h', 'queryFrequency: 2s').replace(
  'queryPeriod: 1d',
  'queryPeriod: 1h',
)
const ENV = { HUNT_WAKE: '* * * * * *', HUNT_JITTER: '0s', HUNT_DATA: 'logs', HUNT_DELAY: '0s' }

function runsIn(cwd: string): readonly RunRecord[] {
  const ledger = openLedger(join(cwd, 'output', 'hunt.db'))
  try {
    return ledger.runs({ limit: 1000 })
  } finally {
    ledger.close()
  }
}

/** Waits for what a process of its own brings about; gives up after a minute. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    if (condition()) return
    await sleep(250)
  }
  assert.fail('it did not come about within a minute')
}

test('two daemons on one ledger: every slot once, none left out, one incident; SIGTERM ends them cleanly', async (t) => {
  const cwd = tempFolder(t)
  const time = new Date(Date.now() - 60_000).toISOString()
  const row = { TimeGenerated: time, UserPrincipalName: 'mallory@contoso.com', IPAddress: '192.0.2.7', Location: 'IS' }
  writeFiles(cwd, { 'queries/sign-in.yaml': RULE, 'logs/SigninLogs.ndjson': `${JSON.stringify(row)}\n` })
  openLedger(join(cwd, 'output', 'hunt.db')).close()
  const daemons = [startHunt(['schedule'], { cwd, env: ENV }), startHunt(['schedule'], { cwd, env: ENV })]
  const ended = Promise.all(daemons.map(finished))
  t.after(() => daemons.forEach((daemon) => daemon.kill('SIGKILL')))
  const done = (): readonly RunRecord[] => runsIn(cwd).filter(({ status }) => status === 'complete')
  await until(() => done().length >= 8)
  daemons.forEach((daemon) => daemon.kill('SIGTERM'))
  assert.deepEqual(
    (await ended).map(({ code, stderr }) => [code, /error|warning/.test(stderr) ? stderr : '']),
    [
      [143, ''],
      [143, ''],
    ],
  )
  const slots = done()
    .map(({ key }) => Number(key.slot))
    .sort((a, b) => a - b)
  assert.deepEqual(
    slots,
    slots.map((_, index) => (slots[0] ?? 0) + index * STEP),
    'the grid, without a slot twice or missing',
  )
  assert.deepEqual(
    runsIn(cwd).filter(({ status }) => status === 'claimed'),
    [],
    'no claim is left behind',
  )
  assert.equal(
    done().reduce((sum, { result }) => sum + (result?.incidentCount ?? 0), 0),
    1,
  )
})
