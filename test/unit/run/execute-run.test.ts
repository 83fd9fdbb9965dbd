import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, BackendError, EXIT, IncompleteError, KqlError, LedgerError } from '../../../src/domain/errors.ts'
import { runVariablesOf } from '../../../src/domain/run-variables.ts'
import { executeRun } from '../../../src/run/index.ts'
import { hours, minutes, seconds } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { runKey, SLOT } from '../../support/outcomes.ts'
import { groupingRule, huntingQuery, scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, partial, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal
const QUERY = scheduledRule().query
const nextSlot = plus(SLOT, hours(24))

test('a run asks for its window at its slot, records what it found and delivers it', async () => {
  const ports = testPorts()
  const outcome = await executeRun(runRequest(), ports, signal)
  assert.deepEqual(ports.backend.asked, [
    {
      query: QUERY,
      window: runRequest().window,
      now: SLOT,
      variables: runVariablesOf(scheduledRule(), runRequest().window),
      workspace: 'local',
      timeout: minutes(10),
    },
  ])
  assert.equal(outcome.status, 'complete')
  assert.deepEqual(
    { ...outcome.statistics, queryDuration: 0 },
    {
      queryDuration: 0,
      rowCount: 1,
      excludedRowCount: 0,
      findingCount: 1,
      newFindingCount: 1,
      alertCount: 1,
      incidentCount: 1,
    },
  )
  assert.deepEqual(
    ports.writer.written.map(({ findings }) => findings),
    [outcome.findings],
  )
  assert.deepEqual(
    [outcome.alerts[0]?.resultFile, outcome.opened[0]?.alerts[0]?.resultFile],
    ['memory/1', 'memory/1'],
    'an alert names the file of its rows',
  )
  assert.deepEqual(
    ports.sinks[0]?.deliveries.map(({ reason, incident }) => [reason, incident]),
    [['opened', outcome.opened[0]]],
  )
  assert.deepEqual(ports.ledger.pending(), [])
  assert.deepEqual(
    ports.ledger.runs({}).map((run) => [run.status, run.attempt, run.result?.ruleSha256]),
    [['complete', 1, 'a'.repeat(64)]],
  )
})

test('whoever watches hears of start, rows, end and delivery, in this order', async () => {
  const ports = testPorts()
  const outcome = await executeRun(runRequest(), ports, signal)
  assert.deepEqual(
    ports.events.map((event) => event.kind),
    ['started', 'rows', 'finished', 'delivered'],
  )
  assert.deepEqual(ports.events[2], { kind: 'finished', outcome, files: { paths: ['memory/1'] } })
})

test('a clock that is put back while a slot is searched leaves it to be searched again: a part of its window has not come', async () => {
  for (const purpose of ['slot', 'backfill', 'ad-hoc'] as const) {
    const ports = testPorts()
    ports.backend.answers = {
      [QUERY]: async () => {
        ports.clock.set(minus(runRequest().window.end, seconds(1)))
        return complete(namesTable('a'))
      },
    }
    const { status, error } = await executeRun(runRequest(undefined, { purpose }), ports, signal)
    const isSaid = [status, error?.code]
    assert.deepEqual(isSaid, purpose === 'ad-hoc' ? ['complete', undefined] : ['partial', 'run/clock-ahead'], purpose)
    assert.equal(ports.ledger.coverage().length, 0)
    assert.equal(ports.sinks[0]?.deliveries.length, 1, 'what it found is told all the same')
  }
})

test('a slot that is asked before its window has ended is searched again, also when the answer comes after its end', async () => {
  const ports = testPorts()
  const { window } = runRequest()
  ports.clock.set(minus(window.end, seconds(10)))
  ports.backend.answers = {
    [QUERY]: async () => {
      ports.clock.set(plus(window.end, seconds(10)))
      return complete(namesTable('a'))
    },
  }
  const { status, error } = await executeRun(runRequest(undefined, { purpose: 'slot' }), ports, signal)
  assert.deepEqual([status, error?.code], ['partial', 'run/clock-ahead'])
})

test('the duration of the query is measured on the clock', async () => {
  const ports = testPorts()
  ports.backend.answers = {
    [QUERY]: async () => {
      ports.clock.advance(seconds(7))
      return complete(namesTable('a'), { statistics: { cpu: 1 } })
    },
  }
  const { statistics, startedAt, finishedAt } = await executeRun(runRequest(), ports, signal)
  assert.deepEqual(
    [statistics.queryDuration, statistics.backend, finishedAt],
    [seconds(7), { cpu: 1 }, plus(startedAt, seconds(7))],
  )
})

test('a second run of the slot finds the same, knows it, and opens nothing twice', async () => {
  const ports = testPorts()
  const first = await executeRun(runRequest(), ports, signal)
  const second = await executeRun(runRequest(), ports, signal)
  assert.equal(second.attempt, 2)
  assert.deepEqual(
    [...second.findings].map(({ id, isNew, firstRecorded }) => [id, isNew, firstRecorded]),
    [[[...first.findings][0]?.id, false, { slot: SLOT, incidentId: first.opened[0]?.id }]],
  )
  assert.deepEqual([second.alerts, second.opened, ports.sinks[0]?.deliveries.length], [[], [], 1])
})

test('overlapping windows find a row once, and alert on what is new', async () => {
  const ports = testPorts()
  ports.backend.answers = { [QUERY]: complete(namesTable('a', 'b')) }
  await executeRun(runRequest(), ports, signal)
  ports.backend.answers = { [QUERY]: complete(namesTable('b', 'c')) }
  const later = await executeRun(runRequest(scheduledRule(), { slot: nextSlot }), ports, signal)
  assert.deepEqual(
    [...later.findings].map(({ row, isNew }) => [row[0], isNew]),
    [
      ['b', false],
      ['c', true],
    ],
  )
  assert.deepEqual(
    later.alerts.map((alert) => alert.findingIds),
    [[[...later.findings][1]?.id]],
  )
})

test('the trigger counts all rows of the run, known ones too', async () => {
  const rule = scheduledRule({ trigger: { operator: 'gt', threshold: 1 } })
  const ports = testPorts()
  ports.backend.answers = { [QUERY]: complete(namesTable('a', 'b')) }
  await executeRun(runRequest(rule), ports, signal)
  ports.backend.answers = { [QUERY]: complete(namesTable('b', 'c')) }
  assert.equal((await executeRun(runRequest(rule, { slot: nextSlot }), ports, signal)).alerts.length, 1)
  ports.backend.answers = { [QUERY]: complete(namesTable('d')) }
  const quiet = await executeRun(runRequest(rule, { slot: plus(nextSlot, hours(24)) }), ports, signal)
  assert.deepEqual([quiet.status, quiet.findings, quiet.statistics.rowCount], ['complete', [], 1])
})

test('an alert on an empty result opens one incident, however often the slot runs', async () => {
  const rule = scheduledRule({ trigger: { operator: 'lt', threshold: 1 } })
  const ports = testPorts()
  ports.backend.answers = { [QUERY]: complete(namesTable()) }
  assert.equal((await executeRun(runRequest(rule), ports, signal)).opened.length, 1)
  assert.equal((await executeRun(runRequest(rule), ports, signal)).opened.length, 0)
  assert.equal((await executeRun(runRequest(rule, { slot: nextSlot }), ports, signal)).opened.length, 1)
})

test('alerts of later runs join the incident that the ledger has open', async () => {
  const rule = groupingRule({ matchingMethod: 'AnyAlert', lookbackDuration: hours(24) })
  const ports = testPorts()
  const first = await executeRun(runRequest(rule), ports, signal)
  ports.backend.answers = { [QUERY]: complete(namesTable('vm-2')) }
  const second = await executeRun(runRequest(rule, { slot: nextSlot }), ports, signal)
  assert.deepEqual(
    second.updated.map(({ id, alerts }) => [id, alerts.length]),
    [[first.opened[0]?.id, 2]],
  )
  assert.deepEqual(
    ports.sinks[0]?.deliveries.map(({ reason }) => reason),
    ['opened', 'updated'],
  )
})

test('a hunting query has findings and opens nothing', async () => {
  const ports = testPorts()
  const outcome = await executeRun(runRequest(huntingQuery()), ports, signal)
  assert.deepEqual([outcome.findings.length, outcome.alerts, outcome.opened], [1, [], []])
})

test('a partial answer is reported and delivered, and never counts as complete', async () => {
  const ports = testPorts({ backend: scriptedBackend({ [QUERY]: partial(namesTable('a')) }) })
  const outcome = await executeRun(runRequest(), ports, signal)
  assert.deepEqual([outcome.status, outcome.error?.code, outcome.opened.length], ['partial', 'backend/partial', 1])
  assert.deepEqual(
    ports.ledger.runs({}).map((run) => run.status),
    ['partial'],
  )
  assert.equal(ports.sinks[0]?.deliveries.length, 1)
})

test('a partial answer that leaves the trigger undecided alerts on nothing and swallows nothing', async () => {
  const rule = scheduledRule({ trigger: { operator: 'gt', threshold: 5 } })
  const ports = testPorts({ backend: scriptedBackend({ [QUERY]: partial(namesTable('a', 'b')) }) })
  const cut = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual([cut.findings.length, cut.alerts.length], [2, 0])
  assert.match(cut.warnings[0] ?? '', /with 2 rows seen, the rows that are missing decide/)
  ports.backend.answers = { [QUERY]: complete(namesTable('a', 'b', 'c', 'd', 'e', 'f')) }
  const whole = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual(
    whole.alerts.map((alert) => alert.findingIds.length),
    [6],
  )
})

test('without incidents: alerts are shown, nothing is opened or delivered, and a later run opens everything', async () => {
  const ports = testPorts()
  const looked = await executeRun(runRequest(scheduledRule(), { opensIncidents: false }), ports, signal)
  assert.deepEqual(
    [looked.opensIncidents, looked.findings.length, looked.alerts.length, looked.opened],
    [false, 1, 1, []],
  )
  assert.deepEqual([ports.sinks[0]?.deliveries, ports.writer.written.length], [[], 1])
  const real = await executeRun(runRequest(), ports, signal)
  assert.deepEqual([[...real.findings][0]?.isNew, real.opened.length, ports.sinks[0]?.deliveries.length], [true, 1, 1])
})

test('warnings of the backend, of detection and about suppression come together', async () => {
  const rule = scheduledRule({ suppression: { enabled: true, duration: hours(5) }, customDetails: { x: 'Gone' } })
  const ports = testPorts({
    backend: scriptedBackend({ [QUERY]: complete(namesTable('a'), { warnings: ['table X is empty'] }) }),
  })
  const { warnings } = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual(
    warnings.map((warning) => warning.split(':')[0]?.split(';')[0]),
    ['table X is empty', 'custom detail x', 'the rule has suppression'],
  )
})

for (const [what, error, exitCode] of [
  ['no permission', new AuthError({ code: 'auth/forbidden', message: '403' }), EXIT.auth],
  ['a service fault', new BackendError({ code: 'backend/unavailable', message: '503', retryable: true }), EXIT.backend],
  ['a bug of ours', new TypeError('x is not a function'), EXIT.internal],
] as const) {
  test(`${what} makes a failed run that is recorded`, async () => {
    const ports = testPorts({ backend: scriptedBackend({ [QUERY]: error }) })
    const outcome = await executeRun(runRequest(), ports, signal)
    assert.deepEqual([outcome.status, outcome.error?.exitCode, outcome.findings], ['failed', exitCode, []])
    assert.ok(outcome.error?.message.includes(error.message))
    assert.deepEqual([ports.ledger.runs({})[0]?.status, ports.ledger.runs({})[0]?.error], ['failed', outcome.error])
    assert.equal(ports.writer.written[0]?.status, 'failed')
    assert.equal((await executeRun(runRequest(), ports, signal)).attempt, 2)
  })
}

test('a fault in the query is shown at its place in the rule file', async () => {
  const error = new KqlError({
    code: 'kql/unknown-column',
    message: 'no such column',
    hint: 'look',
    position: { offset: 16, length: 4 },
  })
  const ports = testPorts({ backend: scriptedBackend({ [QUERY]: error }) })
  const outcome = await executeRun(runRequest(), ports, signal)
  assert.deepEqual(outcome.error, {
    code: 'kql/unknown-column',
    message: 'no such column',
    hint: 'look',
    retryable: false,
    context: {},
    exitCode: EXIT.kql,
    span: { file: 'queries/rare-script.yaml', line: 11, column: 19, length: 4 },
  })
})

test('files that cannot be written: incidents go out, the run is partial, and the next attempt writes them', async () => {
  const ports = testPorts()
  ports.writer.failure = new IncompleteError({ code: 'files/unwritable', message: 'the disk is full' })
  const outcome = await executeRun(runRequest(), ports, signal)
  assert.deepEqual([outcome.status, outcome.error?.code], ['partial', 'files/unwritable'])
  assert.deepEqual(ports.ledger.runs({})[0]?.status, 'partial')
  assert.equal(ports.sinks[0]?.deliveries.length, 1)
  assert.equal(ports.events.find((event) => event.kind === 'finished')?.files, undefined)
  ports.writer.failure = undefined
  const again = await executeRun(runRequest(), ports, signal)
  assert.deepEqual([again.status, ports.writer.written.length, ports.sinks[0]?.deliveries.length], ['complete', 1, 1])
})

test('a failed query whose files cannot be written either keeps its own reason', async () => {
  const ports = testPorts({
    backend: scriptedBackend({ [QUERY]: new BackendError({ code: 'backend/timeout', message: 'slow' }) }),
  })
  ports.writer.failure = new IncompleteError({ code: 'files/unwritable', message: 'the disk is full' })
  const outcome = await executeRun(runRequest(), ports, signal)
  assert.deepEqual([outcome.error?.code, outcome.warnings], ['backend/timeout', ['no result files: the disk is full']])
})

test('a rule that another process runs is not run twice', async () => {
  const ports = testPorts()
  ports.ledger.claim(
    { ruleId: scheduledRule().id, workspace: 'local', slot: nextSlot, windowOverride: '' },
    ports.clock.now(),
    hours(1),
  )
  await assert.rejects(executeRun(runRequest(), ports, signal), (error) => {
    assert.ok(error instanceof IncompleteError)
    assert.equal(error.code, 'run/busy')
    assert.match(error.message, /Rare script.* is already being run on workspace local, by this process/)
    assert.match(error.hint ?? '', /2026-03-02T01:05:00Z/)
    return true
  })
  assert.deepEqual([ports.backend.asked, ports.events], [[], []])
})

test('an aborted run leaves no trace but its end', async () => {
  const ports = testPorts()
  const stop = new AbortController()
  ports.backend.answers = {
    [QUERY]: async (_, given) => {
      stop.abort(new Error('stopped by SIGINT'))
      given.throwIfAborted()
      return complete(namesTable('a'))
    },
  }
  await assert.rejects(executeRun(runRequest(), ports, stop.signal), /stopped by SIGINT/)
  assert.deepEqual(
    ports.events.map((event) => event.kind),
    ['started', 'gave-up'],
  )
  assert.deepEqual([ports.ledger.runs({}), ports.writer.written], [[], []])
  assert.equal((await executeRun(runRequest(), testPorts({ ledger: ports.ledger }), signal)).attempt, 1)
})

test('an abort after the answer lets the run finish, and leaves its deliveries to the next one', async () => {
  const ports = testPorts()
  const stop = new AbortController()
  ports.backend.answers = {
    [QUERY]: async () => {
      stop.abort()
      return complete(namesTable('a'))
    },
  }
  const outcome = await executeRun(runRequest(), ports, stop.signal)
  assert.deepEqual(
    [outcome.status, ports.sinks[0]?.deliveries.length, ports.ledger.pending().length],
    ['complete', 0, 1],
  )
  await executeRun(runRequest(), ports, signal)
  assert.equal(ports.sinks[0]?.deliveries.length, 1)
})

test('a ledger that fails stops the run, gives the claim back, and is told', async () => {
  const ports = testPorts()
  const broken = {
    ...ports.ledger,
    known: () => {
      throw new LedgerError({ code: 'ledger/full', message: 'the disk is full' })
    },
  }
  await assert.rejects(executeRun(runRequest(), { ...ports, ledger: broken }, signal), { code: 'ledger/full' })
  assert.deepEqual([ports.ledger.runs({}), ports.events.at(-1)?.kind], [[], 'gave-up'])
})

test('a commit after the claim was lost records and delivers nothing', async () => {
  const ports = testPorts()
  ports.backend.answers = {
    [QUERY]: async () => {
      // The computer slept through the lease, and another process has taken over.
      const takeOver = (): string => ports.ledger.claim(runKey(), ports.clock.now(), hours(1)).kind
      ports.clock.set(plus(ports.clock.now(), hours(3)))
      assert.equal(takeOver(), 'busy')
      ports.clock.set(plus(ports.clock.now(), minutes(3)))
      assert.equal(takeOver(), 'claimed')
      return complete(namesTable('a'))
    },
  }
  await assert.rejects(executeRun(runRequest(), ports, signal), { code: 'ledger/claim-lost' })
  assert.deepEqual([ports.ledger.pending(), ports.sinks[0]?.deliveries], [[], []])
})

test('a claim is renewed while its run works; when it is lost all the same, the run is stopped', async () => {
  const ports = testPorts()
  let stopped: unknown
  ports.backend.answers = {
    [QUERY]: async (_request, running) => {
      for (let minute = 0; minute < 30; minute += 1) {
        ports.clock.advance(minutes(1))
        await new Promise((resolve) => setImmediate(resolve))
      }
      assert.equal(ports.ledger.claim(runKey(), ports.clock.now(), hours(1)).kind, 'busy', 'thirty minutes in')
      ports.clock.set(plus(ports.clock.now(), hours(8)))
      ports.ledger.claim(runKey(), ports.clock.now(), hours(1))
      ports.clock.set(plus(ports.clock.now(), minutes(3)))
      assert.equal(ports.ledger.claim(runKey(), ports.clock.now(), hours(1)).kind, 'claimed', 'asleep for too long')
      ports.clock.advance(minutes(2))
      await new Promise((resolve) => setImmediate(resolve))
      stopped = running.reason
      return complete(namesTable('a'))
    },
  }
  await assert.rejects(executeRun(runRequest(), ports, signal), { code: 'ledger/claim-lost' })
  assert.ok(stopped instanceof LedgerError)
  assert.deepEqual(ports.ledger.pending(), [])
})

test('a failing sink fails no run: the incident waits in the outbox', async () => {
  const sink = memorySink()
  sink.failure = new Error('connection refused')
  const ports = testPorts({ sinks: [sink] })
  assert.equal((await executeRun(runRequest(), ports, signal)).status, 'complete')
  assert.equal(ports.ledger.pending().length, 1)
  sink.failure = undefined
  ports.clock.advance(minutes(1))
  ports.backend.answers = { [QUERY]: complete(namesTable()) }
  await executeRun(runRequest(scheduledRule(), { slot: nextSlot }), ports, signal)
  assert.deepEqual([sink.deliveries.length, ports.ledger.pending()], [1, []])
})

test('a run names the engine that answered for its workspace, also when it failed', async () => {
  const engineOf = (workspace: string) => (workspace === 'local' ? 'defender-xdr' : 'azure')
  const failing = scriptedBackend({ [QUERY]: new BackendError({ code: 'backend/unavailable', message: 'away' }) })
  const outcomes = [
    await executeRun(runRequest(), { ...testPorts(), engineOf }, signal),
    await executeRun(runRequest(), { ...testPorts({ backend: failing }), engineOf }, signal),
    await executeRun(runRequest(), testPorts(), signal),
  ]
  assert.deepEqual(
    outcomes.map(({ backend, status }) => [backend, status]),
    [
      ['defender-xdr', 'complete'],
      ['defender-xdr', 'failed'],
      [scriptedBackend().name, 'complete'],
    ],
  )
})
