import type { Severity, TriggerOperator } from '../../domain/rule.ts'
import { SEVERITIES } from '../../domain/rule.ts'
import type { Duration } from '../../domain/time.ts'
import { days, hours, minutes, parseDuration, seconds } from '../../time/duration.ts'
import { RULE_KINDS } from '../facts/limits.ts'
import { asChoice } from './value.ts'
import type { Parse, Understood } from './value.ts'

export const asKind = asChoice(RULE_KINDS, { 'Hunting Query': 'Hunting', 'Near Real Time': 'NRT' })

export const asSeverity: Parse<Severity> = asChoice(SEVERITIES, { Info: 'Informational', Critical: 'High' })

export const asOperator: Parse<TriggerOperator> = (text) => {
  const symbol = SYMBOLS[text.trim()]
  if (symbol !== undefined) return { value: symbol, isExact: false }
  return asOperatorName(text)
}

const SYMBOLS: Readonly<Record<string, TriggerOperator>> = { '>': 'gt', '<': 'lt', '=': 'eq', '==': 'eq', '!=': 'ne' }

const LONG_NAMES: Readonly<Record<string, TriggerOperator>> = {
  GreaterThan: 'gt',
  LessThan: 'lt',
  Equal: 'eq',
  NotEqual: 'ne',
}

const asShortName = asChoice<TriggerOperator>(['gt', 'lt', 'eq', 'ne'])
const asLongName = asChoice(Object.keys(LONG_NAMES), { Equals: 'Equal', NotEquals: 'NotEqual' })

function asOperatorName(text: string): Understood<TriggerOperator> | undefined {
  const short = asShortName(text)
  if (short !== undefined) return short
  const long = asLongName(text)
  const value = long === undefined ? undefined : LONG_NAMES[long.value]
  return value === undefined ? undefined : { value, isExact: long?.isExact ?? false }
}

const UNITS: Readonly<Record<string, (count: number) => Duration>> = {
  s: seconds,
  m: minutes,
  h: hours,
  d: days,
  w: (count) => days(7 * count),
}

/** `1 day`, `30 minutes`, `2 weeks`: what people write who do not know the format. */
const IN_WORDS = /^(\d+(?:\.\d+)?)\s*(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|[smhdw])$/i

/** Nothing happens every zero seconds, and the window of ten thousand days begins before the calendar of logs. */
const LONGEST = days(3660)

export const asDuration: Parse<Duration> = (text) => {
  const understood = asAnyDuration(text)
  return understood !== undefined && understood.value > 0 && understood.value <= LONGEST ? understood : undefined
}

const asAnyDuration: Parse<Duration> = (text) => {
  const parsed = parseDuration(text)
  if (parsed !== undefined) return { value: parsed, isExact: true }
  const [, count, unit] = IN_WORDS.exec(text.trim()) ?? []
  const toDuration = UNITS[unit?.charAt(0).toLowerCase() ?? '']
  return toDuration === undefined ? undefined : { value: toDuration(Number(count)), isExact: false }
}
