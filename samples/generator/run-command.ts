import { recordOperation } from './activity.ts'
import type { Stage } from './activity.ts'
import { ROOT, SYSTEM, recordEvent, recordFile, recordProcess } from './defender.ts'
import type { Process } from './defender.ts'
import type { Logs } from './logs.ts'
import { fixedHex, randomFor } from './random.ts'
import type { Random } from './random.ts'
import type { Script } from './scripts.ts'
import { resourceIdOf } from './world.ts'
import type { Machine, Principal } from './world.ts'
import { MINUTES, SECONDS } from './week.ts'

/**
 * How the invocation ends.
 * - `success`: the script ran, Success after it.
 * - `hangs`: the script ran and never came back; the platform ends the operation after 90 minutes with a failure.
 * - `rejected`: refused at once (forbidden, or another Run Command is running); the guest never hears of it.
 * - `agent-not-ready`: accepted, then a failure because the VM's agent does not answer; the guest never hears of it.
 */
export type Outcome = 'success' | 'hangs' | 'rejected' | 'agent-not-ready'

export interface Invocation {
  readonly label: string
  readonly time: number
  readonly machine: Machine
  readonly principal: Principal
  readonly script: Script
  readonly address: string
  readonly outcome?: Outcome
  /** `managed` is `runCommands/write`, which leaves a resource of this name behind. */
  readonly managedName?: string
  readonly caller?: string
  /** Seconds from invocation to the script's start; random between 9 and 40 unless told. */
  readonly delay?: number
  /** Seconds that the script takes; random between 15 and 70 unless told. */
  readonly duration?: number
  /** Number of the script file, where a scenario needs equal ones; the machine's next number unless told. */
  readonly number?: number
}

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

const EXTENSION_VERSIONS = ['1.1.11', '1.1.18', '1.1.22']

/** WindowsAzureGuestAgent → RunCommandExtension → cmd → powershell → programs, all as SYSTEM (contract G4). */
function recordWindowsGuest(
  logs: Logs,
  random: Random,
  invocation: Invocation,
  number: number,
  scriptStart: number,
  duration: number,
): string {
  const { machine, script } = invocation
  const file = `script${number}.ps1`
  const version = EXTENSION_VERSIONS[Number.parseInt(fixedHex(`extension ${machine.name}`, 4), 16) % 3] ?? '1.1.22'
  const home = `C:\\Packages\\Plugins\\Microsoft.CPlat.Core.RunCommandWindows\\${version}\\`
  // Both spellings of the extension occur in the field; a machine keeps to one (contract G4).
  const lowerCase = Number.parseInt(fixedHex(`spelling ${machine.name}`, 4), 16) % 3 === 0
  const process = processesOf(random)
  const agent = process(
    'WindowsAzureGuestAgent.exe',
    'C:\\WindowsAzure\\Packages\\',
    'WindowsAzureGuestAgent.exe',
    scriptStart - 900 * SECONDS,
    {
      fileName: 'services.exe',
      id: 700,
    },
  )
  const extension = process(
    lowerCase ? 'runcommandextension.exe' : 'RunCommandExtension.exe',
    `${home}bin\\`,
    '"RunCommandExtension.exe" enable',
    scriptStart - 2600,
    agent,
  )
  const line = `powershell  -ExecutionPolicy Unrestricted -File ${file}${script.parameters === undefined ? '' : ` ${script.parameters}`}`
  const cmd = process('cmd.exe', 'C:\\Windows\\System32\\', `"cmd" /c ${line}`, scriptStart - 240, extension)
  const powershell = process(
    'powershell.exe',
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\',
    line,
    scriptStart,
    cmd,
  )
  const conhost = process(
    'conhost.exe',
    'C:\\Windows\\System32\\',
    'conhost.exe 0xffffffff -ForceV1',
    scriptStart + 40,
    powershell,
  )

  recordProcess(logs, random, machine, extension, agent)
  const dropped = { folder: `${home}Downloads\\`, fileName: file, content: `script ${script.name} ${script.size}` }
  recordFile(
    logs,
    random,
    machine,
    { ...dropped, time: scriptStart - 1500, action: 'FileCreated', size: script.size },
    extension,
  )
  recordProcess(logs, random, machine, cmd, extension)
  recordProcess(logs, random, machine, powershell, cmd)
  recordProcess(logs, random, machine, conhost, powershell)
  const steps = [file, ...script.commands]
  for (const [index, command] of steps.entries()) {
    const time = scriptStart + 700 + (index * (duration - 2000)) / steps.length
    const event = { time, actionType: 'PowerShellCommand', additionalFields: { Command: command } }
    recordEvent(logs, random, machine, event, powershell)
  }
  for (const [index, [fileName, folder, commandLine]] of script.programs.entries()) {
    const time = scriptStart + 1200 + (index * (duration - 3000)) / script.programs.length
    recordProcess(logs, random, machine, process(fileName, folder, commandLine, time, powershell), powershell)
  }
  const status = {
    folder: `${home}Status\\`,
    fileName: `${number}.status`,
    content: `status ${invocation.label} ${scriptStart}`,
  }
  recordFile(
    logs,
    random,
    machine,
    { ...status, time: scriptStart + duration + 900, action: 'FileCreated', size: random.int(300, 900) },
    extension,
  )
  return file
}

