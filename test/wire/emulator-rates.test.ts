import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { Clock } from '../../src/domain/time.ts'
import { startEmulator } from '../../src/emulator/index.ts'
import type { RunningEmulator } from '../../src/emulator/index.ts'
import { SERVICE_RATES } from '../../src/emulator/rate-limits.ts'
import { seconds } from '../../src/time/duration.ts'
import { plus } from '../../src/time/instant.ts'
import { WORKSPACE_ID } from '../support/azure-logs.ts'
import { at } from '../support/instants.ts'
import { ALL_TYPES, tableBackend } from '../support/table-backend.ts'

const QUERY = `/v1/workspaces/${WORKSPACE_ID}/query`
const SENTINEL =
  '/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights/incidents'
const RULE = `/dataCollectionRules/dcr-${'0'.repeat(32)}/streams/Custom-Rows?api-version=2023-01-01`

/** How long a query may wait for its turn; another length than that of any other wait. */
const TURN = seconds(77)

/** A clock that stands until a test moves it; waits end when their signal does, or when the test lets them. */
function standingClock() {
  let now = at('2026-03-02T12:00:00Z')
  let waits: { readonly duration: number; readonly end: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (duration, signal) =>
      new Promise((resolve, reject) => {
        waits.push({ duration, end: resolve })
        signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
      }),
  }
  return {
    clock,
    pass: (length: number) => void (now = plus(now, seconds(length))),
    endWaits: (length: number) => {
      for (const { duration, end } of waits) if (duration === length) end()
      waits = []
    },
  }
}

let emulator: RunningEmulator
const { clock, pass, endWaits } = standingClock()
/** Queries that have begun and wait for the test. */
let held: (() => void)[] = []
let isHolding = false

const send = (method: string, path: string, body?: unknown) =>
  fetch(emulator.url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const ask = () => send('POST', QUERY, { query: 'AllTypes | take 1' })

describe('emulator: the rates of the services', () => {
  before(async () => {
    const backend = tableBackend({ AllTypes: ALL_TYPES }, async (result) => {
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve))
      return result
    })
    const queries = { ...SERVICE_RATES.queries, rate: 6, atOnce: 2, waiting: 1, longestWait: TURN }
    const ingestion = { ...SERVICE_RATES.ingestion, requests: 3, bytes: 200 }
    const resourceManager = { ...SERVICE_RATES.resourceManager, reads: { size: 20, refill: 5 } }
    emulator = await startEmulator({ backend, clock, rateLimits: { queries, ingestion, resourceManager } })
  })
  after(() => emulator.close())
  afterEach(() => pass(600))

  it('lets so many queries begin in 30 seconds, and says when the next may', async () => {
    for (let n = 0; n < 6; n++) assert.equal((await ask()).status, 200)
    pass(10)
    const refused = await ask()
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '20'])
    const { error } = (await refused.json()) as { error: { code: string } }
    assert.equal(error.code, 'ThrottledError')
    pass(20)
    assert.equal((await ask()).status, 200)
  })

  it('runs so many at once, lets so many wait, and none for too long', async () => {
    isHolding = true
    const running = [ask(), ask()]
    await until(() => held.length === 2)
    // One of these finds the only place to wait, whichever comes first, and the other none.
    const further = [ask(), ask()]
    assert.equal((await Promise.race(further)).status, 429)
    assert.equal(held.length, 2, 'who waits has not begun')
    endWaits(TURN)
    const late = await Promise.all(further)
    assert.deepEqual(
      late.map(({ status, headers }) => [status, headers.get('retry-after')]),
      [
        [429, null],
        [429, null],
      ],
    )
    isHolding = false
    for (const go of held) go()
    held = []
    assert.deepEqual(
      (await Promise.all(running)).map(({ status }) => status),
      [200, 200],
    )
    pass(60)
    assert.equal((await ask()).status, 200, 'a place that was given up is free')
  })

  it('tells what is left of reads, writes and deletes of a subscription, and refuses beyond', async () => {
    const list = (subscription: string) =>
      send('GET', `/subscriptions/${subscription}${SENTINEL}?api-version=2025-09-01`)
    const left = (response: Response, kind: string) =>
      response.headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`)
    assert.equal(left(await list('s1'), 'reads'), '19')
    const made = await send('PUT', `/subscriptions/s1${SENTINEL}/i?api-version=2025-09-01`, {
      properties: { title: 'a', severity: 'Low', status: 'New' },
    })
    assert.deepEqual([made.status, left(made, 'writes')], [201, '199'])
    const gone = await send('DELETE', `/subscriptions/s1${SENTINEL}/i?api-version=2025-09-01`)
    assert.deepEqual([gone.status, left(gone, 'deletes')], [200, '199'])
    assert.equal(left(await send('PUT', `/subscriptions/s1${SENTINEL}/i?api-version=2025-09-01`, {}), 'writes'), '198')
    for (let n = 0; n < 18; n++) await (await list('s1')).arrayBuffer()
    assert.equal(left(await list('s1'), 'reads'), '0')
    const refused = await list('s1')
    assert.deepEqual([refused.status, refused.headers.get('retry-after'), left(refused, 'reads')], [429, '1', '0'])
    assert.equal((await list('s2')).status, 200, 'each subscription has its own')
    pass(2)
    assert.equal(left(await list('s1'), 'reads'), '9', 'five come back in a second')
  })

  it('counts what belongs to no subscription for the tenant', async () => {
    const { headers } = await send('GET', '/subscriptions?api-version=2022-12-01')
    assert.equal(headers.get('x-ms-ratelimit-remaining-tenant-reads'), '19')
  })

  it('takes so many requests and bytes of a data collection rule in a minute', async () => {
    const row = (a = '') => [{ TimeGenerated: '2026-03-02T00:00:00Z', a }]
    for (let n = 0; n < 3; n++) assert.equal((await send('POST', RULE, row())).status, 204)
    const many = await send('POST', RULE, row())
    assert.deepEqual([many.status, many.headers.get('retry-after')], [429, '60'])
    pass(61)
    assert.equal((await send('POST', RULE, row('x'.repeat(100)))).status, 204)
    assert.equal((await send('POST', RULE, row('x'.repeat(100)))).status, 429)
    const other = RULE.replace('0'.repeat(32), '1'.repeat(32))
    assert.equal((await send('POST', other, row('x'.repeat(100)))).status, 204)
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
