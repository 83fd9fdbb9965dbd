import { asimParameters } from './asim-parameters.ts'

/**
 * ASIM parsers of one source each, by schema and by what stands between the prefix and the source: those of the *Parsers*
 * folders of Azure/Azure-Sentinel `Parsers/ASim…/`, and names that older versions and the unifying parsers give them. Each has
 * four spellings: `vimDnsNative` and `_Im_Dns_Native`, which filter, `ASimDnsNative` and `_ASim_Dns_Native`, which do not.
 * `Empty` has the columns and no row; it takes no filter.
 */
const SOURCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AgentEvent: { AgentEvent: 'Empty AnthropicClaudeCompliance' },
  AlertEvent: {
    // The name of the schema before it was released.
    Alert: 'Empty DarkTraceDetect MicrosoftDefenderXDR SentinelOneSingularity',
    AlertEvent:
      'Empty AWSGuardDuty BitdefenderGravityZone CiscoSecureEndpoint CrowdStrikeFalcon GoogleSecOps GoogleThreatIntelligence ' +
      'MicrosoftDefenderXDR NetskopeSecurityCloud PaloAltoXDR SentinelOneSingularity SentinelOneSingularityAlerts WizCloud ' +
      'WizDefend',
  },
  AuditEvent: {
    AuditEvent:
      'Empty AWSCloudTrail AlibabaCloudActionTrail Auth0 AzureActivity AzureAdminActivity AzureKeyVault BarracudaCEF BarracudaWAF ' +
      'CiscoISE CiscoMeraki CiscoMerakiSyslog CrowdStrikeFalcon CrowdStrikeFalconHost DataminrPulse Github GithubWebhook ' +
      'IllumioSaaSCore InfobloxBloxOne MicrosoftEntraIDAuditLogs MicrosoftEvent MicrosoftEvents MicrosoftExchangeAdmin365 ' +
      'MicrosoftOffice365 MicrosoftSecurityEvents MicrosoftWindowsEvents Native OracleOCI SQLSecurityAudit ' +
      'SalesforceAuditTrail SentinelOne VMwareCarbonBlackCloud VectraCloudAccountDetection VectraCloudAudit VectraXDRAudit',
  },
  Authentication: {
    Authentication:
      'Empty AADManagedIdentity AADManagedIdentitySignInLogs AADNonInteractive AADNonInteractiveUserSignInLogs ' +
      'AADServicePrincipalSignInLogs AADSigninLogs AWSCloudTrail AlibabaCloudActionTrail ArubaNetworksClearPass Auth0 ' +
      'BarracudaCEF BarracudaWAF CiscoASA CiscoDNAC CiscoFTD CiscoIOS CiscoISE CiscoISEAdministrator CiscoIse CiscoMeraki ' +
      'CiscoMerakiSyslog CrowdStrikeFalcon CrowdStrikeFalconHost CyberArkAudit CynerioEvent Fortigate FortinetFortigate ' +
      'Github GoogleWorkspace GoogleWorkspaceLogins IllumioSaaSCore M365Defender MD4IoT MicrosoftMD4IoT ' +
      'MicrosoftSecurityEvents MicrosoftWindowsEvent Native OktaAuth0 OktaOSS OktaOSS2 OktaSSO OktaSystemLogs OktaV2 ' +
      'OracleOCI PaloAltoCortexDataLake PaloAltoGlobalProtect PaloAltoPanOS PaloAltoPrismaCloud PostgreSQL ' +
      'SalesforceLoginHistory SalesforceSC SalesforceServiceCloudV2 SentinelOne SigninLogs Sshd Su Sudo ' +
      'VMwareCarbonBlackCloud VMwareESXi VMwareVCenter VectraCloudAudit VectraXDRAudit WindowsSecurityEvent WizCloud ' +
      'ZscalerZPA',
  },
  DhcpEvent: { DhcpEvent: 'Empty InfobloxBloxOne Native' },
  Dns: {
    Dns:
      'Empty AZFW ActivityLogs AzureFirewall CiscoUmbrella CorelightZeek DnsMonster FortinetFortiGate FortinetFortigate Gcp ' +
      'GigamonVSeries Halcyon InfobloxBloxOne InfobloxNIOS MicrosoftNXlog MicrosoftOMS MicrosoftSysmon ' +
      'MicrosoftSysmonWindowsEvent Native PaloAltoCortexDataLake SentinelOne VectraAI ZscalerZIA',
  },
  FileEvent: {
    FileEvent:
      'Empty AWSCloudTrail AzureBlobStorage AzureFileStorage AzureQueueStorage AzureTableStorage GoogleWorkspace ' +
      'LinuxSysmonFileCreated LinuxSysmonFileDeleted M365D Microsoft365D MicrosoftSecurityEvent MicrosoftSecurityEvents ' +
      'MicrosoftSharePoint MicrosoftSysmon MicrosoftSysmonCreated MicrosoftSysmonDeleted MicrosoftSysmonWindowsEvent ' +
      'MicrosoftWindowsEvents Native SentinelOne VMwareCarbonBlackCloud',
  },
  NetworkSession: {
    NetworkSession:
      'Empty AWSGuardDuty AWSVPC AZFW AppGateSDP AzureFirewall AzureNSG AzureVNet BarracudaCEF BarracudaWAF CheckPointFirewall ' +
      'CheckpointFirewall CheckpointSmartDefense CiscoASA CiscoFTD CiscoFirepower CiscoISE CiscoMeraki CiscoMerakiSyslog ' +
      'CorelightZeek CrowdStrikeFalcon CrowdStrikeFalconHost CynerioEvent ForcePointFirewall FortinetFortiGate GenericCEF ' +
      'GigamonVSeries IllumioSaaSCore LinuxSysmon MD4IoT MD4IoTAgent MD4IoTSensor Microsoft365Defender ' +
      'MicrosoftLinuxSysmon MicrosoftMD4IoT MicrosoftSecurityEventFirewall MicrosoftSysmon MicrosoftSysmonWindowsEvent ' +
      'MicrosoftWindowsEventFirewall NTANetAnalytics Native PaloAltoCEF PaloAltoCortexDataLake PaloAltoPanOS PfELK ' +
      'SentinelOne SonicWallFirewall VMConnection VMwareCarbonBlackCloud VectraAI WatchGuardFirewareOS ZscalerZIA ' +
      'ZscalerZPA',
  },
  ProcessEvent: {
    Process: 'Empty',
    ProcessCreate:
      'LinuxSysmon MD4IoT MicrosoftSecurityEvents MicrosoftSysmon MicrosoftSysmonWindowsEvent MicrosoftWindowsEvents ' +
      'SentinelOne TrendMicroVisionOne VMwareCarbonBlackCloud',
    ProcessEvent: 'Empty MD4IoT Microsoft365D Native',
    ProcessTerminate:
      'LinuxSysmon MD4IoT MicrosoftSecurityEvents MicrosoftSysmon MicrosoftSysmonWindowsEvent MicrosoftWindowsEvents ' +
      'VMwareCarbonBlackCloud',
  },
  RegistryEvent: {
    RegistryEvent:
      'Empty CrowdStrikeFalconDataReplicator Microsoft365D MicrosoftSecurityEvent MicrosoftSysmon MicrosoftSysmonWindowsEvent ' +
      'MicrosoftWindowsEvent Native SentinelOne TrendMicroVisionOne VMwareCarbonBlackCloud',
  },
  UserManagement: {
    UserManagement:
      'Empty AWSCloudTrail AlibabaCloudActionTrail CiscoISE LinuxAuthpriv MicrosoftSecurityEvent MicrosoftWindowsEvent Native ' +
      'SentinelOne',
  },
  WebSession: {
    WebSession:
      'Empty AWSWAF AZFW ApacheHTTPServer AzureFirewall BarracudaCEF BarracudaWAF CiscoFirepower CiscoMeraki CiscoMerakiSyslog ' +
      'CiscoUmbrella CiscoUmbrellaProxy CitrixNetScaler CloudflareOne CloudflareV2 Cloudflarev2 F5ASM FortinetFortiGate IIS ' +
      'ImpervaCloudWAF Native PaloAltoCEF PaloAltoCortexDataLake SalesforceServiceCloud SalesforceServiceCloudV2 ' +
      'SonicWallFirewall SquidProxy VectraAI ZscalerZIA',
  },
}

/** Lines of `functions.tsv`, by name; parameters and columns are those of the schema's own line. */
export function sourceParsers(): ReadonlyMap<string, string> {
  const lines = new Map<string, string>()
  const add = (name: string, parameters: string, schema: string) =>
    lines.set(name, `${name}\t${parameters}\t@${schema}`)
  for (const [schema, kinds] of Object.entries(SOURCES)) {
    const filters = asimParameters(schema) === undefined ? OPTIONS : `@${schema}`
    for (const [kind, sources] of Object.entries(kinds)) {
      for (const source of sources.split(' ')) {
        const parameters = source === 'Empty' ? OPTIONS : filters
        for (const name of [`vim${kind}${source}`, `_Im_${kind}_${source}`]) add(name, parameters, schema)
        if (source === 'Empty') continue
        for (const name of [`ASim${kind}${source}`, `_ASim_${kind}_${source}`]) add(name, OPTIONS, schema)
      }
    }
  }
  return lines
}

const OPTIONS = 'disabled:bool=false, pack:bool=false'
