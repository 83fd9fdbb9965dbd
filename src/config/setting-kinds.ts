import { REPORT_FORMATS } from './choices.ts'
import { days, parseDuration, seconds } from '../time/duration.ts'
import type { Overlap } from '../domain/rule.ts'
import type { Duration } from '../domain/time.ts'
import { isLoopback } from '../text/loopback.ts'

/**
 * One setting with a single value. The tables of settings.ts are the only list of settings: reading, messages,
 * `.env.example`'s test and docs/configuration.md all follow from them.
 */
export interface Setting<T> {
  /** Key in hunt.yaml; undefined for a setting that has another form there. */
  readonly key: string | undefined
  readonly variable: string
  readonly flag: string | undefined
  /** One sentence for the documentation. */
  readonly summary: string
  /** A right value, shown when one is missing or wrong. */
  readonly example: string
  /** What holds when nobody sets it, in words. */
  readonly fallback: string
  /** What is accepted, completing «… is not …». */
  readonly accepts: string
  /** True for files and folders: relative to hunt.yaml there, to the working directory elsewhere. */
  readonly isPath: boolean
  /** Words that are no path, where a path is wanted. */
  readonly words?: readonly string[]
  /** True for what no message may show. */
  readonly isSecret?: boolean
  /** Undefined when the text is not acceptable. */
  read(text: string): T | undefined
}

type Facts = Pick<Setting<unknown>, 'key' | 'variable' | 'flag' | 'summary' | 'example' | 'fallback'>

export const path = (facts: Facts): Setting<string> => ({
  ...facts,
  accepts: 'a path',
  isPath: true,
  read: (text) => (text.includes('\0') ? undefined : text),
})

export const choice = <const T extends string>(choices: readonly T[], facts: Facts): Setting<T> => ({
  ...facts,
  accepts: `one of ${choices.join(', ')}`,
  isPath: false,
  read: (text) => choices.find((each) => each === text.toLowerCase()),
})

export const duration = (least: Duration, most: Duration, words: string, facts: Facts): Setting<Duration> => ({
  ...facts,
  accepts: `a duration ${words}, such as ${facts.example}`,
  isPath: false,
  read: (text) => {
    const value = parseDuration(text)
    return value === undefined || value < least || value > most ? undefined : value
  },
})

export const overlap = (facts: Facts): Setting<Overlap> => {
  const fixed = duration(seconds(0), days(2), 'from 0s to 2d', facts)
  return {
    ...fixed,
    accepts: `${fixed.accepts}, or measured`,
    read: (text) => (text.trim().toLowerCase() === 'measured' ? 'measured' : fixed.read(text)),
  }
}

export const count = (least: number, most: number, facts: Facts): Setting<number> => ({
  ...facts,
  accepts: `a whole number from ${least} to ${most}`,
  isPath: false,
  read: (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= least && value <= most ? value : undefined
  },
})

/** `http:` is let through for the emulator on the local machine only: tokens travel in a header. */
export const url = (facts: Facts): Setting<string> => ({
  ...facts,
  accepts: 'an https:// address',
  isPath: false,
  read: (text) => {
    if (!URL.canParse(text)) return undefined
    const { protocol, hostname } = new URL(text)
    const local = isLoopback(hostname)
    return protocol === 'https:' || (protocol === 'http:' && local) ? text.replace(/\/+$/, '') : undefined
  },
})

export function readTableDelays(text: string): ReadonlyMap<string, Duration> | undefined {
  const delays = new Map<string, Duration>()
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const [, table, written = ''] = /^\s*(\w+)\s*[=:]\s*(\S+)\s*$/.exec(part) ?? []
    const delay = parseDuration(written)
    if (table === undefined || delay === undefined || delay < 0 || delay > days(1)) return undefined
    delays.set(table, delay)
  }
  return delays
}

export function readReportFormats(text: string): readonly (typeof REPORT_FORMATS)[number][] | undefined {
  const names = text.split(',').map((name) => name.trim())
  const formats = REPORT_FORMATS.filter((format) => names.includes(format))
  return names.length > 0 && formats.length === new Set(names).size ? formats : undefined
}
