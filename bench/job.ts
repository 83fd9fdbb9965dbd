/**
 * A process of its own for one run of a contestant: `node job.mjs <name> <input as JSON>`. What it needs is loaded before
 * the clock starts, but none of it has run: like a run of hunt, the job meets code that is not yet compiled, and its peak
 * of memory is its own.
 */
import { readFileSync } from 'node:fs'
import { JOBS, type JobInput, type JobName } from './jobs.ts'
import type { JobResult } from './run-job.ts'

const [, , name, input = ''] = process.argv
const work = await JOBS[name as JobName]()
const start = performance.now()
const count = await work(JSON.parse(input) as JobInput)
const milliseconds = performance.now() - start
const peakBytes = readPeak()
const items = typeof count === 'number' ? count : await count()
const result: JobResult = { milliseconds, items, peakBytes }
process.stdout.write(JSON.stringify(result))

/**
 * Not `process.resourceUsage().maxRSS` where Linux says it better: that one also counts what the parent had resident when
 * it started us (a child begins as a copy, and the kernel takes the old peak along over exec).
 */
function readPeak(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
