import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createDeadMan, createServiceManager } from '../../../src/monitor/index.ts'
import { milliseconds, seconds } from '../../../src/time/duration.ts'
import { at } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const NOW = at('2026-03-02T10:00:00Z')

async function receiver(t: TestContext, status: number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status).end('thanks')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-token`, asked }
}

test('a sign of life writes the file and asks the address', async (t) => {
  const file = join(tempFolder(t), 'state', 'alive')
  const { url, asked } = await receiver(t, 200)
  const deadMan = createDeadMan({ file, url })
  assert.deepEqual(await deadMan.signOfLife(NOW), [])
  assert.equal(readFileSync(file, 'utf8'), '2026-03-02T10:00:00Z\n')
  assert.deepEqual(asked, ['GET /secret-token'])
})

test('what does not work is said, without the secret of the address', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'state'), '')
  const { url } = await receiver(t, 500)
  const problems = await createDeadMan({ file: join(folder, 'state', 'alive'), url }).signOfLife(NOW)
  assert.equal(problems.length, 2)
  assert.match(problems[0] ?? '', /no sign of life in .*alive: could not write/)
  assert.match(problems[1] ?? '', /the dead-man address at 127\.0\.0\.1:\d+ answers 500/)
  const [unreachable = ''] = await createDeadMan({
    file: undefined,
    url: 'http://127.0.0.1:1/secret-token',
  }).signOfLife(NOW)
  assert.match(unreachable, /cannot be reached: /)
  assert.doesNotMatch([...problems, unreachable].join(), /secret-token/)
})

test('nothing configured, nothing done', async () => {
  assert.deepEqual(await createDeadMan({ file: undefined, url: undefined }).signOfLife(NOW), [])
})

/** A helper that writes down what it is called with. */
function helperIn(folder: string, exitCode: number): { helper: string; said: () => string } {
  mkdirSync(folder, { recursive: true })
  const helper = join(folder, 'notify')
  writeFileSync(
    helper,
    `#!/bin/sh\necho "$NOTIFY_SOCKET $@" >> ${folder}/said\n[ ${exitCode} = 0 ] || echo refused >&2\nexit ${exitCode}\n`,
  )
  chmodSync(helper, 0o755)
  return { helper, said: () => readFileSync(join(folder, 'said'), 'utf8') }
}

const posixOnly = process.platform === 'win32' && 'systemd is no part of Windows'

test('systemd is told through its helper', { skip: posixOnly }, async (t) => {
  const { helper, said } = helperIn(tempFolder(t), 0)
  const env = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7', PATH: process.env['PATH'] }
  const manager = createServiceManager({ env, pid: 7, onProblem: assert.fail, helper })
  await manager.ready()
  await manager.alive()
  await manager.stopping()
  assert.equal(said(), '/run/n --ready MAINPID=7\n/run/n WATCHDOG=1\n/run/n STOPPING=1\n')
  assert.equal(manager.watchdogInterval, seconds(15))
})

test(
  'a helper that fails is complained about once, and tried again: the watchdog would end a daemon that is well',
  { skip: posixOnly },
  async (t) => {
    const folder = tempFolder(t)
    const { helper, said } = helperIn(folder, 1)
    const problems: string[] = []
    const env = { NOTIFY_SOCKET: '/run/n', PATH: process.env['PATH'] }
    const manager = createServiceManager({ env, pid: 7, onProblem: (problem) => void problems.push(problem), helper })
    await manager.ready()
    await manager.alive()
    assert.deepEqual(problems, ['systemd cannot be told "--ready MAINPID=7": refused'])
    assert.equal(said(), '/run/n --ready MAINPID=7\n/run/n WATCHDOG=1\n')
    helperIn(folder, 0)
    await manager.alive()
    helperIn(folder, 1)
    await manager.alive()
    assert.equal(problems.length, 2, 'again, after it had worked')
  },
)

test('a helper that does not come back holds nothing up', { skip: posixOnly }, async (t) => {
  const helper = join(tempFolder(t), 'notify')
  writeFileSync(helper, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
  const problems: string[] = []
  const env = { NOTIFY_SOCKET: '/run/n', PATH: process.env['PATH'] }
  const onProblem = (problem: string): void => void problems.push(problem)
  await createServiceManager({ env, pid: 7, onProblem, helper, patience: milliseconds(200) }).ready()
  assert.match(problems.join(), /notify did not answer/)
})

test('a helper that is not there', async () => {
  const problems: string[] = []
  const env = { NOTIFY_SOCKET: '/run/n' }
  const helper = join('nowhere', 'notify')
  await createServiceManager({ env, pid: 7, onProblem: (problem) => void problems.push(problem), helper }).ready()
  assert.match(problems.join(), /ENOENT/)
})

test('without systemd nothing is started; a watchdog of another process is not ours', () => {
  const options = { pid: 7, onProblem: assert.fail, helper: join('nowhere', 'notify') }
  const alone = createServiceManager({ ...options, env: { WATCHDOG_USEC: '30000000' } })
  assert.equal(alone.watchdogInterval, undefined)
  const env = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' }
  assert.equal(createServiceManager({ ...options, env }).watchdogInterval, undefined)
  return alone.ready()
})
