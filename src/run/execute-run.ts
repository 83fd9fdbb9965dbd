import { HuntError, IncompleteError, LedgerError, toErrorRecord } from '../domain/errors.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import type { Claim, QueryResult, WrittenFiles } from '../domain/ports.ts'
import type { RunKey, RunOutcome, RunRequest, RunStatistics } from '../domain/run.ts'
import { CLOCK_AHEAD } from '../domain/schedule.ts'
import type { SilencedIncident } from '../domain/silence.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { formatInstant, lengthOf } from '../time/instant.ts'
import { deliverPending } from './delivery.ts'
import { detectRun } from './detect-run.ts'
import type { Detection } from './detect-run.ts'
import { excludeRows } from './exclude-rows.ts'
import { toRunError } from './failure.ts'
import { linkResultFile } from './link-result-file.ts'
import { whileRenewing } from './renewal.ts'
import type { Renewal } from './renewal.ts'
import { limitsOf, observe } from './run-ports.ts'
import type { RunPorts } from './run-ports.ts'
import { searchWindow } from './search-window.ts'

/** A run with what became of its files. */
export interface FinishedRun {
  readonly outcome: RunOutcome
  /** Undefined when they could not be written; the outcome's error or warnings say why. */
  readonly files: WrittenFiles | undefined
  /** Incidents of it that a silence holds back. */
  readonly silenced: readonly SilencedIncident[]
}

/**
 * Runs one rule on one workspace for one slot:
 *
 * claim ① query → exclude → detect → files ② → commit ③ → deliver ④ → settle ⑤
 *
 * Each number is a place where the process may die (test/fault). ①: the lease is taken over, the slot is due again.
 * ②: files come before the commit, for their names follow from the slot, so that the retry overwrites them; the other
 * order could lose them. ③: the commit is one transaction: before it only files exist, after it nothing is lost.
 * ④, ⑤: what was not settled is delivered again under the same key, and the sink finds its own incident.
 *
 * A failing query is an outcome too (`failed`), recorded like any other. So is a partial answer, and so is a run whose
 * files could not be written: it is recorded as `partial`, its incidents go out, and the slot stays due.
 *
 * @throws IncompleteError `run/busy` when another process runs the rule, `run/already-complete` for a slot of the schedule
 * that needs no run; LedgerError; the signal's reason when aborted.
 * The slot then stays due, except where the ledger fails only during the deliveries, which wait in the outbox.
 */
export async function executeRun(request: RunRequest, ports: RunPorts, signal: AbortSignal): Promise<RunOutcome> {
  return (await runOnce(request, ports, signal)).outcome
}

/** executeRun, with what became of the files. */
export async function runOnce(request: RunRequest, ports: RunPorts, signal: AbortSignal): Promise<FinishedRun> {
  signal.throwIfAborted()
  const { ruleId, workspace, slot, windowOverride } = { ...request, ruleId: request.rule.id }
  const key: RunKey = { ruleId, workspace, slot, windowOverride }
  const claim = ports.ledger.claim(key, ports.clock.now(), limitsOf(ports).claimLease, request.purpose ?? 'ad-hoc')
  if (claim.kind === 'busy') throw busyError(request, claim)
  if (claim.kind === 'complete') throw completeError(request)
  const { attempt } = claim
  observe(ports, { kind: 'started', key, attempt, ruleName: request.rule.name, window: request.window })
  const recorded = await whileRenewing(renewalOf(claim, ports), ports.clock, signal, (held) =>
    recordRun(request, key, claim, ports, held),
  )
  observe(ports, { kind: 'finished', outcome: recorded.outcome, files: recorded.files })
  if (request.opensIncidents !== false) await deliver(ports, signal)
  return recorded
}

async function deliver(ports: RunPorts, signal: AbortSignal): Promise<void> {
  if (ports.courier === undefined) await deliverPending(ports, signal)
  else ports.courier.send()
}

