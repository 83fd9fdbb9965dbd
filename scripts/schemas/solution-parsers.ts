import { OKTA_EVENT } from './later-columns.ts'
import { prefixed } from './prefixed.ts'

/** Where an address of FortiNDR Cloud is, and what is known of it. */
const PLACE =
  'internal:b geo_lat:r geo_lon:r geo_country geo_subdivision geo_city asn_asn:r asn_org asn_isp asn_asn_org ' +
  'annotations_applications annotations_environments annotations_locations annotations_owners annotations_roles ' +
  'annotations_tags'

const DEVICE =
  `${PLACE} annotations_identified_assets device_os_name device_os_version device_os_name_with_version device_hostnames ` +
  'device_data_timestamp device_last_logon device_last_logoff'

const AGGREGATIONS = prefixed(
  'AggregationsFiles',
  'Tags:j TlshHash:j EmbeddedDomains:j EmbeddedUrls:j CompressedParents:j ItwUrls:j EmbeddedIps:j PopularThreatName:j ' +
    'ContactedUrls:j ContactedDomains:j ContactedIps:j ExecutionParents:j DroppedFilesSha256:j BeHash:j ' +
    'CrowdsourcedIdsResults:j CrowdsourcedYaraResults:j FileTypes:j DroppedFilesPath:j FilecondidsDhash:j ' +
    'SandboxVerdicts:j PopularThreatCategory:j AttackTechniques:j MemoryPatternUrls:j AttackTactics:j ' +
    'ParentContactedDomains:j Vhash:j MutexesCreated:j RegistryKeysOpened:j RegistryKeysSet:j',
)

const STATS = ['FirstSubmissionDate', 'LastSubmissionDate', 'FilesDetections']
  .map((name) => prefixed(`SummaryStats${name}`, ':j Min:r Max:r Avg:r'))
  .join(' ')

/** Events of Suricata, observations and detections, each with its prefix. */
const FORTINDR =
  'TimeGenerated:t Type su_timestamp:t su_event_type su_src_ip su_src_port:r su_dst_ip su_dst_port:r su_intel su_sig_name ' +
  'su_sig_id:r su_sig_rev:r su_sig_category su_sig_severity:r su_payload su_source su_proto su_sensor_id ' +
  `${prefixed('su_src_', DEVICE)} ${prefixed('su_dst_', DEVICE)} su_geo_distance:r su_http_status:r su_http_protocol su_http_url su_http_hostname ` +
  `${prefixed('su_http_host_', PLACE)} su_http_host_domain_entropy:r su_http_length:r su_http_method su_http_content_type su_http_refer ` +
  'su_http_user_agent su_http_redirect su_http_xtf su_uuid su_customer_id ob_timestamp:t ob_observation_title ob_confidence ' +
  'ob_category ob_class ob_context ob_evidence_iql ob_evidence_end_timestamp ob_evidence_start_timestamp ob_description ' +
  'ob_observation_uuid ob_sensor_ids ob_event_type ob_src_ip ob_dst_ip ob_intel ob_source ob_sensor_id ' +
  `${prefixed('ob_src_', DEVICE)} ${prefixed('ob_dst_', DEVICE)} ob_geo_distance:r ob_uuid ob_customer_id de_device_ip de_event_count:r de_events ` +
  'de_indicators de_last_seen de_status de_rule_name de_severity de_confidence de_resolved_by de_resolution ' +
  'de_resolution_comment de_date_resolved de_rule_uuid de_category de_created:t de_updated de_first_seen de_muted:b ' +
  'de_rule_muted:b de_mute_comment de_muted_by de_date_muted de_sensor_id de_account_id de_uuid de_username de_hostname ' +
  'de_primary_attack_id de_secondary_attack_id de_rule_url'

/**
 * Parsers of published solutions that ../shared lacks or records in part, in the form of schemas/README.md. What they return is
 * what their own texts say (Azure/Azure-Sentinel, Solutions/…/Parsers; NOTICE names them), or else what its validation tests
 * record of them (.script/tests/KqlvalidationsTests).
 */
