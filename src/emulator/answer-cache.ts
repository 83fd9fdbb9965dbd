import type { Clock, Instant } from '../domain/time.ts'
import { minutes, seconds } from '../time/duration.ts'
import { plus } from '../time/instant.ts'

/** The service's cache of answers: two minutes, unless the request says otherwise; contract A2. */
export interface AnswerCache {
  /** The kept text and its age in seconds, if the request allows it. */
  read(key: string, cacheControl: readonly string[]): { readonly text: string; readonly age: number } | undefined
  write(key: string, cacheControl: readonly string[], text: string): void
}

const LIFETIME = minutes(2)
const MOST_ANSWERS = 200
const LONGEST_TEXT = 1_000_000

export function createAnswerCache(clock: Clock): AnswerCache {
  const kept = new Map<string, { text: string; since: Instant }>()
  return {
    read(key, cacheControl) {
      const entry = kept.get(key)
      if (entry === undefined || cacheControl.includes('no-cache')) return undefined
      const now = clock.now()
      const limit = Math.min(LIFETIME, maxAge(cacheControl))
      if (now - entry.since > limit) return undefined
      return { text: entry.text, age: Math.floor((now - entry.since) / seconds(1)) }
    },
    write(key, cacheControl, text) {
      if (cacheControl.includes('no-store') || text.length > LONGEST_TEXT) return
      for (const [old, { since }] of kept) {
        if (plus(since, LIFETIME) < clock.now() || kept.size >= MOST_ANSWERS) kept.delete(old)
      }
      kept.set(key, { text, since: clock.now() })
    },
  }
}

function maxAge(cacheControl: readonly string[]): number {
  const value = cacheControl
    .map((directive) => /^max-age=(\d+)$/.exec(directive)?.[1])
    .find((each) => each !== undefined)
  return value === undefined ? Number.POSITIVE_INFINITY : seconds(Number(value))
}
