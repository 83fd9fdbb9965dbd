import type { RunObserver } from '../domain/ports.ts'
import type { Duration } from '../domain/time.ts'
import type { Health, ScheduleSnapshot } from '../monitor/index.ts'
import type { CommandContext } from './command.ts'

/** What a scheduler shows of itself to machines that watch it. */
export interface Monitor {
  /** Where metrics are served; undefined when nobody asked for them. */
  readonly port: number | undefined
  readonly observe: RunObserver
  /** The start is over: from now on silence is a fault. */
  ready(): Promise<void>
  /** A pass over the schedule has ended. */
  passed(): Promise<void>
  stopping(): Promise<void>
  close(): Promise<void>
}

export interface MonitorOptions {
  /** 0 for any free one; undefined serves nothing. */
  readonly metricsPort: number | undefined
  readonly snapshot: () => ScheduleSnapshot
  readonly health: () => Health
  /** Says what the monitor itself cannot do; the hunt goes on. */
  readonly onProblem: (problem: string) => void
}

type Surroundings = Pick<CommandContext, 'config' | 'program' | 'version'>

/** Rejects with ConfigError `config/metrics-port`. */
export async function startMonitor(
  { config, program, version }: Surroundings,
  { metricsPort, snapshot, health, onProblem }: MonitorOptions,
): Promise<Monitor> {
  const { createDeadMan, createMetrics, createServiceManager, startMonitorServer } = await import('../monitor/index.ts')
  const { clock, env } = program
  const metrics = createMetrics({ version, snapshot })
  const deadMan = createDeadMan({ file: config.deadManFile, url: config.deadManUrl?.reveal() })
  const manager = createServiceManager({ env, pid: program.process.pid, onProblem })
  const server = metricsPort === undefined ? undefined : await startMonitorServer(metricsPort, { metrics, health })
  const ending = new AbortController()
  const isWell = (): boolean => ['ok', 'starting'].includes(health().status)
  let watchdog: Promise<void> = Promise.resolve()
  return {
    port: server?.port,
    observe: metrics.observe,
    async ready() {
      await manager.ready()
      const { watchdogInterval } = manager
      if (watchdogInterval === undefined) return
      watchdog = every(watchdogInterval, program, ending.signal, async () => {
        if (isWell()) await manager.alive()
      })
    },
    async passed() {
      metrics.passed(clock.now())
      for (const problem of await deadMan.signOfLife(clock.now())) onProblem(problem)
    },
    stopping: () => manager.stopping(),
    async close() {
      ending.abort()
      await watchdog
      await server?.close()
    },
  }
}

/** The sign of life after a single pass, as cron makes it. Resolves with what went wrong, in words. */
export async function giveSignOfLife({ config, program }: Surroundings): Promise<readonly string[]> {
  const { createDeadMan } = await import('../monitor/index.ts')
  const deadMan = createDeadMan({ file: config.deadManFile, url: config.deadManUrl?.reveal() })
  return deadMan.signOfLife(program.clock.now())
}

async function every(
  interval: Duration,
  { clock }: Pick<CommandContext['program'], 'clock'>,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await work()
    // The sleep ends early, by rejection, when the monitor closes; that is its only failure.
    await clock.sleep(interval, signal).catch(() => undefined)
  }
}
