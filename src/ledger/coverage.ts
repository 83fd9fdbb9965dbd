import type { Covered, Pair } from '../domain/schedule.ts'
import type { Instant, Window } from '../domain/time.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database } from './database.ts'

/**
 * The union of windows as gaps and islands: a window starts an island when it begins after everything before it has
 * ended. Partial and failed runs, and those that do not count, are not there at all.
 */
const ISLANDS = `
  WITH searched AS (
    SELECT rule_id, workspace, window_start, window_end,
      max(window_end) OVER (
        PARTITION BY rule_id, workspace ORDER BY window_start, window_end
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM runs
    WHERE status = 'complete' AND purpose <> 'ad-hoc' AND window_override = ''
      AND (:rule IS NULL OR rule_id = :rule) AND (:workspace IS NULL OR workspace = :workspace)
      AND window_end > :start AND window_start < :end AND slot > :start),
  numbered AS (
    SELECT *, sum(reached IS NULL OR window_start > reached) OVER (
        PARTITION BY rule_id, workspace ORDER BY window_start, window_end) AS island
    FROM searched)
  SELECT rule_id, workspace, min(window_start) AS window_start, max(window_end) AS window_end
  FROM numbered
  GROUP BY rule_id, workspace, island
  ORDER BY rule_id, workspace, 3`

/** @param within only windows that reach into it: then the index finds them, since a slot comes after its window */
export function coverage(
  database: Database,
  { ruleId, workspace }: Partial<Pair>,
  within?: Window,
): readonly Covered[] {
  const [start, end] = [within?.start ?? Number.MIN_SAFE_INTEGER, within?.end ?? Number.MAX_SAFE_INTEGER]
  return database.all(ISLANDS, { rule: ruleId ?? null, workspace: workspace ?? null, start, end }).map((row) => ({
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    window: {
      start: instantFromMillis(numberIn(row, 'window_start')),
      end: instantFromMillis(numberIn(row, 'window_end')),
    },
  }))
}

export function completeBefore(
  database: Database,
  { ruleId, workspace }: Pair,
  slot: Instant,
): { readonly slot: Instant; readonly windowEnd: Instant } | undefined {
  const row = database.get(
    `SELECT slot, max(window_end) AS window_end FROM runs
     WHERE rule_id = :rule AND workspace = :workspace AND slot < :slot
       AND status = 'complete' AND purpose <> 'ad-hoc' AND window_override = ''
     GROUP BY slot ORDER BY slot DESC LIMIT 1`,
    { rule: ruleId, workspace, slot },
  )
  if (row === undefined) return undefined
  return { slot: instantFromMillis(numberIn(row, 'slot')), windowEnd: instantFromMillis(numberIn(row, 'window_end')) }
}

export function completeSlots(database: Database, { start, end }: Window): ReadonlyMap<string, ReadonlySet<Instant>> {
  const rows = database.all(
    `SELECT DISTINCT rule_id, workspace, slot FROM runs
     WHERE slot BETWEEN :start AND :end AND status = 'complete' AND purpose <> 'ad-hoc' AND window_override = ''`,
    { start, end },
  )
  const slots = new Map<string, Set<Instant>>()
  for (const row of rows) {
    const key = `${textIn(row, 'rule_id')}\0${textIn(row, 'workspace')}`
    const known = slots.get(key) ?? new Set()
    known.add(instantFromMillis(numberIn(row, 'slot')))
    slots.set(key, known)
  }
  return slots
}
