import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runAll } from '../../../src/run/index.ts'
import { complete, memorySink, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import { scheduledRule } from '../../support/rules.ts'
import { namesTable } from '../../support/tables.ts'

const RULES = 67
const ROWS = 150

test('10,050 alerts in one pass: every incident in the ledger and at a sink without a limit, elsewhere a hundred messages and summaries', async () => {
  const all = memorySink('all')
  const chat = { ...memorySink('chat'), stormLimit: 100 }
  const rules = Array.from({ length: RULES }, (_, n) =>
    scheduledRule({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      name: `Rule ${n}`,
      query: `q${n}`,
      severity: n === 40 ? 'High' : 'Low',
      eventGrouping: 'AlertPerResult',
    }),
  )
  const names = Array.from({ length: ROWS }, (_, n) => `vm-${n}`)
  const backend = scriptedBackend(Object.fromEntries(rules.map(({ query }) => [query, complete(namesTable(...names))])))
  const ports = { ...testPorts({ backend }), sinks: [all, chat] }
  const signal = new AbortController().signal
  const { exitCode, undelivered } = await runAll(
    rules.map((rule) => runRequest(rule)),
    ports,
    {},
    signal,
  )
  assert.equal(all.deliveries.length, RULES * ROWS, 'a sink without a limit is told of each')
  const told = chat.deliveries.filter(({ reason }) => reason !== 'storm')
  const summaries = chat.deliveries.filter(({ reason }) => reason === 'storm')
  assert.ok(told.length <= 100, `${told.length} one by one`)
  // The pass is one moment of the test's clock: the first summary is out, the rest waits a quarter of an hour for its own.
  assert.ok(summaries.length <= 2, `${summaries.length} summaries`)
  assert.deepEqual([exitCode, undelivered?.every(({ sink }) => sink === 'chat')], [7, true])
  ports.clock.advance((16 * 60_000) as Parameters<typeof ports.clock.advance>[0])
  const later = await runAll(
    [runRequest(scheduledRule({ query: 'none', id: '00000000-0000-4000-8000-0000000000ff' }))],
    ports,
    {},
    signal,
  )
  assert.equal(later.exitCode, 0)
  const counted = chat.deliveries
    .filter(({ reason }) => reason === 'storm')
    .map(({ incident }) => Number(/Storm: ([\d,]+)/.exec(incident.title)?.[1]?.replace(',', '')))
  const oneByOne = chat.deliveries.length - counted.length
  assert.equal(oneByOne + counted.reduce((sum, each) => sum + each, 0), RULES * ROWS + 1, 'all are told or counted')
  assert.ok(chat.deliveries.length <= 105, `${chat.deliveries.length} messages`)
  assert.match(chat.deliveries.map(({ incident }) => incident.description).join('\n'), /^\d+ Low: Rule \d+$/m)
})
