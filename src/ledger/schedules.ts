import type { ErrorRecord } from '../domain/errors.ts'
import { CLOCK_AHEAD } from '../domain/schedule.ts'
import type {
  Advance,
  Failing,
  InactiveReason,
  Pair,
  Registration,
  ScheduleChanges,
  ScheduleState,
  SlotRecord,
} from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import { days, minutes } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { errorIn, numberIn, optionalInstant, textIn } from './database.ts'
import type { Database, SqlParameters, SqlRow } from './database.ts'
import { insertGap } from './gaps.ts'
import { retractReconciled } from './reconciliations.ts'

/** All registrations travel as one JSON list: a statement for each of 200,000 pairs would take seconds. */
export function register(
  database: Database,
  registrations: readonly Registration[],
  now: Instant,
  folder: string,
): void {
  if (registrations.length === 0) return
  database.run(
    `INSERT INTO schedules (rule_id, workspace, rule_name, rule_file, rule_sha256, rule_folder, first_seen,
       settled_through)
     SELECT value ->> 'ruleId', value ->> 'workspace', value ->> 'ruleName', value ->> 'ruleFile',
       value ->> 'ruleSha256', :folder, :now, value ->> 'origin'
     FROM json_each(:registrations)
     WHERE true
     ON CONFLICT (rule_id, workspace) DO UPDATE
       SET rule_name = excluded.rule_name, rule_file = excluded.rule_file, rule_sha256 = excluded.rule_sha256,
         rule_folder = excluded.rule_folder, inactive_since = NULL, inactive_reason = NULL
       WHERE inactive_since IS NOT NULL OR rule_sha256 <> excluded.rule_sha256 OR rule_file <> excluded.rule_file
         OR rule_name <> excluded.rule_name OR rule_folder <> excluded.rule_folder`,
    { registrations: JSON.stringify(registrations), folder, now },
  )
}

export function deactivate(database: Database, pairs: readonly Pair[], reason: InactiveReason, now: Instant): void {
  if (pairs.length === 0) return
  database.run(
    `UPDATE schedules SET inactive_since = :now, inactive_reason = :reason
     WHERE inactive_reason IS NOT :reason
       AND (rule_id, workspace) IN (SELECT value ->> 'ruleId', value ->> 'workspace' FROM json_each(:pairs))`,
    { pairs: JSON.stringify(pairs), reason, now },
  )
}

/** Failed attempts are counted and complete ones found over the slots beyond `settled_through` only: there are few. */
const SLOTS = `
  SELECT runs.rule_id, runs.workspace, slot, max(status = 'complete') AS is_complete,
    sum(status IN ('failed', 'partial')) AS failures,
    max(CASE WHEN status IN ('failed', 'partial') THEN finished_at END) AS last_failed_at,
    (SELECT error FROM runs AS last
     WHERE last.rule_id = runs.rule_id AND last.workspace = runs.workspace AND last.slot = runs.slot
       AND last.window_override = '' AND last.purpose <> 'ad-hoc' AND last.status IN ('failed', 'partial')
     ORDER BY attempt DESC LIMIT 1) AS error,
    (SELECT rule_sha256 FROM runs AS last
     WHERE last.rule_id = runs.rule_id AND last.workspace = runs.workspace AND last.slot = runs.slot
       AND last.window_override = '' AND last.purpose <> 'ad-hoc' AND last.status IN ('failed', 'partial')
     ORDER BY attempt DESC LIMIT 1) AS rule_sha256
  FROM schedules CROSS JOIN runs
    ON runs.rule_id = schedules.rule_id AND runs.workspace = schedules.workspace AND slot > settled_through
      AND window_override = '' AND purpose <> 'ad-hoc' AND purpose <> 'reconciliation'
  WHERE (:rule IS NULL OR schedules.rule_id = :rule) AND (:workspace IS NULL OR schedules.workspace = :workspace)
  GROUP BY runs.rule_id, runs.workspace, slot
  ORDER BY runs.rule_id, runs.workspace, slot`

