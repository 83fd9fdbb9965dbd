/** How the plug-ins of windows over a timeline divide it: into spans of one size, or into periods of the calendar. */
import { REFUSAL } from '../../errors.ts'
import { toParts } from '../../values/datetime.ts'
import { printJson, type Json } from '../../values/json.ts'
import { TICKS } from '../../values/timespan.ts'

/** How long a window is, or the period that it is: «all periods will be startofweek», say the pages. */
export type Size = bigint | Period
type Period = 'week' | 'month' | 'year'

/** A period has no fewer days than these. */
const DAYS: Readonly<Record<Period, bigint>> = { week: 7n, month: 28n, year: 365n }

const isPeriod = (constant: Json | undefined): constant is Period =>
  typeof constant === 'string' && Object.hasOwn(DAYS, constant)

/** A null makes no window. */
export function ticks(constant: Json | undefined): bigint {
  if (typeof constant === 'bigint') return constant
  throw new Error(`${REFUSAL}a window whose start, end or size is ${printJson(constant ?? null)}`)
}

export const sizeOf = (constant: Json | undefined): Size => (isPeriod(constant) ? constant : ticks(constant))

/** The pages do not say where the first window begins if it is the start that cuts a period. */
export function checkStart(start: bigint, size: Size): void {
  if (typeof size === 'bigint' || floorTo(start, size, 0n) === start) return
  throw new Error(`${REFUSAL}windows of a ${size} from a start within one: write startof${size}(…)`)
}

/** Where the window begins that holds `at`. */
export function floorTo(at: bigint, size: Size, origin: bigint): bigint {
  if (typeof size === 'bigint') return at - ((((at - origin) % size) + size) % size)
  const day = at - (at % TICKS.day)
  // The first day of all was a Monday, and weeks begin on Sunday.
  if (size === 'week') return day - ((day / TICKS.day + 1n) % 7n) * TICKS.day
  const { month, day: ofMonth } = toParts(day)
  const first = day - BigInt(ofMonth - 1) * TICKS.day
  return size === 'month' || month === 1 ? first : floorTo(first - TICKS.day, size, origin)
}

/** Where the window begins that follows the one at `at`. */
export const next = (at: bigint, size: Size): bigint =>
  typeof size === 'bigint' ? at + size : floorTo(at + (DAYS[size] + 3n) * TICKS.day, size, 0n)

const MOST_WINDOWS = 100_000n

export function checkCount(start: bigint, end: bigint, size: Size): void {
  const length = typeof size === 'bigint' ? size : DAYS[size] * TICKS.day
  if (length > 0n && (end - start) / length <= MOST_WINDOWS) return
  throw new Error(`${REFUSAL}more than ${MOST_WINDOWS} windows, or windows of no size`)
}
