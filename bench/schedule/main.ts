import type { Duration } from '../../src/domain/time.ts'
import { days, formatDuration, minutes, seconds } from '../../src/time/duration.ts'
import { simulate } from './simulate.ts'

const [rules = 10_000, workspaces = 20, identities = workspaces] = process.argv.slice(2).map(Number)
const options = { rules, workspaces, identities, length: days(1), query: seconds(1), jitter: minutes(10) }
const began = performance.now()
const result = simulate(options)
const took = (performance.now() - began) / 1000

const percentile = (values: Float64Array, share: number): string => {
  const value = values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  return formatDuration((Math.round(value / 100) * 100) as Duration)
}
const line = (name: string, values: Float64Array): string =>
  [name.padEnd(14), ...[0.5, 0.9, 0.99, 0.999, 1].map((share) => percentile(values, share).padStart(12))].join('')

process.stdout.write(
  [
    `${rules} rules on ${workspaces} workspaces with ${identities} identities, a day, queries of ${formatDuration(options.query)}`,
    `${result.delays.length} slots begun, ${result.left} left waiting, at most ${result.mostAtOnce} at once, ${Math.round(result.use * 100)} % of the budget used; simulated in ${took.toFixed(1)} s`,
    '',
    ['begun late by'.padEnd(14), ...['p50', 'p90', 'p99', 'p99.9', 'most'].map((title) => title.padStart(12))].join(''),
    line('all', result.delays),
    ...[...result.bySeverity].reverse().map(([severity, values]) => line(severity, values)),
    '',
  ].join('\n'),
)
