/**
 * A daemon to be suspended and slowed down: the real scheduler, ledger, writer and file sink, over a backend that answers
 * after a while. Its claims are short, so that a test need not wait for a quarter of an hour.
 *
 *     node daemon-child.mjs '<DaemonTask as JSON>'      (bundled by daemons.ts)
 */
import { appendFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLedger, processOwner } from '../../src/ledger/index.ts'
import { createResultWriter } from '../../src/output/index.ts'
import { makePlan, runDaemon, Runner } from '../../src/schedule/index.ts'
import type { SchedulerPorts } from '../../src/schedule/index.ts'
import { createSinks } from '../../src/sinks/index.ts'
import { milliseconds, seconds } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { SETTINGS } from '../support/plans.ts'
import { scheduledRule } from '../support/rules.ts'
import { complete } from '../support/run-ports.ts'
import { sinkContext } from '../support/sink-context.ts'
import { namesTable } from '../support/tables.ts'
import type { DaemonTask } from './daemon-task.ts'
import { isRunning } from '../support/is-running.ts'

const task = JSON.parse(process.argv[2] ?? '') as DaemonTask
const note = (text: string): void => appendFileSync(task.journal, `${process.pid} ${text}\n`)

const owner = processOwner({ host: hostname(), pid: process.pid, startedAt: systemClock.now(), isRunning })
const ledger = openLedger(task.ledger, {
  owner,
  grace: seconds(1),
  busyTimeout: milliseconds(task.busyTimeoutMilliseconds),
})
const writer = createResultWriter({ folder: task.output, clock: systemClock })
const frequency = milliseconds(task.everyMilliseconds)
const rule = scheduledRule({ eventGrouping: 'AlertPerResult', queryFrequency: frequency, queryPeriod: frequency })
const ports: SchedulerPorts = {
  ledger,
  writer: {
    async write(outcome) {
      await sleep(task.writeMilliseconds)
      return writer.write(outcome)
    },
  },
  sinks: createSinks([{ type: 'file', options: {} }], sinkContext({ output: task.output, clock: systemClock })),
  clock: systemClock,
  random: () => 0.5,
  limits: { claimLease: seconds(2), claimRenewal: milliseconds(400) },
  onEvent: () => undefined,
  observer: (event) => {
    if (event.kind === 'gave-up') note(`gave-up ${event.key.slot}`)
  },
  backend: {
    name: 'local',
    async query({ now }) {
      note(`asked ${now}`)
      await sleep(task.queryMilliseconds)
      return complete(namesTable(`event ${now}`))
    },
    close: async () => undefined,
  },
}
const plan = makePlan([rule], { ...SETTINGS, delay: seconds(0) })
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
await runDaemon(
  {
    runner: new Runner(ports, { concurrency: 2, withJitter: false }, stopping.signal, () => undefined),
    readPlan: async () => ({ plan, scope: { rules: [rule], workspaces: SETTINGS.workspaces, isWhole: true } }),
    wake: (tick) => {
      const timer = setInterval(tick, 100)
      return () => clearInterval(timer)
    },
    afterLook: async () => undefined,
    onTrouble: ({ code }) => note(`trouble ${code}`),
  },
  stopping.signal,
)
ledger.close()