/** run-command-extension → sh -c script.sh → the shell of its first line → programs, all as root (contract G5). */
function recordLinuxGuest(
  logs: Logs,
  random: Random,
  invocation: Invocation,
  number: number,
  scriptStart: number,
  duration: number,
): string {
  const { machine, script, managedName } = invocation
  const folder =
    managedName === undefined
      ? `/var/lib/waagent/run-command/download/${number}/`
      : `/var/lib/waagent/run-command-handler/download/${managedName}/0/`
  const process = processesOf(random, ROOT)
  const handler = managedName === undefined ? 'run-command-extension' : 'run-command-handler'
  const agent = process(
    'python3.10',
    '/usr/bin/',
    '/usr/bin/python3 -u bin/WALinuxAgent.egg -run-exthandlers',
    scriptStart - 900 * SECONDS,
    {
      fileName: 'python3.10',
      id: 640,
    },
  )
  const home = '/var/lib/waagent/Microsoft.CPlat.Core.RunCommandLinux-1.0.5/bin/'
  const extension = process(handler, home, `bin/${handler} enable`, scriptStart - 1800, agent)
  const shell = process('dash', '/usr/bin/', `/bin/sh -c ${folder}script.sh`, scriptStart, extension)
  const interpreter = process('bash', '/usr/bin/', `/bin/bash ${folder}script.sh`, scriptStart + 30, shell)
  const dropped = { folder, fileName: 'script.sh', content: `script ${script.name} ${script.size}` }
  recordProcess(logs, random, machine, extension, agent)
  recordFile(
    logs,
    random,
    machine,
    { ...dropped, time: scriptStart - 700, action: 'FileCreated', size: script.size },
    extension,
  )
  recordProcess(logs, random, machine, shell, extension)
  recordProcess(logs, random, machine, interpreter, shell)
  for (const [index, [fileName, bin, commandLine]] of script.programs.entries()) {
    const time = scriptStart + 400 + (index * (duration - 2000)) / script.programs.length
    recordProcess(logs, random, machine, process(fileName, bin, commandLine, time, interpreter), interpreter)
  }
  return `${folder}script.sh`
}

type ProcessFactory = (
  fileName: string,
  folder: string,
  commandLine: string,
  created: number,
  parent: { readonly fileName: string; readonly id: number },
) => Process

function processesOf(random: Random, account = SYSTEM): ProcessFactory {
  return (fileName, folder, commandLine, created, parent) => ({
    fileName,
    folder,
    commandLine,
    id: random.int(1000, 30_000),
    created,
    account,
    parent: { fileName: parent.fileName, id: parent.id },
  })
}
