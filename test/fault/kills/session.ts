import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { EXIT } from '../../../src/domain/errors.ts'
import type { Instant } from '../../../src/domain/time.ts'
import { formatInstant } from '../../../src/time/instant.ts'
import { startHunt } from '../../support/hunt.ts'
import { inspect, inspectEnd } from './inspect.ts'
import type { World } from './world.ts'

export interface SessionOptions {
  /** A number in [0, 1); decides when and how many are killed. */
  readonly random: () => number
  /** At most so many kills. */
  readonly kills: number
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
  for (const slot of world.slots) {
    let isDone = false
    for (let killed = 0; killed < KILLS_A_SLOT && report.kills < options.kills;) {
      const count = options.random() < 0.4 ? 2 : 1
      const ended = await Promise.all(Array.from({ length: count }, () => runAndKill(world, slot, options.random)))
      report.processes += count
      for (const { wasKilled, during } of ended) {
        if (!wasKilled) continue
        killed += 1
        report.kills += 1
        report.during[during] = (report.during[during] ?? 0) + 1
      }
      inspect(world)
      isDone = ended.some(({ wasKilled, code }) => !wasKilled && code === EXIT.ok)
      if (isDone) break
    }
    if (isDone) continue
    await runToEnd(world, slot)
    report.processes += 1
  }
  // What is still to be delivered, should the last slot's process have left something to another that was killed.
  await runToEnd(world, lastOf(world))
  report.processes += 1
  inspectEnd(world)
  return report
}

function lastOf({ slots }: World): Instant {
  const last = slots.at(-1)
  if (last === undefined) throw new Error('a world has slots')
  return last
}

async function runToEnd(world: World, slot: Instant): Promise<void> {
  const { code, stderr } = await finished(start(world, slot))
  assert.equal(code, EXIT.ok, stderr)
  inspect(world)
}

function start({ folder }: World, slot: Instant): ChildProcessWithoutNullStreams {
  const args = ['run', '--all', '--at', formatInstant(slot), '--log-level', 'debug', '--log-format', 'json']
  return startHunt(args, { cwd: folder })
}

/** Three of four are killed a moment after they began to work, the fourth at any time from its start. */
async function runAndKill(world: World, slot: Instant, random: () => number): Promise<Ended> {
  const child = start(world, slot)
  const kill = (): void => void child.kill('SIGKILL')
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
  const expected: readonly (number | null)[] = [EXIT.ok, EXIT.incomplete]
  assert.ok(wasKilled || expected.includes(code), `exit code ${code}: ${stderr}`)
  return { code, wasKilled, during: lastWords(stderr), stderr }
}

/** The message of the last whole log line. */
function lastWords(stderr: string): string {
  const last = stderr.split('\n').slice(0, -1).at(-1)
  if (last === undefined) return 'starting'
  return (JSON.parse(last) as { msg?: string }).msg ?? 'starting'
}
