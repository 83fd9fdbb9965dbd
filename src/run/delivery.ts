import { AuthError, ConfigError, DeliveryError, HuntError, LedgerError, toErrorRecord } from '../domain/errors.ts'
import type { DeliveryFault, ErrorRecord } from '../domain/errors.ts'
import type { OutboxEntry, Receipt, Sink } from '../domain/ports.ts'
import type { Duration } from '../domain/time.ts'
import { days, hours, milliseconds, minutes } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import { limitsOf, observe } from './run-ports.ts'
import type { RunPorts } from './run-ports.ts'
import { silenceSummary } from './silence-summary.ts'
import { stormLimits, stormOf } from './storm.ts'

/** How long to wait after the first, second … failure of a delivery; the last one repeats. */
const WAITS: readonly Duration[] = [minutes(1), minutes(5), minutes(15), hours(1), hours(4)]

/** A sink that fails so often in a row is left alone for this pass: it is down, and every further try costs a timeout. */
const GIVE_UP_AFTER = 3

/** A delivery that has failed for so long is dead: a person has to look at it. */
const DEAD_AFTER = days(7)

export interface DeliverySummary {
  readonly delivered: number
  readonly postponed: number
  /** Given up, until a person revives or drops them. */
  readonly dead: number
  /** Not told one by one: a storm summary stands for them. */
  readonly summarised: number
}

export const NO_DELIVERIES: DeliverySummary = { delivered: 0, postponed: 0, dead: 0, summarised: 0 }

/**
 * Empties the outbox as far as it goes: every sink at its own pace, so that a slow or failing one holds up nobody, and
 * one delivery at a time within a sink, in order. A failed one is postponed and comes again in a later pass, by this or
 * any other process; one that the receiver refuses for good is set aside. When aborted, what has not begun stays in the
 * outbox.
 *
 * @throws LedgerError; failures of sinks are recorded, not thrown.
 */
export async function deliverPending(ports: RunPorts, signal: AbortSignal): Promise<DeliverySummary> {
  if (signal.aborted) return NO_DELIVERIES
  endSilences(ports)
  const total = { ...NO_DELIVERIES, summarised: calmStorms(ports) }
  // allSettled: when the ledger fails one sink, the others must have ended before anybody closes it.
  const passes = await Promise.allSettled(ports.sinks.map((sink) => deliverTo(sink, ports, signal)))
  for (const pass of passes) {
    if (pass.status === 'rejected') throw pass.reason
    for (const key of Object.keys(total) as (keyof DeliverySummary)[]) total[key] += pass.value[key]
  }
  return total
}

/** What a silence has held back is told when it is over. */
export function endSilences({ ledger, clock }: RunPorts): void {
  const now = clock.now()
  ledger.endSilences(now, (...about) => silenceSummary(...about, now))
}

/** Puts summaries in the place of what sinks should not be told one by one; returns how many entries they stand for. */
export function calmStorms(ports: RunPorts): number {
  return ports.sinks.reduce((sum, sink) => sum + calmStorm(sink, ports), 0)
}

/**
 * One delivery after another, until nothing waits that may be tried or the sink is to be left alone.
 *
 * @throws LedgerError; failures of the sink are recorded, not thrown.
 */
export async function deliverTo(sink: Sink, ports: RunPorts, signal: AbortSignal): Promise<DeliverySummary> {
  const summary = { ...NO_DELIVERIES }
  let failuresInRow = 0
  while (!signal.aborted && failuresInRow < GIVE_UP_AFTER) {
    const entry = ports.ledger.take(sink.name, ports.clock.now(), limitsOf(ports).deliveryLease)
    if (entry === undefined) break
    const end = await deliverOne(sink, entry, ports, signal)
    if (end === 'stopped') break
    summary[end === 'held' ? 'postponed' : end] += 1
    // A refusal says nothing about the sink: it answers.
    failuresInRow = end === 'postponed' ? failuresInRow + 1 : 0
    if (end === 'held') break
  }
  return summary
}

