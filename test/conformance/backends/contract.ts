import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createMemoryBackend } from '../../../src/backends/local/index.ts'
import { AuthError, HuntError, KqlError } from '../../../src/domain/errors.ts'
import { loadedAnswer } from '../../../src/domain/loaded-answer.ts'
import type { Backend, QueryRequest } from '../../../src/domain/ports.ts'
import { DEFAULT_IDENTITY, type EmulatorOptions } from '../../../src/emulator/index.ts'
import type { AzureCredential } from '../../../src/azure/index.ts'
import { minutes, seconds } from '../../../src/time/duration.ts'
import { window } from '../../support/azure-logs.ts'
import { at } from '../../support/instants.ts'
import { recordingClock, type RecordingClock } from '../../support/recording-clock.ts'
import { tlsEmulator, type TlsEmulator } from '../../support/tls-emulator.ts'

/** What a backend needs to be built against the emulator, with TLS and a login. */
export interface Surroundings {
  readonly url: string
  readonly caFiles: readonly string[]
  readonly authorityHost: string
  readonly credential: AzureCredential
  readonly clock: RecordingClock
}

export interface BackendContract {
  readonly name: Backend['name'] & string
  /** Has one workspace, `contoso`. */
  readonly open: (surroundings: Surroundings) => Backend
  /** What the service calls the permission, for the hint of a 403. */
  readonly permission: RegExp
  /** What the service does with `truncate`: rows that fit, or none. */
  readonly truncated: 'part' | 'nothing'
  /** How it tells that the engine stopped in the middle. */
  readonly stopped: 'partial' | 'error'
  readonly emulator?: Partial<EmulatorOptions>
}

const RECORDS = Array.from({ length: 24 }, (_, hour) => ({
  TimeGenerated: `2026-03-02T${String(hour).padStart(2, '0')}:00:00.0000000Z`,
  Caller: `user${hour}@contoso.com`,
}))

/** Every type with edges that JSON or JavaScript would bend; nulls of those that have one. */
const EDGES = [
  'print b=true, i=int(-2147483648), l=9223372036854775807, k=long(-9007199254740993), r=real(nan), f=0.1,',
  'm=decimal(12345678901234567.890123456789), s="tab\\t \\"q\\" é 😀 </script>", e="", t=-time(1.02:03:04.0000001),',
  'g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642), n=datetime(2026-03-02T10:00:00.1234567Z),',
  'd=dynamic({"a":9007199254740993,"b":[1,null]}), x=datetime(null), y=long(null), z=bool(null), w=dynamic(null)',
].join(' ')

const ALL_ROWS = `range n from 9007199254740000 to 9007199254741999 step 1 | extend s = strcat("row é ", n)`

