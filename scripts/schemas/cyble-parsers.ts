import { prefixed } from './prefixed.ts'

/** Parsers of Cyble Vision, one for each kind of alert, as the validation tests of Azure-Sentinel record them. */
const STATE =
  'TimeGenerated:t AlertID EntityID:i KeywordName CompanyID:i Status Severity UserSeverity BucketID:i Domain BucketName ' +
  'TruePositive:b LLMProcessed:b LLMExplanation Service'

const ALERT = `${STATE} IP Risk_Score:j`

/** What the table has for alerts of every kind, which some parsers pass. */
const WHOLE =
  `${ALERT} Created_At:t Updated_At:t Deleted_At DataID EntityType:i Description AssigneeID AssignmentDate:t ArchiveDate:t ` +
  'UpdatedBy CreatedBy Filename RepositoryName OwnerName Tags:j Asset Last_Detected_At:t Extension Compromised_Date:t ' +
  'Article_Name Breach_Source Breach_Date:t Channel_Name Server_Name Content_Updated_On:t Discussion_Date:t Discussion_By ' +
  'Source_Name Topic_Name Source Alert_Type Content_Added_On:t IOC First_Seen_On:t Last_Seen_On:t Host Port:i ' +
  'Application_Name Market_Source Uploaded_At:t CVE Subdomain Chat_Title Username Search_Engine Category Sentiment'

