import type { Json, Logs } from './logs.ts'
import { fixedGuid } from './random.ts'
import type { Random } from './random.ts'
import { TENANT } from './world.ts'
import type { Principal } from './world.ts'
import { MINUTES, stamp } from './week.ts'

export type Person = Pick<Principal, 'caller' | 'displayName' | 'objectId'>

export interface SignIn {
  readonly person: Person
  readonly time: number
  readonly address: string
  readonly country: string
  readonly application:
    'Azure Portal' | 'Microsoft Azure CLI' | 'Microsoft Azure PowerShell' | 'Office 365 Exchange Online'
  readonly succeeded: boolean
  /** Keys of ActivityInsights that are "True"; a key that is not anomalous is absent. */
  readonly anomalies?: readonly string[]
  /** Keys that are there and say "False". */
  readonly denials?: readonly string[]
  readonly priority?: number
  /** How long UEBA takes; minutes unless told. */
  readonly processedAfter?: number
  /** False leaves the row out of BehaviorAnalytics: most ordinary sign-ins are never scored. */
  readonly scored?: boolean
}

const COUNTRY_CODES: Readonly<Record<string, string>> = { Germany: 'DE', Denmark: 'DK', Iceland: 'IS', Portugal: 'PT' }

/** One row of SigninLogs and, when it is scored, its row of BehaviorAnalytics. Returns that row's SourceRecordId. */
export function recordSignIn(logs: Logs, random: Random, signIn: SignIn): string {
  const id = random.guid()
  recordSigninLog(logs, random, signIn, id)
  if (signIn.scored !== false) recordBehavior(logs, random, signIn, id)
  return id
}

function recordSigninLog(logs: Logs, random: Random, signIn: SignIn, id: string): void {
  const timestamp = stamp(signIn.time, random)
  const code = COUNTRY_CODES[signIn.country] ?? 'XX'
  logs.add('SigninLogs', {
    TimeGenerated: timestamp,
    Type: 'SigninLogs',
    SourceSystem: 'Azure AD',
    ResourceId: `/tenants/${TENANT.id}/providers/Microsoft.aadiam`,
    OperationName: 'Sign-in activity',
    OperationVersion: '1.0',
    Category: 'SignInLogs',
    ResultType: signIn.succeeded ? '0' : '50126',
    ResultSignature: 'None',
    ResultDescription: signIn.succeeded ? '' : 'Error validating credentials due to invalid username or password.',
    CorrelationId: random.guid(),
    Identity: signIn.person.displayName,
    Location: code,
    AppDisplayName: signIn.application,
    AppId: fixedGuid(signIn.application),
    AuthenticationRequirement: 'multiFactorAuthentication',
    ClientAppUsed: 'Browser',
    ConditionalAccessStatus: signIn.succeeded ? 'success' : 'notApplied',
    CreatedDateTime: timestamp,
    DeviceDetail: { browser: 'Edge 145.0.0', operatingSystem: 'Windows 11' },
    IsInteractive: true,
    Id: id,
    IPAddress: signIn.address,
    LocationDetails: { countryOrRegion: code },
    RiskLevelDuringSignIn: (signIn.priority ?? 0) >= 6 ? 'medium' : 'none',
    RiskState: (signIn.priority ?? 0) >= 6 ? 'atRisk' : 'none',
    Status: { errorCode: signIn.succeeded ? 0 : 50_126 },
    UserDisplayName: signIn.person.displayName,
    UserId: signIn.person.objectId,
    UserPrincipalName: signIn.person.caller.toLowerCase(),
    AADTenantId: TENANT.id,
    UserType: 'Member',
  })
}

function recordBehavior(logs: Logs, random: Random, signIn: SignIn, id: string): void {
  const insights: Record<string, Json> = {}
  for (const key of signIn.anomalies ?? []) insights[key] = 'True'
  for (const key of signIn.denials ?? []) insights[key] = 'False'
  const processed = signIn.time + (signIn.processedAfter ?? random.int(6, 55) * MINUTES)
  logs.add('BehaviorAnalytics', {
    TimeGenerated: stamp(signIn.time, random),
    TimeProcessed: stamp(processed, random),
    TenantId: TENANT.workspaceId,
    Type: 'BehaviorAnalytics',
    SourceSystem: 'Azure AD',
    SourceRecordId: id,
    ActivityType: signIn.succeeded ? 'LogOn' : 'FailedLogOn',
    ActionType: 'Sign-in',
    UserName: signIn.person.caller.split('@')[0] ?? '',
    UserPrincipalName: signIn.person.caller,
    EventSource: 'Azure AD',
    EventVendor: 'Microsoft',
    NativeTableName: 'SigninLogs',
    SourceIPAddress: signIn.address,
    SourceIPLocation: signIn.country,
    ActivityInsights: insights,
    UsersInsights: {
      AccountDisplayName: signIn.person.displayName,
      AccountObjectID: signIn.person.objectId,
      BlastRadius: 'High',
      IsDormantAccount: 'False',
      IsNewAccount: 'False',
    },
    DevicesInsights: { Browser: 'Edge', OperatingSystem: 'Windows', ISP: 'Example Net' },
    InvestigationPriority: signIn.priority ?? 0,
  })
}

export interface ScoredOperation {
  readonly person: Person
  readonly time: number
  readonly address: string
  readonly country: string
  readonly actionType: string
  readonly priority: number
}

/** UEBA scores Azure operations too; such a row is no sign-in, however uncommon the action. */
export function recordScoredOperation(logs: Logs, random: Random, operation: ScoredOperation): void {
  logs.add('BehaviorAnalytics', {
    TimeGenerated: stamp(operation.time, random),
    TimeProcessed: stamp(operation.time + random.int(10, 90) * MINUTES, random),
    TenantId: TENANT.workspaceId,
    Type: 'BehaviorAnalytics',
    SourceSystem: 'Azure',
    SourceRecordId: random.guid(),
    ActivityType: 'Administrative',
    ActionType: operation.actionType,
    UserName: operation.person.caller.split('@')[0] ?? '',
    UserPrincipalName: operation.person.caller,
    EventSource: 'Azure Activity',
    EventVendor: 'Microsoft',
    NativeTableName: 'AzureActivity',
    SourceIPAddress: operation.address,
    SourceIPLocation: operation.country,
    ActivityInsights: { ActionUncommonlyPerformedByUser: 'True' },
    UsersInsights: { AccountDisplayName: operation.person.displayName, AccountObjectID: operation.person.objectId },
    InvestigationPriority: operation.priority,
  })
}
