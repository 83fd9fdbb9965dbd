import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finished, hunt, startHunt, writeFiles } from '../support/hunt.ts'
import { httpReceiver } from '../support/receiver.ts'
import type { Message } from '../support/receiver.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const RUN = ['run', 'sign-in-from-afar', '--data', 'logs', '--at', '2026-03-02T10:00']

test('incidents go to the sinks whose routing takes them; a failing one waits, is explained and is caught up', async (t) => {
  const cwd = tempFolder(t)
  let isDown = true
  const chat = await httpReceiver(t, () =>
    isDown ? { status: 401, body: { token: 'hook-secret-42' } } : { status: 200 },
  )
  const other = await httpReceiver(t, () => ({ status: 200 }))
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    '.env': `CHAT_URL=${chat.url}/hook-secret-42\n`,
    'own.liquid': '{ "what": {{ headline }} }',
    'hunt.yaml': `sinks:
  - file
  - { type: webhook, name: chat, url: "env:CHAT_URL", template: own.liquid, when: { severity: High, rules: "sign-in*" } }
  - { type: webhook, name: other, url: "${other.url}", when: { workspaces: [elsewhere] } }
`,
  })
  const failed = await hunt(RUN, { cwd })
  assert.equal(failed.code, 7, failed.stderr)
  assert.match(failed.stderr, /2 deliveries to sinks did not arrive yet; hunt outbox says why/)
  const listed = await hunt(['outbox'], { cwd })
  assert.match(listed.stdout, /chat +High +Sign-in of \w+@contoso\.com from/)
  assert.doesNotMatch(failed.stdout + failed.stderr + listed.stdout, /hook-secret-42/)
  isDown = false
  assert.equal((await hunt(['outbox', 'retry', '--sink', 'chat'], { cwd })).code, 0)
  const caughtUp = await hunt(RUN, { cwd })
  assert.equal(caughtUp.code, 0, caughtUp.stderr)
  assert.deepEqual(
    chat.messages.slice(-2).map(({ path, body }: Message) => [path, JSON.parse(body) as unknown]),
    ['mallory', 'eve'].map((who) => ['/hook-secret-42', { what: `High: Sign-in of ${who}@contoso.com from afar` }]),
  )
  assert.equal(other.messages.length, 0)
  assert.equal((await hunt(['outbox'], { cwd })).code, 0)
})

test('a sink that cannot be built stops the run before anything is searched, with its place', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, {
    ...SMALL_FOLDER,
    'hunt.yaml': 'sinks:\n  - { type: webhook, url: "http://example.com", when: { severity: Low } }\n',
  })
  const { code, stdout, stderr } = await hunt(RUN, { cwd })
  assert.deepEqual([code, stdout], [3, ''])
  assert.match(
    stderr,
    /hunt\.yaml:2:27: error: the option url "http:\/\/example\.com" of the sink "webhook" is not an https:\/\/ address/,
  )
})

test('hunt emulate has what the Sentinel sink needs', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const emulator = startHunt(['emulate', '--data', 'logs', '--sentinel-role', 'responder'], { cwd })
  t.after(() => emulator.kill('SIGKILL'))
  const line = await new Promise<string>((resolve) =>
    emulator.stdout.once('data', (data: Buffer) => resolve(data.toString())),
  )
  const { url } = JSON.parse(line) as { url: string }
  const workspace = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w'
  writeFiles(cwd, { 'hunt.yaml': `sinks:\n  - { type: sentinel, workspace: ${workspace}, endpoint: "${url}" }\n` })
  const ran = await hunt(RUN, { cwd })
  assert.equal(ran.code, 0, ran.stderr)
  const answer = await fetch(`${url}${workspace}/providers/Microsoft.SecurityInsights/incidents?api-version=2025-09-01`)
  const { value } = (await answer.json()) as { value: { properties: { title: string } }[] }
  assert.deepEqual(value.map(({ properties }) => properties.title).sort(), [
    'Sign-in of eve@contoso.com from afar',
    'Sign-in of mallory@contoso.com from afar',
  ])
  emulator.kill('SIGTERM')
  assert.equal((await finished(emulator)).code, 143)
})
