import { schedule, validate } from 'node-cron'

export function isWakeExpression(text: string): boolean {
  return validate(text)
}

/**
 * Calls `tick` at the times of a cron expression with seconds, until the returned function is called. Nothing depends on
 * a tick being punctual, or on there being exactly one: it only says that it is worth looking what is due.
 */
export function wakeOn(expression: string, tick: () => void): () => void {
  const task = schedule(expression, tick, { suppressMissedWarning: true, timezone: 'UTC' })
  return () => void task.destroy()
}
