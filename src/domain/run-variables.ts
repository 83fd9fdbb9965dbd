import { COMMENTS_AND_STRINGS } from './kql-code.ts'
import type { Rule } from './rule.ts'
import type { Duration, Instant, Window } from './time.ts'

/**
 * What a query may name to learn of the run that it is part of. Asked for in Azure-Sentinel issue 11186; the service itself
 * has no such names, so they are bound only for queries that use them.
 */
export const RUN_VARIABLES = {
  /** Start of the window, included. */
  _startTime: 'datetime',
  /** End of the window, not included. */
  _endTime: 'datetime',
  _queryPeriod: 'timespan',
  _queryFrequency: 'timespan',
} as const

export type RunVariable = keyof typeof RUN_VARIABLES

/** Their values; one that is missing has none here, and a query that names it is refused. */
export interface RunVariables {
  readonly _startTime?: Instant
  readonly _endTime?: Instant
  readonly _queryPeriod?: Duration
  readonly _queryFrequency?: Duration
}

const NAMES = Object.keys(RUN_VARIABLES) as readonly RunVariable[]

/** The names that a query uses and does not define itself with `let`. */
export function runVariablesIn(query: string): readonly RunVariable[] {
  if (!query.includes('_startTime') && !query.includes('_endTime') && !query.includes('_query')) return []
  const code = query.replace(COMMENTS_AND_STRINGS, ' ')
  return NAMES.filter(
    (name) => new RegExp(`\\b${name}\\b`).test(code) && !new RegExp(`\\blet\\s+${name}\\s*=`).test(code),
  )
}

/**
 * Their values where a rule runs over a window. Without a schedule a hunting query has no frequency, and its period is the
 * window's length.
 */
export function runVariablesOf(rule: Rule, window: Window): RunVariables {
  if (rule.kind === 'Hunting') {
    if (rule.scheduling === undefined) return windowVariables(window)
    const { period, frequency } = rule.scheduling
    const step = frequency === undefined ? {} : { _queryFrequency: frequency }
    return { ...windowVariables(window), _queryPeriod: period, ...step }
  }
  return { ...windowVariables(window), _queryPeriod: rule.queryPeriod, _queryFrequency: rule.queryFrequency }
}

/** What a window alone says, for a query without a rule. */
export function windowVariables(window: Window | undefined): RunVariables {
  if (window === undefined) return {}
  const { start, end } = window
  return { _startTime: start, _endTime: end, _queryPeriod: (end - start) as Duration }
}
