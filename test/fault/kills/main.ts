/**
 * `npm run fault [-- --kills 1000 --seed 1 --at-once 2 --mode due]`: kills the built program at random times, over as many
 * sessions as it takes, by turns runs of all rules, passes of the schedule and daemons of it, and inspects what is left after each. Ends with exit code 1 and the seed of the session that failed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hours } from '../../../src/time/duration.ts'
import { floorTo, minus, parseInstant } from '../../../src/time/instant.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import type { Instant } from '../../../src/domain/time.ts'
import { seededRandom } from './random.ts'
import { killSession, MODES } from './session.ts'
import { startWorkspace } from './workspace.ts'
import { hourlySlots, makeWorld, writeLogs } from './world.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    'at-once': { type: 'string', default: '2' },
    /** One of all, due, schedule; by turns without it. */
    mode: { type: 'string' },
  },
})
const wanted = Number(values.kills)
const COUNT = 6
const SLOTS = hourlySlots(parseInstant('2026-03-02T06:00:00Z') as Instant, COUNT)
/** A daemon knows no time but the real one. */
const RECENT = hourlySlots(minus(floorTo(systemClock.now(), hours(1)), hours(COUNT - 1)), COUNT)

const total = { kills: 0, processes: 0, sessions: 0, during: {} as Record<string, number> }
const logs = mkdtempSync(join(tmpdir(), 'hunt-fault-logs-'))
const recentLogs = mkdtempSync(join(tmpdir(), 'hunt-fault-logs-'))
writeLogs(logs, SLOTS)
writeLogs(recentLogs, RECENT)
const workspace = await startWorkspace(logs)
const recent = await startWorkspace(recentLogs)
let nextSeed = Number(values.seed)
let failed = false

async function work(): Promise<void> {
  while (total.kills < wanted && !failed) {
    const seed = nextSeed++
    const folder = mkdtempSync(join(tmpdir(), 'hunt-fault-'))
    try {
      const mode = MODES.find((each) => each === values.mode) ?? MODES[seed % MODES.length] ?? 'all'
      const [slots, { endpoint }] = mode === 'schedule' ? [RECENT, recent] : [SLOTS, workspace]
      const session = { random: seededRandom(seed), kills: wanted - total.kills, mode }
      const report = await killSession(makeWorld(folder, slots, endpoint), session)
      add(report)
      process.stdout.write(
        `session ${seed} of ${mode}: ${report.kills} kills, ${report.processes} processes; ${total.kills} of ${wanted}\n`,
      )
      rmSync(folder, { recursive: true, force: true })
    } catch (error) {
      failed = true
      process.stdout.write(`session ${seed} FAILED, its folder is ${folder}\n`)
      throw error
    }
  }
}

function add({ kills, processes, during }: Awaited<ReturnType<typeof killSession>>): void {
  total.kills += kills
  total.processes += processes
  total.sessions += 1
  for (const [what, count] of Object.entries(during)) total.during[what] = (total.during[what] ?? 0) + count
}

try {
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work))
} finally {
  await Promise.all([workspace.stop(), recent.stop()])
  for (const folder of [logs, recentLogs]) rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(
  `${total.kills} kills of ${total.processes} processes in ${total.sessions} sessions: no slot lost, no finding lost, no incident twice, all files whole\n`,
)
for (const [what, count] of Object.entries(total.during).sort(([, a], [, b]) => b - a)) {
  process.stdout.write(`  ${String(count).padStart(5)} after "${what}"\n`)
}
