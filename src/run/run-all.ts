import { EXIT, HuntError } from '../domain/errors.ts'
import type { ExitCode } from '../domain/errors.ts'
import type { OutboxEntry } from '../domain/ports.ts'
import type { RunRequest } from '../domain/run.ts'
import { deliverPending } from './delivery.ts'
import { runOnce } from './execute-run.ts'
import type { FinishedRun } from './execute-run.ts'
import { toRunError } from './failure.ts'
import { inGatedPool } from './gated-pool.ts'
import type { RunPorts } from './run-ports.ts'

/**
 * Runs at once unless told otherwise. One identity may have 5 queries in the air; the contract advises 4
 * (shared/reference/azure-contract.md A7).
 */
const CONCURRENCY = 4

export type RunResult =
  | ({ readonly kind: 'finished'; readonly request: RunRequest } & FinishedRun)
  /** Nothing was recorded: another process runs the rule, or the ledger failed. */
  | { readonly kind: 'failed'; readonly request: RunRequest; readonly error: HuntError }
  /** The signal came first. */
  | { readonly kind: 'stopped'; readonly request: RunRequest }

export interface RunAllResult {
  /** In the order of the requests. */
  readonly results: readonly RunResult[]
  /**
   * What the outbox still owes, of this and earlier runs; undefined when the ledger could not say. What another process
   * is about to deliver is not counted.
   */
  readonly undelivered: readonly OutboxEntry[] | undefined
  /** 0, or that of the gravest failure. An abort is the caller's to report. */
  readonly exitCode: ExitCode
}

/** Runs every request, so many at a time; none stops another, whatever happens to it. */
export async function runAll(
  requests: readonly RunRequest[],
  ports: RunPorts,
  options: { readonly concurrency?: number },
  signal: AbortSignal,
): Promise<RunAllResult> {
  const results: RunResult[] = requests.map((request) => ({ kind: 'stopped', request }))
  const work = async ([index, request]: readonly [number, RunRequest]): Promise<undefined> => {
    results[index] = await runSafely(request, ports, signal)
  }
  const { gate, clock } = ports
  const { concurrency = CONCURRENCY } = options
  await inGatedPool(
    [...requests.entries()],
    { workspaceOf: ([, { workspace }]) => workspace, work, concurrency, gate, clock },
    signal,
  )
  const opensNothing = results.every(({ request }) => request.opensIncidents === false)
  const { undelivered, error } = opensNothing
    ? { undelivered: [], error: undefined }
    : await finishDeliveries(results, ports, signal)
  const codes = [...results.map(exitCodeOf), ...(error === undefined ? [] : [error.exitCode])]
  if (undelivered !== undefined && undelivered.length > 0) codes.push(EXIT.incomplete)
  return { results, undelivered, exitCode: gravest(codes) }
}

/** Never rejects: after an abort a request comes back as stopped. */
export async function runSafely(request: RunRequest, ports: RunPorts, signal: AbortSignal): Promise<RunResult> {
  try {
    return { kind: 'finished', request, ...(await runOnce(request, ports, signal)) }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped', request }
    return { kind: 'failed', request, error: toRunError(error, request.rule) }
  }
}

/** Waits for the courier, and takes along what earlier runs could not deliver and what waited behind a delivery that has been settled since. */
export async function finishDeliveries(
  results: readonly RunResult[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<{ undelivered: readonly OutboxEntry[] | undefined; error: HuntError | undefined }> {
  try {
    await ports.courier?.idle()
    await deliverPending(ports, signal)
    return { undelivered: owedBy(ports, results), error: undefined }
  } catch (error) {
    if (error instanceof HuntError) return { undelivered: undefined, error }
    throw error
  }
}

/**
 * Entries that nobody has in hand and that are ours, or of a sink that fails or is not configured any more. A fresh one
 * of another process is none: that process has just committed it and delivers it next.
 */
function owedBy(ports: RunPorts, results: readonly RunResult[]): readonly OutboxEntry[] {
  const now = ports.clock.now()
  const waiting = ports.ledger.pending().filter(({ takenUntil }) => takenUntil === undefined || takenUntil <= now)
  const failing = new Set(waiting.filter(({ attempts }) => attempts > 0).map(({ sink }) => sink))
  const configured = new Set(ports.sinks.map(({ name }) => name))
  const outcomes = results.flatMap((result) => (result.kind === 'finished' ? [result.outcome] : []))
  const ours = new Set(outcomes.flatMap(({ opened, updated }) => [...opened, ...updated].map(({ id }) => id)))
  return waiting.filter(
    ({ sink, delivery }) => failing.has(sink) || !configured.has(sink) || ours.has(delivery.incident.id),
  )
}

export function exitCodeOf(result: RunResult): ExitCode {
  if (result.kind === 'stopped') return EXIT.ok
  if (result.kind === 'failed') return result.error.exitCode
  const { status, error } = result.outcome
  if (status === 'complete') return EXIT.ok
  if (status === 'failed') return error?.exitCode ?? EXIT.internal
  return error?.exitCode === EXIT.internal ? EXIT.internal : EXIT.incomplete
}

/** shared/reference/style.md, part 2: what needs a person soonest comes first. */
const GRAVITY: readonly ExitCode[] = [
  EXIT.internal,
  EXIT.ledger,
  EXIT.auth,
  EXIT.config,
  EXIT.backend,
  EXIT.kql,
  EXIT.incomplete,
]

export function gravest(codes: readonly ExitCode[]): ExitCode {
  return GRAVITY.find((code) => codes.includes(code)) ?? codes.find((code) => code !== EXIT.ok) ?? EXIT.ok
}
