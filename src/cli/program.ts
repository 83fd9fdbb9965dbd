import type { Readable, Writable } from 'node:stream'
import type { ExitCode } from '../domain/errors.ts'
import type { WorkGuard } from '../domain/ports.ts'
import type { Clock, Instant } from '../domain/time.ts'

/** An output stream; a terminal says so and knows its width. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

export type InputStream = Readable & { readonly isTTY?: boolean }

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** What tells this process from others of its host, for leases that a killed process leaves behind. */
export interface ProcessFacts {
  readonly host: string
  /** Within which process ids mean something, where that is less than the host: a container. */
  readonly pidNamespace?: string | undefined
  readonly pid: number
  /** Number of its user; undefined where users have none. */
  readonly userId?: number | undefined
  readonly startedAt: Instant
  isRunning(pid: number): boolean
}

/** The outside world, as a value: tests hand in their own. */
export interface Program {
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly env: Record<string, string | undefined>
  readonly cwd: string
  readonly clock: Clock
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
  readonly process: ProcessFacts
  /** Folder of package.json: bundled rules, schemas and samples are looked for there. */
  readonly packageRoot: string
  /** Calls back for each signal until the returned function is called. */
  onSignal(listener: (signal: StopSignal) => void): () => void
  /** Calls back for each failure that nobody waits for, until the returned function is called. */
  onStrayFailure(listener: (failure: unknown) => void): () => void
  /** Calls back for each thread that does not come back (WorkGuard), until the returned function is called. */
  onLostThread(listener: () => void): () => void
  /** Lets Ctrl-C and time limits end what holds the thread; undefined where nobody could press it. */
  readonly guard: WorkGuard | undefined
  /** Ends the process at once: after the second Ctrl-C, or a stray failure. */
  abort(exitCode: ExitCode): void
}
