import type { Claim } from '../domain/ports.ts'
import type { RunKey } from '../domain/run.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { instantFromMillis, plus } from '../time/instant.ts'
import { numberIn, textIn } from './database.ts'
import type { Database, SqlParameters } from './database.ts'
import type { Owner } from './owner.ts'

/**
 * The lease of a rule and workspace.
 *
 * free → held: the one INSERT below, which fails to change anything while another holds an unexpired lease; SQLite runs
 * one such statement at a time over all processes, so two can never both win. held → free: commit or release, by token.
 * held → held by another: the same statement, once the lease has expired or its owner's process is gone. The former
 * owner, should it wake up, no longer has the token and cannot commit.
 */
export function claim(database: Database, owner: Owner, key: RunKey, now: Instant, lease: Duration): Claim {
  return database.transaction((): Claim => {
    const scope = { rule: key.ruleId, workspace: key.workspace }
    const held = database.get('SELECT * FROM leases WHERE rule_id = :rule AND workspace = :workspace', scope)
    const taken = database.get(
      `INSERT INTO leases (rule_id, workspace, token, owner, expires_at)
       VALUES (:rule, :workspace, lower(hex(randomblob(16))), :owner, :until)
       ON CONFLICT (rule_id, workspace) DO UPDATE
         SET token = excluded.token, owner = excluded.owner, expires_at = excluded.expires_at, run_id = NULL
         WHERE leases.expires_at <= :now OR leases.token = :abandoned
       RETURNING token`,
      {
        ...scope,
        owner: owner.name,
        until: plus(now, lease),
        now,
        abandoned: held !== undefined && owner.isGone(textIn(held, 'owner')) ? textIn(held, 'token') : null,
      },
    )
    if (taken === undefined) {
      const { expires_at: until, owner: holder } = held ?? {}
      return { kind: 'busy', until: instantFromMillis(Number(until)), owner: String(holder) }
    }
    if (held !== undefined) recordAbandoned(database, numberIn(held, 'run_id'), textIn(held, 'owner'), now)
    const token = textIn(taken, 'token')
    return { kind: 'claimed', token, attempt: beginRun(database, key, token, now) }
  })
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

function beginRun(database: Database, key: RunKey, token: string, now: Instant): number {
  const parameters: SqlParameters = {
    rule: key.ruleId,
    workspace: key.workspace,
    slot: key.slot,
    override: key.windowOverride,
    now,
  }
  const run = database.get(
    `INSERT INTO runs (rule_id, workspace, slot, window_override, attempt, status, started_at)
     SELECT :rule, :workspace, :slot, :override, 1 + coalesce(max(attempt), 0), 'claimed', :now
     FROM runs
     WHERE rule_id = :rule AND workspace = :workspace AND slot = :slot AND window_override = :override
     RETURNING run_id, attempt`,
    parameters,
  )
  database.run('UPDATE leases SET run_id = :run WHERE token = :token', { run: numberIn(run ?? {}, 'run_id'), token })
  return numberIn(run ?? {}, 'attempt')
}
