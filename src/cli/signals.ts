import { EXIT } from '../domain/errors.ts'
import type { ExitCode } from '../domain/errors.ts'
import type { Duration } from '../domain/time.ts'
import type { Program, StopSignal } from './program.ts'

/** Why a signal's AbortSignal is aborted. */
export class StoppedError extends Error {
  constructor(by: string) {
    super(`stopped by ${by}`)
    this.name = 'StoppedError'
  }
}

export interface SignalWatch {
  readonly signal: AbortSignal
  /** Exit code of the first stop signal, or of what stopped the program otherwise; undefined while there was none. */
  readonly exitCode: ExitCode | undefined
  /** As a stop signal does, for another reason. */
  stop(by: string, exitCode: ExitCode): void
  dispose(): void
}

/**
 * Service managers kill after 90 s or sooner (systemd), or after 10 s (Docker); who waits longer ends by our own hand. In
 * milliseconds, because time/duration.ts loads Luxon, for which `hunt --help` does not wait.
 */
const STOP_WITHIN = 30_000 as Duration

/**
 * The first SIGINT or SIGTERM asks for a clean stop: nothing new begins, what runs is given up or finished, files and
 * ledger stay whole. The second, or a stop that takes too long, ends the process at once; what it leaves half-done the
 * ledger makes good next time.
 */
export function watchSignals(program: Program): SignalWatch {
  const controller = new AbortController()
  const disposed = new AbortController()
  let exitCode: ExitCode | undefined
  const stop = (by: string, code: ExitCode): void => {
    if (exitCode !== undefined) {
      program.abort(code)
      return
    }
    exitCode = code
    controller.abort(new StoppedError(by))
    // Its only failure is that the program has ended before.
    program.clock.sleep(STOP_WITHIN, disposed.signal).then(
      () => program.abort(code),
      () => undefined,
    )
  }
  const stopListening = program.onSignal((signal: StopSignal) =>
    stop(signal, signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm),
  )
  return {
    signal: controller.signal,
    stop,
    get exitCode() {
      return exitCode
    },
    dispose() {
      disposed.abort()
      stopListening()
    },
  }
}
