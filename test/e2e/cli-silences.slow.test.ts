import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { assertFits } from '../support/schemas.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const RUN = ['run', 'sign-in-from-afar', '--data', 'logs']

test('a silence is made, holds back, is listed, ended and told', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  await hunt([...RUN, '--at', '2026-03-01T12:00:00Z'], { cwd })
  const made = await hunt(['silence', 'ip:192.0.2.0/24', '--for', '4h', '--reason', 'moving house', '--by', 'eve'], {
    cwd,
  })
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stdout, /^Silence 1: nobody is told of ip:192\.0\.2\.0\/24 until /)
  await hunt([...RUN, '--at', '2026-03-02T12:00:00Z'], { cwd })
  const listed = await hunt(['silences', '--json'], { cwd })
  const document = JSON.parse(listed.stdout) as {
    silences: { incidentCount: number; gravest: string; author: string }[]
  }
  assertFits('silences.schema.json', document)
  assert.deepEqual(
    document.silences.map(({ incidentCount, gravest, author }) => [incidentCount > 0, gravest, author]),
    [[true, 'High', 'eve']],
  )
  const status = await hunt(['status'], { cwd })
  assert.match(status.stdout, /^No rule is scheduled\.\nsilent: ip:192\.0\.2\.0\/24 until /)
  const ended = await hunt(['unsilence', '1'], { cwd })
  assert.equal(ended.stdout, 'Silence 1 of ip:192.0.2.0/24 has ended.\n')
  const next = await hunt([...RUN, '--at', '2026-03-02T12:00:00Z', '--json'], { cwd })
  assert.equal(next.code, 0)
  const all = await hunt(['silences', '--all', '--json'], { cwd })
  const [silence] = (JSON.parse(all.stdout) as { silences: { holds: boolean; toldAt: string | null }[] }).silences
  assert.equal(silence?.holds, false)
  assert.notEqual(silence?.toldAt, null)
})

for (const [args, message] of [
  [['host:vm-1', '--for', '4h'], /needs a reason/],
  [['host:vm-1', '--reason', 'x'], /needs an end/],
  [['ip:10.0.0.0/99', '--reason', 'x', '--for', '1h'], /no network/],
  [['sign-in-from-afar', '--rule', 'x', '--reason', 'x', '--for', '1h'], /names a rule/],
  [['host:vm-1', '--reason', 'x', '--until', '2020-01-01'], /has passed already/],
] as const) {
  test(`hunt silence ${args.join(' ')} is refused`, async (t) => {
    const cwd = tempFolder(t)
    writeFiles(cwd, SMALL_FOLDER)
    await hunt([...RUN, '--at', '2026-03-01T12:00:00Z'], { cwd })
    const { code, stderr } = await hunt(['silence', ...args], { cwd })
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
}
