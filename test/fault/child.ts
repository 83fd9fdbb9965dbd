/**
 * A process to be killed: runs a rule over slots with the real ledger, writer and file sink. The crash points of
 * src/run/execute-run.ts are decorators around the ports, here and nowhere in the program.
 *
 *     node child.mjs '<ChildTask as JSON>'      (bundled by harness.ts)
 */
import { appendFileSync, existsSync, readdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { HuntError } from '../../src/domain/errors.ts'
import type { Ledger, ResultWriter, Sink } from '../../src/domain/ports.ts'
import type { Instant } from '../../src/domain/time.ts'
import { openLedger, processOwner } from '../../src/ledger/index.ts'
import { createResultWriter } from '../../src/output/index.ts'
import { runAll } from '../../src/run/index.ts'
import type { RunPorts } from '../../src/run/index.ts'
import { createSinks } from '../../src/sinks/index.ts'
import { hours } from '../../src/time/duration.ts'
import { plus } from '../../src/time/instant.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { SLOT } from '../support/outcomes.ts'
import { scheduledRule } from '../support/rules.ts'
import { complete, runRequest } from '../support/run-ports.ts'
import { sinkContext } from '../support/sink-context.ts'
import { namesTable } from '../support/tables.ts'
import type { ChildTask, CrashPoint } from './task.ts'
import { isRunning } from '../support/is-running.ts'

function crash(): void {
  process.kill(process.pid, 'SIGKILL')
}

function crashingLedger(ledger: Ledger, at: (point: CrashPoint) => void): Ledger {
  const after = <Arguments extends readonly unknown[], Result>(
    point: CrashPoint,
    call: (...given: Arguments) => Result,
  ) => {
    return (...given: Arguments): Result => {
      const result = call(...given)
      at(point)
      return result
    }
  }
  return {
    ...ledger,
    claim: after('after claim', ledger.claim),
    commit: after('after commit', ledger.commit),
    take: after('before deliver', ledger.take),
    settle: after('after settle', ledger.settle),
  }
}

/** Does the half-written file of this moment exist? */
function isWriting(output: string): boolean {
  return (
    existsSync(output) && readdirSync(output, { recursive: true }).some((name) => String(name).endsWith('.hunt-tmp'))
  )
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function crashingWriter(writer: ResultWriter, task: ChildTask, at: (point: CrashPoint) => void): ResultWriter {
  return {
    async write(outcome) {
      at('after query')
      const writing = writer.write(outcome)
      while (task.crashAt === 'during files' && !isWriting(task.output)) await tick()
      at('during files')
      const files = await writing
      at('after files')
      return files
    },
  }
}

function crashingSink(sink: Sink, task: ChildTask, at: (point: CrashPoint) => void): Sink {
  return {
    name: sink.name,
    async deliver(delivery, signal) {
      const delivering = sink.deliver(delivery, signal)
      while (task.crashAt === 'during deliver' && !isWriting(task.output)) await tick()
      at('during deliver')
      const receipt = await delivering
      appendFileSync(task.log, `${delivery.key}\n`)
      at('after deliver')
      return receipt
    },
  }
}

async function runSlots(task: ChildTask): Promise<number> {
  const at = (point: CrashPoint): void => {
    if (point === task.crashAt) crash()
  }
  const startedAt = systemClock.now()
  const owner = processOwner({ host: hostname(), pid: process.pid, startedAt, isRunning })
  const rule = scheduledRule({ eventGrouping: 'AlertPerResult', queryFrequency: hours(1), queryPeriod: hours(1) })
  const ledger = openLedger(task.ledger, { owner })
  const ports: RunPorts = {
    ledger: crashingLedger(ledger, at),
    writer: crashingWriter(createResultWriter({ folder: task.output, clock: systemClock }), task, at),
    sinks: createSinks([{ type: 'file', options: {} }], sinkContext({ output: task.output, clock: systemClock })).map(
      (sink) => crashingSink(sink, task, at),
    ),
    clock: systemClock,
    backend: {
      name: 'local',
      query: async ({ now }) => complete(namesTable(...Array.from({ length: task.rows }, (_, n) => `${now} ${n}`))),
      close: async () => undefined,
    },
  }
  let worst = 0
  for (let number = 0; number < task.slots; number++) {
    const slot: Instant = plus(SLOT, hours(number))
    worst = Math.max(worst, await runUntilFree(runRequest(rule, { slot }), ports))
  }
  ledger.close()
  return worst
}

/** Another process may have the rule just now; it is done in a moment. */
async function runUntilFree(request: ReturnType<typeof runRequest>, ports: RunPorts): Promise<number> {
  for (;;) {
    const { results, exitCode } = await runAll([request], ports, {}, new AbortController().signal)
    const [result] = results
    const isBusy = result?.kind === 'failed' && result.error.code === 'run/busy'
    if (!isBusy) {
      if (result?.kind === 'failed') throw result.error
      if (result?.kind === 'finished' && result.outcome.error !== undefined)
        process.stderr.write(`${result.outcome.error.code}\n`)
      return exitCode
    }
    await sleep(5)
  }
}

process.stdout.write('ready\n')
try {
  process.exitCode = await runSlots(JSON.parse(process.argv[2] ?? '') as ChildTask)
} catch (error) {
  process.stderr.write(`${error instanceof HuntError ? error.code : String(error)}\n`)
  process.exitCode = error instanceof HuntError ? error.exitCode : 70
}
