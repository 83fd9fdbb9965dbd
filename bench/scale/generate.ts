import type { DuckDBConnection } from '@duckdb/node-api'
import { join } from 'node:path'

/** The generated tables lie within these fourteen days, in the order of time, as logs come. */
export const FIRST = '2026-03-02 00:00:00'
const DAYS = 14

/** One of `values`, in a fixed pattern that looks like chance: the same for every run and machine. */
function oneOf(values: readonly string[], salt: number): string {
  const list = values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')
  return `[${list}][1 + ${chance(salt)} % ${values.length}]`
}

const chance = (salt: number): string => `CAST(hash(i, ${salt}) % 1000000007 AS BIGINT)`

/** A rare value that a rule looks for, else the usual one. */
const rarely = (every: number, salt: number, value: string, usual: string): string =>
  `CASE WHEN ${chance(salt)} % ${every} = 0 THEN ${value} ELSE ${usual} END`

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
const numbered = (prefix: string, count: number, salt: number): string =>
  `'${prefix}' || CAST(${chance(salt)} % ${count} AS VARCHAR)`
const ip = (salt: number): string => `'10.' || (${chance(salt)} % 256) || '.' || (${chance(salt + 1)} % 256) || '.7'`

const PROCESSES = [
  'svchost.exe',
  'chrome.exe',
  'Explorer.EXE',
  'powershell.exe',
  'cmd.exe',
  'EXCEL.EXE',
  'fsutil.exe',
  'teams.exe',
]
const COMMAND = `'"C:\\Windows\\System32\\' || ${oneOf(PROCESSES, 21)} || '" -k netsvcs -p -s ' || md5(CAST(i AS VARCHAR)) || ' /c echo ' || (i % 1000)`
const RARE_COMMANDS = [
  'mkdir C:\\x && copy a.txt b.txt && certutil.exe -decode a b',
  'ps.exe -accepteula',
  'powershell -noni -ep bypass $x = 1',
  'fsutil usn deletejournal /D C:',
  'cmd /c echo TVqQAAMAAAAEAAAA > x.exe',
]

