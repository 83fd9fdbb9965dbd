/**
 * A process to be killed in the middle of a delivery: one run, whose incidents go to every kind of sink at once.
 *
 *     node sink-child.mjs '<SinkTask as JSON>'      (bundled by sinks.slow.test.ts)
 */
import { hostname } from 'node:os'
import { createCredential } from '../../src/azure/index.ts'
import { Secret } from '../../src/config/secret.ts'
import { openLedger, processOwner } from '../../src/ledger/index.ts'
import { createResultWriter } from '../../src/output/index.ts'
import { runAll } from '../../src/run/index.ts'
import { createSinks, prepareSinks } from '../../src/sinks/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { scheduledRule } from '../support/rules.ts'
import { complete, runRequest } from '../support/run-ports.ts'
import { sinkContext } from '../support/sink-context.ts'
import { namesTable } from '../support/tables.ts'
import type { SinkTask } from './sink-task.ts'
import { isRunning } from '../support/is-running.ts'

async function run(task: SinkTask): Promise<number> {
  const { login, emulator, caFile } = task
  const context = sinkContext({
    clock: systemClock,
    output: task.output,
    caFile,
    azure: {
      cloud: 'public',
      credential: async () =>
        createCredential(
          { kind: 'client-secret', ...login, clientSecret: () => login.clientSecret },
          { authorityHost: emulator, ca: [task.ca] },
        ),
    },
  })
  await prepareSinks(task.sinks)
  const sinks = createSinks(
    task.sinks.map(({ type, options, password }) => {
      const secret = password === undefined ? {} : { password: new Secret(password) }
      return { type, options: { ...options, ...secret } }
    }),
    context,
  )
  const owner = processOwner({ host: hostname(), pid: process.pid, startedAt: systemClock.now(), isRunning })
  const ledger = openLedger(task.ledger, { owner })
  const rule = scheduledRule({ eventGrouping: 'AlertPerResult' })
  const names = Array.from({ length: task.rows }, (_, n) => `vm-${n}`)
  const { exitCode } = await runAll(
    [runRequest(rule)],
    {
      ledger,
      sinks,
      clock: systemClock,
      writer: createResultWriter({ folder: task.output, clock: systemClock }),
      backend: { name: 'local', query: async () => complete(namesTable(...names)), close: async () => undefined },
    },
    {},
    new AbortController().signal,
  )
  for (const { sink, lastError } of ledger.pending())
    process.stderr.write(`${sink}: ${lastError?.message ?? 'waits'}\n`)
  ledger.close()
  return exitCode
}

process.exitCode = await run(JSON.parse(process.argv[2] ?? '') as SinkTask)
