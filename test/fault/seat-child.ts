/**
 * A process whose workers ask one query after another in seats of one identity, until it is told to stop or killed. Each
 * query adds a line to the journal as it begins and one as it ends. Or one that races others for the rate of an identity.
 *
 *     node seat-child.mjs '<SeatTask as JSON>'      (bundled by bundle-child.ts)
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLedger, processOwner } from '../../src/ledger/index.ts'
import { RequestBudget, SERVICE_LIMITS } from '../../src/schedule/index.ts'
import { hours } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { isRunning } from '../support/is-running.ts'
import type { SeatTask } from './seat-task.ts'

const task = JSON.parse(process.argv[2] ?? '') as SeatTask
const note = (what: string): void => appendFileSync(task.journal, `${process.pid} ${what}\n`)
const owner = processOwner({ host: hostname(), pid: process.pid, startedAt: systemClock.now(), isRunning })
const ledger = openLedger(task.ledger, { owner })
const limits = task.race === undefined ? SERVICE_LIMITS : { concurrent: 5, rate: task.race.rate, per: hours(1) }
const budget = new RequestBudget(limits)
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

/**
 * Ends when nothing is left, which stays so: the hour is longer than the test. Or with four fifths: the other process must have some,
 * however the computer shares itself out.
 */
async function takeAll({ rate, processes }: { readonly rate: number; readonly processes: number }): Promise<void> {
  note('ready')
  while (readFileSync(task.journal, 'utf8').split('ready').length <= processes) await sleep(1)
  for (let taken = 0; taken < rate * 0.8 && budget.tryBegin('one identity', systemClock.now(), true); taken += 1) {
    note('takes')
    budget.end('one identity')
    // As often as not the other one comes between.
    await sleep(taken % 2)
  }
}

if (task.race !== undefined) await takeAll(task.race)
else await Promise.all(Array.from({ length: task.workers }, work))
ledger.close()
