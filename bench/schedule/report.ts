import type { Duration } from '../../src/domain/time.ts'
import { days, formatDuration, minutes, seconds } from '../../src/time/duration.ts'
import { simulateTogether } from './simulated-days.ts'

export interface SimulatedDay {
  readonly rules: number
  readonly workspaces: number
  readonly identities: number
  /** Mean seconds of a query. */
  readonly query: number
}

const SHARES = [0.5, 0.9, 0.99, 0.999, 1] as const

/** Simulates a day and describes it: how late slots begin, by severity, and whether any workspace comes off worse. */
export async function simulatedDay({ rules, workspaces, identities, query }: SimulatedDay): Promise<string> {
  const length = seconds(query)
  const before = process.cpuUsage()
  const began = performance.now()
  const result = await simulateTogether({
    rules,
    workspaces,
    identities,
    length: days(1),
    query: length,
    jitter: minutes(10),
  })
  const took = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(before)
  const processor = (user + system) / 1_000_000
  const ranked = [...result.byWorkspace].sort(([, a], [, b]) => mean(b) - mean(a))
  const [worst, best] = [ranked[0], ranked.at(-1)]
  return [
    `${rules} rules on ${workspaces} workspaces with ${identities} identities, a day, queries of ${formatDuration(length)}`,
    `${result.delays.length} slots begun, ${result.left} left waiting, at most ${result.mostAtOnce} at once of an identity, ${Math.round(result.use * 100)} % of the budget used; simulated in ${took.toFixed(1)} s, ${processor.toFixed(1)} s of processor time`,
    '',
    ['begun late by'.padEnd(14), ...['p50', 'p90', 'p99', 'p99.9', 'most'].map((title) => title.padStart(12))].join(''),
    line('all', result.delays),
    ...[...result.bySeverity].reverse().map(([severity, values]) => line(severity, values)),
    ...(worst === undefined ? [] : [line(worst[0], worst[1]), '  the workspace that waits longest on average']),
    ...(best === undefined ? [] : [line(best[0], best[1]), '  the workspace that waits least']),
    '',
  ].join('\n')
}

function line(name: string, values: Float64Array): string {
  return [name.padEnd(14), ...SHARES.map((share) => percentile(values, share).padStart(12))].join('')
}

function percentile(values: Float64Array, share: number): string {
  const value = values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  return formatDuration((Math.round(value / 100) * 100) as Duration)
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
