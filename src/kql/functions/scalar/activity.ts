/**
 * Which users come back from window to window, for lower/plugins/windows.ts. The pages leave open how windows without
 * rows count, where windows begin that do not divide time evenly, and whether one begins at the end: such are refused.
 */
import { REFUSAL } from '../../errors.ts'
import type { Json } from '../../values/json.ts'
import type { ScalarEntry } from '../entry.ts'
import { checkCount, floorTo, next, sizeOf, ticks } from './window-sizes.ts'
import { byWindow, distinct, entry, within, type Point, type Windows } from './windows.ts'

type Users = ReadonlySet<string>

const refuse = (name: string, what: string): never => {
  throw new Error(`${REFUSAL}${name} ${what}`)
}

/** The users of each window from the start to the end, in order; of the windows without rows none. */
function usersByWindow(name: string, points: readonly Point[], constants: readonly Json[]): Map<bigint, Users> {
  const [start, end, size] = [ticks(constants[0]), ticks(constants[1]), sizeOf(constants[2])]
  checkCount(start, end, size)
  if (end < start) refuse(name, 'from a start behind its end')
  if (floorTo(start, size, 0n) !== start) refuse(name, 'from a start that is no multiple of its window')
  if (floorTo(end, size, start) === end) refuse(name, 'whose end begins a window: subtract 1tick from it')
  const known = byWindow(within(points, start, end), size, start)
  const windows = new Map<bigint, Users>()
  for (let at = start; at <= end; at = next(at, size)) windows.set(at, distinct(known.get(at) ?? []))
  return windows
}

const shared = (left: Users, right: Users): number => [...left].filter((user) => right.has(user)).length

/** New is who was not in the window before; both rates are of those who were. */
const activityMetrics: Windows = (points, constants, print) => {
  const windows = [...usersByWindow('activity_metrics', points, constants)]
  return windows.map(([at, users], index) => {
    if (users.size === 0) refuse('activity_metrics', 'over a window without rows')
    const before = windows[index - 1]?.[1] ?? new Set<string>()
    const kept = shared(users, before)
    const rate = kept / before.size
    return [print(at), BigInt(users.size), BigInt(users.size - kept), rate, 1 - rate]
  })
}

/** Users by the window in which they come first: what becomes of them in each window from then on. */
const newActivityMetrics: Windows = (points, constants, print) => {
  const windows = [...usersByWindow('new_activity_metrics', points, constants)]
  const wanted = constants[3] === undefined ? undefined : ticks(constants[3])
  if (wanted !== undefined && windows.every(([at]) => at !== wanted)) refuse('new_activity_metrics', 'of a cohort that is the start of no window') // prettier-ignore
  const seen = new Set<string>()
  const lines: (readonly Json[])[] = []
  windows.forEach(([from, users], index) => {
    const cohort = new Set([...users].filter((user) => !seen.has(user)))
    for (const user of cohort) seen.add(user)
    if (wanted !== undefined && wanted !== from) return
    if (cohort.size === 0) refuse('new_activity_metrics', 'of a window without new users: name a cohort')
    for (const [to, later] of windows.slice(index)) {
      const fresh = to === from ? cohort.size : [...later].filter((user) => !seen.has(user)).length
      const kept = shared(cohort, later)
      const rate = kept / cohort.size
      const counts = [fresh, kept, cohort.size - kept].map(BigInt)
      lines.push([print(from), print(to), ...counts, rate, 1 - rate])
    }
  })
  return lines
}

export const activityEntries: readonly ScalarEntry[] = [
  entry('activity metrics', 'activity-metrics-plugin', activityMetrics),
  entry('new activity metrics', 'new-activity-metrics-plugin', newActivityMetrics),
]
