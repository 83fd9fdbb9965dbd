import type { Claim } from '../domain/ports.ts'
import type { RunKey } from '../domain/run.ts'
import type { RunPurpose } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { hours, minutes } from '../time/duration.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database, SqlParameters, SqlRow } from './database.ts'
import type { Owner } from './owner.ts'

/**
 * How long an expired lease is only doubted: longer than its holder, awake again, needs for its next renewal.
 * Everybody on a computer that slept finds all leases expired at the moment it wakes.
 */
export const GRACE = minutes(3)

/** A lease that ends later than this was given by a clock that was ahead. */
const LONGEST = hours(3)

/**
 * The lease of a rule and workspace.
 *
 * free → held: the one INSERT below, which changes nothing while another holds the lease, nor for a slot of the schedule
 * that is complete or a reconciliation that has been made; SQLite runs one such statement at a time over all processes, so two can never both win.
 * held → free: commit or release, by token. held → held: its holder renews it while it works.
 * held → doubted: somebody finds the lease expired, or ending later than any lease can (the clock went back).
 * doubted → held: its holder renews it, and was only slow or asleep.
 * doubted → held by another: the same INSERT, once the doubt has lasted for GRACE; at once when the holder's process is
 * known to be gone. The former owner, should it wake up, no longer has the token and cannot commit.
 */
export function claim(
  database: Database,
  owner: Owner,
  key: RunKey,
  now: Instant,
  lease: Duration,
  purpose: RunPurpose,
  grace: Duration,
): Claim {
  return database.transaction((): Claim => {
    const scope = { rule: key.ruleId, workspace: key.workspace }
    const held = database.get('SELECT * FROM leases WHERE rule_id = :rule AND workspace = :workspace', scope)
    const isAbandoned = held !== undefined && (owner.isGone(textIn(held, 'owner')) || isDoubtful(held, now, grace))
    const taken = database.get(
      `INSERT INTO leases (rule_id, workspace, token, owner, expires_at)
       SELECT :rule, :workspace, lower(hex(randomblob(16))), :owner, :until
       WHERE NOT EXISTS (${COMPLETE})
       ON CONFLICT (rule_id, workspace) DO UPDATE
         SET token = excluded.token, owner = excluded.owner, expires_at = excluded.expires_at, run_id = NULL,
           doubted_at = NULL
         WHERE leases.token = :abandoned
       RETURNING token`,
      {
        ...scope,
        slot: key.slot,
        purpose,
        owner: owner.name,
        until: plus(now, lease),
        abandoned: isAbandoned ? textIn(held, 'token') : null,
      },
    )
    if (taken === undefined) return refused(database, { key, purpose, held, now, grace })
    if (held !== undefined) recordAbandoned(database, numberIn(held, 'run_id'), textIn(held, 'owner'), now)
    const token = textIn(taken, 'token')
    return { kind: 'claimed', token, attempt: beginRun(database, key, token, now, purpose) }
  })
}

/** A run that needs no second one of the same purpose. */
const COMPLETE = `
  SELECT 1 FROM runs
  WHERE rule_id = :rule AND workspace = :workspace AND slot = :slot AND window_override = '' AND status = 'complete'
    AND ((:purpose = 'slot' AND purpose <> 'ad-hoc') OR (:purpose = 'reconciliation' AND purpose = 'reconciliation'))`

/** Has the doubt lasted long enough? */
export function isDoubtful(held: SqlRow, now: Instant, grace: Duration): boolean {
  const since = held['doubted_at']
  return typeof since === 'number' && isExpired(held, now) && now >= since + grace
}

/** Past its end, or given by a clock that was ahead. */
export function isExpired(held: SqlRow, now: Instant): boolean {
  const until = numberIn(held, 'expires_at')
  return until <= now || until > now + LONGEST
}

interface Refusal {
  readonly key: RunKey
  readonly purpose: RunPurpose
  readonly held: SqlRow | undefined
  readonly now: Instant
  readonly grace: Duration
}

function refused(database: Database, { key, purpose, held, now, grace }: Refusal): Claim {
  const scope = { rule: key.ruleId, workspace: key.workspace }
  if (database.get(COMPLETE, { ...scope, slot: key.slot, purpose }) !== undefined) return { kind: 'complete' }
  const holder = held ?? {}
  const token = textIn(holder, 'token')
  const since = holder['doubted_at']
  if (!isExpired(holder, now)) {
    return { kind: 'busy', until: instantFromMillis(numberIn(holder, 'expires_at')), owner: textIn(holder, 'owner') }
  }
  const isDoubted = typeof since === 'number' && since <= now
  if (!isDoubted) database.run('UPDATE leases SET doubted_at = :now WHERE token = :token', { now, token })
  const doubtedAt = isDoubted ? instantFromMillis(since) : now
  return { kind: 'busy', until: plus(doubtedAt, grace), owner: textIn(holder, 'owner') }
}

/** Keeps the lease for longer; false when another has taken it over. */
export function renew(database: Database, token: string, until: Instant): boolean {
  return (
    database.run('UPDATE leases SET expires_at = :until, doubted_at = NULL WHERE token = :token', { until, token }) > 0
  )
}

/** Gives the lease back and forgets the attempt, which did nothing. Without effect when another has taken it over. */
export function release(database: Database, key: RunKey, token: string): void {
  database.transaction(() => {
    const lease = findLease(database, key, token)
    if (lease === undefined) return
    database.run('DELETE FROM leases WHERE token = :token', { token })
    database.run("DELETE FROM runs WHERE run_id = :run AND status = 'claimed'", { run: numberIn(lease, 'run_id') })
  })
}

/** The lease that the token still holds; its `run_id` is the attempt's row. */
export function findLease(
  database: Database,
  key: RunKey,
  token: string,
): Readonly<Record<string, unknown>> | undefined {
  return database.get('SELECT * FROM leases WHERE rule_id = :rule AND workspace = :workspace AND token = :token', {
    rule: key.ruleId,
    workspace: key.workspace,
    token,
  })
}

/** A claim that its owner did not finish stays in the history as a failure, so that nobody wonders about the gap. */
function recordAbandoned(database: Database, runId: number, owner: string, now: Instant): void {
  const error = {
    code: 'run/abandoned',
    message: `the attempt ended without a result: ${owner} was killed or lost its claim`,
    retryable: true,
    context: {},
  }
  database.run(
    "UPDATE runs SET status = 'failed', finished_at = :now, error = :error WHERE run_id = :run AND status = 'claimed'",
    { run: runId, now, error: JSON.stringify(error) },
  )
}

function beginRun(database: Database, key: RunKey, token: string, now: Instant, purpose: RunPurpose): number {
  const parameters: SqlParameters = {
    rule: key.ruleId,
    workspace: key.workspace,
    slot: key.slot,
    override: key.windowOverride,
    now,
    purpose,
  }
  const run = database.get(
    `INSERT INTO runs (rule_id, workspace, slot, window_override, attempt, status, started_at, purpose)
     SELECT :rule, :workspace, :slot, :override, 1 + coalesce(max(attempt), 0), 'claimed', :now, :purpose
     FROM runs
     WHERE rule_id = :rule AND workspace = :workspace AND slot = :slot AND window_override = :override
     RETURNING run_id, attempt`,
    parameters,
  )
  database.run('UPDATE leases SET run_id = :run WHERE token = :token', { run: numberIn(run ?? {}, 'run_id'), token })
  return numberIn(run ?? {}, 'attempt')
}
