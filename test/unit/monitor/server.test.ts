import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createMetrics, startMonitorServer } from '../../../src/monitor/index.ts'
import type { Health } from '../../../src/monitor/index.ts'

async function served(t: TestContext, health: () => Health, snapshot?: () => never) {
  const metrics = createMetrics({
    version: '1',
    snapshot: snapshot ?? (() => ({ pairs: [], openGapSlots: 0, oldVersions: 0, outbox: {}, budgets: {} })),
  })
  const server = await startMonitorServer(0, { metrics, health })
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${server.port}`, server, metrics }
}

const ok: Health = { status: 'ok', detail: { owed: 0 } }

test('metrics come as Prometheus text', async (t) => {
  const { url } = await served(t, () => ok)
  const response = await fetch(`${url}/metrics`)
  assert.equal(response.status, 200)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  assert.match(await response.text(), /^# HELP process_cpu_user_seconds_total/)
})

test('health is 200 while it is well, and 503 with the reason otherwise', async (t) => {
  let state = ok
  const { url } = await served(t, () => state)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  state = { status: 'stale', detail: { lastPass: '2026-03-02T00:00:00Z' } }
  const response = await fetch(`${url}/healthz`)
  assert.equal(response.status, 503)
  assert.deepEqual(await response.json(), state)
})

for (const [method, path, status] of [
  ['GET', '/', 404],
  ['POST', '/metrics', 405],
  ['HEAD', '/healthz', 200],
] as const) {
  test(`${method} ${path} is ${status}`, async (t) => {
    const { url } = await served(t, () => ok)
    assert.equal((await fetch(`${url}${path}`, { method })).status, status)
  })
}

test('a scrape that fails says so and ends nothing', async (t) => {
  const { url } = await served(
    t,
    () => ok,
    () => {
      throw new Error('the ledger is locked')
    },
  )
  const response = await fetch(`${url}/metrics`)
  assert.deepEqual([response.status, await response.text()], [500, 'the ledger is locked\n'])
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
})

test('a port that is taken is an error of the configuration', async (t) => {
  const { server, metrics } = await served(t, () => ok)
  await assert.rejects(startMonitorServer(server.port, { metrics, health: () => ok }), {
    code: 'config/metrics-port',
    exitCode: 3,
  })
})

test('only this machine is listened to', async (t) => {
  const { server } = await served(t, () => ok)
  const outside = Object.values((await import('node:os')).networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')
  if (outside === undefined) return t.skip('no other address here')
  await assert.rejects(fetch(`http://${outside.address}:${server.port}/healthz`))
})