export const SOLUTION_PARSERS: Readonly<Record<string, string>> = {
  AADUserInfo:
    'TimeGenerated:t ExtensionProperty_createdDateTime ExtensionProperty_userIdentities ' +
    'ExtensionProperty_onPremisesDistinguishedName ObjectId ObjectType AccountEnabled DirSyncEnabled DisplayName GivenName ' +
    'MailNickName OnPremisesSecurityIdentifier PasswordPolicies ProxyAddresses RefreshTokensValidFromDateTime SignInNames ' +
    'Surname UserPrincipalName UserType CompanyName Department JobTitle Mail SipProxyAddress UsageLocation PasswordProfile ' +
    'UserState City Mobile PhysicalDeliveryOfficeName PostalCode State StreetAddress Country',
  ADOAuditLogs:
    'TimeGenerated:t ActivityId ActorCUID ActorClientId ActorDisplayName ActorImageUrl ActorUPN ActorUserId Area ' +
    'AuthenticationMechanism Category CategoryDisplayName CorrelationId Data:j Details Id IpAddress OperationName ' +
    'ProjectId ProjectName ScopeDisplayName ScopeId ScopeType UserAgent Type TenatId SourceSystem',
  Alerts_advisory:
    'TimeGenerated:t AlertID EntityID:i KeywordName CompanyID:i Status Severity UserSeverity BucketID:i Domain ' +
    'BucketName TruePositive:b LLMProcessed:b LLMExplanation IP Service Risk_Score:j ADV_Value Data:j',
  Alerts_leaked_credentials:
    'TimeGenerated:t AlertID EntityID:i KeywordName CompanyID:i Status Severity UserSeverity BucketID:i Domain ' +
    'BucketName TruePositive:b LLMProcessed:b LLMExplanation IP Service Risk_Score:j LC_Data LC_Date LC_Domain ' +
    'LC_Password LC_URL LC_Username LC_Tags:j',
  BitSightAlerts:
    'EventVendor EventProduct GUID:r AlertType AlertDate StartDate CompanyName CompanyGUID CompanyURL FolderGUID FolderName ' +
    'Severity Trigger Type TimeGenerated:t',
  BitSightBreaches:
    'EventVendor EventProduct GUID Date Severity:i Text DateCreated PreviwURL EventType EventTypeDescription ' +
    'BreachedCompanies DependentCompanies Companyname CompanyGUID Type TimeGenerated:t',
  // The record has vendor and product as a time and a bool, which are text.
  BitSightFindingsData:
    'EventVendor EventProduct Comments PcapID Duration TemporaryId AffectsRating:b Assets Details EvidenceKey FirstSeen ' +
    'LastSeen RelatedFindings RiskCategory RiskVector RiskVectorLabel RolledupObservationId Severity:i SeverityCategory ' +
    'Tags AssetOverrides AttributedCompanies CompanyName RemainingDecay:r RemediationHistoryLastRequestedRefreshDate ' +
    'RemediationHistoryLastRefreshStatusDate RemediationHistoryLastRefreshStatusLabel ' +
    'RemediationHistoryLastRefreshReasonCode Type TimeGenerated:t',
  BitSightGraphData:
    'EventVendor EventProduct RatingDate Rating:r CompanyName RatingDifferance:r percentage:r Type TimeGenerated:t',
  CiscoMeraki:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer RawData Type _ResourceId EventTime:t ' +
    'Facility HostName SeverityLevel ProcessID:i HostIP ProcessName Epoch DeviceName LogType EventTimestamp:t ' +
    'SrcIpAddr SrcPortNumber:i DstIpAddr DstPortNumber:i HttpRequestMethod Url SrcMacAddr NetworkProtocol Pattern ' +
    'EventType Ssid Vap:i Bssid DstMacAddr WiredMacAddr Channel:i VlanId:i Rssi:i FcType:i FcSubType:i Signature ' +
    'Priority:i EventEpoch NetworkDirection Action Disposition Message Sha256 LogTimestamp:t VpnType PeerIdentity ' +
    'Radio:i Group:i Attribute:i ClientMacAddr Reason:i AppleDaReason:i Instigator:i Duration FullConn IpResp ' +
    'HttpResp ArpResp ArpSrcIpAddr Connectivity Rtt UserName Aid Spi DvcMacAddr State AlarmId:i DosCount ' +
    'InterArrival IpAddr ServerMacAddr RouterIpAddr Subnet Dns Substring',
  CiscoSyslogUTD:
    'TimeGenerated:t EventVendor EventProduct Host Action Protocol SourceIP SourcePort DestinationIP DestintionPort ' +
    'UTDWebfilter FileInspectionLogs SignatureId SyslogMessage Hostname System_IP Instance_ID Classification Priority POLICY ' +
    'URL Category Reputation SHA Malware Filename Filetype:r',
  CiscoUCS:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer Type _ResourceId EventTime Facility ' +
    'HostName SeverityLevel SyslogMessage ProcessID HostIP SeverityNumber:r Mneumonic ProcessName SrcUserName ' +
    'DstUserName Action System Description EventId Username Status EventSeverity FaultType CollectorHostName',
  CyberSixgill_Alerts:
    'TimeGenerated:t Id AlertDate AlertTitle AlertName AlertTypeId Content Severity:i ThreatLevel Threats EsId ' +
    'UserId AlertCreationDate:t Time Read:b Site Assets MatchedAssetsBins MatchedAssetsDomainNames SubAlertsCount:r ' +
    'StatusName ThreatActor ThreatSource PortalUrl Cve CveUrl CyberSixgillCvss31:r CyberSixgillCvss20:r ' +
    'CyberSixgillDveScore:r OrganizationName ActorUrlWithContext ActorUrlWithoutContext ParentId UniqueId ' +
    'SubAggregateAlertId:l CredentialEmail StealerFamily LeakedPasswordHash SubAlertDetails:j',
  DNSEssentialsCustomParser:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer RawData SrcIpAddr_s DnsQuery_s ' +
    'EventResultDetails_s DnsResponseName_s count__d:r EventTime_t:t Type _ResourceId EventProduct_s DvcHostname_s ' +
    'EventType_s EventSubType_s DnsQueryTypeName_s',
  DataverseSharePointSites: 'InstanceUrl SharePointUrl',
  DomainToolsThreatIntelDomains: 'TimeGenerated:t timestamp domain domaintype SourceTable DomainCustomEntity',
  AkamaiSIEMEvent:
    'TimeGenerated:t EventVendor EventProduct EventProductVersion EventStartTime:t EventId EventCategory EventSeverity:r ' +
    'DvcAction NetworkApplicationProtocol Ipv6Src RuleName RuleMessages RuleData RuleSelectors ClientReputation ApiId ' +
    'RequestId DstDvcHostname DstPortNumber:r ConfigId PolicyId NetworkBytes:r UrlOriginal HttpRequestMethod SrcIpAddr ' +
    'SlowPostAction SlowPostRate RuleVersions RuleTags ApiKey Tls RequestHeaders ResponseHeaders HttpStatusCode ' +
    'GeoContinent SrcGeoCountry SrcGeoCity SrcGeoRegion GeoAsn Custom',
  DynatraceAttacks:
    'TenantId SourceSystem TimeGenerated:t AttackId DisplayId TimeStamp:t DisplayName AttackType ManagementZones State Type ' +
    'EventVendor EventProduct Severity',
  DynatraceProblems:
    'TenantId SourceSystem TimeGenerated:t ProblemId DisplayId Title ImpactLevel SeverityLevel Status AffectedEntities ' +
    'ImpactedEntities ManagementZones EntityTags StartTime:t EndTime:t EventVendor EventProduct Severity',
  DynatraceSecurityProblems:
    'TenantId SourceSystem TimeGenerated:t SecurityProblemId DisplayId Status Muted:b ExternalVulnerabilityId ' +
    'VulnerabilityType Title PackageName Url Technology FirstSeenTimeStamp:t LastUpdatedTimeStamp:t DAVISRiskLevel ' +
    'DAVISRiskScore:r DAVISRiskVector DAVISExposure DAVISDataAssets DAVISPublicExploit DAVISVulnerableFunctionUsage CVEIds ' +
    'Type EventVendor EventProduct Severity',
  ExchangeAdminAuditLogs:
    'TimeGenerated:t Computer Status Caller TargetObject IsVIP CmdletName CmdletParameters IsSensitiveCmdlet:b ' +
    'IsRestrictedParameters:b ExtractedParameters:j RestrictedParameters:j IsSensitiveCmdletParameters:b ' +
    'IsSensitive:b UserOriented ESIEnvironment',
  ExchangeConfiguration:
    'TimeGenerated:t TableName Identity_s ConfigurationInstanceID ESIEnvironment Section PSCmdlet Name ' +
    'IdentityString_s CmdletResultType rawData_s:j Identity_IsDeleted_b:b Identity_Rdn_s Identity_Parent_s ' +
    'Identity_Depth_d:i Identity_DistinguishedName_s Identity_IsRelativeDn_b:b Identity_DomainId_s ' +
    'Identity_PartitionGuid_g:g Identity_PartitionFQDN_s Identity_ObjectGuid_g:g Identity_Name_s WhenCreated:t ' +
    'WhenChanged:t Source ScopedEnvironment Identity CmdletResultValue:j',
  ExchangeEnvironmentList: 'ESIEnvironment',
  FilewallM365ExchangeEvent:
    'TimeGenerated:t EventStartTime:t EventEndTime:t EventUid EventType EventOriginalType EventResult ' +
    'EventOriginalResultDetails EventSeverity EventVendor EventProduct EventSchema EventSchemaVersion EventCount:i Dvc ' +
    'DvcHostname User ActorUsername EmailSubject EmailSenderFrom EmailRecipientTo EmailNetworkMessageId AlertPolicyId ' +
    'AlertPolicyName application event_id timestamp:t status state summary attachments:j release_timestamp:t ' +
    'release_by_admin:b release_reason',
  FilewallM365FileEvent:
    'TimeGenerated:t EventStartTime:t EventEndTime:t EventType EventOriginalType EventResult EventOriginalResultDetails ' +
    'EventSeverity EventVendor EventProduct EventSchema EventSchemaVersion EventCount:i Dvc DvcHostname ActorUsername ' +
    'ActorUserType User TargetFileName TargetFilePath TargetFilePathType TargetFileExtension TargetFileSize:l ' +
    'TargetFileHashSha1 TargetFileHashSha256 application event_id timestamp:t status state policy_id policy_name ' +
    'block_reason summary drive_name site_name new_sha1 original_sha1 new_sha256 original_sha256 version',
  Fortinet_FortiNDR_Cloud: FORTINDR,
  GTIVulnerabilities:
    'TimeGenerated:t VulnerabilityId VulnType LinksSelf Links:j CveId MveId MatiGenidsDict:j MatiReportId MatiMveId ' +
    'MatiCveId VulnName Description ExecSummary Analysis Status CollectionType Origin IsPrivate:b TopIconMd5:j RiskRating ' +
    'PredictedRiskRating Priority ExploitationState ExploitAvailability ExploitationConsequence CvssData:j Cvssv20:j ' +
    'Cvssv20BaseScore:r Cvssv20TemporalScore:r Cvssv20Vector Cvssv3x:j Cvssv3xBaseScore:r Cvssv3xTemporalScore:r ' +
    'Cvssv3xVector Cvssv3xTranslated:j Cvssv3xTranslatedBaseScore:r Cvssv3xTranslatedTemporalScore:r ' +
    'Cvssv3xTranslatedVector Cvssv4x:j Cvssv4xScore:r Cvssv4xVector Cvssv4xThreat:j Cvssv4xThreatExploitMaturity ' +
    'Cvssv4xSupplemental:j Cvssv4xSupplementalValueDensity Cvssv4xSupplementalSafety Cvssv4xSupplementalRecovery ' +
    'Cvssv4xSupplementalResponseEffort Cvssv4xSupplementalAutomatable Cvssv4xSupplementalProviderUrgency EpssData:j ' +
    'EpssScore:r EpssPercentile:r CweData:j CweId CweTitle ExploitationData:j ExploitReleaseDate:r FirstExploitation:r ' +
    'TechDetailsReleaseDate ExploitationVectors:j CreationDate:r LastModificationDate:r DateOfDisclosure:r DaysToReport:r ' +
    'DaysToPatch:r TargetedIndustries:j TargetedIndustriesTree:j TargetedRegions:j TargetedRegionsHierarchy:j ' +
    'SourceRegionsHierarchy:j Tags:j TagsDetails:j AutogeneratedTags:j RiskFactors:j Motivations:j MalwareRoles:j ' +
    'Capabilities:j OperatingSystems:j CountersData:j CountersFiles:r CountersDomains:r CountersIpAddresses:r ' +
    'CountersUrls:r CountersIocs:r CountersSubscribers:r CountersAttackTechniques:r FilesCount:r DomainsCount:r ' +
    'IpAddressesCount:r UrlsCount:r ReferencesCount:r SubscribersCount:r VendorFixReferences:j CollectionLinks:j Cpes:j ' +
    'AltNames:j AltNamesDetails:j DetectionNames:j AvailableMitigation:j Workarounds:j Sources:j FieldSources:j ' +
    `Aggregations:j AggregationsFiles:j AggregationsFilesSuggestedThreatLabel ${AGGREGATIONS} SummaryStats:j ${STATS} ` +
    'CisaKnownExploited:j CisaKnownExploitedRansomwareUse CisaKnownExploitedAddedDate:r ' +
    'CisaKnownExploitedDueDate:r RecentActivitySummary:j RecentActivityRelativeChange:r ContextAttributes:j SharedWithMe:b ' +
    'ContextRole MergedActors:j VersionHistory:j FirstSeenDetails:j LastSeenDetails:j Type',
  GambitPoliciesIssues:
    'TenantId SourceSystem Type _ResourceId TimeGenerated:t IssueId State IssueStatus ResourceDisplayId HostPlatform ' +
    'ResourceType Environment AffectedSystems:j PolicyId PolicyName PolicyDescription PolicyCategories:j Severity ' +
    'BusinessImpacts:j RemediationSteps CreatedAt:t LastEvaluationTime:t',
  GetPPAdminValue: '?',
  GetPowerAppsEventDetails:
    'TimeGenerated:t EventOriginalUid EventOriginalType ActorName ActorUserId ActorUserType SrcIpAddr TenantId ' +
    'ResourceType IsSuccess EnvironmentName EnvironmentId CorrelationId AppName AppId UserAgent ConnectionId ' +
    'ConnectionName PermissionType TargetPrincipalId',
  GitHubAuditData:
    'TimeGenerated:t Organization Action Repository Actor Country ImpactedUser InvitedUserPermission Visibility ' +
    'PreviousVisibility CurrentPermission PreviousPermission TeamName BlockedUser',
  // Members of the message that it does not convert stay dynamic.
  GitLabAudit:
    'TimeGenerated:t Severity:j EventTime:t CorrelationID:j AuthorID AuthorName EntityID:j EntityType:j IPAddress:j AddAction:j ' +
    'DelAction:j RemoveAction:j TargetID TargetType TargetDetails EntityName Action CustomMessage AuthenticationType ' +
    'SourceVisibility TargetVisibility ChangeType',
  InfobloxInsight:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer RawData spreadingDate_t:t changer_s ' +
    'userComment_s eventsNotBlockedCount_s InfobloxInsightLogType_s hello_s tClass_s tFamily_s insightId_g ' +
    'feedSource_s startedAt_t:t threatType_s status_s persistentDate_t:t numEvents_s mostRecentAt_t:t ' +
    'eventsBlockedCount_s dateChanged_t:t priorityText_s Type _ResourceId',
  MESCheckOnlineVIP:
    '_DTItemId LastUpdatedTimeUTC:t SearchKey DisplayName sAMAccountName userPrincipalName ValueChecked',
  MESCheckVIP:
    '_DTItemId LastUpdatedTimeUTC:t SearchKey displayName userPrincipalName sAMAccountName objectSID objectGUID:g ' +
    'canonicalName comment distinguishedName ValueChecked',
  MESOfficeActivityLogs:
    'TimeGenerated:t Caller TargetObject IsVIP:b userPrincipalName CmdletName CmdletParameters IsSenstiveCmdlet:b ' +
    'IsRestrictedCmdLet:b ExtractedParameters:j RestrictedParameters:j IsSenstiveCmdletParameters:b IsSensitive:b ' +
    'UserOriented',
  MSBizAppsNetworkAddresses: 'IPSubnet RangeName Tags',
  MSBizAppsOrgSettings: 'FieldName DisplayName Description',
  MSBizAppsTerminatedEmployees:
    'UserIdentifier UserAADObjectId UserOnPremSid UserPrincipalName UserState NotificationDate:t TerminationDate:t ' +
    'Tags',
  MSBizAppsVIPUsers: 'UserIdentifier UserAADObjectId UserOnPremSid UserPrincipalName Tags',
  MicrosoftNXLog:
    'TimeGenerated:t EventOriginalType:r DnsQuery DnsQueryType:i DnsResponseCode:i eventtype SrcPortNumber:i DvcHostname ' +
    'EventEndTime:t EventProduct EventSchemaVersion EventVendor EventSchema EventCount:i NetworkProtocol:i ' +
    'TransactionIdHex DnsFlagsAuthenticated:b DnsFlagsAuthoritative:b DnsFlagsRecursionDesired:b EventResult ' +
    'ResponseCodeName EventResultDetails Domain DnsResponseCodeName DnsQueryTypeName IpAddr Src QueryType:i QueryTypeName ' +
    'ResponseCode:i ProviderGuid_g:g Level Category EventStartTime:t Dvc DnsFlags SrcIpAddr DnsResponseName ' +
    'EventOriginalUid:g EventReceivedTime_t:t Type EventType EventSubType _ResourceId',
  MimecastCG:
    'Time%20Generated:t Url%20Category Scan%20Results File%20Name Sha256 File%20Extension Virus%20Found Sha1 ' +
    'Sender%20Domain Md5 Custom%20Threat%20Dictionary Items%20Detected Similar%20Custom%20External%20Domain ' +
    'Tagged%20External Similar%20Internal%20Domain New%20Domain Internal%20User%20Name Mimecast%20Threat%20Dictionary ' +
    'Similar%20Mimecast%20External%20Domain Custom%20Name%20Match Tagged%20Malicious Reply%20Mismatch Aggregate%20ID ' +
    'Rejection%20Type Rejection%20Code Rejection%20Info Delivered Destination%20IP Host%20Name Delivery%20Attempts ' +
    'TLS%20Used Delivery%20Errors Attachments Route Processing%20ID Account%20ID Action Event%20Time:t ' +
    'Sender%20Envelope Message%20ID Subject Total%20of%20Size%20Attachments Number%20of%20Attachments Email%20Size ' +
    'Type Sub%20Type Monitored%20Domain%20Source Similar%20Domain Offset Partition Hold%20Reason Recipients ' +
    'Sender%20IP Direction Sender%20Header TLS%20Version TLS%20Cipher Spam%20Info Spam%20Processing%20Detail',
  MimecastTTPUrl:
    'Category Time%20Generated:t Mimecast%20Event%20ID Mimecast%20Event%20Category User%20Email%20Address ' +
    'From%20User%20Email%20Address Url Ttp%20Definition Subject Action Admin%20Override User%20Override Scan%20Result ' +
    'Sending%20IP User%20Awareness%20Action Event%20Time:t Actions Route Creation%20Method ' +
    'Email%20Parts%20Description Message%20ID ' +
    'Tag%20Map%20Dangerous%20File%20Ext%20Content%20Check%20Dangerous%20Mimetypes%20Url%20File%20Download ' +
    'Tag%20Map%20Dangerous%20File%20Ext%20Content%20Check%20Dangerous%20Exts%20Url%20File%20Download ' +
    'Tag%20Map%20Advanced%20Phishing%20Credential%20Theft%20Evidence ' +
    'Tag%20Map%20Advanced%20Phishing%20Credential%20Theft%20Tags ' +
    'Advanced%20Phishing%20Result%20Credential%20Theft%20Brands ' +
    'Advanced%20Phishing%20Result%20Credential%20Theft%20Evidence ' +
    'Advanced%20Phishing%20Result%20Credential%20Theft%20Tags Tag%20Map%20Url%20Reputation%20Scan%20Type ' +
    'Tag%20Map%20Url%20Reputation%20Scan%20Url Tag%20Map%20Dangerous%20File%20Ext%20Inspect%20File%20Exts ' +
    'Tag%20Map%20Dangerous%20File%20Ext%20Inspect%20Mime%20Types ' +
    'Tag%20Map%20Dangerous%20File%20Ext%20Content%20Check%20Content%20Scanners%20Blocked ' +
    'Tag%20Map%20Url%20Reputation%20Scan%20Url%20Block Tag%20Map%20Customer%20Managed%20Urls%20Managed%20Url%20Entry ' +
    'Tag%20Map%20Customer%20Managed%20Urls%20Blocklisted ' +
    'Tag%20Map%20Av%20Scanning%20Content%20Check%20Av%20Signature%20Name ' +
    'Tag%20Map%20Av%20Scanning%20Scanner%20Info%20Category%20Trigger ' +
    'Tag%20Map%20Av%20Scanning%20Content%20Check%20Av%20Signature%20File%20Exts ' +
    'Tag%20Map%20Av%20Scanning%20Content%20Check%20Url%20File%20Download%20Filename Type ' +
    'Tag%20Map%20Dangerous%20File%20Ext%20Status Tag%20Map%20Url%20Reputation%20Scan%20Status ' +
    'Tag%20Map%20ContentCheck%20Dangerous%20Mimetypes%20Url%20File%20Download ' +
    'Tag%20Map%20ContentCheck%20Dangerous%20Exts%20Url%20File%20Download Mimecast%20Event%20Id ' +
    'Mimecast%20Event%20Category_ Tag%20Map%20Customer%20Managed%20Urls%20Status',
  OktaSSO:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer RawData ' +
    `${OKTA_EVENT} ` +
    'debugContext_debugData_threatDetections_s Type _ResourceId _ItemId ' +
    'ActorDetailEntry',
  PRODAFTUstaCompromisedCards:
    'TimeGenerated:t TicketId:l Status StatusTimestamp:t Created:t ContentType CompanyId:i CompanyName CardBin CardLast4 ' +
    'CardMasked CardBrand CardLength:i ExpirationDate:t',
  PRODAFTUstaCompromisedCredentials:
    'TimeGenerated:t TicketId:l Status StatusTimestamp:t Created:t ContentType CompanyId:i CompanyName Username Url Source ' +
    'IsCorporate:b PasswordScore PasswordLength:i VictimUid VictimUsername VictimCountry VictimIp VictimComputerName ' +
    'VictimOs VictimMalware InfectionDate:t',
  PrancerFindings:
    'TimeGenerated:t FindingId ScanId ConfigId CustomerId CompanyName ScanType DeviceProduct Title Severity CweId MitreIds ' +
    'ResourceUrl Solution ScannerVersion RiskScore:r Confidence:r KillChain CrownJewels Payload:j ResourceID ' +
    'ApplicationName RequestHeader RequestBody ResponseHeader ResponseBody AlertEvidence AlertSolution CVSSScore:r ' +
    'CVSSVector Snapshots:j RemediationDescription SeverityRank:i DataQualityNotes IsDataQualityIssue:b',
  PrivilegedWorkloadIdentityInfo:
    'WorkloadIdentityName WorkloadIdentityType IsFirstPartyApp SignInAudience UserAssignmentRequired ' +
    'ServicePrincipalObjectId ApplicationObjectId ApplicationId EntraIdRoles:j AppRolePermissions:j ' +
    'EnterpriseAccessModelTiering',
  RSASecurIDAMEvent:
    'TenantId SourceSystem TimeGenerated:t Computer EventTime:t Facility HostName SeverityLevel ProcessID:i HostIP ' +
    'ProcessName MG Type _ResourceId EventVendor EventProduct EventSchemaVersion EventCount:l EventType ' +
    'EventSeverity EventOriginalUid ImsServerInstance SrcIpAddr DstIpAddr DvcAction EventIdCode EventResult ' +
    'EventResultDetails ActorSessionId BatchId UserId UserIdentitySrcId UserSecurityDomainId SrcUserName ' +
    'SrcUserFirstName SrcUserLastName Argument1 Argument2 Argument3 Argument4 Argument5 Argument6 Argument7 ' +
    'Argument8 Argument9 Argument10 Cause DomainObject1Type DomainObject1Id DomainObject1IdentitySourceId ' +
    'DomainObject1SecurityDomainId DomainObject1Name DomainObject2Type DomainObject2Id DomainObject2IdentitySourceId ' +
    'DomainObject2SecurityDomainId AgentId AgentSecurityDomainId DvcIpAddr DvcHostname AgentType PolicyMethodId ' +
    'PolicyMethodName PolicyId PolicyExpression EventId EventMessage AgentTypeDescription CollectorHostName',
  RadiflowEvent:
    'TimeGenerated:t DeviceVendor DeviceProduct DeviceVersion EventClassID CollectorHostName EventMessage ' +
    'EventSeverity DestinationHostName DestinationMACAddress DestinationIP Protocol SourceHostName SourceMACAddress ' +
    'SourceIP EventType:l EventCategory EventServer EventCollectorHostName SchemaVersion:r EventID:l Port ' +
    'SourceVendor DestinationVendor SourceType DestinationType SourceVLAN EventTime:t',
  SQLEvent:
    'TimeGenerated:t Computer EventID:i Action ClientIP LogonResult CurrentUser Reason DatabaseName ObjectName Statement',
  SalesforceServiceCloud:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer RawData correlation_id_s webstore_id_s ' +
    'webstore_type_s effective_account_id_s service_name_s operation_s operation_time_s operation_stage_s ' +
    'context_id_s count_s operation_status_s operation_state_s is_retry_s context_map_s error_code_s error_message_s ' +
    'b2b_edition_s b2b_version_s browser_device_type_s QueryId NumResults SearchQuery PrefixesSearched Entity ' +
    'offset_s limit_s select_s filter_s orderby_s expand_s search_s next_link_s parent_callout_s status_s total_ms_s ' +
    'execute_ms_s fetch_ms_s rows_s rows_fetched_s bytes_s requests_s throughput_s rate_limit_usage_percent_s ' +
    'Message provider_type_s Action library_s type__s Success Time Url Method MediaType StatusCode RowsProcessed ' +
    'NumberFields RequestSize ResponseSize EntityName effective_page_time_deviation_s ' +
    'effective_page_time_deviation_reason_s effective_page_time_deviation_error_type_s EffectivePageTime ' +
    'PrevpageEntityId PrevpageEntityType PrevpageContext PrevpageUrl PrevpageAppName DisplayType RenderingType ' +
    'ReportId RowCount NumberExceptionFilters NumberColumns AverageRowSize Sort NumberBuckets ReportIdDerived Origin ' +
    'SessionType SessionLevel PlatformType ResolutionType AppType ClientVersion UserInitiatedLogout ClientName ' +
    'MethodName api_family_s api_resource_s HttpMethod counts_against_api_limit_s connected_app_id_s ExecTime ' +
    'CalloutTime NumberSoqlQueries EntryPoint Quiddity is_long_running_request_s ClientId AppName DevicePlatform ' +
    'SdkAppVersion OsName OsVersion BrowserName BrowserVersion SdkVersion DeviceModel DeviceId SdkAppType ' +
    'client_geo_s ConnectionType UiEventId UiEventType UiEventSource UiEventTimestamp PageStartTime Duration ' +
    'DeviceSessionId UiEventSequenceNum PageEntityId PageEntityType PageContext PageUrl PageAppName TargetUiElement ' +
    'ParentUiElement GrandparentUiElement ComponentName RecordType RecordId RelatedList BrowserType ApiType ' +
    'ApiVersion User TlsProtocol CipherSuite authentication_method_reference_s LoginStatus SourceIp DbBlocks ' +
    'DbCpuTime ReferrerUri EventType Timestamp RequestId OrganizationId UserId RunTime CpuTime Uri SessionKey ' +
    'LoginKey UserType RequestStatus DbTotalTime UserAgent request_method_s action_message_s TimestampDerived:t ' +
    'UserIdDerived ClientIp UriIdDerived UserEmail Type _ResourceId ArticleVersionId ArticleVersion ArticleStatus ' +
    'ArticleId AnalyticsMode BatchId ClickedRecordId ClassName ComponentIdDerived ComponentId ControllerType Context ' +
    'ConsoleIdDerived ConsoleId ClientInfo DstBytes DstUser DstUserSid DstUserSidDerived Data DashboardType ' +
    'DashboardIdDerived DashboardId DashboardComponentId DvcAction DvcOS DvcOSName DvcOSVersion DeliveryLocation ' +
    'DeliveryId DocumentIdDerived DocumentId EntityType EntityId FileType FilePreviewType ExceptionType ' +
    'ExceptionMessage Ept EventCount EventEndTime EventResult FileSize HttpReferrerOriginal HttpUserAgentOriginal ' +
    'HttpUserAgent LogGroupId LimitUsagePercent LicenseContext LastVersion Language JobId IsSuccess IsSecure ' +
    'IsScheduled IsNew IsMobile IsLongRunningRequest IsGuest IsFirstRequest IsError IsApi IsAjaxRequest ' +
    'ManagedPackageNamespace HttpHeaders NetworkDuration Name NumberFailures NumClicks OperationType NumSessions ' +
    'PageName Query RequestType ReportDescription ReopenCount RelatedEntityId RecordIdDerived ReadTime Rank SrcBytes ' +
    'SrcDvcId SrcDvcModelName SrcIpAddr SrcNatIpAddr SessionId SiteId SharingPermission SharingOperation ' +
    'SharedWithEntityId UrlOriginal WaveTimestamp WaveSessionId ViewStateSize VersionIdDerived VersionId TriggerType ' +
    'TriggerName TriggerId TransactionType TotalTime TabId StackTrace',
  SophosEPAlerts_CL:
    'TimeGenerated:t CustomerId EventSeverity EventVendor EventType EventProduct event_service_event_id EventEndTime:t ' +
    'DvcAction description DvcHostname EventOriginalUid data:j Source info:j ThreatName threat_cleanable:b Created:t',
  SophosEPEvents:
    'TimeGenerated:t EventVendor EventProduct EventType amsi_threat_data:j appCerts:j AppSha256 CoreRemedyItems ' +
    'CoreRemedyTotalItems:i Created:t CustomerId details:j EndpointId SrcDvcType ThreatCategory EventOriginalUid ' +
    'ips_threat_data:j DvcHostname EventMessage EventSubType EventSeverity Source source_info:j SrcIpAddr ThreatName ' +
    'DvcAction DstUserSid EventEndTime:t whitelist_properties:j',
  // BlueTeamLabs/sentinel-attack: what it reads from the XML of an event stays dynamic.
  Sysmon:
    'TimeGenerated:t Source EventID:i Computer UserName RenderedDescription event_creation_time:j process_guid:j ' +
    'process_id:j process_path:j file_version:j file_description:j file_product:j file_company:j file_name:j ' +
    'process_command_line:j file_directory:j user_name:j user_logon_guid:j user_logon_id:j user_session_id:j ' +
    'process_integrity_level:j process_parent_guid:j process_parent_id:j process_parent_path:j ' +
    'process_parent_command_line:j technique_id technique_name phase_name hash_sha1 hash_md5 hash_sha256 hash_imphash ' +
    'file_path:j file_creation_time:j file_previous_creation_time:j network_protocol:j network_connection_initiated:j ' +
    'src_is_ipv6:j src_ip:j src_host_name:j src_port:j src_port_name:j dst_is_ipv6:j dst_ip:j dst_host_name:j dst_port:j ' +
    'dst_port_name:j service_state:j sysmon_schema:j sysmon_schema_version:j process_pathLoaded:j driver_is_signed:j ' +
    'driver_signature:j driver_signature_status:j module_loaded:j module_is_signed:j module_signature:j ' +
    'module_signature_status:j target_process_guid:j target_process_id:j target_process_path:j thread_new_id:j ' +
    'thread_start_address:j thread_start_module:j thread_start_function:j target_device:j UtcTime:j thread_id:j ' +
    'process_granted_access:j process_call_trace:j EventType:j registry_key_path:j registry_key_details:j ' +
    'registry_key_new_name:j hash:j sysmon_configuration:j sysmon_configuration_hash:j pipe_name:j wmi_operation:j ' +
    'wmi_namespace:j wmi_filter_name:j wmi_query:j wmi_consumer_name:j wmi_consumer_type:j wmi_consumer_destination:j ' +
    'wmi_consumer_path:j Type:j wmi_filter_path:j dns_query_name:j dns_query_status:j dns_query_results:j',
  VectraDetections:
    'EventVendor EventProduct TimeGenerated:t ID:r Detection%20Category Is%20Triaged:b Detection%20Name ' +
    'D%20Type%20Vname Vectra%20Pivot Entity%20ID:r URL Severity:i Last%20Updated:t Detection%20ID:r Entity%20UID ' +
    'Details Detection%20Details Is%20Targeting%20Key%20Asset Source%20Host Normal%20Domains Source%20IP Summary ' +
    'Grouped%20Details',
  VectraEntityScoring:
    'EventVendor EventProduct TimeGenerated:t ID:r Entity%20ID:r Name Breadth%20Contrib:r Importance:r Type ' +
    'Is%20Prioritized:b Last%20Detection%20URL Severity Urgency%20Score:r Velocity:r Attack%20Rating:r ' +
    'Active%20Detection%20Types Category Last%20Detection%20Type Vectra%20Pivot Last%20Detection%20ID:r ' +
    'Last%20Updated:t',
  // Without the suffixes of VectraStream_CL, but where two columns would have had one name.
  VectraStream:
    'TenantId SourceSystem MG ManagementGroupName TimeGenerated:t Computer RawData client_dig_product_id_s ' +
    'client_dig_protocol_id_s client_name dir_confidence:r san_ip host_key application_s error_msg reply_to ' +
    'useragent second_received spf_mailfrom x_originating_ip first_received in_reply_to rcpt_to to_msg date_s from ' +
    'helo mail_from msgid_s tls_b:b proxied error matched_dn referrer client_build desktop_height:r desktop_width:r ' +
    'keyboard_layout beacon_type beacon_uid first_event_time:r last_event_time:r orig_ip_bytes:r resp_domains ' +
    'resp_ip_bytes:r session_count:r resp_filename response_content_disposition cookie cookie_vars orig_mime_types ' +
    'domain status:r username cipher_alg compression_alg hassh hasshServer host_key_alg kex_alg mac_alg server ' +
    'client data_source error_code orig_host_observed_privilege:r protocol_d:r rep_cipher reply_timestamp:r ' +
    'req_ciphers request_type success:b attributes bind_error_count:r encrypted_sasl_payload_count:r is_close:b ' +
    'is_query:b logon_failure_error_count_d:r message_id:r query_scope request_bytes response_bytes result ' +
    'result_code result_count:r base_object endpoint operation rtt_d:r action delete_on_close:b name hostname ' +
    'client_issuer client_subject certificate_serial_g resp_mime_types response_cache_control lease_time:r mac ' +
    'assigned_ip dhcp_server_ip dns_server_ips request_cache_control response_expires user_agent path host ' +
    'host_multihomed:b is_proxied:b method request_body_len:r request_header_count:r response_body_len:r ' +
    'response_header_count:r status_code:r status_msg uri certificate_curve AA:b RA:b RD:b TC:b TTLs answers auth ' +
    'qclass:r qclass_name qtype:r qtype_name query rcode:r rcode_name rejected:b saw_query:b saw_reply:b ' +
    'total_answers:r total_replies:r trans_id:r issuer next_protocol subject basic_constraints_ca:b ' +
    'basic_constraints_path_len:r certificate_cn certificate_exponent certificate_issuer certificate_key_alg ' +
    'certificate_key_length certificate_key_type certificate_not_valid_after:r certificate_not_valid_before:r ' +
    'certificate_self_issued:b certificate_serial_s certificate_sig_alg certificate_subject certificate_version:r ' +
    'san_dns san_other_fields:b community_id conn_state duration:r first_orig_resp_data_pkt ' +
    'first_orig_resp_data_pkt_time:r first_orig_resp_pkt_time:r first_resp_orig_data_pkt ' +
    'first_resp_orig_data_pkt_time:r first_resp_orig_pkt_time:r id_ip_ver id_orig_h id_orig_p:r id_resp_h ' +
    'id_resp_p:r local_orig:b local_resp:b metadata_type orig_hostname orig_huid orig_ip_bytes_s orig_pkts:r ' +
    'orig_sluid orig_vlan_id:r proto:r protoName resp_domain resp_ip_bytes_s resp_multihomed:b resp_pkts:r ' +
    'resp_vlan_id:r sensor_uid service session_start_time:r ts:r uid cipher client_curve_num client_ec_point_format ' +
    'client_extension client_version client_version_num:r curve established:b ja3 ja3s server_extensions server_name ' +
    'version version_num:r resp_hostname resp_huid resp_sluid rtt trans_id_s values logon_failure_error_count ' +
    'client_dig_protocol_id client_dig_product_id prev_name cc msgid date_msg tls spf_helo dkim_status dmarc_status ' +
    'san_email protocol EventVendor EventProduct EventEndTime:r certificate_serial',
  Veeam_GetSecurityEvents:
    'TimeGenerated:t Description event_module instanceId original_host Severity src user SeverityDescription ' +
    'Event%20Name SyslogMessage',
  ZNAccessOrchestratorAudit:
    'TimeGenerated:t EventVendor EventProduct AuditTypeId:r AuditType DestinationEntityId:j DestinationEntityName:j ' +
    'EnforcementSourceId:r EnforcementSource PerformedByGuid PerformedById PerformedByName ReportedObjectGuid ReportedObjectId ' +
    'UserRoleId:r UserRole Rule:j ReactivePolicy:j',
  githubscanaudit:
    'TimeGenerated:t action_s alert_s repository_s organization_s sender_s commits_s commit_oid_s ref_s ref_type_s ' +
    'rule_s comment_s deployment_s deployment_status_s discussion_s check_run_s key_s changes_s master_branch_s ' +
    'pusher_type_s description_s event_s number_d:r forced_b:b',
}

