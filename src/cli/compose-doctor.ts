import type { Config } from '../config/config.ts'
import { LedgerError } from '../domain/errors.ts'
import type { Sink } from '../domain/ports.ts'
import type { DoctorPorts, MachineProbe } from '../doctor/index.ts'
import { checkWritable, freeSpace } from '../files/check-writable.ts'
import type { CommandContext } from './command.ts'
import { checkConfiguredLedger } from './compose-ledger.ts'
import { keptLogsService } from './compose-kept-logs.ts'
import { openSinks } from './compose-sinks.ts'
import { shownPath } from './shown-path.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program' | 'version'>

const GIGABYTE = 1_000_000_000

/** What `hunt doctor` looks at on this machine. Rejects with ConfigError for sinks that cannot even be built. */
export async function machineProbes(context: Surroundings): Promise<readonly MachineProbe[]> {
  const { config, program } = context
  const sinks = await openSinks(context)
  return [diskProbe(config, program.cwd), ledgerProbe(context), ...sinks.map(sinkProbe)]
}

/** Asks how workspaces keep their logs; undefined where nobody is asked. */
export function keptLogsReader(context: Surroundings): DoctorPorts['keptLogs'] {
  const service = keptLogsService(context)
  if (service === undefined) return undefined
  return async (name, signal) => (service.idOf(name) === undefined ? 'not told' : service.ask(name, signal))
}

function diskProbe({ output }: Config, cwd: string): MachineProbe {
  return {
    area: 'disk',
    subject: shownPath(output, cwd),
    async look() {
      await checkWritable(output)
      const freeBytes = await freeSpace(output)
      const message = `${(freeBytes / GIGABYTE).toFixed(1)} GB are free for results and the ledger`
      const facts = { freeBytes }
      if (freeBytes >= GIGABYTE) return { status: 'ok', message, facts }
      const status = freeBytes < GIGABYTE / 10 ? 'failure' : 'warning'
      return { status, message, facts, remedy: 'make room, or choose another disk with HUNT_OUTPUT' }
    },
  }
}

function ledgerProbe(context: Surroundings): MachineProbe {
  const { config, program } = context
  return {
    area: 'ledger',
    subject: shownPath(config.ledger, program.cwd),
    async look() {
      try {
        const { problems, contents, ledgerVersion } = await checkConfiguredLedger(context)
        const worst = problems.find(({ severity }) => severity === 'error') ?? problems[0]
        const facts = { ledgerVersion, runs: contents?.runs ?? null, undelivered: contents?.undelivered ?? null }
        if (worst === undefined) return { status: 'ok', message: 'the ledger is sound', facts }
        const status = worst.severity === 'error' ? 'failure' : 'warning'
        return { status, message: worst.message, remedy: worst.remedy, code: worst.code, facts }
      } catch (error) {
        if (!(error instanceof LedgerError) || error.code !== 'ledger/missing') throw error
        return { status: 'ok', message: 'there is none yet; the first run makes it' }
      }
    },
  }
}

function sinkProbe(sink: Sink): MachineProbe {
  return {
    area: 'sink',
    subject: sink.name,
    async look(signal) {
      if (sink.probe !== undefined) return { status: 'ok', message: await sink.probe(signal) }
      return {
        status: 'skipped',
        message: 'whether it takes deliveries shows only with one',
        remedy: 'hunt outbox list shows what it still owes',
      }
    },
  }
}
