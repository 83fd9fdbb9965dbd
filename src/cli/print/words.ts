import type { Duration } from '../../domain/time.ts'
import { formatDuration, seconds } from '../../time/duration.ts'

/** `1 row`, `1,204 rows`; `many` for a plural that an s does not make. */
export function countOf(count: number, noun: string, many = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : many}`
}

/** `1,204` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

/** A time that passed, as exact as a reader wants it: `0.4s`, `12s`, `3m12s`. */
export function elapsed(duration: Duration): string {
  const whole = Math.round(duration / 1000)
  return whole < 10 ? `${(duration / 1000).toFixed(1)}s` : formatDuration(seconds(whole))
}
