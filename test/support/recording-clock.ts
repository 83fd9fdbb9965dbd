import type { Clock, Duration, Instant } from '../../src/domain/time.ts'

export interface RecordingClock extends Clock {
  /** Every wait that was asked for; none takes time. */
  readonly waits: readonly Duration[]
}

export function recordingClock(now: Instant): RecordingClock {
  const waits: Duration[] = []
  return {
    waits,
    now: () => now,
    async sleep(duration, signal) {
      signal?.throwIfAborted()
      waits.push(duration)
    },
  }
}
