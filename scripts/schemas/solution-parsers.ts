/**
 * Parsers that ../shared lacks and published rules call: what they return, as their own text in Azure/Azure-Sentinel (Solutions/GitHub,
 * Solutions/GitLab, Solutions/ZeroNetworks, Parsers/SQLSever) projects it; in the form of schemas/README.md.
 */
export const SOLUTION_PARSERS: Readonly<Record<string, string>> = {
  GitHubAuditData:
    'TimeGenerated:t Organization Action Repository Actor Country ImpactedUser InvitedUserPermission Visibility ' +
    'PreviousVisibility CurrentPermission PreviousPermission TeamName BlockedUser',
  // Members of the message that it does not convert stay dynamic.
  GitLabAudit:
    'TimeGenerated:t Severity:j EventTime:t CorrelationID:j AuthorID AuthorName EntityID:j EntityType:j IPAddress:j AddAction:j ' +
    'DelAction:j RemoveAction:j TargetID TargetType TargetDetails EntityName Action CustomMessage AuthenticationType ' +
    'SourceVisibility TargetVisibility ChangeType',
  SQLEvent:
    'TimeGenerated:t Computer EventID:i Action ClientIP LogonResult CurrentUser Reason DatabaseName ObjectName Statement',
  ZNAccessOrchestratorAudit:
    'TimeGenerated:t EventVendor EventProduct AuditTypeId:r AuditType DestinationEntityId:j DestinationEntityName:j ' +
    'EnforcementSourceId:r EnforcementSource PerformedByGuid PerformedById PerformedByName ReportedObjectGuid ReportedObjectId ' +
    'UserRoleId:r UserRole Rule:j ReactivePolicy:j',
}