function calmStorm(sink: Sink, { ledger, clock }: RunPorts): number {
  if (sink.stormLimit === undefined) return 0
  const now = clock.now()
  return ledger.summarise(sink.name, stormLimits(sink.stormLimit), now, (entries) => stormOf(sink.name, entries, now))
}

/** `held`: the whole sink waits. `stopped`: by the signal; the entry is as it was. */
type End = 'delivered' | 'postponed' | 'dead' | 'held' | 'stopped'

async function deliverOne(sink: Sink, entry: OutboxEntry, ports: RunPorts, signal: AbortSignal): Promise<End> {
  const { ledger, clock } = ports
  const incidentId = entry.delivery.incident.id
  try {
    const receipt = await inTime(sink, entry, ports, signal)
    ledger.settle(entry.id, receipt, clock.now())
    observe(ports, { kind: 'delivered', sink: sink.name, incidentId, receipt })
    return 'delivered'
  } catch (error) {
    if (error instanceof LedgerError) throw error
    if (signal.aborted) {
      ledger.untake(entry.id)
      return 'stopped'
    }
    const end = recordFailure(sink, entry, error, ports)
    const isGivenUp = end === 'dead'
    observe(ports, { kind: 'delivery-failed', sink: sink.name, incidentId, error: sinkError(sink, error), isGivenUp })
    return end
  }
}

/** A sink that hears no signal must not keep the others' incidents in this process for ever. */
async function inTime(sink: Sink, entry: OutboxEntry, ports: RunPorts, signal: AbortSignal): Promise<Receipt> {
  const { deliveryTimeout } = limitsOf(ports)
  const deadline = AbortSignal.timeout(deliveryTimeout)
  const late = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(tooLate(sink, deliveryTimeout)), { once: true })
  })
  // Its rejection after the delivery has ended is nobody's business.
  late.catch(() => undefined)
  return Promise.race([sink.deliver(entry.delivery, AbortSignal.any([signal, deadline])), late])
}

function tooLate(sink: Sink, limit: Duration): DeliveryError {
  return new DeliveryError({
    code: 'sink/timeout',
    message: `sink ${sink.name} did not answer within ${limit / 1000} s`,
    hint: 'Whether the incident arrived is unknown; it is delivered again under the same key.',
    fault: 'passing',
  })
}

function recordFailure(sink: Sink, entry: OutboxEntry, error: unknown, { ledger, clock }: RunPorts): End {
  const now = clock.now()
  const fault = faultOf(error)
  const record = sinkError(sink, error)
  if (fault === 'delivery' || now - (entry.failedSince ?? now) >= DEAD_AFTER) {
    ledger.bury(entry.id, record, now)
    return 'dead'
  }
  const next = plus(now, waitAfter(entry.attempts, error))
  ledger.postpone(entry.id, record, next, now)
  const asked = error instanceof DeliveryError && error.retryAfter !== undefined
  if (fault !== 'sink' && !asked) return 'postponed'
  // The next incident would fare no better, and a receiver that asks for patience means all of them.
  ledger.hold(sink.name, asked ? plus(now, milliseconds(error.retryAfter ?? 0)) : next)
  return 'held'
}

/** What a sink does not blame on itself or the delivery may pass. */
function faultOf(error: unknown): DeliveryFault {
  if (error instanceof DeliveryError) return error.fault
  return error instanceof AuthError || error instanceof ConfigError ? 'sink' : 'passing'
}

function waitAfter(attempts: number, error: unknown): Duration {
  const usual = WAITS[Math.min(attempts, WAITS.length - 1)] ?? minutes(1)
  const asked = error instanceof DeliveryError ? (error.retryAfter ?? 0) : 0
  return milliseconds(Math.max(usual, asked))
}

/** A sink is someone else's code as likely as ours: whatever it throws, its incident waits. */
function sinkError(sink: Sink, error: unknown): ErrorRecord {
  if (error instanceof HuntError) return toErrorRecord(error)
  return toErrorRecord(
    new DeliveryError({
      code: 'sink/failed',
      message: `sink ${sink.name} failed: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'The incident stays in the outbox and is delivered by a later run.',
      fault: 'passing',
      cause: error,
    }),
  )
}
