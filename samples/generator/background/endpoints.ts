import { ROOT, SYSTEM, recordEvent, recordFile, recordProcess } from '../defender.ts'
import type { Account, Process } from '../defender.ts'
import type { Logs } from '../logs.ts'
import { fixedHex, randomFor } from '../random.ts'
import type { Random } from '../random.ts'
import { LINUX, WINDOWS } from '../world.ts'
import type { Machine } from '../world.ts'
import { HOURS, WEEK } from '../week.ts'

type Habit = readonly [fileName: string, folder: string, commandLine: string, parentName: string, parentFolder: string]

const SYSTEM32 = 'C:\\Windows\\System32\\'
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\`
const INVENTORY = 'powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File C:\\Ops\\inventory.ps1'

const WINDOWS_HABITS: readonly Habit[] = [
  ['svchost.exe', SYSTEM32, 'svchost.exe -k netsvcs -p -s Schedule', 'services.exe', SYSTEM32],
  ['taskhostw.exe', SYSTEM32, 'taskhostw.exe', 'svchost.exe', SYSTEM32],
  ['wmiprvse.exe', `${SYSTEM32}wbem\\`, 'wmiprvse.exe -secured -Embedding', 'svchost.exe', SYSTEM32],
  [
    'MpCmdRun.exe',
    'C:\\Program Files\\Windows Defender\\',
    'MpCmdRun.exe -SignatureUpdate',
    'MsMpEng.exe',
    'C:\\Program Files\\Windows Defender\\',
  ],
  ['conhost.exe', SYSTEM32, 'conhost.exe 0xffffffff -ForceV1', 'powershell.exe', POWERSHELL],
  ['powershell.exe', POWERSHELL, INVENTORY, 'svchost.exe', SYSTEM32],
  ['WaAppAgent.exe', 'C:\\WindowsAzure\\Packages\\', 'WaAppAgent.exe', 'services.exe', SYSTEM32],
  ['sc.exe', SYSTEM32, 'sc.exe query WinDefend', 'cmd.exe', SYSTEM32],
  ['gpupdate.exe', SYSTEM32, 'gpupdate.exe /target:computer', 'svchost.exe', SYSTEM32],
  ['backgroundTaskHost.exe', SYSTEM32, 'backgroundTaskHost.exe', 'svchost.exe', SYSTEM32],
]

const LINUX_HABITS: readonly Habit[] = [
  ['cron', '/usr/sbin/', '/usr/sbin/CRON -f', 'systemd', '/usr/lib/systemd/'],
  ['dash', '/usr/bin/', '/bin/sh -c cd / && run-parts --report /etc/cron.hourly', 'cron', '/usr/sbin/'],
  ['run-parts', '/usr/bin/', 'run-parts --report /etc/cron.hourly', 'dash', '/usr/bin/'],
  [
    'python3.10',
    '/usr/bin/',
    '/usr/bin/python3 -u bin/WALinuxAgent.egg -run-exthandlers',
    'systemd',
    '/usr/lib/systemd/',
  ],
  ['iptables', '/usr/sbin/', 'iptables -w -t security -C OUTPUT -d 168.63.129.16 -p tcp', 'python3.10', '/usr/bin/'],
  ['systemctl', '/usr/bin/', 'systemctl is-active nginx', 'bash', '/usr/bin/'],
  ['logrotate', '/usr/sbin/', 'logrotate /etc/logrotate.conf', 'systemd', '/usr/lib/systemd/'],
  ['sshd', '/usr/sbin/', 'sshd: [accepted]', 'sshd', '/usr/sbin/'],
]

const WINDOWS_FILES = [
  ['C:\\Windows\\Temp\\', 'MpSigStub.log', 'FileModified'],
  ['C:\\Windows\\SoftwareDistribution\\Download\\', 'update.cab', 'FileCreated'],
  ['C:\\ProgramData\\Contoso\\', 'inventory.json', 'FileModified'],
  ['C:\\inetpub\\logs\\LogFiles\\W3SVC1\\', 'u_ex.log', 'FileCreated'],
  ['C:\\WindowsAzure\\Logs\\', 'WaAppAgent.log', 'FileModified'],
] as const

const LINUX_FILES = [
  ['/var/lib/apt/lists/', 'archive_Packages', 'FileCreated'],
  ['/var/lib/waagent/', 'HostingEnvironmentConfig.xml', 'FileModified'],
  ['/tmp/', 'tmp.conf', 'FileCreated'],
] as const

const WINDOWS_EVENTS = ['PowerShellCommand', 'DpapiAccessed', 'ScheduledTaskUpdated', 'ServiceInstalled'] as const
const INVENTORY_COMMANDS = ['inventory.ps1', 'Get-CimInstance', 'ConvertTo-Json', 'Set-Content']

/** The everyday noise of the machines, all week. */
export function runEndpoints(logs: Logs): void {
  for (const machine of WINDOWS) runMachine(logs, machine, WINDOWS_HABITS, SYSTEM, 30)
  for (const machine of LINUX) runMachine(logs, machine, LINUX_HABITS, ROOT, 38)
}

function runMachine(logs: Logs, machine: Machine, habits: readonly Habit[], account: Account, perDay: number): void {
  const random = randomFor('background', 'endpoint', machine.name)
  const step = (24 * HOURS) / perDay
  for (let time = WEEK.start + random.next() * step; time < WEEK.end; time += step * (0.4 + random.next() * 1.2)) {
    const [fileName, folder, commandLine, parentName, parentFolder] = random.pick(habits)
    const parent = processOf(parentName, parentFolder, parentName, account, machine, WEEK.start - 30 * HOURS)
    const child: Process = {
      ...processOf(fileName, folder, commandLine, account, machine, time),
      id: random.int(1000, 60_000),
    }
    recordProcess(logs, random, machine, { ...child, parent: { fileName: parent.fileName, id: parent.id } }, parent)
    if (random.chance(0.4)) recordNoiseFile(logs, random, machine, time, child)
    if (machine.os === 'Windows' && random.chance(0.6)) recordNoiseEvent(logs, random, machine, time, child)
  }
}

function processOf(
  fileName: string,
  folder: string,
  commandLine: string,
  account: Account,
  machine: Machine,
  created: number,
): Process {
  const id = 600 + (Number.parseInt(fixedHex(`process ${machine.name} ${fileName}`, 4), 16) % 8000)
  return { fileName, folder, commandLine, id, created, account, parent: { fileName: 'services.exe', id: 700 } }
}

function recordNoiseFile(logs: Logs, random: Random, machine: Machine, time: number, by: Process): void {
  const [folder, fileName, action] = random.pick<(typeof WINDOWS_FILES | typeof LINUX_FILES)[number]>(
    machine.os === 'Windows' ? WINDOWS_FILES : LINUX_FILES,
  )
  const content = `${fileName} ${random.int(1, 12)}`
  recordFile(
    logs,
    random,
    machine,
    { time: time + 400, action, fileName, folder, size: random.int(200, 90_000), content },
    by,
  )
}

function recordNoiseEvent(logs: Logs, random: Random, machine: Machine, time: number, by: Process): void {
  const actionType = by.fileName === 'powershell.exe' ? 'PowerShellCommand' : random.pick(WINDOWS_EVENTS.slice(1))
  if (actionType !== 'PowerShellCommand') {
    const additionalFields = { TaskName: '\\Contoso\\Inventory', CallerProcessID: by.id }
    recordEvent(logs, random, machine, { time: time + 300, actionType, additionalFields }, by)
    return
  }
  for (const [index, command] of INVENTORY_COMMANDS.entries()) {
    recordEvent(
      logs,
      random,
      machine,
      { time: time + 500 + index * 350, actionType, additionalFields: { Command: command } },
      by,
    )
  }
}
