import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startWorkspace } from '../fault/kills/workspace.ts'
import { finished, saying, startHunt, writeFiles } from '../support/hunt.ts'
import { SIGN_IN_RULE } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const posixOnly = process.platform === 'win32' && 'systemd is no part of Windows'

const everyTwoSeconds = (rule: string): string =>
  rule.replace('queryFrequency: 1h', 'queryFrequency: 2s').replace('queryPeriod: 1d', 'queryPeriod: 1h')

const BROKEN_RULE = everyTwoSeconds(SIGN_IN_RULE)
  .replace('aaaaaaaa', 'dddddddd')
  .replace('Sign-in from afar', 'Fails')
  .replace('where Location == "IS"', 'where NoSuchColumn == "IS"')

/** Whatever asks is written down; `/hook` refuses for now, so that its deliveries wait. */
async function listener(t: TestContext): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(request.url === '/hook' ? 503 : 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    if (await condition()) return
    await sleep(250)
  }
  assert.fail(`within a minute: ${what}`)
}

test(
  'what a real daemon shows of itself: metrics, health, dead-man signals and systemd',
  { skip: posixOnly },
  async (t) => {
    const cwd = tempFolder(t)
    const { url, asked } = await listener(t)
    const time = new Date(Date.now() - 600_000).toISOString()
    const row = {
      TimeGenerated: time,
      UserPrincipalName: 'mallory@contoso.com',
      IPAddress: '192.0.2.7',
      Location: 'IS',
    }
    const helper = `#!/bin/sh\necho "$NOTIFY_SOCKET $@" >> ${cwd}/notified\n`
    writeFiles(cwd, { 'logs/SigninLogs.ndjson': `${JSON.stringify(row)}\n`, 'bin/systemd-notify': helper })
    chmodSync(join(cwd, 'bin/systemd-notify'), 0o755)
    const workspace = await startWorkspace(join(cwd, 'logs'))
    t.after(() => workspace.stop())
    writeFiles(cwd, {
      'queries/sign-in.yaml': everyTwoSeconds(SIGN_IN_RULE),
      'queries/fails.yaml': BROKEN_RULE,
      'hunt.yaml': `backend: azure
endpoint: ${workspace.endpoint}
workspaces:
  - name: prod
    id: 00000000-0000-0000-0000-000000000001
sinks:
  - type: file
  - type: webhook
    name: hook
    url: ${url}/hook
`,
    })
    const alive = join(cwd, 'alive')
    const daemon = startHunt(['schedule', '--metrics-port', '0', '--log-format', 'json', '--log-level', 'info'], {
      cwd,
      env: {
        HUNT_WAKE: '* * * * * *',
        HUNT_JITTER: '0s',
        HUNT_DELAY: '0s',
        HUNT_DEAD_MAN_FILE: alive,
        HUNT_DEAD_MAN_URL: `${url}/alive`,
        NOTIFY_SOCKET: '/run/notify',
        WATCHDOG_USEC: '1000000',
        PATH: `${cwd}/bin:${process.env['PATH'] ?? ''}`,
      },
    })
    t.after(() => daemon.kill('SIGKILL'))
    const ended = finished(daemon)
    const said = await saying(daemon, 'stderr', /"metrics":"[^"]+"[^\n]*\n/)
    const address = /"metrics":"([^"]+)"/.exec(said)?.[1] ?? ''
    const samples = async (): Promise<Readonly<Record<string, number>>> => {
      const text = await (await fetch(address)).text()
      const lines = text.split('\n').filter((line) => line.startsWith('hunt_'))
      return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
      )
    }
    const complete = 'hunt_slots_total{workspace="prod",status="complete"}'
    await until(async () => ((await samples())[complete] ?? 0) >= 3, 'three slots are done')
    const found = await samples()
    const rule = 'aaaaaaaa-0000-4000-8000-000000000001'
    const failing = 'dddddddd-0000-4000-8000-000000000001'
    for (const [name, value] of Object.entries({
      'hunt_slots_total{workspace="prod",status="failed"}': 1,
      'hunt_findings_total{workspace="prod",kind="new"}': 1,
      'hunt_incidents_total{workspace="prod",action="opened"}': 1,
      'hunt_deliveries_total{sink="file",result="delivered"}': 1,
      'hunt_outbox_depth{sink="hook"}': 1,
      'hunt_outbox_depth{sink="file"}': 0,
      [`hunt_rule_failing{rule="${failing}",workspace="prod"}`]: 1,
      [`hunt_rule_failing{rule="${rule}",workspace="prod"}`]: 0,
      'hunt_budget_limit{budget="queries_at_once"}': 4,
      'hunt_budget_limit{budget="queries_in_30s"}': 200,
      hunt_gap_slots: 0,
      hunt_rules_on_old_version: 0,
    })) {
      assert.equal(found[name], value, name)
    }
    const count = (name: string): number => found[name] ?? Number.NaN
    assert.ok(count('hunt_rows_total{workspace="prod"}') >= 3, 'each slot sees the row again')
    assert.ok(count('hunt_findings_total{workspace="prod",kind="known"}') >= 2)
    assert.ok(count('hunt_deliveries_total{sink="hook",result="failed"}') >= 1)
    assert.ok(count('hunt_query_seconds_count{workspace="prod",status="complete"}') >= 3)
    assert.ok(count('hunt_slots_due{workspace="prod"}') >= 1, 'the failing rule owes its slots')
    assert.ok(count('hunt_budget_used{budget="queries_in_30s"}') >= 3)
    assert.ok(Math.abs(count('hunt_last_pass_timestamp_seconds') - Date.now() / 1000) < 60)
    const lag = `hunt_slot_lag_seconds{rule="${failing}",workspace="prod"}`
    const before = count(lag)
    await until(async () => ((await samples())[lag] ?? 0) > Math.max(2, before), 'the failing rule falls behind')
    const health = await fetch(address.replace('/metrics', '/healthz'))
    assert.deepEqual([health.status, ((await health.json()) as { status: string }).status], [200, 'ok'])

    assert.match(readFileSync(alive, 'utf8'), /^\d{4}-\d\d-\d\dT.*Z\n$/)
    const written = statSync(alive).mtimeMs
    await until(() => statSync(alive).mtimeMs > written, 'the file is written again')
    assert.ok(asked.filter((line) => line === 'GET /alive').length >= 2)
    daemon.kill('SIGTERM')
    const { code, stderr } = await ended
    assert.equal(code, 143, stderr)
    assert.equal(existsSync(join(cwd, 'output', 'hunt.db')), true)
    const notified = readFileSync(join(cwd, 'notified'), 'utf8').trimEnd().split('\n')
    assert.match(notified[0] ?? '', /^\/run\/notify --ready MAINPID=\d+$/)
    assert.ok(notified.filter((line) => line.endsWith('WATCHDOG=1')).length >= 2)
    assert.match(notified.at(-1) ?? '', /STOPPING=1$|WATCHDOG=1$/)
    assert.equal(notified.filter((line) => line.endsWith('STOPPING=1')).length, 1)
    assert.doesNotMatch(stderr, /\/alive/, 'the address may hold a secret')
  },
)
