import type {
  EntityMapping,
  GroupingConfiguration,
  HuntingQuery,
  NrtRule,
  RuleSource,
  ScheduledRule,
} from '../../src/domain/rule.ts'
import type { EntityType } from '../../src/domain/entity.ts'
import type { Span } from '../../src/domain/diagnostic.ts'
import { days, hours, minutes } from '../../src/time/duration.ts'

/** Id of the rules that the builders make, unless told otherwise. */
export const RULE_ID = '5239248b-abfb-4c6a-8177-b104ade5db56'

const FILE = 'queries/rare-script.yaml'

/** A file whose query stands in a block scalar from line 11 on, indented by two. */
export const ruleSource: RuleSource = {
  file: FILE,
  sha256: 'a'.repeat(64),
  span: (path) => spanAt(path === '' ? 1 : 20, 1, path.length),
  querySpan: (offset, length) => spanAt(11, 3 + offset, length),
  line: (number) => `line ${number}`,
}

function spanAt(line: number, column: number, length: number): Span {
  return { file: FILE, line, column, length }
}

const common = {
  id: RULE_ID,
  name: 'Rare script',
  description: 'A script that was seen once.',
  query: 'AzureActivity | take 10',
  tactics: ['Execution'],
  techniques: ['T1059'],
  entityMappings: [],
  sentinelEntityColumns: [],
  identityColumns: [],
  doubts: [],
  customDetails: {},
  version: '1.0.0',
  tags: [],
  workspaces: [],
  across: [],
  timeout: undefined,
  requiredTables: ['AzureActivity'],
  source: ruleSource,
} as const

export const noGrouping: GroupingConfiguration = {
  enabled: false,
  reopenClosedIncident: false,
  lookbackDuration: hours(5),
  matchingMethod: 'AllEntities',
  groupByEntities: [],
  groupByAlertDetails: [],
  groupByCustomDetails: [],
}

/** A daily rule that fires on any row, makes one alert and one incident of it. */
export function scheduledRule(changes: Partial<ScheduledRule> = {}): ScheduledRule {
  return {
    kind: 'Scheduled',
    ...common,
    severity: 'Medium',
    trigger: { operator: 'gt', threshold: 0 },
    queryFrequency: days(1),
    queryPeriod: days(1),
    eventGrouping: 'SingleAlert',
    alertDetailsOverride: undefined,
    suppression: { enabled: false, duration: hours(5) },
    incidentConfiguration: { createIncident: true, grouping: noGrouping },
    enabled: true,
    scheduling: { cron: undefined, delay: undefined, overlap: undefined, maxCatchUp: undefined },
    ...changes,
  }
}

export function nrtRule(changes: Partial<NrtRule> = {}): NrtRule {
  return { ...scheduledRule(), queryFrequency: minutes(1), queryPeriod: minutes(1), ...changes, kind: 'NRT' }
}

export function huntingQuery(changes: Partial<HuntingQuery> = {}): HuntingQuery {
  return { kind: 'Hunting', ...common, severity: undefined, scheduling: undefined, ...changes }
}

/** A rule whose alerts meet in incidents. */
export function groupingRule(
  grouping: Partial<GroupingConfiguration>,
  changes: Partial<ScheduledRule> = {},
): ScheduledRule {
  const incidentConfiguration = { createIncident: true, grouping: { ...noGrouping, enabled: true, ...grouping } }
  return scheduledRule({ incidentConfiguration, ...changes })
}

/** `mapping('Host', { HostName: 'VirtualMachineName' })` */
export function mapping(entityType: EntityType, fields: Readonly<Record<string, string>>): EntityMapping {
  const fieldMappings = Object.entries(fields).map(([identifier, columnName]) => ({ identifier, columnName }))
  return { entityType, fieldMappings }
}
