/**
 * Entity types of rule files and their identifiers; shared/reference/azure-contract.md, section C.
 */
export interface EntityTypeFacts {
  readonly identifiers: readonly string[]
  /** An entity mapping needs at least one of these sets. */
  readonly required: readonly (readonly string[])[]
  /** A set that identifies the entity by itself; anything less merges badly. Sets that need a second entity are left out. */
  readonly strong: readonly (readonly string[])[]
}

const any = (...names: readonly string[]): readonly (readonly string[])[] => names.map((name) => [name])

export const ENTITY_TYPES = {
  Account: {
    identifiers: [
      'Name',
      'FullName',
      'NTDomain',
      'DnsDomain',
      'UPNSuffix',
      'Sid',
      'AadTenantId',
      'AadUserId',
      'PUID',
      'IsDomainJoined',
      'DisplayName',
      'ObjectGuid',
    ],
    required: any('FullName', 'Sid', 'Name', 'AadUserId', 'PUID', 'ObjectGuid'),
    strong: [
      ['Name', 'UPNSuffix'],
      ['AadUserId'],
      ['Sid'],
      ['Name', 'NTDomain'],
      ['Name', 'DnsDomain'],
      ['PUID'],
      ['ObjectGuid'],
    ],
  },
  Host: {
    identifiers: [
      'DnsDomain',
      'NTDomain',
      'HostName',
      'FullName',
      'NetBiosName',
      'AzureID',
      'OMSAgentID',
      'OSFamily',
      'OSVersion',
      'IsDomainJoined',
    ],
    required: any('FullName', 'HostName', 'NetBiosName', 'AzureID', 'OMSAgentID'),
    strong: [
      ['HostName', 'NTDomain'],
      ['HostName', 'DnsDomain'],
      ['NetBiosName', 'NTDomain'],
      ['NetBiosName', 'DnsDomain'],
      ['AzureID'],
      ['OMSAgentID'],
    ],
  },
  IP: { identifiers: ['Address', 'AddressScope'], required: any('Address'), strong: any('Address') },
  URL: { identifiers: ['Url'], required: any('Url'), strong: any('Url') },
  AzureResource: { identifiers: ['ResourceId'], required: any('ResourceId'), strong: any('ResourceId') },
  CloudApplication: {
    identifiers: ['AppId', 'Name', 'InstanceName'],
    required: any('AppId', 'Name'),
    strong: any('AppId', 'Name'),
  },
  DNS: { identifiers: ['DomainName'], required: any('DomainName'), strong: [] },
  File: { identifiers: ['Directory', 'Name'], required: any('Name'), strong: [['Name', 'Directory']] },
  FileHash: {
    identifiers: ['Algorithm', 'Value'],
    required: [['Algorithm', 'Value']],
    strong: [['Algorithm', 'Value']],
  },
  Malware: { identifiers: ['Name', 'Category'], required: any('Name'), strong: [['Name', 'Category']] },
  Process: {
    identifiers: ['ProcessId', 'CommandLine', 'ElevationToken', 'CreationTimeUtc'],
    required: any('CommandLine', 'ProcessId'),
    strong: [],
  },
  RegistryKey: { identifiers: ['Hive', 'Key'], required: any('Hive', 'Key'), strong: [['Hive', 'Key']] },
  RegistryValue: { identifiers: ['Name', 'Value', 'ValueType'], required: any('Name'), strong: [] },
  SecurityGroup: {
    identifiers: ['DistinguishedName', 'SID', 'ObjectGuid'],
    required: any('DistinguishedName', 'SID', 'ObjectGuid'),
    strong: any('DistinguishedName', 'SID', 'ObjectGuid'),
  },
  IoTDevice: {
    identifiers: [
      'DeviceId',
      'DeviceName',
      'Manufacturer',
      'Model',
      'FirmwareVersion',
      'OperatingSystem',
      'MacAddress',
      'Protocols',
      'SerialNumber',
      'Source',
      'IoTSecurityAgentId',
      'DeviceType',
    ],
    required: any('DeviceId'),
    strong: [],
  },
  Mailbox: {
    identifiers: ['MailboxPrimaryAddress', 'DisplayName', 'Upn', 'ExternalDirectoryObjectId', 'RiskLevel'],
    required: any('MailboxPrimaryAddress'),
    strong: any('MailboxPrimaryAddress'),
  },
  MailCluster: {
    identifiers: [
      'NetworkMessageIds',
      'CountByDeliveryStatus',
      'CountByThreatType',
      'CountByProtectionStatus',
      'Threats',
      'Query',
      'QueryTime',
      'MailCount',
      'IsVolumeAnomaly',
      'Source',
      'ClusterSourceIdentifier',
      'ClusterSourceType',
      'ClusterQueryStartTime',
      'ClusterQueryEndTime',
      'ClusterGroup',
    ],
    required: any('Query', 'Source'),
    strong: [['Query', 'Source']],
  },
  MailMessage: {
    identifiers: [
      'Recipient',
      'Urls',
      'Threats',
      'Sender',
      'P1Sender',
      'P1SenderDisplayName',
      'P1SenderDomain',
      'SenderIP',
      'P2Sender',
      'P2SenderDisplayName',
      'P2SenderDomain',
      'ReceivedDate',
      'NetworkMessageId',
      'InternetMessageId',
      'Subject',
      'BodyFingerprintBin1',
      'BodyFingerprintBin2',
      'BodyFingerprintBin3',
      'BodyFingerprintBin4',
      'BodyFingerprintBin5',
      'AntispamDirection',
      'DeliveryAction',
      'DeliveryLocation',
      'Language',
      'ThreatDetectionMethods',
    ],
    required: any('NetworkMessageId', 'Recipient'),
    strong: [['NetworkMessageId', 'Recipient']],
  },
  SubmissionMail: {
    identifiers: [
      'NetworkMessageId',
      'Timestamp',
      'Recipient',
      'Sender',
      'SenderIp',
      'Subject',
      'ReportType',
      'SubmissionId',
      'SubmissionDate',
      'Submitter',
    ],
    required: any('SubmissionId', 'NetworkMessageId', 'Recipient', 'Submitter'),
    strong: [['SubmissionId', 'NetworkMessageId', 'Recipient', 'Submitter']],
  },
} as const satisfies Readonly<Record<string, EntityTypeFacts>>

export type EntityType = keyof typeof ENTITY_TYPES

/** One entity of a finding: its type and the identifiers that the row filled, in the order of the type's table. */
export interface Entity {
  readonly type: EntityType
  readonly identifiers: Readonly<Record<string, string>>
  /** True when a strong set is filled, so that the entity identifies alone. */
  readonly strong: boolean
  /** Index of the rule's entity mapping that made it; absent on ready-made entities (`sentinelEntitiesMappings`). */
  readonly mapping?: number
}

/** Why a mapping gave no entity for a row, or only part of one. Reported, never dropped silently. */
export interface EntityProblem {
  readonly entityType: EntityType
  /** Index of the mapping in the rule's `entityMappings`. */
  readonly mapping: number
  readonly reason: 'missing-column' | 'empty-value' | 'generic-account-name' | 'unusable-value'
  readonly identifier: string
  readonly columnName: string
}
