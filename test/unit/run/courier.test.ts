import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Delivery, Receipt, Sink } from '../../../src/domain/ports.ts'
import { LedgerError } from '../../../src/domain/errors.ts'
import { Courier, runAll } from '../../../src/run/index.ts'
import type { RunPorts } from '../../../src/run/index.ts'
import { scheduledRule } from '../../support/rules.ts'
import { complete, memorySink, runRequest, scriptedBackend, testPorts } from '../../support/run-ports.ts'
import type { TestPorts } from '../../support/run-ports.ts'
import { namesTable } from '../../support/tables.ts'

/** A sink that answers when it is told to. */
class HeldSink implements Sink {
  readonly name: string
  readonly arrived: string[] = []
  readonly #answers: (() => void)[] = []

  constructor(name: string) {
    this.name = name
  }

  get waiting(): number {
    return this.#answers.length
  }

  answer(): void {
    for (const each of this.#answers.splice(0)) each()
  }

  async deliver({ incident }: Delivery, signal: AbortSignal): Promise<Receipt> {
    await new Promise<void>((resolve, reject) => {
      this.#answers.push(resolve)
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
    })
    this.arrived.push(incident.title)
    return { location: this.name, duplicate: false }
  }
}

const TWENTY = Array.from({ length: 20 }, (_, n) => `rule-${n}`)

function portsOver(sinks: readonly Sink[]): Omit<TestPorts, 'sinks'> & Pick<RunPorts, 'sinks'> {
  const backend = scriptedBackend(Object.fromEntries(TWENTY.map((name) => [name, complete(namesTable(name))])))
  return { ...testPorts({ backend }), sinks }
}

const REQUESTS = TWENTY.map((name) => runRequest(scheduledRule({ id: name, name, query: name })))
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1000; turns += 1) {
    if (condition()) return
    await turn()
  }
  assert.fail('it never came to pass')
}

describe('beside the runs', () => {
  test('a sink that does not answer keeps no rule from searching and no other sink from hearing of it', async () => {
    const [held, prompt] = [new HeldSink('held'), memorySink('prompt')]
    const ports = portsOver([held, prompt])
    const signal = new AbortController().signal
    const courier = new Courier(ports, signal)
    const all = runAll(REQUESTS, { ...ports, courier }, { concurrency: 2 }, signal)
    await until(() => ports.ledger.runs({ limit: 100 }).length === 20 && prompt.deliveries.length === 20)
    assert.deepEqual([held.waiting, held.arrived], [4, []])
    for (let rounds = 0; rounds < 20 && held.arrived.length < 20; rounds += 1) {
      held.answer()
      await until(() => held.waiting > 0 || held.arrived.length === 20)
    }
    const { exitCode, undelivered } = await all
    assert.deepEqual([exitCode, undelivered, new Set(held.arrived).size], [0, [], 20])
  })

  test('an abort gives back what is under way, and what has not begun stays', async () => {
    const held = new HeldSink('held')
    const ports = portsOver([held])
    const stop = new AbortController()
    const courier = new Courier(ports, stop.signal)
    const all = runAll(REQUESTS, { ...ports, courier }, { concurrency: 2 }, stop.signal)
    await until(() => ports.ledger.runs({ limit: 100 }).length === 20)
    stop.abort()
    await all
    await courier.settled()
    courier.send()
    const pending = ports.ledger.pending()
    assert.deepEqual([pending.length, pending.filter(({ takenUntil }) => takenUntil !== undefined)], [20, []])
    assert.deepEqual([held.waiting, held.arrived], [4, []], 'nothing is begun after it')
  })
})

test('what the ledger fails in is told once, and the next time is tried again', async () => {
  const sink = memorySink()
  const ports = portsOver([sink])
  const signal = new AbortController().signal
  const full = new LedgerError({ code: 'ledger/full', message: 'full', hint: '', retryable: true })
  let isFull = true
  const take: typeof ports.ledger.take = (...about) => {
    if (isFull) throw full
    return ports.ledger.take(...about)
  }
  const courier = new Courier({ ...ports, ledger: { ...ports.ledger, take } }, signal)
  const ended = runAll(REQUESTS.slice(0, 3), { ...ports, courier }, {}, signal)
  assert.equal((await ended).exitCode, full.exitCode)
  courier.check()
  assert.equal(sink.deliveries.length, 0)
  isFull = false
  courier.send()
  await courier.idle()
  assert.equal(sink.deliveries.length, 3)
})
