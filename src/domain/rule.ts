import type { Diagnostic, Span } from './diagnostic.ts'
import type { EntityType } from './entity.ts'
import type { Exclusion } from './exclusion.ts'
import type { Duration } from './time.ts'

/** Ordered from least to most severe. */
export const SEVERITIES = ['Informational', 'Low', 'Medium', 'High'] as const
export type Severity = (typeof SEVERITIES)[number]

/** ATT&CK tactics as rule files spell them; shared/reference/azure-contract.md B1. */
export const TACTICS = [
  'InitialAccess',
  'Execution',
  'Persistence',
  'PrivilegeEscalation',
  'DefenseEvasion',
  'CredentialAccess',
  'Discovery',
  'LateralMovement',
  'Collection',
  'Exfiltration',
  'CommandAndControl',
  'Impact',
  'Reconnaissance',
  'ResourceDevelopment',
  'ImpairProcessControl',
  'InhibitResponseFunction',
  'PreAttack',
] as const
export type Tactic = (typeof TACTICS)[number]

export type TriggerOperator = 'gt' | 'lt' | 'eq' | 'ne'
export interface Trigger {
  readonly operator: TriggerOperator
  /** 0 to 10,000. */
  readonly threshold: number
}

export type EventGrouping = 'SingleAlert' | 'AlertPerResult'

export interface FieldMapping {
  readonly identifier: string
  readonly columnName: string
}

export interface EntityMapping {
  readonly entityType: EntityType
  readonly fieldMappings: readonly FieldMapping[]
}

export interface AlertDetailsOverride {
  readonly alertDisplayNameFormat?: string
  readonly alertDescriptionFormat?: string
  readonly alertTacticsColumnName?: string
  readonly alertSeverityColumnName?: string
  readonly alertDynamicProperties: readonly { readonly alertProperty: string; readonly value: string }[]
}

export type MatchingMethod = 'AllEntities' | 'AnyAlert' | 'Selected'

export interface GroupingConfiguration {
  readonly enabled: boolean
  readonly reopenClosedIncident: boolean
  readonly lookbackDuration: Duration
  readonly matchingMethod: MatchingMethod
  readonly groupByEntities: readonly EntityType[]
  readonly groupByAlertDetails: readonly string[]
  readonly groupByCustomDetails: readonly string[]
}

export interface IncidentConfiguration {
  readonly createIncident: boolean
  readonly grouping: GroupingConfiguration
}

export interface RuleSource {
  /** Path as the user would type it: relative to the working directory where possible, with `/`. */
  readonly file: string
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly sha256: string
  /** Where a top-level or nested key's value stands, for example `entityMappings.0.fieldMappings.1.columnName`. */
  span(path: string): Span
  /**
   * Translates an offset in `query` (UTF-16 units) to its place in the YAML file, through indentation,
   * folding, quoting and stripped fences.
   */
  querySpan(offset: number, length: number): Span
  /** The text of a line of the file, line counted from 1. */
  line(number: number): string
}

interface RuleBase {
  /** The rule's GUID in lower case; for a file without a usable one a GUID derived from the file's path. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly query: string
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly entityMappings: readonly EntityMapping[]
  /** Columns that carry ready-made entities (`sentinelEntitiesMappings`). */
  readonly sentinelEntityColumns: readonly string[]
  /** Detail key → column name. */
  readonly customDetails: Readonly<Record<string, string>>
  readonly version: string | undefined
  readonly tags: readonly string[]
  /**
   * Columns whose cells say which finding a row is (`hunt.identity`); none means all. A rule names them where other columns
   * depend on the window that is searched: a count, a prevalence, a set that grows.
   */
  readonly identityColumns: readonly string[]
  /** Names and tags of the workspaces in which the rule runs (`hunt.workspaces`); none means all. */
  readonly workspaces: readonly string[]
  /** Names and tags of further workspaces that each of its queries reads too (`hunt.across`). */
  readonly across: readonly string[]
  /** How long each of its queries may take (`hunt.timeout`); undefined leaves it to the settings. */
  readonly timeout: Duration | undefined
  /** Tables that the rule declares under requiredDataConnectors. */
  readonly requiredTables: readonly string[]
  /** What the loader read with tolerance, as warnings: the rule runs, but perhaps not as its author meant. */
  readonly doubts: readonly Diagnostic[]
  /** From the `.exclusions.yaml` file beside it; absent means none. */
  readonly exclusions?: readonly Exclusion[]
  readonly source: RuleSource
}

/** What a rule says of its schedule beyond Sentinel's format, in its `hunt:` block; undefined leaves it to the settings. */
export interface Scheduling {
  /** Slots at the times of a cron expression in a time zone, instead of every `queryFrequency`. */
  readonly cron: { readonly expression: string; readonly timezone: string } | undefined
  readonly delay: Duration | undefined
  readonly overlap: Overlap | undefined
  readonly maxCatchUp: Duration | undefined
}

/**
 * How much of the past each window reads once more, for records that came late. `measured`: as much as the tables of the
 * rule were measured to need.
 */
export type Overlap = Duration | 'measured'

/** The schedule of a hunting query, all of it from its `hunt:` block. */
export interface HuntScheduling extends Scheduling {
  /** Undefined if and only if `cron` is set. */
  readonly frequency: Duration | undefined
  readonly period: Duration
}

interface AlertingRule extends RuleBase {
  readonly severity: Severity
  readonly trigger: Trigger
  readonly queryFrequency: Duration
  readonly queryPeriod: Duration
  readonly eventGrouping: EventGrouping
  readonly alertDetailsOverride: AlertDetailsOverride | undefined
  readonly suppression: { readonly enabled: boolean; readonly duration: Duration }
  readonly incidentConfiguration: IncidentConfiguration
  readonly enabled: boolean
  readonly scheduling: Scheduling
}

export interface ScheduledRule extends AlertingRule {
  readonly kind: 'Scheduled'
}

/** Near-real-time rule: every minute over the minute before; the loader fills frequency and period in (contract B9). */
export interface NrtRule extends AlertingRule {
  readonly kind: 'NRT'
}

/** No trigger and no alert: its rows are findings that open nothing. Some carry a severity. */
export interface HuntingQuery extends RuleBase {
  readonly kind: 'Hunting'
  readonly severity: Severity | undefined
  /** Undefined: run ad hoc over a window that the caller gives. */
  readonly scheduling: HuntScheduling | undefined
}

export type ScheduledHunt = HuntingQuery & { readonly scheduling: HuntScheduling }

/** A rule that says when it runs and how far it looks back. */
export type TimedRule = ScheduledRule | NrtRule | ScheduledHunt

export function isTimed(rule: Rule): rule is TimedRule {
  return rule.kind !== 'Hunting' || rule.scheduling !== undefined
}

export type Rule = ScheduledRule | NrtRule | HuntingQuery
