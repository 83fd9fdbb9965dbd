import { ROOT, SYSTEM, recordEvent, recordFile, recordProcess } from './defender.ts'
import type { Process } from './defender.ts'
import type { Logs } from './logs.ts'
import { fixedHex } from './random.ts'
import type { Random } from './random.ts'
import type { Invocation } from './invocation.ts'
import { SECONDS } from './week.ts'

const EXTENSION_VERSIONS = ['1.1.11', '1.1.18', '1.1.22']

/** WindowsAzureGuestAgent → RunCommandExtension → cmd → powershell → programs, all as SYSTEM (contract G4). */
export function recordWindowsGuest(
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
export function recordLinuxGuest(
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