/** A run whose claim another process has taken over is stopped: nothing that it does could be recorded any more. */
function renewalOf({ token }: Claimed, ports: RunPorts): Renewal {
  const { claimLease, claimRenewal } = limitsOf(ports)
  return {
    lease: claimLease,
    every: claimRenewal,
    renew: (until) => ports.ledger.renew(token, until),
    lost: () =>
      new LedgerError({
        code: 'ledger/claim-lost',
        message:
          'the run took longer than its lease, and another process has taken it over; its result is not recorded',
        hint: 'The other process records its own result. If this happens often, the query is too slow or the computer sleeps.',
        retryable: true,
      }),
  }
}

/** What a large answer holds outside of memory, until files and ledger have its rows. */
interface Held {
  release: QueryResult['release']
}

type Claimed = Extract<Claim, { kind: 'claimed' }>

/** Everything that happens under the claim, which is gone afterwards: by the commit, or given back. */
async function recordRun(
  request: RunRequest,
  key: RunKey,
  claim: Claimed,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<FinishedRun> {
  const held: Held = { release: undefined }
  try {
    const searched = await search(request, key, claim.attempt, ports, signal, held)
    const written = await writeFiles(searched, ports)
    const silenced = ports.ledger.commit(written.outcome, claim.token, ports.sinks)
    return { ...written, silenced }
  } catch (error) {
    observe(ports, { kind: 'gave-up', key, attempt: claim.attempt })
    giveBack(key, claim, ports)
    throw error
  } finally {
    held.release?.()
  }
}

/** The lease expires by itself, so a ledger that fails here must not hide why we are here. */
function giveBack(key: RunKey, claim: Claimed, ports: RunPorts): void {
  try {
    ports.ledger.release(key, claim.token)
  } catch (error) {
    if (!(error instanceof HuntError)) throw error
  }
}

/** Asks the backend and detects. Resolves with a failed outcome where the query or we fail; the ledger's failures pass. */
async function search(
  request: RunRequest,
  key: RunKey,
  attempt: number,
  ports: RunPorts,
  signal: AbortSignal,
  held: Held,
): Promise<RunOutcome> {
  const startedAt = ports.clock.now()
  const base = { request, key, attempt, startedAt, ports }
  try {
    const { result: answer, notes } = await searchWindow(request, ports, signal)
    held.release = answer.release
    const result = whereWindowHasEnded(answer, request, [startedAt, ports.clock.now()])
    const queryDuration = lengthOf({ start: startedAt, end: ports.clock.now() })
    observe(ports, { kind: 'rows', key, attempt, rowCount: result.table.rows.length })
    const exclusions = await excludeRows(request, result.table, ports, signal)
    const detection = detectRun(request, key, { result, exclusions }, ports.ledger, ports.clock.now())
    return succeeded({ ...base, queryDuration }, result, { ...detection, notes: [...notes, ...detection.notes] })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof LedgerError) throw error
    return failed(base, toErrorRecord(toRunError(error, request.rule)))
  }
}

/**
 * The clock may have been put back before or while the run went on. It is told now: by the next look at the schedule the window may
 * have passed, and nothing would show any more that it was searched too early.
 *
 * @param times when the query was asked, and when its answer had come
 */
function whereWindowHasEnded(
  answer: QueryResult,
  { window, purpose = 'ad-hoc' }: RunRequest,
  times: readonly Instant[],
): QueryResult {
  const hasEnded = times.every((time) => time >= window.end)
  if (answer.status !== 'complete' || purpose === 'ad-hoc' || hasEnded) return answer
  return { ...answer, status: 'partial', partialError: CLOCK_AHEAD }
}

interface Base {
  readonly request: RunRequest
  readonly key: RunKey
  readonly attempt: number
  readonly startedAt: Instant
  readonly ports: RunPorts
}

