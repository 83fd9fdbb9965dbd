import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BackendError } from '../../../src/domain/errors.ts'
import type { ErrorRecord } from '../../../src/domain/errors.ts'
import type { QueryRequest, QueryResult, RowLocality } from '../../../src/domain/ports.ts'
import { executeRun } from '../../../src/run/index.ts'
import type { RunPorts } from '../../../src/run/index.ts'
import type { Duration } from '../../../src/domain/time.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { plus } from '../../../src/time/instant.ts'
import { scheduledRule } from '../../support/rules.ts'
import { complete, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

const signal = new AbortController().signal
const rule = scheduledRule({ queryPeriod: hours(24) })
const tooLarge: ErrorRecord = {
  code: 'backend/result-truncated',
  message: 'cut',
  hint: 'less',
  retryable: false,
  context: {},
}

/** One row each minute, and no more than `most` of them in one answer. */
function rowsOf({ window }: QueryRequest, most: number): QueryResult {
  assert.ok(window !== undefined)
  const names: string[] = []
  for (let time = window.start; time < window.end; time = plus(time, minutes(1))) names.push(`row-${time}`)
  if (names.length <= most) return complete(namesTable(...names))
  return { ...complete(namesTable(...names.slice(0, most))), status: 'partial', partialError: tooLarge }
}

function portsWith(most: number, locality: RowLocality = { isRowLocal: true }) {
  const waits: string[] = []
  const backend = scriptedBackend({ [rule.query]: async (request) => rowsOf(request, most) })
  const ports = testPorts({ backend })
  const all: RunPorts = {
    ...ports,
    rowLocality: async () => locality,
    beforeQuery: async (workspace) => void waits.push(workspace),
  }
  return { ports: all, backend, waits, written: ports.writer.written, ledger: ports.ledger }
}

test('an answer that is too large is asked for in parts, which together are the window', async () => {
  const { ports, backend, waits, ledger } = portsWith(400)
  const { window } = runRequest(rule)
  const outcome = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual([outcome.status, outcome.error], ['complete', undefined])
  assert.deepEqual(
    [...outcome.findings].map(({ row }) => row[0]),
    Array.from({ length: 24 * 60 }, (_, n) => `row-${plus(window.start, minutes(n))}`),
  )
  assert.match(outcome.notes.join(), /searched in 4 parts/)
  assert.equal(backend.asked.length, 1 + 2 + 4)
  assert.equal(waits.length, backend.asked.length - 1, 'each query but the first is asked for leave')
  assert.ok(
    backend.asked.every(({ now }) => now === runRequest(rule).slot),
    'now() is the slot in every part',
  )
  assert.equal(ledger.runs({})[0]?.result?.rowCount, 24 * 60)
})

test('a query that is not row-local stays partial, and says what forbids the parts and where', async () => {
  const position = { offset: 0, length: 5 }
  const { ports, backend } = portsWith(400, { isRowLocal: false, because: 'summarize', position })
  const outcome = await executeRun(runRequest(rule), ports, signal)
  assert.equal(outcome.status, 'partial')
  assert.match(
    outcome.error?.hint ?? '',
    /^less\. The window cannot be searched in parts because of summarize \(.+:\d+:\d+\)/,
  )
  assert.equal(backend.asked.length, 1)
})

test('parts that stay too large leave the run partial with what was found, and end the search', async () => {
  const { ports, backend } = portsWith(5)
  const outcome = await executeRun(runRequest(rule), ports, signal)
  assert.equal(outcome.status, 'partial')
  assert.match(outcome.error?.hint ?? '', /smallest part/)
  assert.equal(outcome.statistics.rowCount, 5)
  assert.equal(backend.asked.length, 7, 'six halvings, and no later part')
})

test('parts older than what is kept end no search: the rest is searched, and the run is partial for the oldest', async () => {
  const { window } = runRequest(rule)
  const kept = plus(window.start, minutes(90))
  const gone: ErrorRecord = { ...tooLarge, code: 'backend/beyond-retention', message: 'older' }
  const { ports, backend, ledger } = portsWith(400)
  backend.answers = {
    [rule.query]: async (request) => {
      const found = rowsOf(request, 400)
      const isOld = request.window !== undefined && request.window.start < kept
      return isOld && found.status === 'complete' ? { ...found, status: 'partial', partialError: gone } : found
    },
  }
  const outcome = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual([outcome.status, outcome.error?.code], ['partial', 'backend/beyond-retention'])
  assert.equal([...outcome.findings].length, 24 * 60, 'younger parts come too')
  assert.match(outcome.notes.join(), /searched in 4 parts/)
  ledger.close()
})

test('a part that fails fails the run; another kind of partial answer is not split', async () => {
  const { ports, backend } = portsWith(400)
  const down = new BackendError({ code: 'backend/unavailable', message: 'no', retryable: true })
  backend.answers = {
    [rule.query]: async (request) => {
      if (backend.asked.length > 3) throw down
      return rowsOf(request, 400)
    },
  }
  const failed = await executeRun(runRequest(rule), ports, signal)
  assert.deepEqual([failed.status, failed.error?.code], ['failed', 'backend/unavailable'])

  const other: ErrorRecord = { ...tooLarge, code: 'backend/partial-result', retryable: true }
  backend.answers = { [rule.query]: { ...complete(namesTable('a')), status: 'partial', partialError: other } }
  const before = backend.asked.length
  assert.equal((await executeRun(runRequest(rule), ports, signal)).status, 'partial')
  assert.equal(backend.asked.length, before + 1)
})

test('what an answer holds outside of memory is given back once files and ledger have it, and when a part fails', async () => {
  const held = new Set<number>()
  let count = 0
  const holding = (result: QueryResult): QueryResult => {
    const id = count++
    held.add(id)
    return { ...result, release: () => void held.delete(id) }
  }
  const { ports, backend } = portsWith(400)
  const whileWriting: number[] = []
  const writer: RunPorts['writer'] = {
    async write(outcome) {
      whileWriting.push(held.size)
      return ports.writer.write(outcome)
    },
  }
  const holder: RunPorts['backend'] = { ...backend, query: async (...asked) => holding(await backend.query(...asked)) }
  await executeRun(runRequest(rule), { ...ports, writer, backend: holder }, signal)
  assert.deepEqual([whileWriting, held.size, count], [[4], 0, 7])

  const failing: RunPorts['backend'] = {
    ...backend,
    async query(...asked) {
      if (count >= 11) throw new BackendError({ code: 'backend/unavailable', message: 'gone', hint: 'later' })
      return holding(await backend.query(...asked))
    },
  }
  const outcome = await executeRun({ ...runRequest(rule), purpose: 'ad-hoc' }, { ...ports, backend: failing }, signal)
  assert.deepEqual([outcome.status, held.size, count], ['failed', 0, 11])
})

test('each query of a rule, whole or in parts, takes as long as the rule says, else as long as the settings do', async () => {
  const asked = async (timeout: Duration | undefined): Promise<readonly Duration[]> => {
    const { ports, backend } = portsWith(720)
    await executeRun(runRequest({ ...rule, timeout }), { ...ports, limits: { queryTimeout: minutes(3) } }, signal)
    return backend.asked.map((request) => request.timeout)
  }
  assert.deepEqual(await asked(minutes(8)), Array(3).fill(minutes(8)))
  assert.deepEqual(await asked(undefined), Array(3).fill(minutes(3)))
})
