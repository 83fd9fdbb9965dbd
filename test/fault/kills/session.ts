import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { EXIT } from '../../../src/domain/errors.ts'
import type { Instant } from '../../../src/domain/time.ts'
import { hours } from '../../../src/time/duration.ts'
import { floorTo, formatInstant } from '../../../src/time/instant.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { startHunt } from '../../support/hunt.ts'
import { inspect, inspectEnd } from './inspect.ts'
import { hourlySlots } from './world.ts'
import type { World } from './world.ts'

/** What is killed: runs of all rules, passes of the schedule, or daemons of it, which share a ledger with each other. */
export const MODES = ['all', 'due', 'schedule'] as const
export type Mode = (typeof MODES)[number]

export interface SessionOptions {
  /** A number in [0, 1); decides when and how many are killed. */
  readonly random: () => number
  /** At most so many kills. */
  readonly kills: number
  readonly mode: Mode
}

export interface SessionReport {
  readonly kills: number
  readonly processes: number
  /** Kills by what the process had last said it was doing. */
  readonly during: Readonly<Record<string, number>>
}

interface Ended {
  readonly code: number | null
  readonly wasKilled: boolean
  readonly during: string
  readonly stderr: string
}

/** Kills of one slot before a process is let through, so that kills spread over all slots. */
const KILLS_A_SLOT = 12

/** Takes a world through all its slots with processes that are killed, and inspects it after each. */
export async function killSession(world: World, options: SessionOptions): Promise<SessionReport> {
  const report = { kills: 0, processes: 0, during: {} as Record<string, number> }
  if (options.mode === 'schedule') await beginSchedule(world)
  for (const slot of world.slots) {
    let isDone = false
    for (let killed = 0; killed < KILLS_A_SLOT && report.kills < options.kills;) {
      const count = options.random() < 0.4 ? 2 : 1
      const ended = await Promise.all(Array.from({ length: count }, () => runAndKill(world, slot, options)))
      report.processes += count
      for (const { wasKilled, during } of ended) {
        if (!wasKilled) continue
        killed += 1
        report.kills += 1
        report.during[during] = (report.during[during] ?? 0) + 1
      }
      inspect(world)
      isDone = ended.some(({ wasKilled, code }) => !wasKilled && ENDED_WELL.includes(code))
      if (isDone) break
    }
    if (isDone) continue
    await runToEnd(world, slot, options.mode)
    report.processes += 1
  }
  if (options.mode === 'schedule') {
    // The hour may have passed meanwhile, and then a slot more is owed.
    const [first = lastOf(world)] = world.slots
    const count = Math.round((floorTo(systemClock.now(), hours(1)) - first) / hours(1)) + 1
    world.slots = hourlySlots(first, count)
  }
  // What is still to be delivered, should the last slot's process have left something to another that was killed.
  await runToEnd(world, lastOf(world), options.mode)
  report.processes += 1
  inspectEnd(world)
  return report
}

/** A daemon owes what comes after the first pass; until then a new rule owes its latest slot only. */
async function beginSchedule(world: World): Promise<void> {
  const [first = lastOf(world)] = world.slots
  await runToEnd(world, first, 'due')
}

/** Done, and for a daemon: told to stop after it had time for everything. */
const ENDED_WELL: readonly (number | null)[] = [EXIT.ok, EXIT.sigterm]

function lastOf({ slots }: World): Instant {
  const last = slots.at(-1)
  if (last === undefined) throw new Error('a world has slots')
  return last
}

async function runToEnd(world: World, slot: Instant, mode: Mode): Promise<void> {
  const { code, stderr } = await finished(start(world, slot, mode === 'all' ? 'all' : 'due'))
  assert.equal(code, EXIT.ok, stderr)
  inspect(world)
}

function start({ folder }: World, slot: Instant, mode: Mode): ChildProcessWithoutNullStreams {
  const job = {
    all: ['run', '--all', '--at', formatInstant(slot)],
    due: ['run', '--due', '--at', formatInstant(slot)],
    schedule: ['schedule'],
  }[mode]
  return startHunt([...job, '--log-level', 'debug', '--log-format', 'json'], {
    cwd: folder,
    env: { HUNT_WAKE: '* * * * * *', HUNT_JITTER: '0s' },
  })
}

/** What a daemon has nothing to do after, on a slow machine too. */
const IDLE_AFTER = 6000

/** Three of four are killed a moment after they began to work, the fourth at any time from its start. */
async function runAndKill(world: World, slot: Instant, { random, mode }: SessionOptions): Promise<Ended> {
  const child = start(world, slot, mode)
  const kill = (): void => void child.kill('SIGKILL')
  if (mode === 'schedule') {
    const timer = setTimeout(() => child.kill('SIGTERM'), IDLE_AFTER)
    child.once('close', () => clearTimeout(timer))
  }
  if (random() < 0.15) {
    const timer = setTimeout(kill, random() * 3000)
    child.once('close', () => clearTimeout(timer))
  } else {
    // So many lines of the log later, and a moment into what comes then.
    const [isEarly, share, moment] = [random() < 0.6, random(), random() * 30]
    const lines = Math.floor(isEarly ? share * 12 : 12 + share * 28)
    let heard = 0
    child.stderr.on('data', (chunk: Buffer) => {
      const before = heard
      heard += chunk.toString().split('\n').length - 1
      if (before <= lines && heard > lines) setTimeout(kill, moment)
    })
  }
  return finished(child)
}

async function finished(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stderr = ''
  child.stdin.end()
  child.stdout.resume()
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }))
    },
  )
  const wasKilled = signal === 'SIGKILL'
  const expected: readonly (number | null)[] = [EXIT.ok, EXIT.incomplete, EXIT.sigterm]
  assert.ok(wasKilled || expected.includes(code), `exit code ${code}: ${stderr}`)
  return { code, wasKilled, during: lastWords(stderr), stderr }
}

/** The message of the last whole log line. */
function lastWords(stderr: string): string {
  const last = stderr.split('\n').slice(0, -1).at(-1)
  if (last === undefined) return 'starting'
  return (JSON.parse(last) as { msg?: string }).msg ?? 'starting'
}
