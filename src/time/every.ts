import type { Duration } from '../domain/time.ts'

/** Does `action` now and then every `interval`, until the returned function is called. Keeps no process alive. */
export function every(interval: Duration, action: () => void): () => void {
  action()
  const timer = setInterval(action, interval)
  timer.unref()
  return () => clearInterval(timer)
}
