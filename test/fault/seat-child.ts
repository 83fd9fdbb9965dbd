/**
 * A process whose workers ask one query after another in seats of one identity, until it is told to stop or killed. Each
 * query adds a line to the journal as it begins and one as it ends.
 *
 *     node seat-child.mjs '<SeatTask as JSON>'      (bundled by bundle-child.ts)
 */
import { appendFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLedger, processOwner } from '../../src/ledger/index.ts'
import { RequestBudget, SERVICE_LIMITS } from '../../src/schedule/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { isRunning } from '../support/is-running.ts'
import type { SeatTask } from './seat-task.ts'

const task = JSON.parse(process.argv[2] ?? '') as SeatTask
const note = (what: string): void => appendFileSync(task.journal, `${process.pid} ${what}\n`)
const owner = processOwner({ host: hostname(), pid: process.pid, startedAt: systemClock.now(), isRunning })
const ledger = openLedger(task.ledger, { owner })
const budget = new RequestBudget(SERVICE_LIMITS)
budget.share(ledger)
const { signal } = new AbortController()

async function work(): Promise<void> {
  for (let query = 0; query < task.queries; query += 1) {
    await budget.seated('one identity', systemClock, signal, async () => {
      note('begins')
      await sleep(task.queryMilliseconds)
      note('ends')
    })
  }
}

await Promise.all(Array.from({ length: task.workers }, work))
ledger.close()
