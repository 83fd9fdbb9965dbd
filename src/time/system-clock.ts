import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, Instant } from '../domain/time.ts'

export const systemClock: Clock = {
  now: () => Date.now() as Instant,
  async sleep(duration, signal) {
    await delay(duration, undefined, signal === undefined ? {} : { signal })
  },
}
