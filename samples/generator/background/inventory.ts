import type { Logs } from '../logs.ts'
import { fixedGuid, randomFor } from '../random.ts'
import type { Random } from '../random.ts'
import { MACHINES, PEOPLE, TENANT, resourceIdOf } from '../world.ts'
import type { Machine } from '../world.ts'
import { HOURS, MINUTES, WEEK, days, stamp } from '../week.ts'

/** What says that a machine exists and reports: DeviceInfo, Heartbeat, and who logged on to it. */
export function runInventory(logs: Logs): void {
  for (const machine of MACHINES) {
    const random = randomFor('background', 'inventory', machine.name)
    const offset = random.int(0, 59) * MINUTES
    for (let time = WEEK.start + offset; time < WEEK.end; time += HOURS) recordHeartbeat(logs, random, machine, time)
    for (let time = WEEK.start + offset; time < WEEK.end; time += 8 * HOURS) recordDevice(logs, random, machine, time)
    for (const day of days()) {
      const count = day.isWorkday ? random.int(1, 6) : random.int(0, 1)
      for (let index = 0; index < count; index++) {
        recordLogon(logs, random, machine, day.start + random.int(6 * 60, 18 * 60) * MINUTES + random.int(0, 59_999))
      }
    }
  }
}

function recordHeartbeat(logs: Logs, random: Random, machine: Machine, time: number): void {
  logs.add('Heartbeat', {
    TimeGenerated: stamp(time, random),
    Type: 'Heartbeat',
    SourceSystem: machine.os === 'Windows' ? 'OpsManager' : 'Linux',
    Category: 'Azure Monitor Agent',
    Computer: machine.deviceName,
    OSType: machine.os,
    Version: '1.31.1.0',
    ComputerEnvironment: 'Azure',
    SubscriptionId: machine.subscription.id,
    ResourceGroup: machine.resourceGroup,
    ResourceProvider: 'Microsoft.Compute',
    Resource: machine.name,
    ResourceType: 'virtualMachines',
    ResourceId: resourceIdOf(machine),
    VMUUID: fixedGuid(`uuid ${machine.name}`),
    ComputerPrivateIPs: [machine.address],
    _ResourceId: resourceIdOf(machine).toLowerCase(),
  })
}

function recordDevice(logs: Logs, random: Random, machine: Machine, time: number): void {
  logs.add('DeviceInfo', {
    TimeGenerated: stamp(time, random),
    TenantId: TENANT.workspaceId,
    Type: 'DeviceInfo',
    DeviceId: machine.deviceId,
    DeviceName: machine.deviceName,
    ClientVersion: machine.os === 'Windows' ? '10.8760.26100.1742' : '101.25012.0004',
    OSPlatform: machine.os === 'Windows' ? 'WindowsServer2022' : 'Linux',
    OSArchitecture: '64-bit',
    OnboardingStatus: 'Onboarded',
    SensorHealthState: 'Active',
    DeviceCategory: 'Endpoint',
    DeviceType: 'Server',
    AzureVmId: fixedGuid(`uuid ${machine.name}`),
    AzureVmSubscriptionId: machine.subscription.id,
    AzureResourceId: resourceIdOf(machine),
    PublicIP: '198.51.100.130',
    ReportId: random.int(1000, 99_999),
  })
}

function recordLogon(logs: Logs, random: Random, machine: Machine, time: number): void {
  const person = random.pick(Object.values(PEOPLE))
  const [name = '', domain = ''] = person.caller.split('@')
  logs.add('DeviceLogonEvents', {
    TimeGenerated: stamp(time, random),
    TenantId: TENANT.workspaceId,
    Type: 'DeviceLogonEvents',
    DeviceId: machine.deviceId,
    DeviceName: machine.deviceName,
    ActionType: random.chance(0.95) ? 'LogonSuccess' : 'LogonFailed',
    LogonType: random.pick(['Network', 'RemoteInteractive']),
    AccountDomain: domain.split('.')[0] ?? '',
    AccountName: name,
    RemoteIP: random.pick(person.addresses),
    RemoteIPType: 'Public',
    Protocol: 'Negotiate',
    InitiatingProcessFileName: machine.os === 'Windows' ? 'lsass.exe' : 'sshd',
    ReportId: random.int(1000, 99_999),
  })
}
