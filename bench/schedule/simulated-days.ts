import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { DaysWanted } from './day.ts'
import { together } from './simulate.ts'
import type { SimulationOptions, SimulationResult } from './simulate.ts'

/** The third entry of the bundle (run.mjs); its first, and every chunk, lie in the same folder. */
const PROGRAM = new URL('day.mjs', import.meta.url)

/** As `simulate`, on as many processors as there are. */
export async function simulateTogether(options: SimulationOptions): Promise<SimulationResult> {
  const workers = Math.min(availableParallelism(), options.identities)
  const identities = Array.from({ length: options.identities }, (_, identity) => identity)
  const days = await Promise.all(
    Array.from({ length: workers }, (_, worker) =>
      daysOf({ options, identities: identities.filter((identity) => identity % workers === worker) }),
    ),
  )
  return together(days.flat())
}

/** Rejects with what the worker failed with. */
async function daysOf(wanted: DaysWanted): Promise<readonly SimulationResult[]> {
  const days: SimulationResult[] = []
  const worker = new Worker(PROGRAM, { workerData: wanted })
  worker.on('message', (day: SimulationResult) => days.push(day))
  await once(worker, 'exit')
  return days
}
