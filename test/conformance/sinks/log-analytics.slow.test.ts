import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sink } from '../../../src/domain/ports.ts'
import { createSinks } from '../../../src/sinks/index.ts'
import { batchesOf } from '../../../src/sinks/log-analytics/batches.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { emulatorUnderTest } from '../../support/emulator-under-test.ts'
import type { EmulatorUnderTest } from '../../support/emulator-under-test.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { sinkContext } from '../../support/sink-context.ts'
import { growing, opened, sinkContract, updated } from './contract.ts'
import type { Received } from './contract.ts'

const signal = new AbortController().signal
const RULE = 'dcr-0123456789abcdef0123456789abcdef'
const FAULTS = { busy: 'throttle; retry-after=1', lost: 'lost', denied: 'forbidden', refused: undefined } as const

function logAnalytics(emulator: EmulatorUnderTest): Sink {
  const config = { type: 'log-analytics', options: { endpoint: emulator.url, rule: RULE } }
  const [sink] = createSinks([config], sinkContext({ clock: systemClock, ...emulator.surroundings }))
  assert.ok(sink)
  return sink
}

type Row = Readonly<Record<string, unknown>>

/** As queries see the table: the last of each RowId (docs/sinks.md). */
async function rowsIn(emulator: EmulatorUnderTest): Promise<readonly Row[]> {
  const { streams } = await emulator.get<{ streams: readonly { stream: string; rows: readonly Row[] }[] }>(
    '/_emulator/streams',
  )
  const rows = streams.flatMap(({ stream, rows: all }) => (stream === 'Custom-HuntIncidents' ? all : []))
  return [...new Map(rows.map((row) => [row['RowId'], row])).values()]
}

sinkContract('log-analytics', async (t) => {
  const emulator = await emulatorUnderTest(t)
  return {
    connect: () => logAnalytics(emulator),
    async received() {
      const found = new Map<string, Received & { readonly count: number }>()
      for (const row of await rowsIn(emulator)) {
        if (row['RecordKind'] !== 'Incident') continue
        const id = String(row['IncidentId'])
        const count = Number(row['AlertCount'])
        if ((found.get(id)?.count ?? -1) > count) continue
        found.set(id, { title: String(row['Name']), alertIds: row['AlertIds'] as readonly string[], count })
      }
      return new Map([...found].map(([id, { title, alertIds }]) => [id, { title, alertIds }]))
    },
    told: async () => (await rowsIn(emulator)).map((row) => JSON.stringify(row)),
    tellsDuplicates: false,
    breakNext: (how) => (FAULTS[how] === undefined ? false : emulator.script([FAULTS[how]])),
    secrets: emulator.secrets,
  }
})

test('log-analytics: each alert has one row, however often it is uploaded', async (t) => {
  const emulator = await emulatorUnderTest(t)
  const grown = growing(incidentOf())
  await logAnalytics(emulator).deliver(opened(incidentOf()), signal)
  await logAnalytics(emulator).deliver(opened(incidentOf()), signal)
  await logAnalytics(emulator).deliver(updated(grown), signal)
  const rows = await rowsIn(emulator)
  assert.deepEqual(
    rows.filter((row) => row['RecordKind'] === 'Alert').map((row) => row['RowId']),
    grown.alerts.map(({ id }) => id),
  )
})

test('log-analytics: batches stay below their limit, keep the order and lose no row', () => {
  const rows = Array.from({ length: 500 }, (_, n) => ({ n, text: 'ä'.repeat(n) }))
  const batches = batchesOf(rows, 10_000)
  assert.ok(batches.length > 10)
  assert.ok(batches.every((batch) => Buffer.byteLength(batch) <= 10_000))
  assert.deepEqual(
    batches.flatMap((batch) => JSON.parse(batch) as unknown[]),
    rows,
  )
  assert.deepEqual(batchesOf([]), [])
})

test('log-analytics: whoever may not upload hears which role is missing, and where', async (t) => {
  const emulator = await emulatorUnderTest(t)
  await emulator.script(['forbidden'])
  await assert.rejects(logAnalytics(emulator).deliver(opened(incidentOf()), signal), {
    code: 'sink/role',
    fault: 'sink',
    hint: /"Monitoring Metrics Publisher" on the data collection rule dcr-/,
  })
})
