/**
 * Parsers of published solutions that ../shared lacks or records in part, in the form of schemas/README.md. What they return is
 * what their own texts say (Azure/Azure-Sentinel, Solutions/…/Parsers; NOTICE names them), or else what its validation tests
 * record of them (.script/tests/KqlvalidationsTests).
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
  ZNAccessOrchestratorAudit:
    'TimeGenerated:t EventVendor EventProduct AuditTypeId:r AuditType DestinationEntityId:j DestinationEntityName:j ' +
    'EnforcementSourceId:r EnforcementSource PerformedByGuid PerformedById PerformedByName ReportedObjectGuid ReportedObjectId ' +
    'UserRoleId:r UserRole Rule:j ReactivePolicy:j',
}

/** Parsers that end without `project`: every column of the table that they read comes through beside what they add. */
export const PASSING_PARSERS: Readonly<Record<string, { reads: string; without?: string; adds: string }>> = {
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
