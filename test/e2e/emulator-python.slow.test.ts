import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { finished, PACKAGE_ROOT, saying, startHunt, writeFiles } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

test(
  'a client in another language follows docs/emulator.md word for word',
  { skip: !hasPython && 'python3 is not on this machine' },
  async (t) => {
    const page = readFileSync(join(PACKAGE_ROOT, 'docs', 'emulator.md'), 'utf8')
    const [, program = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? []
    assert.notEqual(program, '')
    const cwd = tempFolder(t)
    const beat = { TimeGenerated: '2026-03-05T00:00:00Z', Computer: 'vm-1' }
    writeFiles(cwd, { 'logs/Heartbeat.ndjson': `${JSON.stringify(beat)}\n`.repeat(3), 'client.py': program })
    const child = startHunt(['emulate', '--data', 'logs', '--tls', '--now', '2026-03-09'], { cwd })
    const ended = finished(child)
    t.after(async () => {
      child.kill('SIGTERM')
      await ended
    })
    writeFiles(cwd, { 'emulator.json': await saying(child, 'stdout', /\n/) })
    const { stdout, stderr, status } = spawnSync('python3', ['client.py'], { cwd, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.equal(stdout, '[[3]]\n')
  },
)
