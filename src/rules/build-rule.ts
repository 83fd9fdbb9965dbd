import type { Diagnostic } from '../domain/diagnostic.ts'
import type {
  AlertDetailsOverride,
  EntityMapping,
  GroupingConfiguration,
  HuntingQuery,
  HuntScheduling,
  IncidentConfiguration,
  NrtRule,
  Rule,
  RuleSource,
  ScheduledRule,
  Scheduling,
} from '../domain/rule.ts'
import { days, minutes } from '../time/duration.ts'
import { HUNTING_PERIOD } from '../time/default-times.ts'
import { FIVE_HOURS, LEGACY_ENTITY_COLUMNS } from './facts/limits.ts'
import type { EntityMappingRead } from './read/entities.ts'
import type { GroupingRead } from './read/incident.ts'
import type { RuleDraft } from './read/rule-draft.ts'
import type { Read } from './read/value.ts'

/**
 * The rule that a draft amounts to; undefined without a query, the one thing that nothing can replace. Whatever else is
 * missing or unreadable gets Sentinel's default, and a check says so.
 */
export function buildRule(draft: RuleDraft, id: string, doubts: readonly Diagnostic[]): Rule | undefined {
  const { document, effectiveKind } = draft
  const query = document.query?.text
  if (query === undefined || query.trim() === '') return undefined
  const base = { id, query, doubts, ...describedOf(draft) }
  if (effectiveKind === 'Hunting') {
    return {
      ...base,
      kind: 'Hunting',
      severity: draft.severity.value,
      scheduling: huntSchedulingOf(draft),
    } satisfies HuntingQuery
  }
  const alerting = { ...base, ...alertingOf(draft) }
  if (effectiveKind === 'NRT') {
    // Every minute over the minute before (contract B9); durations in the file have no effect.
    return { ...alerting, kind: 'NRT', queryFrequency: minutes(1), queryPeriod: minutes(1) } satisfies NrtRule
  }
  const frequency = draft.queryFrequency.value ?? draft.queryPeriod.value ?? days(1)
  return {
    ...alerting,
    kind: 'Scheduled',
    queryFrequency: frequency,
    queryPeriod: draft.queryPeriod.value ?? frequency,
  } satisfies ScheduledRule
}

/** What all kinds of rules have. */
function describedOf(draft: RuleDraft) {
  return {
    name: draft.name.value || nameFromFile(draft.document.source.file),
    description: draft.description.value ?? '',
    tactics: distinct(draft.tactics.flatMap(({ value }) => value ?? [])),
    techniques: distinct(draft.techniques.flatMap(({ value }) => value ?? [])),
    entityMappings: entityMappingsOf(draft).map(({ mapping }) => mapping),
    sentinelEntityColumns: draft.sentinelEntityColumns.flatMap(({ value }) => value || []),
    customDetails: Object.fromEntries(
      draft.customDetails.flatMap(({ key, column }) => (column.value ? [[key, column.value] as const] : [])),
    ),
    version: draft.version.value || undefined,
    tags: draft.tags,
    identityColumns: distinct(draft.hunt.identity.flatMap(({ value }) => value || [])),
    workspaces: distinct(draft.hunt.workspaces.flatMap(({ value }) => value || [])),
    across: distinct(draft.hunt.across.flatMap(({ value }) => value || [])),
    timeout: draft.hunt.timeout.value,
    requiredTables: draft.requiredTables,
    source: sourceOf(draft),
  }
}

function alertingOf(draft: RuleDraft) {
  return {
    severity: draft.severity.value ?? 'Medium',
    trigger: { operator: draft.triggerOperator.value ?? 'gt', threshold: draft.triggerThreshold.value ?? 0 },
    eventGrouping: draft.eventGrouping.value ?? 'SingleAlert',
    alertDetailsOverride: overrideOf(draft),
    suppression: {
      enabled: draft.suppressionEnabled.value ?? false,
      duration: draft.suppressionDuration.value ?? FIVE_HOURS,
    },
    incidentConfiguration: incidentOf(draft),
    enabled: draft.enabled.value ?? true,
    scheduling: schedulingOf(draft),
  } as const
}

function schedulingOf({ hunt }: RuleDraft): Scheduling {
  const { cron, timezone, delay, overlap, maxCatchUp } = hunt
  return {
    cron: cron.value === undefined ? undefined : { expression: cron.value, timezone: timezone.value ?? 'UTC' },
    delay: delay.value,
    overlap: overlap.value,
    maxCatchUp: maxCatchUp.value,
  }
}

/** Without a frequency or a cron expression a hunting query runs only when somebody asks. */
function huntSchedulingOf(draft: RuleDraft): HuntScheduling | undefined {
  const scheduling = schedulingOf(draft)
  const frequency = scheduling.cron === undefined ? draft.hunt.frequency.value : undefined
  if (scheduling.cron === undefined && frequency === undefined) return undefined
  return { ...scheduling, frequency, period: draft.hunt.period.value ?? frequency ?? HUNTING_PERIOD }
}

