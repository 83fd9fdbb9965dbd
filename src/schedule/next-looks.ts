import FlatQueue from 'flatqueue'
import type { Instant } from '../domain/time.ts'

interface NextLook {
  readonly key: string
  readonly at: Instant
}

/** When each pair is to be looked at again, if nothing happens to it before. */
export class NextLooks {
  readonly #times = new Map<string, NextLook>()
  readonly #queue = new FlatQueue<NextLook>()

  set(key: string, at: Instant): void {
    if (this.#times.get(key)?.at === at) return
    const next = { key, at }
    this.#times.set(key, next)
    this.#queue.push(next, at)
  }

  clear(): void {
    this.#times.clear()
    this.#queue.clear()
    this.#queue.shrink()
  }

  /** Takes those whose time has come. */
  take(now: Instant): readonly string[] {
    const keys: string[] = []
    for (let head = this.#queue.peek(); head !== undefined && head.at <= now; head = this.#queue.peek()) {
      this.#queue.pop()
      if (this.#times.get(head.key) !== head) continue
      this.#times.delete(head.key)
      keys.push(head.key)
    }
    return keys
  }
}
