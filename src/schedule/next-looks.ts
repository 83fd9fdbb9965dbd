import type { Instant } from '../domain/time.ts'
import { Heap } from './heap.ts'

interface NextLook {
  readonly key: string
  readonly at: Instant
}

/** When each pair is to be looked at again, if nothing happens to it before. */
export class NextLooks {
  readonly #times = new Map<string, NextLook>()
  readonly #heap = new Heap<NextLook>((a, b) => a.at - b.at)

  set(key: string, at: Instant): void {
    if (this.#times.get(key)?.at === at) return
    const next = { key, at }
    this.#times.set(key, next)
    this.#heap.push(next)
  }

  clear(): void {
    this.#times.clear()
    this.#heap.clear()
  }

  /** Takes those whose time has come. */
  take(now: Instant): readonly string[] {
    const keys: string[] = []
    for (let head = this.#heap.peek(); head !== undefined && head.at <= now; head = this.#heap.peek()) {
      this.#heap.pop()
      if (this.#times.get(head.key) !== head) continue
      this.#times.delete(head.key)
      keys.push(head.key)
    }
    return keys
  }
}
