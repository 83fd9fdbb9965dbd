import type { Sink } from '../domain/ports.ts'
import { calmStorms, deliverTo, endSilences } from './delivery.ts'
import type { RunPorts } from './run-ports.ts'

/** Deliveries to one sink at once, of different incidents: those of one keep their order (ledger/outbox.ts). */
const AT_ONCE = 4

/**
 * Empties the outbox beside the runs: a sink that is slow, or that never answers, must not keep rules from searching. Whoever has
 * something for the sinks says so with `send` and goes on.
 */
export class Courier {
  readonly #ports: RunPorts
  readonly #signal: AbortSignal
  readonly #rounds = new Map<Sink, Set<Promise<void>>>()
  /** Sinks for which somebody has sent something while as many rounds as may be were under way. */
  readonly #again = new Set<Sink>()
  #failure: unknown

  constructor(ports: RunPorts, signal: AbortSignal) {
    this.#ports = ports
    this.#signal = signal
  }

  /** Begins to deliver what waits, and does not wait for it. Where the ledger fails, `idle` and `check` say so. */
  send(): void {
    if (this.#signal.aborted) return
    try {
      endSilences(this.#ports)
      // At once, before a round that is under way takes one of the storm's incidents.
      calmStorms(this.#ports)
    } catch (error) {
      this.#failure ??= error
      return
    }
    for (const sink of this.#ports.sinks) this.#begin(sink)
  }

  #begin(sink: Sink): void {
    const rounds = this.#rounds.get(sink) ?? new Set()
    this.#rounds.set(sink, rounds)
    if (rounds.size >= AT_ONCE) {
      this.#again.add(sink)
      return
    }
    const round = this.#deliver(sink).then(() => {
      rounds.delete(round)
      if (this.#again.delete(sink)) this.#begin(sink)
    })
    rounds.add(round)
  }

  async #deliver(sink: Sink): Promise<void> {
    try {
      await deliverTo(sink, this.#ports, this.#signal)
    } catch (error) {
      this.#failure ??= error
    }
  }

  /** Throws what the ledger has failed in since somebody asked; the next `send` tries again. */
  check(): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
  }

  /** Resolves when nothing is under way: before that nobody may close the ledger. */
  async settled(): Promise<void> {
    for (;;) {
      const rounds = [...this.#rounds.values()].flatMap((each) => [...each])
      if (rounds.length === 0) return
      await Promise.all(rounds)
    }
  }

  /** As `settled`. Rejects as `check` throws. */
  async idle(): Promise<void> {
    await this.settled()
    this.check()
  }
}
