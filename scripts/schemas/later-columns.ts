/** Columns of an event of Okta, as the connector writes and the parser passes them. */
export const OKTA_EVENT =
  'debugContext_debugData_initiationType_s debugContext_debugData_logOnlySecurityData_s ' +
  'debugContext_debugData_signOnMode_s debugContext_debugData_attributesModified_s ' +
  'debugContext_debugData_attributesAdded_s debugContext_debugData_attributesDeleted_s ' +
  'debugContext_debugData_groupAppAssignmentId_s debugContext_debugData_authnRequestId_s ' +
  'client_userAgent_rawUserAgent_s client_userAgent_os_s client_userAgent_browser_s client_zone_s client_device_s ' +
  'client_ipAddress_s client_geographicalContext_city_s client_geographicalContext_state_s ' +
  'client_geographicalContext_country_s client_geographicalContext_postalCode_s ' +
  'client_geographicalContext_geolocation_lat_d:r client_geographicalContext_geolocation_lon_d:r outcome_reason_s ' +
  'securityContext_asNumber_d:r securityContext_asOrg_s securityContext_isp_s securityContext_domain_s ' +
  'securityContext_isProxy_b:b debugContext_debugData_loginResult_s debugContext_debugData_requestId_s ' +
  'debugContext_debugData_requestUri_s debugContext_debugData_url_s debugContext_debugData_deviceFingerprint_g ' +
  'authenticationContext_authenticationProvider_s authenticationContext_credentialProvider_s ' +
  'debugContext_debugData_factor_s debugContext_debugData_countryCallingCode_s ' +
  'debugContext_debugData_smsProvider_s debugContext_debugData_transactionId_g ' +
  'authenticationContext_credentialType_s actor_id_s actor_type_s actor_alternateId_s actor_displayName_s ' +
  'authenticationContext_authenticationStep_d:r authenticationContext_externalSessionId_s displayMessage_s ' +
  'eventType_s outcome_result_s published_t:t severity_s debugContext_debugData_jobId_s ' +
  'debugContext_debugData_importType_s debugContext_debugData_appname_s debugContext_debugData_importLastToken_s ' +
  'debugContext_debugData_importTrigger_s debugContext_debugData_threatSuspected_s legacyEventType_s ' +
  'transaction_type_s transaction_id_s uuid_g version_s request_ipChain_s target_s ' +
  'debugContext_debugData_detailedmessage_s'

/**
 * Columns of tables and parsers that ../shared has without them, or of another type: of later records of the same validation
 * tests (NGINXHTTPServer, Okta_CL, PaloAltoCDLEvent, PulseConnectSecure, QualysHostDetection_CL, SenservaPro_CL), of the parsers' own texts
 * (Cloudflare, PaloAltoCDLEvent, TMApexOneEvent), of an older page of the documentation (W3CIISLog: Log Analytics search, the
 * list of fields), and of the agent's own records (Event: every published parser of Sysmon events groups by MG).
 */
