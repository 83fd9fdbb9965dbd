import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { finished, hunt, saying, startHunt, writeFiles } from '../support/hunt.ts'
import { SIGN_IN_RULE, SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The program beside `hunt emulate`, which stands for a workspace over the same logs. */
async function besideWorkspace(t: TestContext, files: Readonly<Record<string, string>>) {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, ...files })
  const child = startHunt(['emulate', '--data', 'logs', '--now', '2026-03-03'], { cwd })
  const ended = finished(child)
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const { url, workspace } = JSON.parse(await saying(child, 'stdout', /\n/)) as { url: string; workspace: string }
  const env = { HUNT_ENDPOINT: url, HUNT_WORKSPACE_ID: workspace, COLUMNS: '120' }
  return {
    hunt: async (...args: readonly string[]) => hunt(args, { cwd, env }),
    /** `Prefer` of the queries that arrived. */
    async preferences(): Promise<readonly (string | undefined)[]> {
      const response = await fetch(`${url}/_emulator/requests`)
      const { requests } = (await response.json()) as {
        requests: { url: string; headers: Record<string, string> }[]
      }
      return requests.filter(({ url: asked }) => asked.endsWith('/query')).map(({ headers }) => headers['prefer'])
    },
  }
}

test('a rule says how long the service may take for its query', async (t) => {
  const slow = `${SIGN_IN_RULE}hunt:\n  timeout: 8m\n`
  const workspace = await besideWorkspace(t, { 'queries/sign-in-from-afar.yaml': slow })
  const runs = await workspace.hunt('run', '--all', '--from', '2026-03-02', '--to', '2026-03-03', '--timeout', '20s')
  assert.equal(runs.code, 0, runs.stderr)
  const waits = (await workspace.preferences()).map((prefer) => prefer?.split(',')[0])
  assert.deepEqual(waits.sort(), ['wait=20', 'wait=480'], 'the other rule has the setting')
})

test('parity compares a rule that names the times of its run', async (t) => {
  const named = SIGN_IN_RULE.replace('| where Location', '| where TimeGenerated >= _startTime\n  | where Location')
  const workspace = await besideWorkspace(t, { 'queries/sign-in-from-afar.yaml': named })
  const { code, stdout, stderr } = await workspace.hunt('parity', 'sign-in-from-afar', '--at', '2026-03-03')
  assert.equal(code, 0, stdout + stderr)
})

test('parity takes over the watchlists of a rule, and doctor takes them for no tables', async (t) => {
  const named = SIGN_IN_RULE.replace(
    '| where Location',
    '| where IPAddress in ((_GetWatchlist("Abroad") | project Address))\n  | where Location',
  )
  const list = 'Address\n192.0.2.7\n'
  const files = { 'queries/sign-in-from-afar.yaml': named, 'logs/watchlists/Abroad.csv': list }
  const workspace = await besideWorkspace(t, files)
  const { code, stdout, stderr } = await workspace.hunt('parity', 'sign-in-from-afar', '--at', '2026-03-03')
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /^Equal: 1 row, the same on both sides\.$/m)
  const doctor = await workspace.hunt('doctor', 'sign-in-from-afar', '--at', '2026-03-03')
  assert.match(doctor.stdout, /^ok +table +\S+\/watchlist Abroad: 1 item$/m, doctor.stdout + doctor.stderr)
})
