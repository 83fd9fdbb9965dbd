import { HuntError, IncompleteError, LedgerError, toErrorRecord } from '../domain/errors.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import type { OutboxEntry, Sink } from '../domain/ports.ts'
import type { Duration } from '../domain/time.ts'
import { hours, minutes } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import { limitsOf, observe } from './run-ports.ts'
import type { RunPorts } from './run-ports.ts'

/** How long to wait after the first, second … failure of a delivery; the last one repeats. */
const WAITS: readonly Duration[] = [minutes(1), minutes(5), minutes(15), hours(1), hours(4)]

/** A sink that fails so often in a row is left alone for this pass: it is down, and every further try costs a timeout. */
const GIVE_UP_AFTER = 3

export interface DeliverySummary {
  readonly delivered: number
  readonly postponed: number
}

/**
 * Empties the outbox as far as it goes: every sink at its own pace, so that a slow or failing one holds up nobody, and
 * one delivery at a time within a sink, in order. A failed one is postponed and comes again in a later pass, by this or
 * any other process. When aborted, what has not begun stays in the outbox.
 *
 * @throws LedgerError; failures of sinks are postponed, not thrown.
 */
export async function deliverPending(ports: RunPorts, signal: AbortSignal): Promise<DeliverySummary> {
  // allSettled: when the ledger fails one sink, the others must have ended before anybody closes it.
  const passes = await Promise.allSettled(ports.sinks.map((sink) => deliverTo(sink, ports, signal)))
  const total = { delivered: 0, postponed: 0 }
  for (const pass of passes) {
    if (pass.status === 'rejected') throw pass.reason
    total.delivered += pass.value.delivered
    total.postponed += pass.value.postponed
  }
  return total
}

async function deliverTo(sink: Sink, ports: RunPorts, signal: AbortSignal): Promise<DeliverySummary> {
  const summary = { delivered: 0, postponed: 0 }
  let failuresInRow = 0
  while (!signal.aborted && failuresInRow < GIVE_UP_AFTER) {
    const entry = ports.ledger.take(sink.name, ports.clock.now(), limitsOf(ports).deliveryLease)
    if (entry === undefined) break
    const isDelivered = await deliverOne(sink, entry, ports, signal)
    if (isDelivered === undefined) break
    summary[isDelivered ? 'delivered' : 'postponed'] += 1
    failuresInRow = isDelivered ? 0 : failuresInRow + 1
  }
  return summary
}

/** True when settled, false when postponed, undefined when the signal stopped it. */
async function deliverOne(
  sink: Sink,
  entry: OutboxEntry,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { ledger, clock } = ports
  const incidentId = entry.delivery.incident.id
  try {
    const receipt = await sink.deliver(entry.delivery, signal)
    ledger.settle(entry.id, receipt, clock.now())
    observe(ports, { kind: 'delivered', sink: sink.name, incidentId, receipt })
    return true
  } catch (error) {
    if (error instanceof LedgerError) throw error
    if (signal.aborted) {
      ledger.untake(entry.id)
      return undefined
    }
    const reason = sinkError(sink, error)
    ledger.postpone(entry.id, reason, plus(clock.now(), waitAfter(entry.attempts)))
    observe(ports, { kind: 'delivery-failed', sink: sink.name, incidentId, error: reason })
    return false
  }
}

function waitAfter(attempts: number): Duration {
  return WAITS[Math.min(attempts, WAITS.length - 1)] ?? minutes(1)
}

/** A sink is someone else's code as likely as ours: whatever it throws, its incident waits. */
function sinkError(sink: Sink, error: unknown): ErrorRecord {
  if (error instanceof HuntError) return toErrorRecord(error)
  return toErrorRecord(
    new IncompleteError({
      code: 'sink/failed',
      message: `sink ${sink.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'The incident stays in the outbox and is delivered by a later run.',
      retryable: true,
      cause: error,
    }),
  )
}
