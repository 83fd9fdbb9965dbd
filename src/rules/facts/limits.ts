import { days, hours, minutes } from '../../time/duration.ts'

/** Bounds that Sentinel sets on rules; shared/reference/azure-contract.md B1, B5 and B7. */
export const LIMITS = {
  frequency: { least: minutes(5), most: days(14) },
  period: { least: minutes(5), most: days(14) },
  /** From this period on, a rule may not run more often than hourly. */
  longPeriod: days(2),
  longPeriodFrequency: hours(1),
  threshold: { least: 0, most: 10_000 },
  queryLength: 10_000,
  nameLength: 256,
  descriptionLength: 5000,
  versionLength: 20,
  entityMappings: 10,
  fieldMappings: 3,
  columnNameLength: 500,
  customDetails: 20,
  customDetailKeyLength: 20,
  displayNameFormatLength: 256,
  descriptionFormatLength: 5000,
  placeholders: 3,
  suppression: { least: minutes(5), most: hours(24) },
  lookback: { least: minutes(5), most: days(7) },
} as const

/** A column name in a mapping. */
export const COLUMN_NAME = /^[a-zA-Z_]+\w*$/

/** Default of `suppressionDuration` and `lookbackDuration`. */
export const FIVE_HOURS = hours(5)

export const RULE_KINDS = ['Scheduled', 'NRT', 'Hunting'] as const
export type RuleKind = (typeof RULE_KINDS)[number]

export const TACTICS = [
  'Reconnaissance',
  'ResourceDevelopment',
  'InitialAccess',
  'Execution',
  'Persistence',
  'PrivilegeEscalation',
  'DefenseEvasion',
  'CredentialAccess',
  'Discovery',
  'LateralMovement',
  'Collection',
  'CommandAndControl',
  'Exfiltration',
  'Impact',
  'ImpairProcessControl',
  'InhibitResponseFunction',
  'PreAttack',
] as const
export type Tactic = (typeof TACTICS)[number]

/** Alert properties that `alertDynamicProperties` may set; contract B5. */
export const ALERT_PROPERTIES = [
  'AlertLink',
  'ConfidenceLevel',
  'ConfidenceScore',
  'ExtendedLinks',
  'ProductComponentName',
  'ProductName',
  'ProviderName',
  'RemediationSteps',
  'Techniques',
] as const

/** What an incident may be grouped by besides entities and custom details; contract B7. */
export const GROUPING_ALERT_DETAILS = ['DisplayName', 'Severity'] as const

/** Columns by which rules mapped entities before `entityMappings` existed; contract B1, legacy rule. */
export const LEGACY_ENTITY_COLUMNS = {
  AccountCustomEntity: { entityType: 'Account', identifier: 'FullName' },
  HostCustomEntity: { entityType: 'Host', identifier: 'FullName' },
  IPCustomEntity: { entityType: 'IP', identifier: 'Address' },
  URLCustomEntity: { entityType: 'URL', identifier: 'Url' },
  ProcessCustomEntity: { entityType: 'Process', identifier: 'CommandLine' },
  FileHashCustomEntity: { entityType: 'FileHash', identifier: 'Value' },
} as const
