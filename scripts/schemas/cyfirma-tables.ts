/** Tables of Cyfirma's solutions, as the validation tests of Azure-Sentinel record them; without the system columns. */
const ALERT =
  'alert_object_uid alert_uid asset_comments category description risk_score:i safe_flag_comments safe_flag_marked_by ' +
  'safe_flag_marked_date severity status sub_category uid use_cases Alert_title notes:j'

const SEEN = 'first_seen:t last_seen:t'

const SURFACE = `${ALERT} ${SEEN} is_third_party:b sub_domain top_domain`

const DOMAIN = `${ALERT} asset_type domain dr_domain dr_sub_domain impact signature`

const BRAND = `${DOMAIN} ${SEEN} action asset_value comments created_date:t is_third_party:b recommendation source source_type:j`

const EXPOSURE = `${DOMAIN} asset_name asset_value posted_date recommendation`

const WEB = `${DOMAIN} comments source threat_actors:j`

export const CYFIRMA_TABLES: Readonly<Record<string, string>> = {
  CyfirmaASCertificatesAlerts_CL:
    `${SURFACE} attacks:j cert_data cert_hash cert_type is_vulnerable:b issued_by issued_to issuer_public_hash protocols:j ` +
    'self_signed:b serial source valid_from:t valid_to:t version',
  CyfirmaASCloudWeaknessAlerts_CL:
    `${ALERT} ${SEEN} asset_category asset_name asset_type created_date:t impact is_third_party:b recommendations source ` +
    'source_type:j',
  CyfirmaASConfigurationAlerts_CL:
    `${SURFACE.replace('asset_comments', 'asset_comment')} click_jacking_defence:b content_security_policy:b ` +
    'cookie_xss_protection:b data_injection_defence:b dmarc dns_sec domain_expiry:j domain_status ip missing_epp_codes:j ' +
    'open_relay secure_cookie:b server server_version set_cookie_https_only:b software spf strict_transport_Security:b ' +
    'web_app_firewall x_frame_options:b x_xss_protection:b zone_transfer',
  CyfirmaASDomainIPReputationAlerts_CL:
    `${SURFACE.replace(' description', '')} categories:j country country_code ip ip_version:i isp last_users_reported:t ` +
    'reports:j threat_actors:j usage_type',
  CyfirmaASDomainIPVulnerabilityAlerts_CL: `${SURFACE} country host_provider ip open_ports:j possible_vulnerabilities:j softwares web_server web_server_version`,
  CyfirmaASOpenPortsAlerts_CL: `${SURFACE} ip open_ports:j software web_app_firewall web_server web_server_version`,
  CyfirmaBIDomainITAssetAlerts_CL: `${BRAND.replace(' notes:j', '')} host_provider ip_address mail_server registered_date suspected_threat_actor:j`,
  CyfirmaBIExecutivePeopleAlerts_CL: `${BRAND} posted_date`,
  CyfirmaBIMaliciousMobileAppsAlerts_CL: `${EXPOSURE} ${SEEN}`,
  CyfirmaBIProductSolutionAlerts_CL: `${BRAND} posted_date`,
  CyfirmaBISocialHandlersAlerts_CL: `${BRAND} posted_date`,
  CyfirmaCompromisedAccounts_CL:
    `${SEEN} antivirus asset_comment breach_date computer_name description email impact ip name notes:j operating_system ` +
    'pass_hash password phone_number recommendations safe_flag_comments source system_info uid url user_name Category',
  CyfirmaDBWMDarkWebAlerts_CL: `${WEB} first_seen:j last_seen:j posted_date:t`,
  CyfirmaDBWMPhishingAlerts_CL: `${WEB} ${SEEN} registered_date:t`,
  CyfirmaDBWMRansomwareAlerts_CL: `${WEB} first_seen:t last_seen:j published_date:t`,
  CyfirmaIndicators_CL:
    'created:t extensions:j modified:t name pattern valid_from:t ThreatType:j Tags:j ConfidenceScore:i Description ' +
    'IndicatorID ThreatActors:j Country:j RecommendedActions SecurityVendors Sources Roles IPAbuse',
  CyfirmaSPEConfidentialFilesAlerts_CL: `${EXPOSURE} ${SEEN}`,
  CyfirmaSPEPIIAndCIIAlerts_CL: `${EXPOSURE} first_seen:t last_seen breached_data source`,
  CyfirmaSPESocialThreatAlerts_CL: `${EXPOSURE} ${SEEN} source`,
  CyfirmaSPESourceCodeAlerts_CL: `${EXPOSURE} ${SEEN} source`,
  CyfirmaVulnerabilities_CL:
    'confidence:i created:t description extensions:j external_references:j id modified:t name spec_version',
}
