import { fileURLToPath } from 'node:url'
import type { Profiler } from 'node:inspector'
import { profileNode, runNode } from './child.ts'
import type { JobInput, JobName } from './jobs.ts'
import type { Contestant } from './race.ts'

/** What job.ts prints. */
export interface JobResult {
  readonly milliseconds: number
  readonly items: number
  readonly peakBytes: number
}

/** The second entry of the bundle (run.mjs). Its first, and every chunk, lie in the same folder. */
const PROGRAM = fileURLToPath(new URL('job.mjs', import.meta.url))

/** A job in a process of its own. Its run fails when it worked off another number of items than it should. */
export function jobContestant(name: string, job: JobName, input: JobInput, items: number): Contestant {
  return {
    name,
    async run() {
      const { stdout } = await runNode(argumentsOf(job, input))
      const result = JSON.parse(stdout) as JobResult
      if (result.items !== items) throw new Error(`${name} worked off ${result.items} instead of ${items}`)
      return { milliseconds: result.milliseconds, peakBytes: result.peakBytes }
    },
  }
}

export async function profileJob(job: JobName, input: JobInput): Promise<Profiler.Profile> {
  return profileNode(argumentsOf(job, input))
}

function argumentsOf(job: JobName, input: JobInput): readonly string[] {
  return [PROGRAM, job, JSON.stringify(input)]
}