export function schedules(database: Database, { ruleId, workspace }: Partial<Pair>): readonly ScheduleState[] {
  const parameters: SqlParameters = { rule: ruleId ?? null, workspace: workspace ?? null }
  const slots = new Map<string, SlotRecord[]>()
  for (const row of database.all(SLOTS, parameters)) {
    const key = keyOf(row)
    const known = slots.get(key)
    if (known === undefined) slots.set(key, [slotOf(row)])
    else known.push(slotOf(row))
  }
  const rows = database.all(
    `SELECT * FROM schedules
     WHERE (:rule IS NULL OR rule_id = :rule) AND (:workspace IS NULL OR workspace = :workspace)
     ORDER BY rule_id, workspace`,
    parameters,
  )
  return rows.map((row) => stateOf(row, slots.get(keyOf(row)) ?? []))
}

/** Pairs whose schedule or runs have changed after the mark, and the last mark by now; without one only that. */
export function scheduleChanges(database: Database, after: number | undefined): ScheduleChanges {
  return database.snapshot(() => {
    const mark = numberIn(database.get('SELECT last FROM schedule_marks') ?? {}, 'last')
    if (after === undefined || after === mark) return { mark, pairs: [] }
    const rows = database.all('SELECT rule_id, workspace FROM schedules WHERE mark > :after', { after })
    return { mark, pairs: rows.map((row) => ({ ruleId: textIn(row, 'rule_id'), workspace: textIn(row, 'workspace') })) }
  })
}

function keyOf(row: SqlRow): string {
  return `${textIn(row, 'rule_id')}\0${textIn(row, 'workspace')}`
}

function slotOf(row: SqlRow): SlotRecord {
  return {
    slot: instantFromMillis(numberIn(row, 'slot')),
    isComplete: numberIn(row, 'is_complete') === 1,
    failures: numberIn(row, 'failures'),
    lastFailedAt: optionalInstant(row, 'last_failed_at'),
    lastError: errorIn(row, 'error'),
    lastRuleSha256: textIn(row, 'rule_sha256') || undefined,
  }
}

function stateOf(row: SqlRow, slots: readonly SlotRecord[]): ScheduleState {
  const pausedSince = optionalInstant(row, 'paused_since')
  const inactiveSince = optionalInstant(row, 'inactive_since')
  return {
    ruleId: textIn(row, 'rule_id'),
    workspace: textIn(row, 'workspace'),
    ruleName: textIn(row, 'rule_name'),
    ruleFile: textIn(row, 'rule_file'),
    ruleSha256: textIn(row, 'rule_sha256'),
    ruleFolder: textIn(row, 'rule_folder'),
    firstSeen: instantFromMillis(numberIn(row, 'first_seen')),
    settledThrough: instantFromMillis(numberIn(row, 'settled_through')),
    slots,
    paused: pausedSince === undefined ? undefined : { since: pausedSince, until: optionalInstant(row, 'paused_until') },
    inactive:
      inactiveSince === undefined
        ? undefined
        : { since: inactiveSince, reason: textIn(row, 'inactive_reason') as InactiveReason },
    failing: failingOf(row),
    reconciledThrough: optionalInstant(row, 'reconciled_through'),
  }
}

export function failingOf(row: SqlRow): Failing | undefined {
  const since = optionalInstant(row, 'failing_since')
  if (since === undefined) return undefined
  return {
    since,
    failures: numberIn(row, 'failures'),
    nextTry: instantFromMillis(numberIn(row, 'next_try')),
    error: JSON.parse(textIn(row, 'failure')) as ErrorRecord,
    version: textIn(row, 'failed_sha256'),
  }
}

/** Conditional on where it was read: of two processes that saw the same, one records the gaps. */
export function advance(database: Database, advances: readonly Advance[], now: Instant): readonly Advance[] {
  if (advances.length === 0) return []
  return database.transaction(() =>
    advances.filter((each) => {
      const moved = database.run(
        `UPDATE schedules SET settled_through = :to
         WHERE rule_id = :rule AND workspace = :workspace AND settled_through = :from`,
        { rule: each.ruleId, workspace: each.workspace, from: each.from, to: each.to },
      )
      if (moved === 0) return false
      for (const gap of each.gaps) insertGap(database, gap, now)
      return true
    }),
  )
}