/** The suite that every backend passes against the emulator, which asks the embedded engine. */
export function backendContract(contract: BackendContract): void {
  describe(`${contract.name} as a backend`, () => {
    const engine = createMemoryBackend({
      tables: new Map([['AzureActivity', RECORDS]]),
      schema: { tables: new Map(), functions: new Map() },
    })
    let emulator: TlsEmulator
    let clock: RecordingClock
    let backend: Backend

    before(async () => {
      emulator = await tlsEmulator({ backend: engine, ...contract.emulator })
      clock = recordingClock(at('2026-03-02T12:00:00Z'))
      const { tenantId, clientId, clientSecret } = DEFAULT_IDENTITY
      backend = contract.open({
        url: emulator.url,
        caFiles: [emulator.caFile],
        authorityHost: emulator.url,
        credential: { kind: 'client-secret', tenantId, clientId, clientSecret: () => clientSecret },
        clock,
      })
    })
    after(async () => {
      await backend.close()
      await emulator.close()
      await engine.close()
    })

    const ask = async (
      request: Partial<QueryRequest> & { readonly query: string },
      signal = new AbortController().signal,
    ) =>
      loadedAnswer(
        await backend.query(
          { window: undefined, now: undefined, workspace: 'contoso', timeout: minutes(3), ...request },
          signal,
        ),
      )
    const direct = async (query: string) => {
      const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
      return loadedAnswer(await engine.query(request, new AbortController().signal)).table
    }
    const script = async (...faults: readonly string[]): Promise<void> => emulator.script(faults)
    const failure = async (query = 'print 1'): Promise<HuntError> => {
      const error: unknown = await ask({ query }).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.ok(error instanceof HuntError, `no HuntError but ${String(error)}`)
      assert.ok(!/eyJ|hunt-emulator-secret/.test(`${error.message} ${error.hint} ${JSON.stringify(error.context)}`))
      return error
    }

    it('returns every type as the engine has it, nulls and digits kept', async () => {
      const result = await ask({ query: EDGES })
      assert.equal(result.status, 'complete')
      assert.deepEqual(result.table, await direct(EDGES))
    })
    it('of many rows too', async () => {
      assert.deepEqual((await ask({ query: ALL_ROWS })).table, await direct(ALL_ROWS))
    })
    it('has the columns of an empty answer', async () => {
      const query = 'AzureActivity | where Caller == "nobody" | project TimeGenerated, Caller'
      const { status, table } = await ask({ query })
      assert.equal(status, 'complete')
      assert.deepEqual(table, await direct(query))
      assert.equal(table.rows.length, 0)
    })
    it('searches the window from its start to before its end', async () => {
      const query = 'AzureActivity | project Caller | order by Caller asc'
      const { table } = await ask({ query, window: window('2026-03-02T06:00:00Z', '2026-03-02T08:00:00Z') })
      assert.deepEqual(table.rows, [['user6@contoso.com'], ['user7@contoso.com']])
    })
    it('and in each table of a union and a join', async () => {
      const query =
        'AzureActivity | join kind=inner (AzureActivity | project Caller) on Caller | union (AzureActivity) | count'
      const { table } = await ask({ query, window: window('2026-03-02T06:00:00Z', '2026-03-02T08:00:00Z') })
      assert.deepEqual(table.rows, [[4n]])
    })
    it('makes now() mean the slot', async () => {
      const { table } = await ask({ query: 'print now(), ago(1h)', now: at('2026-03-01T00:00:00Z') })
      assert.deepEqual(table.rows, [['2026-03-01T00:00:00Z', '2026-02-28T23:00:00Z']])
    })
    it('finds a name that does not resolve in the query as the rule has it', async () => {
      const query = 'AzureActivity\n| where Cellar == "x"'
      const asked = ask({
        query,
        now: at('2026-03-01T00:00:00Z'),
        window: window('2026-03-02T06:00:00Z', '2026-03-02T08:00:00Z'),
      })
      await assert.rejects(asked, (error) => {
        assert.ok(error instanceof KqlError, String(error))
        assert.deepEqual(error.position, { offset: query.indexOf('Cellar'), length: 'Cellar'.length })
        assert.equal(error.retryable, false)
        assert.match(error.message, /Cellar/)
        return true
      })
    })
    it('obeys Retry-After, and answers then', async () => {
      await script('throttle; retry-after=7')
      assert.equal((await ask({ query: 'print 1' })).status, 'complete')
      assert.equal(clock.waits.at(-1), seconds(7))
    })
    it('tries an unavailable service again', async () => {
      await script('unavailable', 'unavailable')
      assert.equal((await ask({ query: 'print 1' })).status, 'complete')
    })
    it('says that it was throttled to the end', async () => {
      await script(...Array.from({ length: 6 }, () => 'throttle'))
      const error = await failure()
      assert.equal(error.code, 'backend/throttled')
      assert.equal(error.retryable, true)
    })
    it('takes no cut body for an answer', async () => {
      await script('cut; bytes=40')
      assert.deepEqual((await ask({ query: 'print x = 1' })).table, await direct('print x = 1'))
      await script(...Array.from({ length: 5 }, () => 'cut; bytes=40'))
      assert.equal((await failure()).code, 'backend/cut-answer')
    })
    it('nor a page of HTML under status 200, nor an empty body', async () => {
      await script(...Array.from({ length: 3 }, () => 'wrong-content-type'))
      assert.equal((await failure()).code, 'backend/unreadable-answer')
      await script(...Array.from({ length: 3 }, () => 'empty'))
      assert.equal((await failure()).code, 'backend/unreadable-answer')
    })
    it('nor a gateway that fails', async () => {
      await script(...Array.from({ length: 5 }, () => 'bad-gateway'))
      assert.equal((await failure()).code, 'backend/unavailable')
    })
    it('calls a truncated answer partial, so that the window can be searched in parts', async () => {
      await script('truncate; records=2')
      const { status, partialError, table } = await ask({ query: 'AzureActivity' })
      assert.equal(status, 'partial')
      assert.equal(partialError?.code, 'backend/result-truncated')
      assert.equal(table.rows.length, contract.truncated === 'part' ? 2 : 0)
    })
    it('never completes what the engine stopped', async () => {
      await script('partial')
      if (contract.stopped === 'error') {
        assert.equal((await failure('AzureActivity')).code, 'backend/query-too-heavy')
        return
      }
      const { status, partialError } = await ask({ query: 'AzureActivity' })
      assert.equal(status, 'partial')
      assert.equal(partialError?.code, 'backend/query-out-of-memory')
    })
    it('names the permission that is missing', async () => {
      await script('forbidden')
      const error = await failure()
      assert.ok(error instanceof AuthError)
      assert.equal(error.code, 'auth/forbidden')
      assert.match(error.hint ?? '', contract.permission)
    })
    it('says that a token was not taken', async () => {
      await script('unauthenticated')
      const error = await failure()
      assert.ok(error instanceof AuthError)
      assert.equal(error.code, 'auth/rejected')
    })
    it('gives up a query that ran into the time limit after one more try', async () => {
      await script('gateway-timeout', 'gateway-timeout')
      assert.equal((await failure()).code, 'backend/timeout')
    })
    it('ends with the reason of the signal, also while the service thinks', async () => {
      const controller = new AbortController()
      await script('slow; ms=60000')
      const asked = ask({ query: 'print 1' }, controller.signal)
      setTimeout(() => controller.abort(new Error('stopped by hand')), 50)
      await assert.rejects(asked, /stopped by hand/)
    })
    it('knows no other workspace', async () => {
      await assert.rejects(ask({ query: 'print 1', workspace: 'fabrikam' }), { code: 'config/unknown-workspace' })
    })
  })
}
