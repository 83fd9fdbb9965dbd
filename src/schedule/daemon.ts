import { HuntError } from '../domain/errors.ts'
import type { Runner } from './runner.ts'
import type { Planned } from './plan.ts'
import type { SyncScope } from './sync.ts'

export interface DaemonParts {
  readonly runner: Runner
  /** Reads the rules as they are now. */
  readPlan(): Promise<{ readonly plan: readonly Planned[]; readonly scope: SyncScope }>
  /** Calls back whenever it is worth looking; returns what ends that. */
  wake(tick: () => void): () => void
  /** Comes after each look: deliveries, signs of life. */
  afterLook(): Promise<void>
  /** Something failed that the next tick may do better. */
  onTrouble(error: HuntError): void
}

/**
 * Looks what is due at every tick and runs it, until the signal comes: then nothing new begins, what runs is given up or
 * finished, and its claim goes back. A look that still goes on when the next tick comes is not joined by a second one.
 *
 * Rejects with what no later tick can mend: a damaged ledger, settings that are wrong, a bug.
 */
export async function runDaemon(parts: DaemonParts, signal: AbortSignal): Promise<void> {
  let looking: Promise<void> | undefined
  let stopWaking = (): void => undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const tick = (): void => {
        if (signal.aborted || looking !== undefined) return
        looking = look(parts)
          .catch(reject)
          .finally(() => {
            looking = undefined
          })
      }
      stopWaking = parts.wake(tick)
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
      tick()
    })
  } finally {
    stopWaking()
    await looking
    await parts.runner.idle()
  }
}

async function look({ runner, readPlan, afterLook, onTrouble }: DaemonParts): Promise<void> {
  try {
    const { plan, scope } = await readPlan()
    runner.look(plan, scope)
    await afterLook()
  } catch (error) {
    if (!(error instanceof HuntError) || !error.retryable) throw error
    onTrouble(error)
  }
}