const KINDS: Readonly<Record<string, string>> = {
  assets: prefixed('AA_', 'KeywordID LastDetected Value'),
  bit_bucket:
    prefixed(
      'BB_',
      'DecoderName DetectorName DetectorType Raw Verified SourceName SourceType Timestamp RotationGuide Commit Email File Line ' +
        'Link Repository RepoTimestamp',
    ) + ' Entry:j',
  cloud_storage: prefixed(
    'CS_',
    'Bucket BucketId Filename FullPath ObjectId Size:i Url ProcessedByAgenticAI AgenticAIStatus WorkflowID',
  ),
  compromised_endpoints_cookies:
    prefixed(
      'CEC_',
      'URL Expiry Email EmailDomain SessionID Issuer Audience Subject JTI Exp IAT NBF Verified RefreshTimeout Filename ' +
        'CreatedOn UpdatedOn SourceID S3Key TA ParentFolderID Meta_FileName Meta_FilePath Meta_FileSize Meta_Created ' +
        'Meta_Modified Cookie:j',
    ) + ' Data:j',
  compromised_files:
    'Filename Extension Compromised_Date Data:j ' +
    prefixed(
      'CF_',
      'CompromisedOn CreatedOn DocId FileObjPath LogName LogObjPath RelativePath Meta_FileName Meta_FilePath Meta_FileSize ' +
        'Meta_Created Meta_Modified Content Parsed_URLs:j Parsed_Usernames:j Parsed_Passwords:j FirstURL FirstUsername ' +
        'FirstPassword Emails:j PrimaryEmail',
    ),
  cyber_crime_forums: prefixed(
    'CF_',
    'DiscussionDate DiscussionBy SourceName TopicName CategoryID DiscussionBy2 Content DiscussionDate2 DiscussionID ' +
      'JoinedDate Likes NumberOfPosts Reputation TopicCreatedBy TopicID TopicName2 TopicURL UpdatedOn Urls:j Phones:j ' +
      'Emails:j Tags',
  ),
  darkweb_data_breaches:
    'Breach_Source ' +
    prefixed('DB_', 'Username Email PasswordHash RegistrationDate DisplayName Date S3Key Structured Tags'),
  darkweb_marketplaces: prefixed(
    'DW_',
    'Marketplace StealerName ContentUpdatedOn Country Region Size Vendor Price Date OS IP Browser InstalledDate ' +
      'CompanyLeaked Links:j Outlook Info RawData ConfigUpdate Cookies CookiesDate UserAgent UpdatedDate Bank_BIN Bank_Brand ' +
      'Bank_CardNo Bank_CardType Bank_CVR Bank_CVV Bank_Expiry Bank_Level Bank_Country Bank_Phone Bank_RealName ' +
      'Bank_RefName Bank_Site Tags',
  ),
  darkweb_ransomware:
    prefixed(
      'DW_',
      'CompanyLeak CreatedDate DocumentYear FileName OriginalFileName DataID Keywords ThreatActor_Nested UpdatedDate_Nested ' +
        'Victim_Nested Text',
    ) + ' Data:j',
  defacement_content:
    prefixed('DC_', 'CompanyID CreatedOn DomainName RecordID Keywords URL WebsiteAddedOn WebsiteID') + ' Data:j',
  defacement_keyword:
    prefixed('DK_', 'CompanyID CreatedOn DomainName Frequency RecordID Keyword Keywords URL WebsiteAddedOn WebsiteID') +
    ' Data:j',
  defacement_url:
    prefixed('DU_', 'CompanyID CreatedOn Description DomainName RecordID Keywords Type WebsiteAddedOn WebsiteID') +
    ' Data:j',
  discord:
    prefixed(
      'DC_',
      'MessageID Content ChannelName ServerName Timestamp Attachments Embeds AuthorID AuthorUsername AuthorGlobalName ' +
        'AuthorAvatar AuthorFlags',
    ) + ' RawData:j',
  docker:
    prefixed(
      'DK_',
      'Title Description Developer DeveloperUrl UniqueKey Downloads:i ImageIconUrl LastUpdatedOn LastUpdatedOnDate MetaData ' +
        'ScrappingTime SourceName Stars:i TrustedContent UpdatedAt Url Keyword',
    ) + ' Data:j',
  domain_expiry: prefixed('DE_', 'Domain DueDays ExpiryDate SeverityText TypeText') + ' Data:j',
  domain_watchlist: prefixed(
    'DW_',
    'UpdatedFields Old_Domain Old_A Old_NS Old_MX Old_SOA Old_TXT New_Domain New_A New_NS New_MX New_SOA New_TXT',
  ),
  flash_report: `Description ${prefixed('FR_', 'ForCompany:i ReportID Tags')}`,
  i2p: prefixed('I2P_', 'Content URL SearchEngine SearchKeyword UpdatedOn'),
  iocs: prefixed(
    'IOC_',
    'Value FirstSeen LastSeen BehaviourTags ConfidentRating Desc FirstSeen2 LastSeen2 Type AttackName ReferenceLink ' +
      'RiskRating:i SourceNameID UUID UpdatedAt Tags',
  ),
  ip_risk_score: `Data:j ${prefixed('IPRS_', 'IP OldScore NewScore')}`,
  malicious_ads:
    prefixed(
      'MA_',
      'RegistrationDate Source CreatedAt_Nested DetectedTechnologies A_Record MX_Record NS_Record Domain_URL ' +
        'DomainName_Nested Fuzzer RecordID IsLive Keyword_Nested LastLiveCheck RawRegistrationDate ScreenshotURL ' +
        'Service_Nested StatusCode UpdatedAt_Nested WhoisEnriched WhoisEnrichedTries',
    ) + ' Data:j',
  mobile_apps:
    'AppName MarketSource2 UploadedAt ' +
    prefixed(
      'MA_',
      'Title Description Developer MarketSource MarketURL DeepLink PackageName Downloads MarketStatus MarketUpdated Created ' +
        'Email Icon Website ShortDesc Version Screenshots:j Tags',
    ),
  new_vulnerability: 'Data:j NV_CVE',
  news_feed:
    prefixed(
      'NF_',
      'AI_Summary PostDate PostDescription PostImage PostTitle PostURL NewsFeedType PostSourceName PostSourceURL ' +
        'PostSourceIcon Industries Malwares ThreatActors TTPs IOCs SourceCountries Regions TargetCountries CVEs',
    ) + ' Data:j',
  osint: prefixed(
    'OS_',
    'AuthorName AuthorUsername Source UploadedAt MentionDate MentionURL PostSnippet Reach Starred Title',
  ),
  ot_ics: prefixed(
    'OT_',
    'ASN Country SourceIP ContentAddedOn Industry DataType DestPort CountryCode CountryName IP_Reputation Src_IP Timestamp',
  ),
  pastebin: prefixed(
    'PB_',
    'Author ContentUpdatedOn URL Data_Author Content Data_Date Data_PasteID Data_SourceName Data_SourceID Data_URL ' +
      'Data_PasteType Data_Meta',
  ),
  physical_threats:
    prefixed(
      'PT_',
      'Address BaseSourceName BaseSourceURL City_Nested Country Description ID LocationName LocationType Latitude:r ' +
        'Longitude:r PinID PinName_Nested PinString PublishedAt Region SeverityNested SourceCount Sources State ThreatType ' +
        'Title_Nested',
    ) + ' Data:j',
  postman:
    prefixed(
      'PM_',
      'Category Collection DevelopedBy DevelopedByUrl Description PostmanKey Views:i Watchers:i ImageIconUrl LastUpdatedOn ' +
        'LastUpdatedOnDate MetaData ScrappingTime SourceName Title UpdatedAt Url IsPublic APIs Forks Workspace Keyword',
    ) + ' Data:j',
  product_vulnerability:
    prefixed(
      'PV_',
      'Company CVE_ID DocID Product Title Version UpdatedFields Tags New_Counter_Name New_Counter_Remediation ' +
        'New_Exploitability New_EPS_Score New_EPS_Percentile New_Price_0day New_Price_Today Old_EPS_Score ' +
        'Old_EPS_Percentile Old_Price_0day Old_Price_Today SW_Company SW_CompanyID SW_Software SW_Version SW_CreatedAt ' +
        'SW_UpdatedAt SW_LastAlertDate SW_UserID',
    ) + ' Data:j',
  ransomware_updates:
    prefixed('RW_', 'Country CreatedAt Date Description Gang Hash RecordID Industry Region UpdatedAt Victim Website') +
    ' Data:j',
  social_media_monitoring:
    'DataID ' +
    prefixed(
      'SM_',
      'Category Confidence ConfidenceScore:i FindingId DataId Language Location SentimentData SourceData TypeData Weightage:i ' +
        'Tags Content ContentHash MainUrl CreatorName CreatorId CreatorFollowers:i CreatorFollowing:i CreatorIsVerified ' +
        'CreatorDescription CreatorUrl CreatorUsername Domains Subdomains Urls RuleName RuleNiceName RuleWeight:i',
    ),
  ssl_expiry: prefixed(
    'SS_',
    'Asset Expiry DaysUntilExpiry:i Age:i Title Port:i Hash IsValid Issued Cert_Fingerprint_MD5 Cert_Fingerprint_SHA1 ' +
      'Cert_Fingerprint_SHA256 Cert_IsExpired Cert_Issuer_CN Cert_Issuer_O Cert_Issuer_C Cert_Subject_CN SANs Cert_Serial ' +
      'Cert_Valid_NotBefore Cert_Valid_NotAfter Cert_Version Cert_Raw Tags',
  ),
  stealer_logs: prefixed(
    'SL_',
    'App URL_Content Username_Content Password HWID IP Country Domain TA UserHashAD CompromiseDate2 FileName FileSize:i ' +
      'FileCreated FileModified DocID CreatedOn ParentFolder MainURL MainUsername CompromiseDate MalwareFamily Tags',
  ),
  subdomains: 'SD_Subdomain_Nested Data:j',
  telegram_mentions: prefixed('TG_', 'ChatID:l ChatTitle Message CreatedDate UpdatedDate UserID Username2 Urls:j Tags'),
  vulnerability: `Asset ${prefixed('V_', 'Confidence FirstSeen LastSeen Host IP Port:i Severity Title VulnID Type')}`,
  web_applications:
    prefixed(
      'WA_',
      'AppID Confidence Favicon FirstSeen LastSeen Host_Nested Path Port_Nested Severity_Nested Title_Nested URL IPs ' +
        'IsBehindWAF IsCDN IsVHost',
    ) + ' Data:j Tags:j',
}

