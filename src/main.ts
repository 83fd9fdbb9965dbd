import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCli } from './cli/run-cli.ts'
import { createWorkGuard } from './cli/work-guard.ts'
import { systemClock } from './time/system-clock.ts'
import { systemRandom } from './time/system-random.ts'

process.exitCode = await runCli(process.argv.slice(2), {
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
  guard: createWorkGuard(() => process.emit('SIGINT', 'SIGINT')),
  abort: (exitCode) => process.exit(exitCode),
})

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