/** Parameter lists of those that have any. */
export const SOLUTION_PARAMETERS: Readonly<Record<string, string>> = {
  DataverseSharePointSites: "MSBizAppsConfigurationWatchlistAlias:string='MSBizApps-Configuration'",
  ExchangeConfiguration:
    'SpecificSectionList:string, SpecificConfigurationDate:string, Target:string, SpecificConfigurationEnv:string',
  DomainToolsThreatIntelDomains: 'lookback:timespan, domain_type:string',
  ExchangeEnvironmentList: "Target:string='On-Premises'",
  GetPPAdminValue: 'FieldName:string, PropertyCollection:string',
  MESCheckOnlineVIP: "UserToCheck:string='All'",
  MESCheckVIP: "UserToCheck:string='All'",
  MSBizAppsNetworkAddresses: "NetworkAddressesWatchlistAlias:string='NetworkAddresses'",
  MSBizAppsTerminatedEmployees: "TerminatedEmployeesWatchlistAlias:string='TerminatedEmployees'",
  MSBizAppsVIPUsers: "VIPUsersWatchlistAlias:string='VIPUsers'",
}

/** Parsers that end without `project`: every column of the table that they read comes through beside what they add. */
export const PASSING_PARSERS: Readonly<Record<string, { reads: string; without?: string; adds: string }>> = {
  DragosNotificationsToSentinel: {
    reads: 'CommonSecurityLog',
    adds:
      'ExtID1 SentinelIpAddresses:j IpAddresses:j ExtID2 SentinelHosts:j Hosts:j SentinelEntities:j MacAddresses:j id:i ' +
      'summary content severity:i detectionQuads occurredAt:t createdAt:t AlertProductName MSSentinelSeverity ' +
      'DragosConnectorSource MitreTactics MitreTechniques:j state threatInfo firstSeenAt:t lastSeenAt:t source ' +
      'SystemAlertId id1:i SystemAlertId1 id2:i',
  },
  Infoblox: {
    reads: 'Syslog',
    without: 'SyslogMessage',
    adds:
      'SrcIpAddr SrcPortNumber:i NetworkProtocol DnsQuery DnsQueryClassName DnsQueryType DnsResponseCode DnsFlags ' +
      'EventMessage EventSubType EventProduct EventVendor EventType EventResult Log_Type responseTime:t',
  },
  InfobloxCDC: {
    reads: 'CommonSecurityLog',
    adds:
      'AdditionalExtensionsParsedNested:j ThreatLevel_Score:i ThreatLevel ThreatClass ThreatProperty ' +
      'InfobloxB1FeedName InfobloxRPZ InfobloxB1PolicyAction InfobloxB1PolicyName InfobloxDomainCat ' +
      'InfobloxB1ConnectionType InfobloxB1SrcOSVersion InfobloxB1Network InfobloxLeaseOp InfobloxLifetime ' +
      'InfobloxLeaseUUID InfobloxDNSRCode InfobloxDNSQClass InfobloxDNSQType',
  },
  Infoblox_dnsclient: {
    reads: 'Syslog',
    without: 'SyslogMessage',
    adds:
      'SrcIpAddr SrcPortNumber:i NetworkProtocol DnsQuery DnsQueryClassName DnsQueryType DnsResponseCode DnsFlags ' +
      'EventMessage EventSubType EventProduct EventVendor EventType EventResult Log_Type responseTime:t',
  },
  PulseConnectSecure: {
    reads: 'Syslog',
    adds: 'LogTime:t Node Source_IP User Realm EventID Messages',
  },
  SophosXGFirewall: {
    reads: 'Syslog',
    adds:
      'Device Date Time Timezone Device_Name Device_ID Log_ID Log_Type Log_Component Log_Subtype Status Priority ' +
      'Duration FW_Rule_ID Policy_Type User_Name User_GP IAP IPS_Policy_ID Appfilter_Policy_ID Application ' +
      'Application_Risk Application_Technology Application_Category In_Interface Out_Interface Src_MAC Src_IP ' +
      'Src_Country_Code Dst_MAC Dst_IP Dst_Country_Code Protocol Src_Port Dst_Port Sent_Pkts Recv_Pkts Sent_Bytes ' +
      'Recv_Bytes Tran_Src_IP Tran_Src_Port Tran_Dst_IP Tran_Dst_Port Srczonetype Srczone Dstzonetype Dstzone ' +
      'Dir_Disp Connevent ConnID VconnID HB_Health Message AppResolvedBy Nat_Rule_ID Vlan_ID Ether_Type Bridge_Name ' +
      'Web_Policy_ID App_IS_Cloud Bridge_Display_Name In_Display_Interface Out_Display_Interface',
  },
  SymantecProxySG: {
    reads: 'Syslog',
    adds:
      'logTime:t time_taken:l c_ip cs_userdn cs_auth_groups exception_id sc_filter_result cs_categories:j ' +
      'cs_referrer sc_status s_action cs_method content_type:j cs_uri_scheme cs_host cs_uri_port cs_uri_path ' +
      'cs_uri_query cs_uri_extension cs_user_agent s_ip sent_bytes:l received_bytes:l virus_id app_name ' +
      'app_operation src_port country cs_threat_risk',
  },
  SymantecVIP: {
    reads: 'Syslog',
    adds:
      'LogLevel LogTime:t ClientIP Component TransactionID SessionID ErrorCode RawMessage:j ThreadID SourceClassName ' +
      'Message User Reason TokenID AccessResult AuthResult StatusMessage RADIUSAuth StatusCode',
  },
}
