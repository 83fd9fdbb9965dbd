import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { runCli } from '../../../src/cli/run-cli.ts'
import type { Program, StopSignal } from '../../../src/cli/program.ts'
import { fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const PACKAGE_ROOT = join(import.meta.dirname, '..', '..', '..')

/** A program whose world is made of memory, and what it said. */
function program(t: TestContext, changes: Partial<Program> = {}) {
  const said = { stdout: '', stderr: '' }
  const waiting: (() => void)[] = []
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString()
        waiting.splice(0).forEach((resolve) => resolve())
        done()
      },
    })
  const listeners: ((signal: StopSignal) => void)[] = []
  const lostThread: (() => void)[] = []
  const aborted: number[] = []
  const world: Program = {
    stdin: Readable.from([]),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: {},
    cwd: tempFolder(t),
    clock: fakeClock(),
    random: () => 0,
    process: { host: 'test', pid: 1, startedAt: fakeClock().now(), isRunning: () => false },
    onStrayFailure: () => () => undefined,
    onLostThread(listener) {
      lostThread.push(listener)
      return () => lostThread.splice(lostThread.indexOf(listener), 1)
    },
    guard: undefined,
    packageRoot: PACKAGE_ROOT,
    onSignal(listener) {
      listeners.push(listener)
      return () => listeners.splice(listeners.indexOf(listener), 1)
    },
    abort: (code) => aborted.push(code),
    ...changes,
  }
  const signal = (name: StopSignal): void => [...listeners].forEach((listener) => listener(name))
  /** Resolves when the program has written something more. */
  const written = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
  const loseThread = (): void => [...lostThread].forEach((listener) => listener())
  return { world, said, signal, loseThread, aborted, listeners, written }
}

test('the program is a value: it prints to the streams it is given and returns its exit code', async (t) => {
  const { world, said, listeners } = program(t)
  assert.equal(await runCli(['list'], world), 0)
  assert.match(said.stdout, /^ID +Rule/)
  assert.equal(said.stderr, '')
  assert.deepEqual(listeners, [], 'no signal listener is left behind')
})

test('a warning about a misspelt variable comes first', async (t) => {
  const { world, said } = program(t, { env: { HUNT_OUPUT: 'x' } })
  assert.equal(await runCli(['list'], world), 0)
  assert.equal(said.stderr, 'warning: HUNT_OUPUT is no setting of hunt; did you mean HUNT_OUTPUT?\n')
})

test('a secret of .env is in no output, whatever fails', async (t) => {
  const { world, said } = program(t, {
    env: {
      AZURE_CLIENT_SECRET: 'hunter2',
      HUNT_BACKEND: 'azure',
      HUNT_CREDENTIAL: 'client-secret',
      HUNT_WORKSPACE_ID: '0b9bd6d2-2b5c-4b2c-9d0e-6a5d1fdc1a11',
    },
  })
  assert.equal(await runCli(['query', 'print 1'], world), 3)
  assert.match(said.stderr, /needs AZURE_TENANT_ID, AZURE_CLIENT_ID, which are not set/)
  assert.doesNotMatch(said.stdout + said.stderr, /hunter2/)
})

test('the first signal asks for a clean stop, the second ends the process', async (t) => {
  const { world, said, signal, aborted, written } = program(t)
  const running = runCli(['emulate', '--data', '.'], world)
  await written()
  assert.match(said.stdout, /\"url\":\"http/)
  signal('SIGTERM')
  assert.deepEqual(aborted, [])
  signal('SIGINT')
  assert.deepEqual(aborted, [130])
  assert.equal(await running, 143, 'the exit code is that of the first')
})

test('when threads do not come back, the program ends while one is left', async (t) => {
  const { world, said, loseThread, written } = program(t)
  const running = runCli(['emulate', '--data', '.'], world)
  await written()
  loseThread()
  loseThread()
  assert.equal(said.stderr, '')
  loseThread()
  assert.equal(await running, 70)
  assert.match(said.stderr, /3 queries did not stop .*\[local\/lost-threads\]/)
})

test('what nobody foresaw is exit code 70, with all that a report needs', async (t) => {
  const broken = {
    ...fakeClock(),
    now: () => {
      throw new TypeError('the clock fell off the wall')
    },
  }
  const { world, said } = program(t, { clock: broken })
  assert.equal(await runCli(['query', 'print 1', '--data', '.'], world), 70)
  assert.match(
    said.stderr,
    /^error: the clock fell off the wall \[internal\/unexpected\]\n {2}hint: this is a bug of hunt, not yours: please report it with the lines below\n {2}in: hunt \d+\.\d+\.\d+, Node\.js v\d+/,
  )
  assert.match(said.stderr, /\n +at /)
})
