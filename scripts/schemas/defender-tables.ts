/**
 * Tables of advanced hunting whose columns ../shared lacks, as their pages under
 * https://learn.microsoft.com/defender-xdr/advanced-hunting-schema-tables list them; in the form of schemas/README.md.
 */
export const DEFENDER_TABLES: Readonly<Record<string, string>> = {
  // The forerunners of EntraIdSignInEvents and EntraIdSpnSignInEvents, which most published hunting queries still name.
  // RiskLevelDuringSignIn has left the page, and is a number in the rules of the corpus that compare it.
  AADSignInEventsBeta:
    'Timestamp:t Application ApplicationId LogonType ErrorCode:i CorrelationId SessionId AccountDisplayName ' +
    'AccountObjectId AccountUpn IsExternalUser:i IsGuestUser:b AlternateSignInName LastPasswordChangeTimestamp:t ' +
    'ResourceDisplayName ResourceId ResourceTenantId DeviceName AadDeviceId EntraIdDeviceId OSPlatform DeviceTrustType ' +
    'IsManaged:i IsCompliant:i AuthenticationProcessingDetails AuthenticationRequirement TokenIssuerType:i ' +
    'RiskLevelAggregated:i RiskLevelDuringSignIn:i RiskDetails:i RiskState:i UserAgent ClientAppUsed Browser ' +
    'ConditionalAccessPolicies ConditionalAccessStatus:i IPAddress Country State City Latitude Longitude ' +
    'NetworkLocationDetails RequestId ReportId EndpointCall',
  AADSpnSignInEventsBeta:
    'Timestamp:t Application ApplicationId IsManagedIdentity:b ErrorCode:i CorrelationId ServicePrincipalName ' +
    'ServicePrincipalId ResourceDisplayName ResourceId ResourceTenantId IPAddress Country State City Latitude Longitude ' +
    'RequestId ReportId',
  // The page's spelling; GraphAPIAuditEvents, which ../shared has, is that of older queries.
  GraphApiAuditEvents:
    'IdentityProvider ApiVersion ApplicationId IPAddress ClientRequestId EntityType RequestUri AccountObjectId OperationId ' +
    'Location RequestDuration RequestId RequestMethod Timestamp:t ResponseStatusCode Scopes UniqueTokenIdentifier ' +
    'TargetWorkload ServicePrincipalId ResponseSize:l',
  CallActivityEvents:
    'ActivityTimestamp:t CallId ActivityId ActivityInitiatorId ActivityType ThreadId ActivityInitiatorUpn ' +
    'ActivityInitiatorDisplayName CallSchedulingType CallJoinUrl OriginatorUserDisplayName OriginatorUpn',
}

/**
 * Columns that published queries name and ../shared lacks. EmailUrlInfo and EntraIdSignInEvents have theirs from their
 * pages, as they are since. The portal shows the others, though the pages of their tables do not list them: those of the
 * knowledge base have the names and types of https://learn.microsoft.com/defender-endpoint/api/vulnerability; rules and recorded rows of SecurityEvent have its own.
 */
export const DEFENDER_COLUMNS: Readonly<Record<string, string>> = {
  DeviceTvmSoftwareVulnerabilitiesKB: 'CvssVector CveSupportability EpssScore:r',
  EmailUrlInfo: 'UrlChainId UrlChainPosition:i',
  EntraIdSignInEvents:
    'RiskLevelDuringSignIn:i RiskEventTypes GatewayJA4 UniqueTokenId IsSignInThroughGlobalSecureAccess:b TenantId Type ' +
    'SourceSystem TimeGenerated:t',
  IdentityInfo: 'SourceProvider',
  MessageEvents: 'ThreadType',
  SecurityEvent: 'EventOriginId',
}
