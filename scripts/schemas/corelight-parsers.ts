/** Parsers of the Corelight solution, one for each log of Zeek, as the validation tests of Azure-Sentinel record them. */
const LOG = 'TimeGenerated:t _path _system_name _write_ts:t ts:t'

const CONNECTION = `${LOG} uid id_orig_h id_orig_p:r id_resp_h id_resp_p:r`

const PLACE =
  'remote_location_country_code remote_location_region remote_location_city remote_location_latitude:r ' +
  'remote_location_longitude:r'

const CONN =
  `${CONNECTION} proto service duration:r orig_bytes:r resp_bytes:r conn_state local_orig:b local_resp:b missed_bytes:r ` +
  'history orig_pkts:r orig_ip_bytes:r resp_pkts:r resp_ip_bytes:r tunnel_parents orig_cc resp_cc suri_ids spcap_url ' +
  'spcap_rule:r spcap_trigger app corelight_shunted:b orig_shunted_pkts:r orig_shunted_bytes:r resp_shunted_pkts:r ' +
  'resp_shunted_bytes:r orig_l2_addr resp_l2_addr id_orig_h_n_src id_orig_h_n_vals id_resp_h_n_src id_resp_h_n_vals vlan:r ' +
  'inner_vlan:r community_id'

export const CORELIGHT_PARSERS: Readonly<Record<string, string>> = {
  CorelightAggregationsEnrichment1:
    'sid attack_phase technique_name technique_number sub_technique_name sub_technique_number attack_reason ' +
    'traffic_direction cve_number cve_creation_date cve_impact_score cve_exploitability_score cve_description impact_score ' +
    'category impact_score_reason tags',
  corelight_conn: CONN,
  corelight_conn_red: CONN,
  corelight_dhcp:
    `${LOG} uids client_addr server_addr mac host_name client_fqdn domain requested_addr assigned_addr lease_time:r ` +
    'client_message server_message msg_types duration:r',
  corelight_dns:
    `${CONNECTION} proto trans_id:r rtt:r query qclass:r qclass_name qtype:r qtype_name rcode:r rcode_name AA:b TC:b RD:b ` +
    'RA:b Z:r answers TTLs rejected:b',
  corelight_files:
    `${LOG} fuid tx_hosts rx_hosts conn_uids source depth:r analyzers mime_type filename duration:r local_orig:b is_orig:b ` +
    'seen_bytes:r total_bytes:r missing_bytes:r overflow_bytes:r timedout:b parent_fuid sha1 sha256 extracted ' +
    'extracted_cutoff:b extracted_size:r',
  corelight_http:
    `${CONNECTION} trans_depth:r method host uri referrer version user_agent:j origin request_body_len:r ` +
    'response_body_len:r status_code:r status_msg info_code:r info_msg tags username password proxied orig_fuids ' +
    'orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types post_body',
  corelight_intel: `${CONNECTION} seen_indicator seen_indicator_type seen_where matched sources fuid file_mime_type file_desc`,
  corelight_kerberos:
    `${CONNECTION} request_type client service success:b error_msg from:t till:t cipher forwardable:b renewable:b ` +
    'client_cert_subject client_cert_fuid server_cert_subject server_cert_fuid',
  corelight_notice:
    `${CONNECTION} fuid file_mime_type file_desc proto note msg sub src dst p:r n:r peer_descr actions suppress_for:r ` +
    `${PLACE} severity_level:r severity_name`,
  corelight_rdp:
    `${CONNECTION} cookie result security_protocol client_channels keyboard_layout client_build client_name ` +
    'client_dig_product_id desktop_width:r desktop_height:r requested_color_depth cert_type cert_count:r cert_permanent:b ' +
    'encryption_level encryption_method auth_success:b channels_joined:r inferences rdpeudp_uid rdfp_string rdfp_hash',
  corelight_smb_files:
    `${CONNECTION} fuid action path name size:r prev_name times_modified:t times_accessed:t times_created:t times_changed:t ` +
    'data_offset_req:r data_len_req:r data_len_rsp:r',
  corelight_smtp:
    'TimeGenerated:t path system_name write_ts:t uid id_orig_h id_orig_p:r id_resp_h id_resp_p:r trans_depth:r helo mailfrom ' +
    'rcptto:j date_ from to_:j cc:j reply_to msg_id in_reply_to subject x_originating_ip first_received second_received ' +
    'last_reply path_list user_agent tls:b fuids:j is_webmail:b urls:j domains:j EventVendor EventProduct EventType ts:t ' +
    'url_domain:j recipient:j url:j src src_ip src_port:r dest dest_ip dest_port:r sensor_name is_broadcast ' +
    'is_dest_internal_ip is_src_internal_ip direction',
  corelight_ssh:
    `${CONNECTION} version:r auth_success:b auth_attempts:r direction client server cipher_alg mac_alg compression_alg ` +
    `kex_alg host_key_alg host_key ${PLACE} hasshVersion cshka hasshAlgorithms sshka hasshServerAlgorithms inferences`,
  corelight_suricata_corelight:
    `${CONNECTION} icmp_type:r icmp_code:r suri_id service flow_id:r tx_id:r pcap_cnt:r alert_action alert_gid:r ` +
    'alert_signature_id:r signature_id:r alert_rev:r alert_signature signature impact_score sid:r alert_category ' +
    'alert_severity:r alert_metadata community_id payload packet metadata',
  corelight_x509:
    `${LOG} fingerprint certificate_version:r certificate_serial certificate_subject certificate_issuer ` +
    'certificate_not_valid_before:t certificate_not_valid_after:t certificate_key_alg certificate_sig_alg ' +
    'certificate_key_type certificate_key_length:r certificate_exponent certificate_curve san_dns san_uri san_email san_ip ' +
    'basic_constraints_ca:b basic_constraints_path_len:r host_cert:b client_cert:b',
}