export function setFailing(database: Database, { ruleId, workspace }: Pair, failing: Failing | undefined): void {
  database.run(
    `UPDATE schedules
     SET failing_since = :since, failures = :failures, next_try = :next, failure = :error, failed_sha256 = :version
     WHERE rule_id = :rule AND workspace = :workspace`,
    {
      rule: ruleId,
      workspace,
      since: failing?.since ?? null,
      failures: failing?.failures ?? 0,
      next: failing?.nextTry ?? null,
      error: failing === undefined ? null : JSON.stringify(failing.error),
      version: failing?.version ?? null,
    },
  )
}

export function releaseFailing(database: Database, workspace: string, code: string, now: Instant): number {
  return database.run(
    `UPDATE schedules SET next_try = :now
     WHERE workspace = :workspace AND next_try > :now AND failure IS NOT NULL AND failure ->> '$.code' = :code`,
    { workspace, code, now },
  )
}

/** Small steps of a clock do not matter: a window ends minutes before its slot. */
const TOLERANCE = minutes(1)

/**
 * A window that ends in the future cannot have been searched completely, nor can one whose run began in the future: the
 * clock was ahead then, and by the time that it is put right the window may have passed. The runs in question are the
 * last ones, so they are found from the end.
 */
export function retractFuture(database: Database, now: Instant): number {
  return database.transaction(() => {
    const changed = database.all(
      `UPDATE runs SET status = 'partial', error = :error
       WHERE status = 'complete' AND purpose <> 'ad-hoc' AND window_override = ''
         AND ((slot > :now AND window_end > :now) OR run_id > :sound)
       RETURNING rule_id, workspace, slot`,
      { error: JSON.stringify(CLOCK_AHEAD), now, sound: lastSoundRun(database, now) },
    )
    const gone = database.all(
      `DELETE FROM gaps WHERE (last_slot > :now AND window_end > :now) OR recorded_at > :late
       RETURNING rule_id, workspace, first_slot AS slot`,
      { now, late: plus(now, TOLERANCE) },
    )
    const back = new Map<string, { row: SqlRow; slot: number }>()
    for (const row of [...changed, ...gone]) {
      const slot = numberIn(row, 'slot')
      const known = back.get(keyOf(row))
      if (known === undefined || slot < known.slot) back.set(keyOf(row), { row, slot })
    }
    for (const { row, slot } of back.values()) {
      database.run(
        `UPDATE schedules
         SET settled_through = min(settled_through, :before), reconciled_through = min(reconciled_through, :before)
         WHERE rule_id = :rule AND workspace = :workspace`,
        { rule: textIn(row, 'rule_id'), workspace: textIn(row, 'workspace'), before: slot - 1 },
      )
    }
    retractReconciled(database, now)
    endWaits(database, now)
    return back.size
  })
}

/** Longer than any wait after a failure. */
const LONGEST_WAIT = days(2)

/** Waits count from a failure; from one that lies in the future they would not end before that time comes. */
function endWaits(database: Database, now: Instant): void {
  database.run(
    `UPDATE runs SET finished_at = :now
     WHERE run_id > :sound AND finished_at > :late AND status IN ('failed', 'partial')`,
    { now, sound: lastSoundRun(database, now), late: plus(now, TOLERANCE) },
  )
  database.run('UPDATE schedules SET next_try = :now WHERE next_try > :far', { now, far: plus(now, LONGEST_WAIT) })
}

/** The last run that did not begin in the future. */
function lastSoundRun(database: Database, now: Instant): number {
  const row = database.get('SELECT run_id FROM runs WHERE started_at <= :late ORDER BY run_id DESC LIMIT 1', {
    late: plus(now, TOLERANCE),
  })
  return row === undefined ? 0 : numberIn(row, 'run_id')
}
