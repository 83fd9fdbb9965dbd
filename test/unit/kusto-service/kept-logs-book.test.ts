import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthError, BackendError } from '../../../src/domain/errors.ts'
import { keptOf, leastKept } from '../../../src/domain/kept-logs.ts'
import type { KeptLogs } from '../../../src/domain/kept-logs.ts'
import { KeptLogsBook } from '../../../src/kusto-service/kept-logs-book.ts'
import type { KeptLogsService } from '../../../src/kusto-service/kept-logs-book.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { days, hours, minutes } from '../../../src/time/duration.ts'
import { minus, plus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'

const START = at('2026-03-02T12:00Z')
const { signal } = new AbortController()
const KEPT: KeptLogs = {
  workspace: days(90),
  tables: new Map([
    ['flows_cl', { plan: 'Basic', kept: days(30) }],
    ['usage', { plan: undefined, kept: days(730) }],
  ]),
}

/** Azure Resource Manager, which knows `contoso` and nothing else, and counts what it is asked. */
function service(answer: () => Promise<KeptLogs | 'unseen'> = async () => KEPT) {
  const asked: string[] = []
  const ids = new Map([['contoso', 'id-1']])
  const port: KeptLogsService = {
    idOf: (workspace) => ids.get(workspace),
    ask: async (workspace) => {
      asked.push(workspace)
      return answer()
    },
  }
  return { port, asked, ids }
}

test('each workspace is asked about once a day, by all who share a ledger', async () => {
  const { port, asked, ids } = service()
  const clock = fakeClock(START)
  const ledger = openLedger(':memory:')
  const books = [1, 2].map(() => {
    const book = new KeptLogsBook(port, clock)
    book.share(ledger)
    return book
  })
  const all = () => Promise.all(books.map((book) => book.of('contoso', signal)))
  assert.deepEqual(await books[0]?.of('contoso', signal), KEPT)
  const [own, shared] = await all()
  assert.deepEqual([own, shared], [KEPT, KEPT])
  assert.deepEqual(asked, ['contoso'])
  assert.equal(await books[0]?.of('a tenant of Defender', signal), undefined)
  clock.set(plus(START, days(1)))
  await books[0]?.of('contoso', signal)
  await all()
  assert.equal(asked.length, 2, 'a day later')
  clock.set(minus(START, days(3)))
  await books[0]?.of('contoso', signal)
  assert.equal(asked.length, 3, 'by a clock that was ahead')
  ids.set('contoso', 'id-2')
  const other = new KeptLogsBook(port, clock)
  other.share(ledger)
  await other.of('contoso', signal)
  assert.equal(asked.length, 4, 'another workspace has its name')
  ledger.close()
})

test('runs that ask at the same time ask once, and one that is stopped does not stop the others', async () => {
  let answer: ((kept: KeptLogs) => void) | undefined
  const { port, asked } = service(() => new Promise((resolve) => (answer = resolve)))
  const book = new KeptLogsBook(port, fakeClock(START))
  const stopped = new AbortController()
  const [one, two] = [book.of('contoso', stopped.signal), book.of('contoso', signal)]
  stopped.abort(new Error('stopped'))
  await assert.rejects(one, /stopped/)
  answer?.(KEPT)
  assert.deepEqual(await two, KEPT)
  assert.deepEqual(asked, ['contoso'])
})

test('no run fails where there is no answer: what was said before stands, and the ledger says why', async () => {
  const clock = fakeClock(START)
  const ledger = openLedger(':memory:')
  let answer: () => Promise<KeptLogs | 'unseen'> = async () => KEPT
  const { port, asked } = service(() => answer())
  const book = new KeptLogsBook(port, clock)
  book.share(ledger)
  const problem = () => ledger.keptLogs()[0]?.problem?.code
  await book.of('contoso', signal)
  assert.equal(problem(), undefined)

  clock.set(plus(START, days(1)))
  answer = () => Promise.reject(new AuthError({ code: 'auth/forbidden', message: 'no', hint: 'a role' }))
  assert.deepEqual(await book.of('contoso', signal), KEPT)
  assert.equal(problem(), 'auth/forbidden')
  clock.set(plus(START, days(1.9)))
  await book.of('contoso', signal)
  assert.equal(asked.length, 2, 'a role that is missing is missing for the day')

  clock.set(plus(START, days(2)))
  answer = () => Promise.reject(new BackendError({ code: 'backend/unreachable', message: 'no', retryable: true }))
  assert.deepEqual(await book.of('contoso', signal), KEPT)
  clock.set(plus(plus(START, days(2)), minutes(59)))
  await book.of('contoso', signal)
  assert.equal(asked.length, 3)
  clock.set(plus(plus(START, days(2)), hours(1)))
  answer = async () => 'unseen'
  assert.deepEqual(await book.of('contoso', signal), KEPT, 'what passes is asked again after an hour')
  assert.deepEqual([asked.length, problem()], [4, 'auth/workspace-unseen'])

  const fresh = new KeptLogsBook(port, clock)
  fresh.share(ledger)
  assert.deepEqual((await fresh.of('contoso', signal))?.tables.get('flows_cl'), { plan: 'Basic', kept: days(30) })
  assert.equal(asked.length, 4)
  ledger.close()
})

test('how far back a query reaches, follows from the tables that it reads', () => {
  const reach = (...names: string[]) => keptOf(KEPT, names)
  assert.deepEqual(
    [reach(), reach('SigninLogs'), reach('SigninLogs', 'Flows_CL'), reach('Usage')],
    [days(90), days(90), days(30), days(730)],
  )
  assert.equal(leastKept(KEPT), days(30))
  assert.equal(leastKept({ workspace: undefined, tables: new Map() }), undefined)
})