export const CYBLE_PARSERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(KINDS).map(([kind, columns]) => [`Alerts_${kind}`, `${ALERT} ${columns}`])),
  Alerts_github:
    `${WHOLE} ID Old_Risk_Score New_Risk_Score git_url html_url file_name file_path api_url score:i sha repo_id:i ` +
    'repo_full_name repo_html_url repo_description repo_language repo_fork repo_forks_count:i repo_stars:i repo_private ' +
    'repo_size:i repo_updated_at repo_pushed_at owner_login owner_id:i owner_html_url owner_avatar_url owner_type ' +
    'text_fragment:j matches:j object_type:j object_url:j property:j',
  Alerts_hacktivism:
    `${WHOLE} ID Old_Risk_Score New_Risk_Score Data:j TenantId _ResourceId ` +
    prefixed(
      'HK_',
      'ChannelName ChannelLink Data_ChannelName Countries:j CountryCodes:j PostData PostID PostedAt PostLinksArray:j ' +
        'PostDomainsArray:j PostPhotosArray:j All_URLs:j All_Domains:j Urls_In_Text:j Phones:j Emails:j Attacker AttackerTeam ' +
        'Domain IP Server SourceWebsite WebsiteURL Mirror Timestamp_Raw CountryName CountryCode UpdatedAt_Data Tags',
    ),
  Alerts_phishing:
    `${STATE} Risk_Score:j Data:j ` +
    prefixed(
      'PH_',
      'Brand BrandIndustry BrandWebsite DomainName HostName Title ScreenshotURL Source DetectedAt LastLiveOn IsLive ' +
        'IsTakedown StatusCode LogoMatch ContentMatch IPDetail AWSObjectName DOObjectName Score URLs PhishingKeyword ' +
        'PhishingStatus',
    ),
  Alerts_suspicious_domains:
    `${STATE} A_Records:j MX_Records:j NS_Records:j ` +
    prefixed(
      'SD_',
      'RegistrationDate Source CreatedAt Domain DomainName Fuzzer ID IsLive Keyword LastLiveCheck RawRegDate Score ' +
        'ScreenshotURL Service StatusCode UpdatedAt WhoisEnriched WhoisTries',
    ),
  Alerts_tor_links:
    `${WHOLE} Old_Risk_Score:j New_Risk_Score:j Data:j TenantId Type _ResourceId ` +
    prefixed('TL_', 'Id Doc_Data Doc_Id SearchEngine SearchKeyword TorUrl UpdatedOn Tags'),
}
