import { EventEmitter } from 'node:events'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCli } from './cli/run-cli.ts'
import { createWorkGuard } from './cli/work-guard.ts'
import { EXIT, type ExitCode } from './domain/errors.ts'
import { systemClock } from './time/system-clock.ts'
import { systemRandom } from './time/system-random.ts'

const lostThreads = new EventEmitter<{ lost: [] }>()
let isLost = false
lostThreads.on('lost', () => (isLost = true))

const exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  random: systemRandom,
  process: {
    host: hostname(),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    userId: process.geteuid?.(),
    startedAt: systemClock.now(),
    isRunning,
  },
  // Both src/main.ts and dist/main.js lie one folder below package.json.
  packageRoot: join(dirname(fileURLToPath(import.meta.url)), '..'),
  onSignal(listener) {
    process.on('SIGINT', listener).on('SIGTERM', listener)
    return () => process.off('SIGINT', listener).off('SIGTERM', listener)
  },
  onStrayFailure(listener) {
    process.on('uncaughtException', listener)
    return () => process.off('uncaughtException', listener)
  },
  onLostThread(listener) {
    lostThreads.on('lost', listener)
    return () => lostThreads.off('lost', listener)
  },
  guard: createWorkGuard(
    () => process.emit('SIGINT', 'SIGINT'),
    () => lostThreads.emit('lost'),
  ),
  abort: endAtOnce,
})
if (isLost) endAtOnce(exitCode)
process.exitCode = exitCode

/**
 * process.exit() waits for libuv's threads (uv_library_shutdown), and so for what DuckDB does in them. A signal ends all. That of
 * exit codes above 128 is its own; any other code is lost to SIGKILL.
 */
function endAtOnce(code: ExitCode): void {
  const signal = code === EXIT.sigint ? 'SIGINT' : code === EXIT.sigterm ? 'SIGTERM' : 'SIGKILL'
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // The first process of a container gets no signal without a listener, its own included.
  process.exit(code)
}

/** Signal 0 only asks. EPERM answers as well: the process exists and is another user's. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** That of the computer itself, PROC_PID_INIT_INO in Linux (include/linux/proc_ns.h). */
const WHOLE_HOST = 'pid:[4026531836]'

/** Undefined outside of containers, and where there are none. */
function pidNamespace(): string | undefined {
  try {
    const link = readlinkSync('/proc/self/ns/pid')
    return link === WHOLE_HOST ? undefined : link
  } catch {
    return undefined
  }
}
