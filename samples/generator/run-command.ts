import { recordOperation } from './activity.ts'
import type { Stage } from './activity.ts'
import type { Invocation, Outcome } from './invocation.ts'
import { recordLinuxGuest, recordWindowsGuest } from './guest.ts'
import type { Logs } from './logs.ts'
import { fixedHex, randomFor } from './random.ts'
import type { Random } from './random.ts'
import { resourceIdOf } from './world.ts'
import { MINUTES, SECONDS } from './week.ts'

/** What an invocation left in the logs; the ground truth is written from this. */
export interface Trace extends Invocation {
  readonly outcome: Outcome
  readonly correlationId: string
  /** When the guest's script process started; undefined when it never did. */
  readonly scriptStart: number | undefined
  /** `script7.ps1`, or the path of script.sh; undefined when the guest never heard of it. */
  readonly scriptFile: string | undefined
}

export interface Fleet {
  invoke(invocation: Invocation): Trace
  /** All invocations so far, in the order in which they were made. */
  traces(): readonly Trace[]
}

/** The number of an invocation's script file; see `numberScripts`. */
export type Numbering = (invocation: Invocation) => number

export function createFleet(logs: Logs, numbering: Numbering): Fleet {
  const traces: Trace[] = []
  return {
    invoke: (invocation) => {
      refuseOverlap(traces, invocation)
      const trace = record(logs, invocation, numbering)
      traces.push(trace)
      return trace
    },
    traces: () => traces,
  }
}

/**
 * Counts the scripts of each machine in the order of time, which is not the order in which the stories are told. Each
 * machine starts at a number of its own, between 0 and 6.
 */
export function numberScripts(plan: readonly Trace[]): Numbering {
  const numbers = new Map<string, number>()
  const next = new Map<string, number>()
  const keyOf = ({ machine, time }: Invocation): string => `${machine.name} ${time}`
  for (const trace of [...plan].sort((a, b) => a.time - b.time)) {
    if (trace.scriptStart === undefined) continue
    const { name } = trace.machine
    const counted = next.get(name) ?? Number.parseInt(fixedHex(`first script ${name}`, 2), 16) % 7
    const number = trace.number ?? counted
    if (number < counted) throw new RangeError(`${name} is past script number ${number}`)
    numbers.set(keyOf(trace), number)
    next.set(name, number + 1)
  }
  return (invocation) => {
    const number = numbers.get(keyOf(invocation))
    if (number === undefined) throw new RangeError(`unplanned invocation ${invocation.label}`)
    return number
  }
}

/** A VM runs one Run Command at a time; a story that has two at once is not believable. */
function refuseOverlap(traces: readonly Trace[], invocation: Invocation): void {
  const other = traces.find(
    (trace) =>
      trace.machine === invocation.machine &&
      trace.scriptStart !== undefined &&
      Math.abs(trace.time - invocation.time) < 5 * MINUTES,
  )
  if (other !== undefined) {
    throw new RangeError(`${invocation.machine.name}: ${invocation.label} overlaps with ${other.label}`)
  }
}

function record(logs: Logs, invocation: Invocation, numbering: Numbering): Trace {
  const random = randomFor('invocation', invocation.label, invocation.machine.name, String(invocation.time))
  const outcome = invocation.outcome ?? 'success'
  const reachesGuest = outcome === 'success' || outcome === 'hangs'
  const delay = (invocation.delay ?? random.int(9, 40)) * SECONDS + random.int(0, 999)
  const duration = (invocation.duration ?? random.int(15, 70)) * SECONDS
  const correlationId = random.guid()
  recordControlPlane(logs, random, invocation, outcome, correlationId, delay + duration)
  if (!reachesGuest) return { ...invocation, outcome, correlationId, scriptStart: undefined, scriptFile: undefined }
  const scriptStart = invocation.time + delay
  const number = numbering(invocation)
  const guest = invocation.machine.os === 'Windows' ? recordWindowsGuest : recordLinuxGuest
  const scriptFile = guest(logs, random, invocation, number, scriptStart, duration)
  return { ...invocation, outcome, correlationId, scriptStart, scriptFile }
}

function recordControlPlane(
  logs: Logs,
  random: Random,
  invocation: Invocation,
  outcome: Outcome,
  correlationId: string,
  runTime: number,
): void {
  const { machine, managedName } = invocation
  const end = invocation.time + runTime + random.int(4, 12) * SECONDS
  recordOperation(logs, random, {
    subscription: machine.subscription,
    action: `Microsoft.Compute/virtualMachines/${managedName === undefined ? 'runCommand/action' : 'runCommands/write'}`,
    displayName:
      managedName === undefined ? 'Run Command on Virtual Machine' : 'Create or Update Virtual Machine Run Command',
    resourceId: resourceIdOf(machine) + (managedName === undefined ? '' : `/runCommands/${managedName}`),
    principal: invocation.principal,
    ...(invocation.caller === undefined ? {} : { caller: invocation.caller }),
    address: invocation.address,
    stages: stagesOf(outcome, invocation.time, end, random),
    correlationId,
  })
}

function stagesOf(outcome: Outcome, start: number, end: number, random: Random) {
  const stage = (name: Stage, time: number, substatus?: string) => ({
    stage: name,
    time,
    ...(substatus === undefined ? {} : { substatus }),
  })
  const started = [stage('Start', start)]
  if (outcome === 'rejected') return [...started, stage('Failure', start + random.int(300, 2500), 'Conflict')]
  const accepted = [...started, stage('Accept', start + random.int(180, 900), 'Accepted')]
  if (outcome === 'agent-not-ready') return [...accepted, stage('Failure', start + random.int(20, 40) * MINUTES)]
  if (outcome === 'hangs') return [...accepted, stage('Failure', start + 90 * MINUTES + random.int(1, 30) * SECONDS)]
  // Some operations report their success twice, once with OK and once without (contract G3).
  const twice = random.chance(0.15) ? [stage('Success', end - random.int(200, 900), 'OK')] : []
  return [...accepted, ...twice, stage('Success', end)]
}
