import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, BackendError, ConfigError, EXIT, KqlError, LedgerError } from '../../../src/domain/errors.ts'
import type { ExitCode } from '../../../src/domain/errors.ts'
import { gravest, runAll } from '../../../src/run/index.ts'
import type { RunRequest } from '../../../src/domain/run.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { SLOT } from '../../support/outcomes.ts'
import { scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, partial, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import type { Answer } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal

/** A request of a rule whose query is its name, so that the scripted backend knows it. */
function request(name: string, changes: Partial<RunRequest> = {}): RunRequest {
  return runRequest(scheduledRule({ id: `${name}-id`, name, query: name }), changes)
}

const answers = {
  finds: complete(namesTable('vm')),
  quiet: complete(namesTable()),
  cut: partial(namesTable('vm')),
  slow: new BackendError({ code: 'backend/timeout', message: 'slow' }),
  forbidden: new AuthError({ code: 'auth/forbidden', message: 'no' }),
  misconfigured: new ConfigError({ code: 'config/workspace', message: 'no' }),
  wrong: new KqlError({ code: 'kql/syntax', message: 'no' }),
  broken: new TypeError('bug'),
} satisfies Record<string, Answer>
type Name = keyof typeof answers

for (const [names, exitCode] of [
  [['finds', 'quiet'], EXIT.ok],
  [['finds', 'cut'], EXIT.incomplete],
  [['wrong', 'cut'], EXIT.kql],
  [['wrong', 'slow'], EXIT.backend],
  [['slow', 'misconfigured'], EXIT.config],
  [['misconfigured', 'forbidden', 'finds'], EXIT.auth],
  [['forbidden', 'broken'], EXIT.internal],
] as const satisfies readonly (readonly [readonly Name[], ExitCode])[]) {
  test(`${names.join(', ')}: all run, the exit code is ${exitCode}`, async () => {
    const ports = testPorts({ backend: scriptedBackend(answers) })
    const { results, exitCode: actual } = await runAll(
      names.map((name) => request(name)),
      ports,
      {},
      signal,
    )
    assert.deepEqual(
      results.map((result) => [result.kind, result.request.rule.name]),
      names.map((name) => ['finished', name]),
    )
    assert.equal(actual, exitCode)
  })
}

test('the ledger outranks all but a bug', () => {
  assert.equal(gravest([EXIT.auth, EXIT.ledger, EXIT.incomplete]), EXIT.ledger)
  assert.equal(gravest([EXIT.ledger, EXIT.internal]), EXIT.internal)
  assert.equal(gravest([EXIT.ok]), EXIT.ok)
  assert.equal(gravest([]), EXIT.ok)
})

test('so many at once and no more', async () => {
  let running = 0
  let most = 0
  const backend = scriptedBackend()
  const names = Array.from({ length: 10 }, (_, n) => `rule-${n}`)
  backend.answers = Object.fromEntries(
    names.map((name) => [
      name,
      async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return complete(namesTable(name))
      },
    ]),
  )
  const ports = testPorts({ backend })
  const { results } = await runAll(
    names.map((name) => request(name)),
    ports,
    { concurrency: 3 },
    signal,
  )
  assert.equal(most, 3)
  assert.deepEqual(
    results.map((result) => result.request.rule.name),
    names,
  )
  assert.equal(ports.sinks[0]?.deliveries.length, 10)
})

test('a rule that another process runs fails alone', async () => {
  const ports = testPorts()
  ports.ledger.claim(
    { ruleId: 'a-id', workspace: 'local', slot: SLOT, windowOverride: '' },
    ports.clock.now(),
    hours(1),
  )
  const { results, exitCode } = await runAll([request('a'), request('b')], ports, {}, signal)
  assert.deepEqual(
    results.map((result) => (result.kind === 'failed' ? result.error.code : result.kind)),
    ['run/busy', 'finished'],
  )
  assert.equal(exitCode, EXIT.incomplete)
})

test('an undelivered incident makes the exit code, also in later runs, until it is delivered', async () => {
  const sink = memorySink()
  sink.failure = new Error('503')
  const ports = testPorts({ sinks: [sink], backend: scriptedBackend(answers) })
  const first = await runAll([request('finds')], ports, {}, signal)
  assert.deepEqual([first.exitCode, first.undelivered?.length], [EXIT.incomplete, 1])
  assert.equal((await runAll([request('quiet')], ports, {}, signal)).exitCode, EXIT.incomplete)
  sink.failure = undefined
  ports.clock.advance(minutes(5))
  const last = await runAll([request('slow')], ports, {}, signal)
  assert.deepEqual([last.exitCode, last.undelivered, sink.deliveries.length], [EXIT.backend, [], 1])
})

test('what another process has just committed or taken is not held against this one', async () => {
  const ports = testPorts({ backend: scriptedBackend(answers), sinks: [memorySink('a')] })
  const stop = new AbortController()
  const other = { ...ports, backend: { ...ports.backend, query: async () => (stop.abort(), answers.finds) } }
  await runAll([request('finds')], other, {}, stop.signal)
  const ledger = { ...ports.ledger, take: () => undefined }
  const { exitCode, undelivered } = await runAll([request('quiet')], { ...ports, ledger }, {}, signal)
  assert.deepEqual([exitCode, undelivered, ports.ledger.pending().length], [EXIT.ok, [], 1])
})

test('what is owed to a sink that is no longer configured is told', async () => {
  const sink = memorySink('old')
  sink.failure = new Error('503')
  const ports = testPorts({ backend: scriptedBackend(answers), sinks: [sink] })
  await runAll([request('finds')], ports, {}, signal)
  const { exitCode, undelivered } = await runAll(
    [request('quiet')],
    { ...ports, sinks: [memorySink('new')] },
    {},
    signal,
  )
  assert.deepEqual([exitCode, undelivered?.map((entry) => entry.sink)], [EXIT.incomplete, ['old']])
})

test('without incidents the outbox of other runs is not touched', async () => {
  const sink = memorySink()
  sink.failure = new Error('503')
  const ports = testPorts({ sinks: [sink], backend: scriptedBackend(answers) })
  await runAll([request('finds')], ports, {}, signal)
  sink.failure = undefined
  ports.clock.advance(hours(1))
  const looked = await runAll([request('quiet', { opensIncidents: false })], ports, {}, signal)
  assert.deepEqual([looked.exitCode, sink.deliveries.length], [EXIT.ok, 0])
})

test('after an abort nothing new begins', async () => {
  const stop = new AbortController()
  const backend = scriptedBackend({
    a: async () => {
      stop.abort(new Error('stop'))
      throw stop.signal.reason
    },
  })
  const ports = testPorts({ backend })
  const { results, exitCode } = await runAll([request('a'), request('b')], ports, { concurrency: 1 }, stop.signal)
  assert.deepEqual(
    results.map((result) => result.kind),
    ['stopped', 'stopped'],
  )
  assert.deepEqual([backend.asked.length, exitCode], [1, EXIT.ok])
})

test('a ledger that cannot be read afterwards is told', async () => {
  const ports = testPorts()
  const ledger = {
    ...ports.ledger,
    pending: () => {
      throw new LedgerError({ code: 'ledger/corrupt', message: 'damaged' })
    },
  }
  const { exitCode, undelivered } = await runAll([request('a')], { ...ports, ledger }, {}, signal)
  assert.deepEqual([exitCode, undelivered], [EXIT.ledger, undefined])
})