interface BuiltMapping {
  readonly mapping: EntityMapping
  /** Where each part of the mapping was read; undefined for one that stands for a legacy column of the query. */
  readonly read: EntityMappingRead | undefined
}

/**
 * Mappings with a known type and at least one known identifier. Columns such as `AccountCustomEntity`, which the query
 * names and nothing maps, become mappings, as Sentinel reads them.
 */
export function entityMappingsOf(draft: RuleDraft): readonly BuiltMapping[] {
  const written = draft.entityMappings.flatMap((read): BuiltMapping[] => {
    const entityType = read.entityType.value
    const usable = read.fieldMappings.filter(({ identifier, columnName }) => identifier.value && columnName.value)
    if (entityType === undefined || usable.length === 0) return []
    const fieldMappings = usable.map(({ identifier, columnName }) => {
      return { identifier: identifier.value ?? '', columnName: columnName.value ?? '' }
    })
    return [{ read: { ...read, fieldMappings: usable }, mapping: { entityType, fieldMappings } }]
  })
  const legacy = draft.legacyColumns.map(({ column }): BuiltMapping => {
    const { entityType, identifier } = LEGACY_ENTITY_COLUMNS[column]
    return { read: undefined, mapping: { entityType, fieldMappings: [{ identifier, columnName: column }] } }
  })
  return [...written, ...legacy]
}

function overrideOf({ alertDetailsOverride: read }: RuleDraft): AlertDetailsOverride | undefined {
  if (!read.isPresent) return undefined
  return {
    ...optional('alertDisplayNameFormat', read.displayName),
    ...optional('alertDescriptionFormat', read.description),
    ...optional('alertTacticsColumnName', read.tacticsColumn),
    ...optional('alertSeverityColumnName', read.severityColumn),
    alertDynamicProperties: read.dynamicProperties.flatMap(({ property, value }) => {
      return property.value && value.value ? [{ alertProperty: property.value, value: value.value }] : []
    }),
  }
}

function optional<K extends string>(key: K, { value }: Read<string>): Partial<Record<K, string>> {
  return value ? ({ [key]: value } as Record<K, string>) : {}
}

function incidentOf({ incident }: RuleDraft): IncidentConfiguration {
  const { grouping } = incident
  return {
    createIncident: incident.createIncident.value ?? true,
    grouping: grouping === undefined ? NO_GROUPING : groupingOf(grouping),
  }
}

const NO_GROUPING: GroupingConfiguration = {
  enabled: false,
  reopenClosedIncident: false,
  lookbackDuration: FIVE_HOURS,
  matchingMethod: 'AllEntities',
  groupByEntities: [],
  groupByAlertDetails: [],
  groupByCustomDetails: [],
}

function groupingOf(read: GroupingRead): GroupingConfiguration {
  return {
    enabled: read.enabled.value ?? false,
    reopenClosedIncident: read.reopenClosedIncident.value ?? false,
    lookbackDuration: read.lookbackDuration.value ?? FIVE_HOURS,
    matchingMethod: read.matchingMethod.value ?? 'AllEntities',
    groupByEntities: read.groupByEntities.flatMap(({ value }) => value ?? []),
    groupByAlertDetails: read.groupByAlertDetails.flatMap(({ value }) => value ?? []),
    groupByCustomDetails: read.groupByCustomDetails.flatMap(({ value }) => value || []),
  }
}

function sourceOf(draft: RuleDraft): RuleSource {
  const { document } = draft
  const { source } = document
  return {
    file: source.file,
    sha256: source.sha256,
    line: (number) => source.line(number),
    span: (path) => document.span({ kind: 'path', path: documentPath(path, draft) }),
    querySpan: (offset, length) => document.span({ kind: 'query', offset, length }),
  }
}

/**
 * Indexes under `entityMappings` and `fieldMappings` count in the rule, which leaves unusable mappings out; the file has
 * them all. A mapping made from a legacy column stands where the query does.
 */
function documentPath(path: string, draft: RuleDraft): string {
  const [key, index, list, field, ...rest] = path.split('.')
  if (key !== 'entityMappings' || index === undefined) return path
  const built = entityMappingsOf(draft)[Number(index)]
  if (built === undefined) return path
  if (built.read === undefined) return 'query'
  const fieldRead =
    list === 'fieldMappings' && field !== undefined ? built.read.fieldMappings[Number(field)] : undefined
  if (fieldRead !== undefined) return [fieldRead.path, ...rest].join('.')
  return [
    built.read.path,
    ...(list === undefined ? [] : [list]),
    ...(field === undefined ? [] : [field]),
    ...rest,
  ].join('.')
}

function nameFromFile(file: string): string {
  const base = file.split('/').at(-1) ?? file
  return base.replace(/\.(ya?ml|json)$/i, '') || file
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)]
}
