/** Functions of the solution for SAP, as their texts say (Azure/Azure-Sentinel, Solutions/SAP/Parsers). */
const SYSTEM =
  'SystemID SearchKey SystemRole SystemUsage system_id_s sap_client_category_s InterfaceAttributes DummyJoinField:l'

export const SAP_PARSERS: Readonly<Record<string, string>> = {
  SAPAuditLog:
    'SAL_DATE SAL_TIME UpdatedOn_t:t AuditClassID:r AlertSeverityText SystemID Instance MonitoringObjectName ' +
    'MonitorShortName MessageText MessageClass MessageID MessageContainerID AlertValue:r AlertSeverity:r ClientID User ' +
    'Variable1 Variable2 Variable3 Variable4 TerminalIPv6 TransactionCode ABAPProgramName SAPProcesType SAPWPName Email ' +
    'SystemNumber Host TERM_IPV6 SidGuid AgentGuid ClientCategory RemoteIpCountry RemoteIpLatitude:r RemoteIpLongitude:r ' +
    'Type Computer TimeGenerated:t',
  SAPAuditLogConfiguration:
    'CategoryName MessageID MessageText SystemID SystemRole SystemUsage DetailedDescription Severity DestinationEmail ' +
    'IsProd:b Threshold:l RuleType RolesTagsToExclude BagOfDetails:j Tactics TeamsChannelID',
  SAPChangeDocsLog:
    'TimeGenerated:t UDATE UTIME UpdatedOn_t:t SidGuid ClientID ObjectClass ObjectID ChangeNumber User TransactionCode ' +
    'PlannedChangeNum ActualChangeNum CreatedfromPlannedChange TypeofChange_Header Language Version TableName ' +
    'ChangedTableKey FieldName TypeofChange_Item FlagText UOMOld UOMNew CurrencyKeyOld CurrencyKeyNew ValueOld ValueNew ' +
    'SystemID SystemNumber Instance Host Type',
  SAPGetSystemParameter:
    'LastUpdatedTimeUTC:t Comment EnableAlerts:b Option ParameterName Source Severity ExpectedValue ExpectedNumeric:r ' +
    `ExpectedAlpha ${SYSTEM}`,
  SAPSpoolLog:
    'TimeGenerated:t ClientID SpoolRequestNumber:r SpoolRequestName SpoolRequestSuffix1 SpoolRequestSuffix2 User ' +
    'ExternalMode SpoolRequestCompleted TemseReadProtectionRule TemseNumDeleteProtectionRule TemseNumAddProtectionRule ' +
    'TemseNumChangeProtectionRule PrintImmediately DeleteSpoolRequestAuto AutoRereoute OutputDevice NumofCopies Priority ' +
    'FormatType TemSeGeneralcounter SpoolErrorStatus TemSeObjectName TemSeObjectPart SpoolRequestTitle DelFlag ' +
    'PrintSAPCoverPage PrintOSCoverPage RecipientofSpoolRequest Department ArchiveType ArchivingDevice ArchiveStatus ' +
    'ValueAuthCheck SpoolRequestisALogForAnotherRequest CountryKey TelecommunicationsPartner TelecommunicationsPartnerE ' +
    'DocumentType PrinterLongName DeletedAt_t:t SystemID SystemNumber Instance Host Type',
  SAPSpoolOutputLog:
    'TimeGenerated:t SpoolRequestNumber:r OutputRequestNumber:r OutputDevice FormatType PhysicalFormatType ' +
    'OutputRequestStatus TemSeGeneralcounter:r NumofCopies:r StartPage:r LastPage:r User ' +
    'SpoolNumberofOutputReqProcessed:r SpoolNumberofOutputReqWithProblems:r SpoolNumberofOutputReqWithErrors:r ' +
    'HostSpoolerID ClientID Comment PrintRequestSize:r ErrorSpoolRequestNumber:r Priority:r ReasonforOutputRequest Title ' +
    'RecipientofSpoolRequest Department TelecommunicationsPartner HostName AppServer CopyCount:r CopyCounter:r ' +
    'PrinterLongName SystemID SystemNumber Instance Host Type',
  SAPSystems: SYSTEM,
  SAPTableDataLog:
    'TimeGenerated:t UpdatedOn:t SidGuid DBLogID LogKey Host UserName TransactionCode Program OperationTypeSQL ' +
    'VersionNumber Language TableName TableField OldValue NewValue SystemID SystemNumber Instance Type',
  SAPUsersAssignments:
    'User Email UserType Timezone LockedStatus LastSeen:t UserGroupAuth Profiles:j DirectRoles:j ChildRoles:j CreatedOn:t ' +
    'Client SystemID AddedRoles:j RemovedRoles:j AddedProfiles:j RemovedProfiles:j Roles:j Source LastSynched:t ChangedOn:t ' +
    'LastChangedBy',
  SAPUsersAuthorizations: 'ClientID SystemID User Object Field EQs:j',
  SAPUsersEmail: 'ClientID SystemID User Email TimeGenerated:t',
  SAPUsersGetVIP:
    'SearchKey Tags TagsList:j SAPUser User%20AAD%20Object%20Id User%20Identifier User%20On-Prem%20Sid ' +
    'User%20Principal%20Name RolesAndProfiles:j TagsIntersect:j SpecialFocusTagged:b IntersectionSize:l',
  SAP_PAHI: 'TimeGenerated:t PARTYPE HOSTNAME SYSTEMID PARDATE PARNAME PARSTATE PARVALUE SystemID Type',
}

const SYSTEMS = `SelectedSystems:dynamic=dynamic(["All Systems"]), SelectedSystemRoles:dynamic=dynamic(["All System Roles"])`

export const SAP_PARAMETERS: Readonly<Record<string, string>> = {
  SAPAuditLogConfiguration: `${SYSTEMS}, SelectedSeverities:dynamic=dynamic(["High","Medium"]), SelectedRuleTypes:dynamic=dynamic(["All RuleTypes"])`,
  SAPGetSystemParameter: "Parameter:string='All parameters'",
  SAPSystems: `${SYSTEMS}, SelectedSystemUsage:dynamic=dynamic(["All Usage Types"])`,
  SAPUsersAssignments: SYSTEMS,
  SAPUsersAuthorizations: 'SnapshotAge:timespan=timespan(0)',
  SAPUsersGetVIP: `SearchForTags:dynamic=dynamic('All Tags'), SpecialFocusTags:dynamic=dynamic(["Do not return any in-focus users"])`,
}
