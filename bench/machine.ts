import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  readonly node: string
  readonly platform: string
  readonly cpuModel: string
  readonly cpuCount: number
  readonly memoryBytes: number
  /** Processes that ran or waited to run, mean of the last minute; undefined where the system does not say. */
  readonly load: number | undefined
}

export function readMachine(): Machine {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuCount: availableParallelism(),
    memoryBytes: totalmem(),
    // Windows has no load average; Node gives zeros there.
    load: process.platform === 'win32' ? undefined : loadavg()[0],
  }
}

/** Set when others use so much of the machine that times say little. The bench itself has not yet run. */
export function busyWarning({ load, cpuCount }: Machine): string | undefined {
  if (load === undefined || load < cpuCount / 2) return undefined
  return `the machine is busy (load ${load.toFixed(1)} on ${cpuCount} CPUs): trust the ratios, not the times`
}
