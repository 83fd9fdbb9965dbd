import { UsageError } from '../domain/errors.ts'
import type { Duration, Instant, Window } from '../domain/time.ts'
import { days, parseDuration } from '../time/duration.ts'
import { formatInstant, isDatable, minus, parseInstant, plus } from '../time/instant.ts'
import { textOption } from './options.ts'

/** Which time the command line asks for; `rule` leaves it to each rule's own schedule. */
export type WindowChoice =
  | { readonly kind: 'rule' }
  | { readonly kind: 'slot'; readonly at: Instant }
  /** An end that is not given is the present moment. */
  | { readonly kind: 'window'; readonly from?: Instant; readonly to?: Instant; readonly period?: Duration }

/** Reads `--at` or `--from/--to/--period`. Throws UsageError for a bad value or a combination that has no meaning. */
export function parseWindowChoice(options: Readonly<Record<string, unknown>>): WindowChoice {
  const at = instantOption(options, 'at')
  const from = instantOption(options, 'from')
  const to = instantOption(options, 'to')
  const period = durationOption(options, 'period')
  const isWindow = from !== undefined || to !== undefined || period !== undefined
  if (at !== undefined && isWindow) {
    throw new UsageError({
      code: 'usage/window',
      message: '--at names a slot of the schedule and cannot be combined with --from, --to or --period',
      hint: 'use --at alone for the window that the rule itself would search, or --from and --to for a window of yours',
    })
  }
  if (at !== undefined) return { kind: 'slot', at }
  if (!isWindow) return { kind: 'rule' }
  checkEnds(from, to, period)
  return {
    kind: 'window',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(period === undefined ? {} : { period }),
  }
}

function checkEnds(from: Instant | undefined, to: Instant | undefined, period: Duration | undefined): void {
  if (from !== undefined && to !== undefined && period !== undefined) {
    throw new UsageError({
      code: 'usage/window',
      message: '--from, --to and --period together say too much',
      hint: 'two of the three are a window',
    })
  }
  if (from === undefined && period === undefined) {
    throw new UsageError({
      code: 'usage/window',
      message: '--to alone does not say where the window starts',
      hint: 'add --from <time> or --period <duration>, for example --period 7d',
    })
  }
  if (from !== undefined && to !== undefined && from >= to) {
    throw new UsageError({
      code: 'usage/window',
      message: `--from ${formatInstant(from)} is not before --to ${formatInstant(to)}`,
      hint: 'a window runs from --from up to, but not including, --to',
    })
  }
}

/** The window of a `window` choice; `now` stands in for an end that is not given. */
export function windowOf(choice: Extract<WindowChoice, { kind: 'window' }>, now: Instant): Window {
  const { from, to, period } = choice
  if (from !== undefined && period !== undefined) return datable({ start: from, end: plus(from, period) })
  const end = to ?? now
  if (from !== undefined) {
    checkEnds(from, end, undefined)
    return { start: from, end }
  }
  return datable({ start: minus(end, period ?? (0 as Duration)), end })
}

/** Neither the service nor the embedded engine has a time for what lies beyond. */
function datable(window: Window): Window {
  if (isDatable(window.start) && isDatable(window.end)) return window
  throw new UsageError({
    code: 'usage/window',
    message: '--period reaches beyond the years 1 to 9999',
    hint: 'take a shorter one, for example --period 3650d',
  })
}

/** For a `--until` that is over; `hint` says what else may be given. */
export function pastUntilError(until: Instant, hint: string): UsageError {
  return new UsageError({
    code: 'usage/invalid-time',
    message: `--until ${formatInstant(until)} has passed already`,
    hint,
  })
}

export function instantOption(options: Readonly<Record<string, unknown>>, name: string): Instant | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  const instant = parseInstant(text)
  if (instant !== undefined) return instant
  throw new UsageError({
    code: 'usage/invalid-time',
    message: `--${name} is "${text}", which is not an ISO 8601 time`,
    hint: `for example --${name} 2026-03-02T10:00Z`,
  })
}

/** No date is that far from another. */
const LONGEST = days(3_652_059)

export function durationOption(options: Readonly<Record<string, unknown>>, name: string): Duration | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  const duration = parseDuration(text)
  if (duration !== undefined && duration > 0 && duration <= LONGEST) return duration
  const fault =
    duration !== undefined && duration > LONGEST ? 'longer than 9999 years' : 'not a duration longer than zero'
  throw new UsageError({
    code: 'usage/invalid-duration',
    message: `--${name} is "${text}", which is ${fault}`,
    hint: `for example --${name} 7d, 12h, 1h30m or PT90M`,
  })
}
