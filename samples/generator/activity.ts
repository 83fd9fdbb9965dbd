import type { Logs } from './logs.ts'
import { fixedGuid, fixedHex } from './random.ts'
import type { Random } from './random.ts'
import { TENANT } from './world.ts'
import type { Principal, Spelling, Subscription } from './world.ts'
import { stamp } from './week.ts'

export type Stage = 'Start' | 'Accept' | 'Success' | 'Failure'

export interface Operation {
  readonly subscription: Subscription
  /** Resource provider operation in mixed case, for example `Microsoft.Compute/virtualMachines/runCommand/action`. */
  readonly action: string
  /** What people see, for example `Run Command on Virtual Machine`; only the legacy connector delivers it. */
  readonly displayName: string
  readonly resourceId: string
  readonly principal: Principal
  /** Casing in which the token names the caller, where it differs from the directory's. */
  readonly caller?: string
  readonly address: string
  readonly stages: readonly { readonly stage: Stage; readonly time: number; readonly substatus?: string }[]
  readonly correlationId: string
  readonly category?: 'Administrative' | 'Policy'
}

const LEGACY_STATUS: Readonly<Record<Stage, string>> = {
  Start: 'Started',
  Accept: 'Accepted',
  Success: 'Succeeded',
  Failure: 'Failed',
}

const HTTP_STATUS: Readonly<Partial<Record<string, string>>> = { Accepted: 'Accepted', OK: 'OK', Created: 'Created' }

const ROLE_DEFINITION: Readonly<Record<Principal['role'], string>> = {
  Owner: '8e3af657a8ff443ca75c2fe8c4bcb635',
  Contributor: 'b24988ac618042a0ab8820f7382dd24c',
  'Virtual Machine Contributor': '9980e02cc2be4d7394e8173b1dc7cf3c',
}

/** Pretty-printed JSON as the activity log writes it into its text columns. */
const pretty = (value: object): string => JSON.stringify(value, undefined, 2)

/** One record a stage: same `CorrelationId`, byte-identical `Authorization`, an `EventDataId` each (contract G3). */
export function recordOperation(logs: Logs, random: Random, operation: Operation): void {
  const authorization = authorizationOf(operation)
  for (const { stage, time, substatus = '' } of operation.stages) {
    const timestamp = stamp(time, random)
    const eventDataId = random.guid()
    const properties = propertiesOf(operation, stage, substatus, timestamp, eventDataId, random)
    const claims = claimsOf(operation, time)
    logs.add('AzureActivity', {
      TimeGenerated: timestamp,
      TenantId: TENANT.workspaceId,
      SourceSystem: 'Azure',
      ...(operation.address === '' ? {} : { CallerIpAddress: operation.address }),
      CategoryValue: operation.category ?? 'Administrative',
      CorrelationId: operation.correlationId,
      Authorization: pretty(authorization),
      Authorization_d: {
        evidence: { ...authorization.evidence },
        scope: authorization.scope,
        action: authorization.action,
      },
      Claims: pretty(claims),
      Claims_d: claims,
      ...spelled(operation, stage, substatus),
      Properties: pretty(properties),
      Properties_d: properties,
      Caller: operation.caller ?? operation.principal.caller,
      EventDataId: eventDataId,
      EventSubmissionTimestamp: timestamp,
      ...(operation.address === '' ? {} : { HTTPRequest: JSON.stringify({ clientIpAddress: operation.address }) }),
      ResourceGroup: groupOf(operation.resourceId).toUpperCase(),
      Hierarchy: hierarchyOf(operation.subscription),
      SubscriptionId: operation.subscription.id,
      Type: 'AzureActivity',
      _ResourceId: operation.resourceId.toLowerCase(),
      _SubscriptionId: operation.subscription.id,
    })
  }
}

/** The columns that differ between diagnostic settings and the legacy connector (contract G2). */
function spelled(operation: Operation, stage: Stage, substatus: string): Readonly<Record<string, string>> {
  const spelling: Spelling = operation.subscription.spelling
  const provider = operation.action.split('/')[0] ?? ''
  if (spelling === 'diagnostic-settings') {
    return {
      OperationNameValue: operation.action.toUpperCase(),
      ResourceProviderValue: provider.toUpperCase(),
      ActivityStatusValue: stage,
      ActivitySubstatusValue: substatus,
    }
  }
  return {
    OperationNameValue: operation.action,
    OperationName: operation.displayName,
    ResourceProviderValue: provider.toUpperCase(),
    ResourceProvider: provider,
    ActivityStatusValue: LEGACY_STATUS[stage],
    ActivityStatus: LEGACY_STATUS[stage],
    ActivitySubstatusValue: substatus,
    ActivitySubstatus: substatus,
    Category: operation.category ?? 'Administrative',
    Level: stage === 'Failure' ? 'Error' : 'Informational',
    Resource: nameOf(operation.resourceId),
    ResourceId: operation.resourceId,
  }
}

