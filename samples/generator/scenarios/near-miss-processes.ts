import { recordOperation } from '../activity.ts'
import { ROOT, SYSTEM, recordProcess } from '../defender.ts'
import type { Account, Process } from '../defender.ts'
import { randomFor } from '../random.ts'
import { SERVICES, machine, resourceIdOf } from '../world.ts'
import type { Machine } from '../world.ts'
import { SECONDS, on } from '../week.ts'
import { RULES } from './scenario.ts'
import type { Scenario, Stage } from './scenario.ts'

const SYSTEM32 = 'C:\\Windows\\System32\\'
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\`

/** Records `parent` → `child` on a machine; the grandparent is named only. */
function processPair(
  stage: Stage,
  host: Machine,
  time: number,
  account: Account,
  parent: readonly [fileName: string, folder: string, commandLine: string, grandparent: string],
  child: readonly [fileName: string, folder: string, commandLine: string],
): void {
  const random = randomFor('process', host.name, String(time))
  const parentProcess: Process = {
    fileName: parent[0],
    folder: parent[1],
    commandLine: parent[2],
    id: random.int(1000, 30_000),
    created: time - 3 * SECONDS,
    account,
    parent: { fileName: parent[3], id: random.int(500, 999) },
  }
  const childProcess: Process = {
    fileName: child[0],
    folder: child[1],
    commandLine: child[2],
    id: random.int(1000, 30_000),
    created: time,
    account,
    parent: { fileName: parentProcess.fileName, id: parentProcess.id },
  }
  recordProcess(stage.logs, random, host, childProcess, parentProcess)
}

export function otherPowerShell(stage: Stage): Scenario {
  const admin: Account = { domain: 'contoso', name: 'marlow', sid: 'S-1-5-21-1004336348-1177238915-682003330-1612' }
  processPair(
    stage,
    machine('vm-web-01'),
    on('Monday', '12:00:03'),
    SYSTEM,
    ['svchost.exe', SYSTEM32, 'svchost.exe -k netsvcs -p -s Schedule', 'services.exe'],
    ['powershell.exe', POWERSHELL, 'powershell.exe -ExecutionPolicy Bypass -File script1.ps1'],
  )
  processPair(
    stage,
    machine('vm-jump-02'),
    on('Tuesday', '10:15:44'),
    admin,
    ['cmd.exe', SYSTEM32, 'cmd.exe', 'explorer.exe'],
    ['powershell.exe', POWERSHELL, 'powershell -ExecutionPolicy Unrestricted -File script2.ps1'],
  )
  return {
    id: 'other-powershell',
    kind: 'near-miss',
    title: 'Numbered scripts that are not Run Command’s',
    story:
      'A scheduled task runs script1.ps1 with another policy; an administrator types the very command line of the extension, but the agent is not among its ancestors.',
    traces: [],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'No Run Command was invoked.' })),
  }
}

export function scriptExtension(stage: Stage): Scenario {
  const host = machine('vm-web-08')
  const random = randomFor('script extension')
  const time = on('Thursday', '08:30:00')
  for (const [index, name] of ['CustomScriptExtension', 'RunCommandWindows'].entries()) {
    const start = time + index * 600 * SECONDS
    recordOperation(stage.logs, random, {
      subscription: host.subscription,
      action: 'Microsoft.Compute/virtualMachines/extensions/write',
      displayName: 'Create or Update Virtual Machine Extension',
      resourceId: `${resourceIdOf(host)}/extensions/${name}`,
      principal: SERVICES.configuration,
      address: SERVICES.configuration.addresses[0] ?? '',
      stages: [
        { stage: 'Start', time: start },
        { stage: 'Accept', time: start + 350, substatus: 'Accepted' },
        { stage: 'Success', time: start + 80 * SECONDS },
      ],
      correlationId: random.guid(),
    })
  }
  processPair(
    stage,
    host,
    time + 20 * SECONDS,
    SYSTEM,
    [
      'cmd.exe',
      SYSTEM32,
      '"cmd" /c powershell -ExecutionPolicy Unrestricted -File deploy.ps1',
      'CustomScriptHandler.exe',
    ],
    ['powershell.exe', POWERSHELL, 'powershell -ExecutionPolicy Unrestricted -File deploy.ps1'],
  )
  return {
    id: 'script-extension',
    kind: 'near-miss',
    title: 'The Custom Script Extension, Run Command’s sibling',
    story:
      'extensions/write runs code too, but by another way, which these rules do not claim to watch; even an extension called RunCommandWindows is only being installed.',
    traces: [],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'No Run Command was invoked.' })),
  }
}

export function readingTheScript(stage: Stage): Scenario {
  const host = machine('lnx-api-06')
  const script = '/var/lib/waagent/run-command/download/90/script.sh'
  const shell = ['bash', '/usr/bin/', '-bash', 'sshd'] as const
  const read = on('Friday', '09:12:00')
  processPair(stage, host, read, ROOT, shell, ['cat', '/usr/bin/', `cat ${script}`])
  processPair(stage, host, read + 20_000, ROOT, shell, ['bash', '/usr/bin/', `bash -c "cat ${script} | less"`])
  processPair(
    stage,
    host,
    read + 95_000,
    ROOT,
    ['sudo', '/usr/bin/', `sudo bash ${script}`, 'bash'],
    ['bash', '/usr/bin/', `bash ${script}`],
  )
  return {
    id: 'reading-the-script',
    kind: 'near-miss',
    title: 'An administrator reads a left-over script, and runs it again by hand',
    story: 'cat, a pager, and sudo bash on the waagent path: a person at a terminal, not the agent.',
    traces: [],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'The agent ran nothing.' })),
  }
}
