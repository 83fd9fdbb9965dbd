const RUBRIK =
  'MG ManagementGroupName Computer RawData custom_details_objectId_g custom_details_id_g custom_details_clusterId_g ' +
  'summary_s source_s severity_s class_s custom_details_type_s custom_details_objectName_s custom_details_objectType_s ' +
  'custom_details_status_s'

/**
 * Custom tables of published solutions that ../shared lacks, as the validation tests of Azure/Azure-Sentinel record them
 * (.script/tests/KqlvalidationsTests/CustomTables); in the form of schemas/README.md, without the system columns. Where a record
 * contradicts the suffix that the Data Collector API gives by type (TrendMicro_XDR_OAT_CL), the suffix is right.
 */
export const SOLUTION_TABLES: Readonly<Record<string, string>> = {
  ABNORMAL_THREAT_MESSAGES_CL:
    'MG ManagementGroupName Computer RawData threatId_g abxMessageId_d:r abxPortalUrl_s subject_s senderDomain_s ' +
    'fromAddress_s fromName_s toAddresses_s recipientAddress_s receivedTime_t:t sentTime_t:t internetMessageId_s ' +
    'autoRemediated_b:b postRemediated_b:b attackType_s attackStrategy_s returnPath_s replyToEmails_s ccEmails_s ' +
    'senderIpAddress_s impersonatedParty_s attackVector_s attachmentNames_s attachmentCount_d:r urls_s urlCount_d:r ' +
    'summaryInsights_s attackedParty_s remediationTimestamp_t:t',
  ADOAuditLogs_CL:
    'ActionId ActivityId ActorCUID ActorClientId ActorDisplayName ActorImageUrl ActorUPN ActorUserId Area ' +
    'AuthenticationMechanism Category CategoryDisplayName CorrelationId Data:j Details Id IpAddress ProjectId ' +
    'ProjectName ScopeDisplayName ScopeId ScopeType UserAgent',
  Alerts_data_CL:
    'EventVendor EventProduct GUID:r AlertType AlertDate StartDate CompanyName CompanyGUID CompanyURL FolderGUID ' +
    'FolderName Severity Trigger',
  AlsidForADLog_CL: 'MG ManagementGroupName Computer RawData TimeGenerated_UTC_',
  Audits_Data_CL:
    'MG ManagementGroupName Computer RawData id:r id_d:r user_id:r user_id_d:r username username_s user_type user_type_s ' +
    'api_client_id api_client_id_g user_role user_role_s version version_s source_ip source_ip_s event_timestamp:t ' +
    'event_timestamp_t:t message Message result_status result_status_s event_data:j event_data_s event_object ' +
    'event_object_s event_action event_action_s entity_type',
  Authomize_v2_CL:
    'app_s assigneeId_s availability_Value_d:r Category compliance_s createdAt_t:t critical_Threshold_d:r ' +
    'description_s duration_d:r entities_s ID_g:g id_s IsActive_s isResolved_b:b measurement_Name_s ' +
    'performance_Value_d:r policy_id_s policy_name_s policy_templateId_s policyId_s recommendation_s severity_s ' +
    'slot_ID_d:r status_s tactics_s techniques_s updatedAt_t:t url_s warning_Threshold_d:r',
  Cloud_Integrated_CL:
    'MG ManagementGroupName Computer RawData timestamp_d:r accountId_s aggregateId_s processingId_s messageId_s ' +
    'attachments_s recipients_s policiesApplied_s historicalMail_b:b senderIp_s senderEnvelope_s subject_s source_s ' +
    'threatState_s threatType_s direction_s senderHeader_s type_s subtype_s _offset_d:r _partition_d:r tags_s',
  Detections_Data_CL:
    'MG ManagementGroupName Computer RawData id_d:r Category threat_d:r certainty_d:r triaged_b:b detection_type_s ' +
    'd_type_vname_s detection_href_s entity_id_d:r entity_type_s type_s url_s Severity:i event_timestamp_t:t ' +
    'detection_id_d:r entity_uid_s detail_s d_detection_details_s is_targeting_key_asset_s src_host_s ' +
    'normal_domains_s src_ip_s summary_s grouped_details_s',
  Firework_CL:
    'MG ManagementGroupName Computer actor category_name content_hash content_preview duplicates es_score group_tags ' +
    'hidden highlights id parent_id parent_title parent_uid risk similar_items_count source source_name tags ' +
    'timestamp:t title uid type user_risk_score verb',
  GitHubAuditLogPolling_CL:
    'MG ManagementGroupName Computer RawData pull_request_id_d:r pull_request_title_s pull_request_url_s ' +
    'new_repo_permission_s old_permissions_admin_b:b old_permissions_maintain_b:b old_permissions_pull_b:b ' +
    'old_permissions_push_b:b old_permissions_triage_b:b old_repo_base_role_s old_repo_permission_s permission_s ' +
    'user_s user_id_d:r visibility_s invitee_s inviter_s public_repo_b:b repo_s repo_id_d:r _timestamp_d:r ' +
    '_document_id_s action_s actor_s actor_id_d:r actor_ip_s actor_is_bot_b:b actor_location_country_code_s ' +
    'business_s business_id_d:r created_at_d:r operation_type_s org_s org_id_d:r repository_selection_s user_agent_s ' +
    'user_programmatic_access_name_s',
  LookoutMtdV2_CL:
    'EventType ThreatType ThreatSeverity ThreatStatus ThreatAction ThreatClassifications DeviceGuid DeviceEmailAddress ' +
    'DevicePlatform DeviceOSVersion DeviceManufacturer DeviceModel DeviceSecurityStatus DeviceComplianceStatus ' +
    'DeviceActivationStatus DeviceCheckinTime:t SmishingAlertType SmishingAlertSeverity ChangeType EnterpriseGuid ' +
    'ActorType AuditType AuditAttributeChanges',
  MimecastAudit_CL:
    'id_s auditType_s user_s eventTime_d:t eventInfo_s category_s mimecastEventId_s mimecastEventCategory_s ' +
    'time_generated:t app_s src_s method_s',
  MimecastDLP_CL:
    'senderAddress_s recipientAddress_s subject_s eventTime_d:t route_s policy_s action_s messageId_s mimecastEventId_s ' +
    'mimecastEventCategory_s time_generated:t',
  MimecastSIEM_CL:
    'datetime_d:t aCode_s acc_s Sender_s Hld_s AttSize_s Act_s AttCnt_s AttNames_s MsgSize_s MsgId_s Subject_s ' +
    'logType_s reason_s mimecastEventId_s mimecastEventCategory_s time_generated:t',
  MimecastTTPAttachment_CL:
    'senderAddress_s recipientAddress_s fileName_s fileType_s result_s actionTriggered_s date_t:t details_s route_s ' +
    'messageId_s subject_s fileHash_s definition_s mimecastEventId_s mimecastEventCategory_s time_generated:t',
  MimecastTTPImpersonation_CL:
    'id_s senderAddress_s recipientAddress_s subject_s definition_s hits_s identifiers_s action_s taggedExternal_b:b ' +
    'taggedMalicious_b:b senderIpAddress_s eventTime_t:t impersonationResults_s messageId_s mimecastEventId_s ' +
    'mimecastEventCategory_s time_generated:t',
  MimecastTTPUrl_CL:
    'userEmailAddress_s fromUserEmailAddress_s url_s ttpDefinition_s subject_s action_s adminOverride_s userOverride_s ' +
    'scanResult_s category_s sendingIp_s advancedPhishingResult_CredentialTheftBrands_s ' +
    'advancedPhishingResult_CredentialTheftTags_s advancedPhishingResult_CredentialTheftEvidence_s userAwarenessAction_s ' +
    'date_t:t actions_s route_s creationMethod_s emailPartsDescription_s messageId_s mimecastEventId_s ' +
    'mimecastEventCategory_s time_generated:t',
  NordPassEventLogs_CL: 'action initiator metadata:j organization_uuid timestamp:l user_email user_uuid event_Type',
  OktaV2_CL:
    'ActingAppName ActingAppType ActorDetailEntry ActorDisplayName ActorSessionId ActorUserId ActorUserIdType ' +
    'ActorUsername ActorUsernameType ActorUserType AuthenticationContextAuthenticationProvider ' +
    'AuthenticationContextAuthenticationStep:r AuthenticationContextCredentialProvider ' +
    'AuthenticationContextInterface AuthenticationContextIssuerId AuthenticationContextIssuerType DebugData ' +
    'DvcAction EventMessage EventOriginalResultDetails EventOriginalType EventOriginalUid EventResult EventSeverity ' +
    'HttpUserAgent LegacyEventType LogonMethod OriginalActorAlternateId OriginalClientDevice OriginalOutcomeResult ' +
    'OriginalSeverity OriginalTarget OriginalUserId OriginalUserType Request SecurityContextAsNumber:r ' +
    'SecurityContextAsOrg SecurityContextDomain SecurityContextIsProxy:b SrcDeviceType SrcDvcId SrcDvcIdType ' +
    'SrcDvcOs SrcGeoCity SrcGeoCountry SrcGeoLatitude:r SrcGeoLongtitude:r SrcGeoPostalCode SrcGeoRegion SrcIpAddr ' +
    'SrcIsp SrcZone TransactionDetail TransactionId TransactionType Version',
  OnePasswordEventLogs_CL:
    'SourceSystem uuid_s session_uuid timestamp:t country category action_Type details:j target_user:j client:j ' +
    'location:j actor_uuid actor_details:j action object_Type object_uuid object_details:j aux_id:i aux_uuid ' +
    'aux_details:j aux_info session:j used_version:i vault_uuid item_uuid user:j log_source',
  Rubrik_Anomaly_Data_CL: RUBRIK,
  Rubrik_Ransomware_Data_CL: RUBRIK,
  SAPBTPAuditLog_CL: 'UserName Message:j UpdatedOn:t MessageUuid Tenant OrgId SpaceId AlsServiceId Category',
  Seg_Dlp_CL:
    'MG ManagementGroupName Computer RawData senderAddress_s recipientAddress_s subject_s eventTime_t:t route_s policy_s ' +
    'action_s messageId_s',
  SentinelOne_CL:
    'MG ManagementGroupName Computer RawData accountId_s accountName_s activityType_d:r createdAt_t:t ' +
    'data_accountName_s data_fullScopeDetails_s data_role_s data_scopeLevel_s data_scopeName_s data_siteName_s ' +
    'data_source_s data_userScope_s data_username_s id_s primaryDescription_s siteId_s siteName_s updatedAt_t:t ' +
    'userId_s event_name_s activeDirectory_computerDistinguishedName_s activeDirectory_computerMemberOf_s ' +
    'activeDirectory_lastUserDistinguishedName_s activeDirectory_lastUserMemberOf_s activeThreats_d:r agentVersion_s ' +
    'allowRemoteShell_b:b appsVulnerabilityStatus_s computerName_s consoleMigrationStatus_s coreCount_d:r ' +
    'cpuCount_d:r cpuId_s domain_s encryptedApplications_b:b externalId_s externalIp_s firewallEnabled_b:b groupId_s ' +
    'groupIp_s groupName_s inRemoteShellSession_b:b infected_b:b installerType_s isActive_b:b isDecommissioned_b:b ' +
    'isPendingUninstall_b:b isUninstalled_b:b isUpToDate_b:b lastActiveDate_t:t lastIpToMgmt_s ' +
    'lastLoggedInUserName_s licenseKey_s locationEnabled_b:b locationType_s locations_s machineType_s ' +
    'mitigationMode_s mitigationModeSuspicious_s modelName_s networkInterfaces_s networkQuarantineEnabled_b:b ' +
    'networkStatus_s operationalState_s osArch_s osName_s osRevision_s osStartTime_t:t osType_s rangerStatus_s ' +
    'rangerVersion_s registeredAt_t:t remoteProfilingState_s scanFinishedAt_t:t scanStartedAt_t:t scanStatus_s ' +
    'threatRebootRequired_b:b totalMemory_d:r userActionsNeeded_s uuid_g creator_s creatorId_s inherits_b:b ' +
    'isDefault_b:b name_s registrationToken_s totalAgents_d:r type_s containerInfo_id_s ' +
    'alertInfo_indicatorDescription_s alertInfo_indicatorName_s alertInfo_indicatorCategory_s ' +
    'alertInfo_registryOldValue_g alertInfo_dstIp_s alertInfo_dstPort_s alertInfo_netEventDirection_s ' +
    'alertInfo_srcIp_s alertInfo_srcPort_s alertInfo_registryOldValue_s alertInfo_registryOldValueType_s ' +
    'alertInfo_dnsRequest_s alertInfo_dnsResponse_s alertInfo_registryKeyPath_s alertInfo_registryPath_s ' +
    'alertInfo_registryValue_g alertInfo_registryValue_s alertInfo_loginAccountDomain_s alertInfo_loginAccountSid_s ' +
    'alertInfo_loginIsAdministratorEquivalent_s alertInfo_loginIsSuccessful_s alertInfo_loginType_s ' +
    'alertInfo_loginsUserName_s alertInfo_srcMachineIp_s alertInfo_alertId_s alertInfo_analystVerdict_s ' +
    'alertInfo_createdAt_t:t alertInfo_dvEventId_s alertInfo_eventType_s alertInfo_hitType_s ' +
    'alertInfo_incidentStatus_s alertInfo_isEdr_b:b alertInfo_reportedAt_t:t alertInfo_source_s ' +
    'alertInfo_updatedAt_t:t ruleInfo_description_s ruleInfo_id_s ruleInfo_name_s ruleInfo_queryLang_s ' +
    'ruleInfo_queryType_s ruleInfo_s1ql_s ruleInfo_scopeLevel_s ruleInfo_severity_s ruleInfo_treatAsThreat_s ' +
    'sourceParentProcessInfo_storyline_g sourceParentProcessInfo_uniqueId_g sourceParentProcessInfo_commandline_s ' +
    'sourceParentProcessInfo_fileHashMd5_g sourceParentProcessInfo_fileHashSha1_s ' +
    'sourceParentProcessInfo_fileHashSha256_s sourceParentProcessInfo_filePath_s ' +
    'sourceParentProcessInfo_fileSignerIdentity_s sourceParentProcessInfo_integrityLevel_s ' +
    'sourceParentProcessInfo_name_s sourceParentProcessInfo_pid_s sourceParentProcessInfo_pidStarttime_t:t ' +
    'sourceParentProcessInfo_storyline_s sourceParentProcessInfo_subsystem_s sourceParentProcessInfo_uniqueId_s ' +
    'sourceParentProcessInfo_user_s sourceProcessInfo_storyline_g sourceProcessInfo_uniqueId_g ' +
    'sourceProcessInfo_commandline_s sourceProcessInfo_fileHashMd5_g sourceProcessInfo_fileHashSha1_s ' +
    'sourceProcessInfo_fileHashSha256_s sourceProcessInfo_filePath_s sourceProcessInfo_fileSignerIdentity_s ' +
    'sourceProcessInfo_integrityLevel_s sourceProcessInfo_name_s sourceProcessInfo_pid_s ' +
    'sourceProcessInfo_pidStarttime_t:t sourceProcessInfo_storyline_s sourceProcessInfo_subsystem_s ' +
    'sourceProcessInfo_uniqueId_s sourceProcessInfo_user_s targetProcessInfo_tgtFileOldPath_s ' +
    'targetProcessInfo_tgtFileId_g targetProcessInfo_tgtProcCmdLine_s targetProcessInfo_tgtProcImagePath_s ' +
    'targetProcessInfo_tgtProcName_s targetProcessInfo_tgtProcPid_s targetProcessInfo_tgtProcSignedStatus_s ' +
    'targetProcessInfo_tgtProcStorylineId_s targetProcessInfo_tgtProcUid_s targetProcessInfo_tgtProcStorylineId_g ' +
    'targetProcessInfo_tgtProcUid_g targetProcessInfo_tgtFileCreatedAt_t:t targetProcessInfo_tgtFileHashSha1_s ' +
    'targetProcessInfo_tgtFileHashSha256_s targetProcessInfo_tgtFileId_s targetProcessInfo_tgtFileIsSigned_s ' +
    'targetProcessInfo_tgtFileModifiedAt_t:t targetProcessInfo_tgtFilePath_s ' +
    'targetProcessInfo_tgtProcIntegrityLevel_s targetProcessInfo_tgtProcessStartTime_t:t ' +
    'agentDetectionInfo_machineType_s agentDetectionInfo_name_s agentDetectionInfo_osFamily_s ' +
    'agentDetectionInfo_osName_s agentDetectionInfo_osRevision_s agentDetectionInfo_uuid_g ' +
    'agentDetectionInfo_version_s agentDetectionInfo_accountId_s agentDetectionInfo_accountName_s ' +
    'agentDetectionInfo_agentDetectionState_s agentDetectionInfo_agentDomain_s agentDetectionInfo_agentIpV4_s ' +
    'agentDetectionInfo_agentIpV6_s agentDetectionInfo_agentLastLoggedInUserName_s ' +
    'agentDetectionInfo_agentMitigationMode_s agentDetectionInfo_agentOsName_s agentDetectionInfo_agentOsRevision_s ' +
    'agentDetectionInfo_agentRegisteredAt_t:t agentDetectionInfo_agentUuid_g agentDetectionInfo_agentVersion_s ' +
    'agentDetectionInfo_externalIp_s agentDetectionInfo_groupId_s agentDetectionInfo_groupName_s ' +
    'agentDetectionInfo_siteId_s agentDetectionInfo_siteName_s agentRealtimeInfo_accountId_s ' +
    'agentRealtimeInfo_accountName_s agentRealtimeInfo_activeThreats_d:r agentRealtimeInfo_agentComputerName_s ' +
    'agentRealtimeInfo_agentDomain_s agentRealtimeInfo_agentId_s agentRealtimeInfo_agentInfected_b:b ' +
    'agentRealtimeInfo_agentIsActive_b:b agentRealtimeInfo_agentIsDecommissioned_b:b ' +
    'agentRealtimeInfo_agentMachineType_s agentRealtimeInfo_agentMitigationMode_s ' +
    'agentRealtimeInfo_agentNetworkStatus_s agentRealtimeInfo_agentOsName_s agentRealtimeInfo_agentOsRevision_s ' +
    'agentRealtimeInfo_agentOsType_s agentRealtimeInfo_agentUuid_g agentRealtimeInfo_agentVersion_s ' +
    'agentRealtimeInfo_groupId_s agentRealtimeInfo_groupName_s agentRealtimeInfo_networkInterfaces_s ' +
    'agentRealtimeInfo_operationalState_s agentRealtimeInfo_rebootRequired_b:b agentRealtimeInfo_scanFinishedAt_t:t ' +
    'agentRealtimeInfo_scanStartedAt_t:t agentRealtimeInfo_scanStatus_s agentRealtimeInfo_siteId_s ' +
    'agentRealtimeInfo_siteName_s agentRealtimeInfo_userActionsNeeded_s agentRealtimeInfo_id_s ' +
    'agentRealtimeInfo_infected_b:b agentRealtimeInfo_isActive_b:b agentRealtimeInfo_isDecommissioned_b:b ' +
    'agentRealtimeInfo_machineType_s agentRealtimeInfo_name_s agentRealtimeInfo_os_s agentRealtimeInfo_uuid_g ' +
    'agentUpdatedVersion_s agentId_s hash_s osFamily_s threatId_s indicators_s mitigationStatus_s ' +
    'threatInfo_analystVerdict_s threatInfo_analystVerdictDescription_s threatInfo_automaticallyResolved_b:b ' +
    'threatInfo_certificateId_s threatInfo_classification_s threatInfo_classificationSource_s ' +
    'threatInfo_cloudFilesHashVerdict_s threatInfo_collectionId_s threatInfo_confidenceLevel_s ' +
    'threatInfo_createdAt_t:t threatInfo_detectionEngines_s threatInfo_detectionType_s threatInfo_engines_s ' +
    'threatInfo_externalTicketExists_b:b threatInfo_failedActions_b:b threatInfo_fileExtension_s ' +
    'threatInfo_fileExtensionType_s threatInfo_filePath_s threatInfo_fileSize_d:r threatInfo_fileVerificationType_s ' +
    'threatInfo_identifiedAt_t:t threatInfo_incidentStatus_s threatInfo_incidentStatusDescription_s ' +
    'threatInfo_initiatedBy_s threatInfo_initiatedByDescription_s threatInfo_isFileless_b:b ' +
    'threatInfo_isValidCertificate_b:b threatInfo_mitigatedPreemptively_b:b threatInfo_mitigationStatus_s ' +
    'threatInfo_mitigationStatusDescription_s threatInfo_originatorProcess_s threatInfo_pendingActions_b:b ' +
    'threatInfo_processUser_s threatInfo_publisherName_s threatInfo_reachedEventsLimit_b:b ' +
    'threatInfo_rebootRequired_b:b threatInfo_sha1_s threatInfo_storyline_s threatInfo_threatId_s ' +
    'threatInfo_threatName_s threatInfo_updatedAt_t:t threatInfo_maliciousProcessArguments_s ' +
    'threatInfo_fileExtension_g threatInfo_threatName_g threatInfo_storyline_g whiteningOptions_s activityUuid_g ' +
    'secondaryDescription_s DataFields_s description_s comments_s detectionState_s firstFullModeTime_t:t ' +
    'fullDiskScanLastUpdatedAt_t:t serialNumber_s showAlertIcon_b:b tags_sentinelone_s osUsername_s ' +
    'scanAbortedAt_t:t',
  TheomAlerts_CL:
    'id_s type_s summary_s details_s tags_s priority_s accountId_s customProps_AssetCriticality_s ' +
    'customProps_AssetCriticalityReason_s customProps_AssetDeepLink_s customProps_AssetNERValue_s ' +
    'customProps_AssetName_s customProps_AssetType_s customProps_LastTriggered_s customProps_NumTriggered_s ' +
    'customProps_Region_s customProps_RemediationIds_s customProps_RuleId_s customProps_RulePriority_s ' +
    'customProps_TheomRemoteId_s customProps_TheomRule_s deepLink_s',
  TrendMicro_XDR_OAT_CL:
    'authId_s bitwiseFilterRiskLevel_d:r Computer detectionTime_t:t deviceType_d:r endpoint_guid_g endpoint_name_s ' +
    'endpointHostName_s endpointIp_s endpointMacAddress_s entityName_s entityType_s eventHashId_s eventId_s ' +
    'eventSourceType_d:r eventSubId_d:r eventTime_d:r filterRiskLevel_s filters_s firstSeen_s ingestionTime_t:t ' +
    'integrityLevel_d:r lastSeen_s logonUser_s ManagementGroupName MG nativeDeviceCharacteristics_d:r ' +
    'nativeDeviceType_d:r nativeStorageDeviceBusType_d:r objectAppName_s objectAuthId_s objectCmd_s ' +
    'objectContentName_s objectFileCreation_s objectFileDaclString_s objectFileHashId_s objectFileHashMd5_g ' +
    'objectFileHashSha1_s objectFileHashSha256_s objectFileModifiedTime_s objectFilePath_s objectFileSize_s ' +
    'objectFirstSeen_s objectHashId_s objectIntegrityLevel_d:r objectLastSeen_s objectLaunchTime_s objectName_s ' +
    'objectPid_d:r objectRawDataSize_s objectRawDataStr_s objectRegistryData_s objectRegistryKeyHandle_s ' +
    'objectRegistryRoot_d:r objectRegistryValue_s objectRegType_d:r objectRunAsLocalAccount_b:b objectSessionId_s ' +
    'objectSigner_s objectSignerValid_s objectSubTrueType_d:r objectTrueType_d:r objectUser_s objectUserDomain_s ' +
    'os_s osDescription_s osType_s osVer_s packageTraceId_g parentAuthId_s parentCmd_s parentFileCreation_s ' +
    'parentFileHashId_s parentFileHashMd5_g parentFileHashSha1_s parentFileHashSha256_s parentFileModifiedTime_s ' +
    'parentFilePath_s parentFileSize_s parentHashId_s parentIntegrityLevel_d:r parentLaunchTime_s parentName_s ' +
    'parentPid_d:r parentSessionId_d:r parentSigner_s parentSignerValid_s parentTrueType_d:r parentUser_s ' +
    'parentUserDomain_s pname_s processCmd_s processFileCreation_s processFileModifiedTime_s processFilePath_s ' +
    'processFileSize_s processHashId_s processLaunchTime_s processName_s processPid_d:r processSigner_s ' +
    'processSignerValid_s processTrueType_s processUser_s processUserDomain_s productCode_s RawData searchDL_s ' +
    'sessionId_d:r source_s SourceSystem tags_s timezone_s userDomain_s uuid_g version_s xdrCustomerId_g',
  VeeamMalwareEvents_CL:
    'MG ManagementGroupName Computer RawData MalwareEventType VbrHostName MalwareState Source Severity Id ' +
    'DetectionTimeUtc:t MachineDisplayName MachineUuid MachineBackupObjectId Details CreatedBy Engine',
  githubscanaudit_CL:
    'action_s alert_s repository_s organization_s sender_s commits_s commit_oid_s ref_s ref_type_s rule_s comment_s ' +
    'deployment_s deployment_status_s discussion_s check_run_s key_s changes_s master_branch_s pusher_type_s ' +
    'description_s event_s number_d:r forced_b:b',
  VMware_CWS_DLPLogs_CL:
    'action alerted ccl:j domain dstUrl eventId eventTime:t filename fileType protocol requestType ruleId ruleName sha256 ' +
    'srcUrl status streamName userId userInput',
  VMware_CWS_Weblogs_CL:
    'accessMode action browserType:j browserVersion:j casbAppName:j casbCatName:j casbFunName:j casbOrgName:j ' +
    'casbRiskScore:j categories contentType cws_timestamp:t destinationIp dnsResponse domain dstCountry egressIp fileHash:j ' +
    'fileHashScore fileName fileScanResult:j fileSize fileType mimeType policyHeaders policyName protocol region ' +
    'requestMethod requestType responseCode risks:j ruleMatched saasEgressHeaders:j sandboxInspectionResult ' +
    'sandboxMaliciousActivitiesFound sandboxScore sourceIp srcCountry threatTypes:j url userAgent userGroups:j ' +
    'userGroupsMatched:j userId virusList webRiskScore',
  // Names that the record has as times are text here.
  VMware_SDWAN_FirewallLogs_CL:
    'actionTaken application attackSource attackTarget bytesReceived:i bytesSent:i category closeReason destination ' +
    'destinationIp destinationPort:i domainName edgeLogicalId edgeName enterpriseLogicalId extensionHeader ' +
    'firewallPolicyName idsAlert:i inputInterface ipsAlert:i logType protocol:i ruleId ruleVersion:i segmentLogicalId ' +
    'segmentName sessionDurationSecs:i sessionId:i severity:i signature signatureId:i sourceIp sourcePort:i timestamp:t ' +
    'verdict',
  VMware_VECO_EventLogs_CL: 'category detail event eventTime:t message severity',
  apifirewall_log_1_CL:
    'Timestamp_t:t Computer RawData LogType_d:r UUID_g Instance_Name_s API_ID_g API_Name_s Non_blocking_mode_b:b ' +
    'Source_IP_s Source_Port_d:r Destination_IP_s Destination_Port_d:r Protocol_s Hostname_s URI_Path_s Method_s Status_d:r ' +
    'Query_s Request_Header_s Response_Header_s Errors_s Error_Message_s Error_Step_s',
}
