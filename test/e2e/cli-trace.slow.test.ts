import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'

test('--trace says on stderr how many rows each operator gives, and refuses what it cannot do', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { 'data/T_CL.ndjson': '{"a":1}\n{"a":2}\n' })
  const kql = 'T_CL\n| where a > 1\n| where a > 2'
  const traced = await hunt(['query', kql, '--data', 'data', '--format', 'csv', '--trace'], { cwd })
  assert.equal(traced.code, 0, traced.stderr)
  assert.match(traced.stderr, /2 {2}T_CL {2}<query>:1:1\n.*1 {2}\| where a > 1 {2}<query>:2:3\n.*0 {2}\| where a > 2 {2}<query>:3:3\n/) // prettier-ignore
  assert.doesNotMatch(traced.stdout, /where/)
  const env = { HUNT_WORKSPACE_ID: '00000000-0000-0000-0000-000000000001' }
  const refused = await hunt(['query', kql, '--backend', 'azure', '--trace'], { cwd, env })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /usage\/no-trace/)
})