/** SELECT lists over `i`, the number of the row; a third of the columns has gaps, as in real exports. */
export const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  SigninLogs: {
    UserPrincipalName: numbered('user', 20_000, 1) + ` || '@contoso.com'`,
    AppDisplayName: oneOf(['Azure Portal', 'Office 365', 'Teams', 'Graph Explorer', 'VPN'], 2),
    ResultType: rarely(997, 3, `'50057'`, rarely(1999, 4, `'50053'`, oneOf(['0', '0', '0', '50126', '50140'], 5))),
    ResultDescription: rarely(997, 3, text('User account is disabled. The account has been disabled by an administrator.'), 'NULL'),
    IPAddress: ip(6),
    DeviceDetail: `'{"deviceId":"' || (i % 5000) || '","operatingSystem":"Windows 11","isCompliant":' || ${rarely(4999, 8, `'false'`, `'true'`)} || '}'`,
    UserAgent: oneOf(['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'Mozilla/5.0 (X11; Linux x86_64)', 'python-requests/2.31'], 9),
  },
  SecurityEvent: {
    EventID: rarely(1499, 1, '4740', rarely(9973, 2, '5145', rarely(9967, 3, '4720', `CAST(${oneOf(['4624', '4625', '4634', '4672', '4688'], 4)} AS INTEGER)`))),
    Computer: numbered('host-', 3000, 5) + ` || '.contoso.com'`,
    Account: `'CONTOSO\\' || ` + numbered('user', 20_000, 6),
    AccountType: oneOf(['User', 'Machine', 'User'], 7),
    Activity: oneOf(['4740 - A user account was locked out.', '4624 - An account was successfully logged on.'], 8),
    LogonTypeName: oneOf(['3 - Network', '2 - Interactive', '10 - RemoteInteractive'], 9),
    TargetUserName: rarely(3, 10, 'NULL', numbered('user', 20_000, 11)),
    TargetSid: `'S-1-5-21-' || (${chance(12)} % 5000)`,
    TargetDomainName: oneOf(['CONTOSO', 'FABRIKAM'], 13),
    TargetAccount: numbered('target', 500, 14),
    TargetLogonId: `'0x' || (${chance(15)} % 100000)`,
    SourceComputerId: `md5(CAST(${chance(16)} % 3000 AS VARCHAR))`,
    SubjectUserName: oneOf(['bob', 'joe', 'alice', 'eve'], 17),
    SubjectDomainName: oneOf(['DOMAIN', 'CONTOSO'], 18),
    SubjectLogonId: `'0x3e7'`,
    IpAddress: rarely(4, 19, 'NULL', ip(20)),
    ProcessName: rarely(2003, 22, text('C:\\Windows\\System32\\wbem\\WmiPrvSE.exe'), text('C:\\Windows\\System32\\svchost.exe')),
    CommandLine: rarely(9949, 23, text('cmd /c echo TVqQAAMAAAAEAAAA'), COMMAND),
    ShareName: rarely(2, 24, text('\\\\*\\SYSVOL'), 'NULL'),
    RelativeTargetName: oneOf(['contoso.com\\Policies\\ScheduledTasks.xml', 'contoso.com\\Policies\\gpt.ini'], 25),
    AccessList: oneOf(['%%4417 %%4418', '%%4416'], 26),
  },
  DeviceProcessEvents: {
    DeviceId: `md5(CAST(${chance(1)} % 3000 AS VARCHAR))`,
    DeviceName: numbered('host-', 3000, 1) + ` || '.contoso.com'`,
    FileName: rarely(19997, 2, `'crackmapexec.exe'`, oneOf(PROCESSES, 21)),
    ProcessCommandLine: rarely(2999, 3, oneOf(RARE_COMMANDS, 4), COMMAND),
    ProcessVersionInfoProductName: rarely(9941, 5, `'Rclone'`, rarely(3, 6, 'NULL', oneOf(['Microsoft Windows Operating System', 'Google Chrome'], 7))),
    InitiatingProcessFileName: oneOf(PROCESSES, 8),
    AccountName: numbered('user', 20_000, 9),
    ProcessId: `${chance(10)} % 65536`,
  },
  DeviceFileEvents: {
    DeviceName: numbered('host-', 3000, 1) + ` || '.contoso.com'`,
    ActionType: oneOf(['FileCreated', 'FileModified', 'FileRenamed', 'FileDeleted'], 2),
    FileName: numbered('file', 90_000, 3) + ` || ` + oneOf(['.tmp', '.dll', '.exe', '.docx', '.log'], 4),
    FolderPath: rarely(2999, 5, text('C:\\Windows\\System32\\spool\\drivers\\color\\'), `'C:\\Users\\user' || (${chance(6)} % 20000) || '\\AppData\\Local\\Temp\\'`),
    InitiatingProcessFileName: oneOf(PROCESSES, 8),
    FileOriginUrl: rarely(3, 9, `'https://docs.google.com/d/' || i`, 'NULL'),
    FileOriginReferrerUrl: rarely(1999, 10, `'https://bad.top/index.php?x=' || i`, rarely(2, 11, `'https://intranet.contoso.com/' || i`, 'NULL')),
    FileSize: chance(12),
  },
  CommonSecurityLog: {
    DeviceVendor: oneOf(['Palo Alto Networks', 'Fortinet'], 1),
    DeviceProduct: oneOf(['PAN-OS', 'Fortigate'], 1),
    DeviceAction: oneOf(['allow', 'deny'], 2),
    DestinationDnsDomain: rarely(2, 3, 'NULL', numbered('site', 9000, 4) + ` || '.example'`),
    DestinationIP: ip(5),
    RequestMethod: oneOf(['GET', 'POST', 'CONNECT'], 7),
    RequestURL: rarely(1999, 8, `'http://198.51.100.7/ui/chk?mactok=' || i`, `'https://site' || (${chance(9)} % 9000) || '.example/a/b/c?session=' || md5(CAST(i AS VARCHAR))`),
    SourceIP: ip(10),
    SourceHostName: numbered('host-', 3000, 12),
    RequestClientApplication: oneOf(['Mozilla/5.0', 'curl/8.5'], 13),
  },
  AzureActivity: {
    Caller: numbered('admin', 300, 1) + ` || '@contoso.com'`,
    CallerIpAddress: ip(2),
    Category: oneOf(['Administrative', 'Policy', 'Administrative', 'Security'], 4),
    OperationNameValue: rarely(4999, 5, oneOf(['Microsoft.SecurityInsights/alertRules/write', 'Microsoft.SecurityInsights/alertRules/delete'], 6), oneOf(['MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION', 'Microsoft.Compute/virtualMachines/read'], 7)),
    ActivityStatusValue: oneOf(['Success', 'Failure', 'Start'], 8),
    ActivitySubstatusValue: oneOf(['Created', 'OK', '', 'BadRequest'], 9),
    ResourceGroup: numbered('rg-', 400, 10),
    CorrelationId: `md5(CAST(i AS VARCHAR))`,
  },
} // prettier-ignore

/** Writes a table of so many rows as Parquet, typed as other tools would write it. */
export async function writeTable(
  connection: DuckDBConnection,
  folder: string,
  table: string,
  rows: number,
): Promise<string> {
  const columns = Object.entries(TABLES[table] ?? {}).map(([name, sql]) => `${sql} AS "${name}"`)
  const time = `TIMESTAMP '${FIRST}' + to_microseconds(CAST(i * ${(DAYS * 86_400_000_000) / rows} AS BIGINT))`
  const times = [`${time} AS "TimeGenerated"`, ...(table.startsWith('Device') ? [`${time} AS "Timestamp"`] : [])]
  const path = join(folder, `${table}.parquet`)
  const select = `SELECT ${[...times, ...columns].join(', ')} FROM range(${rows}) AS numbers(i)`
  await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`)
  return path
}
