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
  }
}

test('parity compares a rule that names the times of its run', async (t) => {
  const named = SIGN_IN_RULE.replace('| where Location', '| where TimeGenerated >= _startTime\n  | where Location')
  const workspace = await besideWorkspace(t, { 'queries/sign-in-from-afar.yaml': named })
  const { code, stdout, stderr } = await workspace.hunt('parity', 'sign-in-from-afar', '--at', '2026-03-03')
  assert.equal(code, 0, stdout + stderr)
})
