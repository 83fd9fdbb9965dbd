import type { Clock } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import type { Fault } from './fault-kind.ts'
import { invalidRequest } from './service-errors.ts'

/** Both forms that HTTP allows; contract A9. */
export function retryAfter(parameters: Fault['parameters'], clock: Clock): Record<string, string> {
  if (parameters['retry-after'] !== undefined) return { 'Retry-After': String(count(parameters, 'retry-after', 1)) }
  if (parameters['retry-after-date'] === undefined) return {}
  const wait = seconds(count(parameters, 'retry-after-date', 1))
  return { 'Retry-After': new Date(plus(clock.now(), wait)).toUTCString() }
}

export function oneOf<const T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((each) => each === value)
  if (found === undefined)
    throw invalidRequest(`The fault parameter ${name}=${value} is not one of ${choices.join(', ')}`)
  return found
}

export function count(parameters: Fault['parameters'], name: string, fallback: number): number {
  const value = parameters[name]
  if (value === undefined) return fallback
  if (!/^\d+$/.test(value)) throw invalidRequest(`The fault parameter ${name}=${value} is not a whole number`)
  return Number(value)
}
