import type { Json, Logs } from './logs.ts'
import { fixedHex } from './random.ts'
import type { Random } from './random.ts'
import { TENANT } from './world.ts'
import type { Machine } from './world.ts'
import { stamp } from './week.ts'

export interface Account {
  readonly domain: string
  readonly name: string
  readonly sid: string
}

export const SYSTEM: Account = { domain: 'nt authority', name: 'system', sid: 'S-1-5-18' }
export const ROOT: Account = { domain: '', name: 'root', sid: '' }

export interface Process {
  readonly fileName: string
  /** Without the file name; with its last separator. */
  readonly folder: string
  readonly commandLine: string
  readonly id: number
  readonly created: number
  readonly account: Account
  readonly parent: { readonly fileName: string; readonly id: number }
}

/** `child` was created by `parent`. */
export function recordProcess(logs: Logs, random: Random, machine: Machine, child: Process, parent: Process): void {
  logs.add('DeviceProcessEvents', {
    ...commonOf(machine, child.created, random),
    Type: 'DeviceProcessEvents',
    ActionType: 'ProcessCreated',
    ...accountOf('', child.account),
    FileName: child.fileName,
    FolderPath: child.folder + child.fileName,
    ...hashesOf('', child.fileName),
    FileSize: sizeOf(child.fileName),
    ProcessId: child.id,
    ProcessCommandLine: child.commandLine,
    ProcessCreationTime: creationOf(child),
    ProcessIntegrityLevel: child.account === SYSTEM ? 'System' : 'Medium',
    ProcessTokenElevation: 'TokenElevationTypeDefault',
    ProcessVersionInfoOriginalFileName: machine.os === 'Windows' ? child.fileName : '',
    ...initiatingOf(parent),
  })
}

export interface FileChange {
  readonly time: number
  readonly action: 'FileCreated' | 'FileModified' | 'FileDeleted' | 'FileRenamed'
  readonly fileName: string
  readonly folder: string
  readonly size: number
  /** Equal content, equal hashes. */
  readonly content: string
}

export function recordFile(logs: Logs, random: Random, machine: Machine, change: FileChange, by: Process): void {
  logs.add('DeviceFileEvents', {
    ...commonOf(machine, change.time, random),
    Type: 'DeviceFileEvents',
    ActionType: change.action,
    FileName: change.fileName,
    FolderPath: change.folder + change.fileName,
    FileSize: change.size,
    ...hashesOf('', change.content),
    RequestProtocol: 'Local',
    ...initiatingOf(by),
  })
}

export interface DeviceEvent {
  readonly time: number
  readonly actionType: string
  readonly additionalFields: Readonly<Record<string, Json>>
}

export function recordEvent(logs: Logs, random: Random, machine: Machine, event: DeviceEvent, by: Process): void {
  logs.add('DeviceEvents', {
    ...commonOf(machine, event.time, random),
    Type: 'DeviceEvents',
    ActionType: event.actionType,
    AdditionalFields: event.additionalFields,
    ...initiatingOf(by),
  })
}

/** The same in every record that names the process: id and creation time together identify it. */
const creationOf = (process: Process): string =>
  new Date(Math.floor(process.created)).toISOString().replace('Z', `${String(process.id % 10_000).padStart(4, '0')}Z`)

function commonOf(machine: Machine, time: number, random: Random) {
  return {
    TimeGenerated: stamp(time, random),
    TenantId: TENANT.workspaceId,
    SourceSystem: '',
    DeviceId: machine.deviceId,
    DeviceName: machine.deviceName,
    MachineGroup: machine.os === 'Windows' ? 'Servers Windows' : 'Servers Linux',
    ReportId: random.int(1000, 99_999),
  }
}

function accountOf(prefix: string, account: Account): Readonly<Record<string, string>> {
  return {
    [`${prefix}AccountDomain`]: account.domain,
    [`${prefix}AccountName`]: account.name,
    [`${prefix}AccountSid`]: account.sid,
  }
}

function hashesOf(prefix: string, content: string): Readonly<Record<string, string>> {
  return {
    [`${prefix}SHA1`]: fixedHex(`sha1 ${content}`, 40),
    [`${prefix}SHA256`]: fixedHex(`sha256 ${content}`, 64),
    [`${prefix}MD5`]: fixedHex(`md5 ${content}`, 32),
  }
}

/** Some plausible size that belongs to the program. */
const sizeOf = (fileName: string): number => 20_000 + (Number.parseInt(fixedHex(`size ${fileName}`, 6), 16) % 900_000)

function initiatingOf(process: Process): Readonly<Record<string, Json>> {
  return {
    ...accountOf('InitiatingProcess', process.account),
    InitiatingProcessFileName: process.fileName,
    // Defender lower-cases the path of the initiating process, not its name.
    InitiatingProcessFolderPath: (process.folder + process.fileName).toLowerCase(),
    InitiatingProcessCommandLine: process.commandLine,
    InitiatingProcessId: process.id,
    InitiatingProcessCreationTime: creationOf(process),
    InitiatingProcessFileSize: sizeOf(process.fileName.toLowerCase()),
    ...hashesOf('InitiatingProcess', process.fileName.toLowerCase()),
    InitiatingProcessParentFileName: process.parent.fileName,
    InitiatingProcessParentId: process.parent.id,
  }
}