export const LATER_COLUMNS: Readonly<Record<string, string>> = {
  Cloudflare:
    'SrcDvcType TlsCipher TlsVersion DvcAction NetworkRuleName ProxyProtocol ClientBytes_d:r ClientPort_d:r ' +
    'OriginBytes_d:r',
  Event: 'MG',
  NGINXHTTPServer: 'HttpStatusCode:r',
  Okta_CL: OKTA_EVENT,
  PaloAltoCDLEvent:
    'PanOSAgentVersion PanOSConfigVersion start:t PanOSBytes:i PanOSSessionStartTime:t PanOSSourceLocation ' +
    'PanOSDestinationLocation PanOSPacketsSent:i PanOSPacketsReceived:i PanOSDGHierarchyLevel1 ' +
    'PanOSDGHierarchyLevel2 PanOSDGHierarchyLevel3 PanOSDGHierarchyLevel4 PanOSVirtualSystemName PanOSSourceUUID ' +
    'PanOSDestinationUUID PanOSIMSI PanOSIMEI PanOSParentSessionID PanOSParentStarttime:t PanOSTunnel ' +
    'PanOSEndpointAssociationID PanOSChunksTotal:i PanOSChunksSent:i PanOSChunksReceived:i PanOSRuleUUID ' +
    'PanOSHTTP2Connection PanOSLinkChangeCount:i PanOSSDWANPolicyName PanOSLinkSwitches PanOSSDWANCluster ' +
    'PanOSSDWANDeviceType PanOSSDWANClusterType PanOSSDWANSite PanOSDynamicUserGroupName PanOSX-Forwarded-ForIP ' +
    'PanOSSourceDeviceCategory PanOSSourceDeviceProfile PanOSSourceDeviceModel PanOSSourceDeviceVendor ' +
    'PanOSSourceDeviceOSFamily PanOSSourceDeviceOSVersion PanOSSourceDeviceHost PanOSSourceDeviceMac ' +
    'PanOSDestinationDeviceCategory PanOSDestinationDeviceProfile PanOSDestinationDeviceModel ' +
    'PanOSDestinationDeviceVendor PanOSDestinationDeviceOSFamily PanOSDestinationDeviceOSVersion ' +
    'PanOSDestinationDeviceHost PanOSDestinationDeviceMac PanOSContainerID PanOSContainerNameSpace ' +
    'PanOSContainerName PanOSSourceEDL PanOSDestinationEDL PanOSGPHostID PanOSEndpointSerialNumber ' +
    'PanOSSourceDynamicAddressGroup PanOSDestinationDynamicAddressGroup PanOSHASessionOwner ' +
    'PanOSTimeGeneratedHighResolution PanOSNSSAINetworkSliceType PanOSNSSAINetworkSliceDifferentiator ' +
    'PanOSURLCounter PanOSX-Forwarded-For PanOSReferer PanOSInlineMLVerdict PanOSContentVersion PanOSSigFlags ' +
    'PanOSHTTPHeaders PanOSURLCategoryList PanOSHostID PanOSThreatID PanOSFileHash PanOSApplianceOrCloud ' +
    'PanOSFileType PanOSSenderEmail PanOSEmailSubject PanOSRecipientEmail PanOSReportID PanOSThreatCategory ' +
    'PanOSDomainEDL PanOSPartialHash PanOSTunnelEventType PanOSMobileSubscriberISDN PanOSAccessPointName ' +
    'PanOSRadioAccessTechnology PanOSTunnelMessageType PanOSMobileIP PanOSTunnelEndpointID1 PanOSTunnelEndpointID2 ' +
    'PanOSTunnelInterface PanOSTunnelCauseCode PanOSMobileCountryCode PanOSMobileNetworkCode PanOSMobileAreaCode ' +
    'PanOSMobileBaseStationCode PanOSTunnelEventCode PanOSPacketsDroppedMax PanOSPacketsDroppedTunnel ' +
    'PanOSTunnelInspectionRule PanOSTunnelRemoteUserIP PanOSTunnelRemoteIMSIID PanOSProtocolDataUnitsessionID end ' +
    'PanOSUGFlags PanOSUserIdentifiedBySource PanOSTag PanOSEventTime:t PanOSDeviceGroup PanOSTemplate ' +
    'PanOSSourceUser PanOSHipMatchType PanOSSource PanOSTimestampDeviceIdentification deviceExternalID ' +
    'PanOSVirtualSystem Name PanOSStage PanOSAuthMethod PanOSTunnelType PanOSSourceRegion PanOSPrivateIPv4 ' +
    'PanOSPrivateIPv6 PanOSEndpointSN PanOSGlobalProtectClientVersion PanOSEndpointOSType PanOSEndpointOSVersion ' +
    'PanOSCountOfRepeats PanOSQuarantineReason PanOSConnectionError PanOSDescription ' +
    'PanOSGlobalProtectGatewayLocation PanOSLoginDuration PanOSConnectionMethod PanOSConnectionErrorID PanOSPortal ' +
    'PanOSSequenceNo PanOSGatewaySelectionType PanOSSSLResponseTime PanOSGatewayPriority PanOSAttemptedGateways ' +
    'PanOSGateway PanOSVirtualSystemID startTime:t PanOSRecordType PanOSCloudDNSClientIP PanOSDNSResolverIP ' +
    'PanOSDNSCategory DestinationDNSDomain',
  PulseConnectSecure: 'vpn_user vpn_message client_ip',
  QualysHostDetection_CL: 'IPAddress Severity_s Results_0_s Status_s QID_s HostId_s',
  SenservaPro_CL: 'Severity',
  TMApexOneEvent: 'VirusName Policy ProcessCommandLine',
  W3CIISLog: 'sComputerName',
}

/** What unified parsers return beyond their ASIM schema because one of the parsers below them does (vimRegistryEventMicrosoft365D). */
export const ASIM_COLUMNS: Readonly<Record<string, string>> = {
  RegistryEvent:
    'Username UserId UserIdType CommandLine ActorUserAadId ActorUserUpn ActingProcessFileName ' +
    'ActingProcessCommandLine ActingProcessIntegrityLevel ActingProcessTokenElevation ActingProcessCreationTime:t ' +
    'ActingProcessMD5 ActingProcessSHA1 ActingProcessSHA256 ParentProcessCreationTime:t',
}