function authorizationOf(operation: Operation) {
  const { principal, subscription } = operation
  return {
    scope: operation.resourceId,
    action: operation.action,
    evidence: {
      role: principal.role,
      roleAssignmentScope: `/subscriptions/${subscription.id}`,
      roleAssignmentId: fixedHex(`assignment ${principal.objectId} ${subscription.id}`, 32),
      roleDefinitionId: ROLE_DEFINITION[principal.role],
      principalId: principal.objectId.replaceAll('-', ''),
      principalType: principal.kind,
    },
  }
}

function propertiesOf(
  operation: Operation,
  stage: Stage,
  substatus: string,
  timestamp: string,
  eventDataId: string,
  random: Random,
) {
  const statusCode = HTTP_STATUS[substatus]
  return {
    ...(statusCode === undefined ? {} : { statusCode, serviceRequestId: random.guid() }),
    eventCategory: operation.category ?? 'Administrative',
    entity: operation.resourceId,
    message: operation.action,
    hierarchy: hierarchyOf(operation.subscription),
    caller: operation.caller ?? operation.principal.caller,
    eventDataId,
    eventSubmissionTimestamp: timestamp,
    httpRequest: JSON.stringify({ clientIpAddress: operation.address }),
    resource: nameOf(operation.resourceId).toLowerCase(),
    resourceGroup: groupOf(operation.resourceId).toUpperCase(),
    resourceProviderValue: (operation.action.split('/')[0] ?? '').toUpperCase(),
    subscriptionId: operation.subscription.id.toUpperCase(),
    activityStatusValue: stage,
    activitySubstatusValue: substatus,
  }
}

const IDENTITY = 'http://schemas.microsoft.com/identity/claims'
const XML_SOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

/** The token of the caller. One token lasts an hour, so neighbouring operations share it. */
function claimsOf(operation: Operation, time: number): Readonly<Record<string, string>> {
  const { principal } = operation
  const issued = Math.floor(time / 3_600_000) * 3600 - 300
  const token = `token ${principal.objectId} ${issued}`
  const common = {
    aud: 'https://management.core.windows.net/',
    iss: `https://sts.windows.net/${TENANT.id}/`,
    iat: String(issued),
    nbf: String(issued),
    exp: String(issued + 4800),
    aio: `E2Y${fixedHex(token, 16)}`,
    appid: principal.appId,
    appidacr: principal.kind === 'User' ? '2' : '1',
    [`${IDENTITY}/objectidentifier`]: principal.objectId,
    [`${IDENTITY}/tenantid`]: TENANT.id,
    uti: fixedHex(`uti ${token}`, 22),
    ver: '1.0',
  }
  if (principal.kind === 'ServicePrincipal') return { ...common, idtyp: 'app' }
  const [given = '', family = ''] = principal.displayName.split(' ')
  return {
    ...common,
    'http://schemas.microsoft.com/claims/authnmethodsreferences': 'pwd,mfa',
    [`${XML_SOAP}/surname`]: family,
    [`${XML_SOAP}/givenname`]: given,
    groups: [fixedGuid('group administrators'), fixedGuid('group staff')].join(','),
    ipaddr: operation.address,
    name: principal.displayName,
    puid: `1003${fixedHex(`puid ${principal.objectId}`, 12).toUpperCase()}`,
    [`${XML_SOAP}/name`]: operation.caller ?? principal.caller,
    [`${XML_SOAP}/upn`]: operation.caller ?? principal.caller,
  }
}

const hierarchyOf = (subscription: Subscription): string => `${TENANT.id}/${TENANT.managementGroup}/${subscription.id}`

const nameOf = (resourceId: string): string => resourceId.split('/').at(-1) ?? ''

const groupOf = (resourceId: string): string => /\/resourceGroups\/([^/]+)/i.exec(resourceId)?.[1] ?? ''