function succeeded(
  base: Base & { readonly queryDuration: Duration },
  result: QueryResult,
  detection: Detection,
): RunOutcome {
  const { findings, exclusions, excluded, excludedRowCount, alerts, opened, updated } = detection
  const statistics: RunStatistics = {
    queryDuration: base.queryDuration,
    rowCount: result.table.rows.length,
    excludedRowCount,
    findingCount: findings.length,
    newFindingCount: detection.newFindingCount,
    alertCount: alerts.length,
    incidentCount: opened.length + updated.length,
    ...(result.statistics === undefined ? {} : { backend: result.statistics }),
  }
  return {
    ...common(base),
    status: result.status,
    error: result.partialError,
    warnings: [...result.warnings, ...detection.warnings, ...suppressionWarning(base.request)],
    notes: detection.notes,
    columns: result.table.columns,
    findings,
    exclusions,
    excluded,
    alerts,
    opened,
    updated,
    statistics,
  }
}

function failed(base: Base, error: ErrorRecord): RunOutcome {
  const queryDuration = lengthOf({ start: base.startedAt, end: base.ports.clock.now() })
  const counts = {
    rowCount: 0,
    excludedRowCount: 0,
    findingCount: 0,
    newFindingCount: 0,
    alertCount: 0,
    incidentCount: 0,
  }
  return {
    ...common(base),
    status: 'failed',
    error,
    warnings: [],
    notes: [],
    columns: [],
    findings: [],
    exclusions: [],
    excluded: [],
    alerts: [],
    opened: [],
    updated: [],
    statistics: { queryDuration, ...counts },
  }
}

function common({ request, key, attempt, startedAt, ports }: Base) {
  return {
    key,
    rule: request.rule,
    window: request.window,
    backend: ports.engineOf?.(request.workspace) ?? ports.backend.name,
    attempt,
    opensIncidents: request.opensIncidents ?? true,
    ...(request.late === undefined ? {} : { late: request.late }),
    startedAt,
    finishedAt: ports.clock.now(),
  }
}

/** Suppression is of scheduled runs (ledger/commit.ts); one that somebody asks for neither begins one nor ends it. */
function suppressionWarning({ rule, purpose = 'ad-hoc' }: RunRequest): readonly string[] {
  return rule.kind !== 'Hunting' && rule.suppression.enabled && purpose === 'ad-hoc'
    ? [
        'the rule has suppression; it holds for scheduled runs, not for this one, whose known findings open nothing anyway',
      ]
    : []
}

/** A result that could not be written counts as partial: its incidents go out now, and the slot is searched again. */
async function writeFiles(
  outcome: RunOutcome,
  ports: RunPorts,
): Promise<{ outcome: RunOutcome; files: WrittenFiles | undefined }> {
  // The files of the slot's own run tell the same already.
  if (outcome.late !== undefined && outcome.alerts.length === 0 && outcome.statistics.newFindingCount === 0) {
    return { outcome, files: { paths: [] } }
  }
  try {
    const files = await ports.writer.write(outcome)
    return { outcome: linkResultFile(outcome, files), files }
  } catch (error) {
    const reason = toRunError(error, outcome.rule)
    if (outcome.status === 'complete') {
      return { outcome: { ...outcome, status: 'partial', error: toErrorRecord(reason) }, files: undefined }
    }
    return {
      outcome: { ...outcome, warnings: [...outcome.warnings, `no result files: ${reason.message}`] },
      files: undefined,
    }
  }
}

function completeError({ rule, workspace, slot }: RunRequest): IncompleteError {
  return new IncompleteError({
    code: 'run/already-complete',
    message: `rule ${rule.id} (${rule.name}) has been run on workspace ${workspace} for ${formatInstant(slot)}, by another process`,
    hint: 'Nothing is missing. hunt backfill searches a slot again.',
    context: { ruleId: rule.id, workspace },
  })
}

function busyError({ rule, workspace }: RunRequest, claim: Extract<Claim, { kind: 'busy' }>): IncompleteError {
  return new IncompleteError({
    code: 'run/busy',
    message: `rule ${rule.id} (${rule.name}) is already being run on workspace ${workspace}, by ${claim.owner}`,
    hint: `Wait for it, or run again after ${formatInstant(claim.until)}, when its claim ends.`,
    retryable: true,
    context: { ruleId: rule.id, workspace, until: claim.until },
  })
}
