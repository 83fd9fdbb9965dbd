import { spawn } from 'node:child_process'
import type { Duration } from '../domain/time.ts'
import { milliseconds, seconds } from '../time/duration.ts'

/** What a service of type `notify` tells its manager (sd_notify(3)). */
export interface ServiceManager {
  ready(): Promise<void>
  stopping(): Promise<void>
  /** A sign of life for WatchdogSec=. */
  alive(): Promise<void>
  /** How often `alive` is to be called: half of what the unit allows; undefined without a watchdog. */
  readonly watchdogInterval: Duration | undefined
}

export interface ServiceManagerOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pid: number
  /** Told why notifications do not arrive, once until one has arrived again. */
  readonly onProblem: (problem: string) => void
  /** The program that talks to the socket. */
  readonly helper?: string
  /** How long it may take; absent: ten seconds. */
  readonly patience?: Duration
}

/** A manager that does not answer holds the daemon up no longer than this. */
const PATIENCE = seconds(10)

/**
 * NOTIFY_SOCKET is a unix datagram socket, and Node.js speaks only streams. The libraries for it need a compiler at install
 * or a binary of their own, so the words go through systemd-notify(1), which comes with systemd itself: wherever systemd
 * sets the variable, the program is there. The unit needs NotifyAccess=all, since the helper is another process.
 */
export function createServiceManager(options: ServiceManagerOptions): ServiceManager {
  const { env, pid, onProblem, helper = 'systemd-notify', patience = PATIENCE } = options
  const isManaged = (env['NOTIFY_SOCKET'] ?? '') !== ''
  let isBroken = false
  const say = async (...words: readonly string[]): Promise<void> => {
    if (!isManaged) return
    const problem = await call(helper, words, env, patience)
    const isNew = !isBroken
    isBroken = problem !== undefined
    // It is tried again next time: a moment without memory or processes must not end in a restart by the watchdog.
    if (problem !== undefined && isNew) onProblem(`systemd cannot be told "${words.join(' ')}": ${problem}`)
  }
  return {
    ready: () => say('--ready', `MAINPID=${pid}`),
    stopping: () => say('STOPPING=1'),
    alive: () => say('WATCHDOG=1'),
    watchdogInterval: isManaged ? watchdogInterval(env, pid) : undefined,
  }
}

/** WATCHDOG_PID names the process that is meant, should the variables have been inherited (sd_watchdog_enabled(3)). */
function watchdogInterval(env: ServiceManagerOptions['env'], pid: number): Duration | undefined {
  const microseconds = Number(env['WATCHDOG_USEC'] ?? '')
  const isMeant = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(pid)
  return isMeant && microseconds > 0 ? milliseconds(Math.floor(microseconds / 2000)) : undefined
}

/** Resolves with what went wrong. */
function call(
  helper: string,
  words: readonly string[],
  env: ServiceManagerOptions['env'],
  patience: Duration,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(helper, words, {
      env: { ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: patience,
      killSignal: 'SIGKILL',
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      const end = signal === null ? `ended with ${code}` : 'did not answer'
      resolve(code === 0 ? undefined : said.trim() || `${helper} ${end}`)
    })
  })
}
