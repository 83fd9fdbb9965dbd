/** Entry of a worker of simulated-days.ts: the days of some identities, each posted as it is over. */
import { parentPort, workerData } from 'node:worker_threads'
import { simulateIdentity } from './simulate.ts'
import type { SimulationOptions } from './simulate.ts'

export interface DaysWanted {
  readonly options: SimulationOptions
  readonly identities: readonly number[]
}

const { options, identities } = workerData as DaysWanted
for (const identity of identities) parentPort?.postMessage(simulateIdentity(options, identity))
