import type { EventGrouping, Severity, TriggerOperator } from '../../domain/rule.ts'
import type { Duration } from '../../domain/time.ts'
import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import type { RuleKind, Tactic } from '../facts/limits.ts'
import { readTactics, readTechniques } from './attack.ts'
import type { AlertDetailsOverrideRead, CustomDetailRead } from './details.ts'
import { readAlertDetailsOverride, readCustomDetails, readEventGrouping } from './details.ts'
import type { EntityMappingRead } from './entities.ts'
import { readEntityMappings, readRequiredTables, readSentinelEntityColumns } from './entities.ts'
import type { HuntBlockRead } from './hunt-block.ts'
import { readHuntBlock } from './hunt-block.ts'
import { asDescription, readId, savedSearchTag } from './identity.ts'
import type { IncidentRead } from './incident.ts'
import { readIncident } from './incident.ts'
import type { LegacyColumnRead } from './legacy-columns.ts'
import { readLegacyColumns } from './legacy-columns.ts'
import { asDuration, asKind, asOperator, asSeverity } from './schedule.ts'
import type { Read } from './value.ts'
import { asBoolean, asInteger, asText, itemsOf, readKey } from './value.ts'

/** Everything that a rule file says, read as far as it can be. The checks judge it, `buildRule` makes a rule of it. */
export interface RuleDraft {
  readonly document: RuleDocument
  readonly id: Read<string>
  readonly name: Read<string>
  readonly description: Read<string>
  readonly kind: Read<RuleKind>
  /** The kind that the rule has after all; see `effectiveKind`. */
  readonly effectiveKind: RuleKind
  readonly severity: Read<Severity>
  readonly queryFrequency: Read<Duration>
  readonly queryPeriod: Read<Duration>
  readonly triggerOperator: Read<TriggerOperator>
  readonly triggerThreshold: Read<number>
  readonly tactics: readonly Read<Tactic>[]
  readonly techniques: readonly Read<string>[]
  readonly entityMappings: readonly EntityMappingRead[]
  readonly legacyColumns: readonly LegacyColumnRead[]
  readonly sentinelEntityColumns: readonly Read<string>[]
  readonly customDetails: readonly CustomDetailRead[]
  readonly alertDetailsOverride: AlertDetailsOverrideRead
  readonly eventGrouping: Read<EventGrouping>
  readonly suppressionEnabled: Read<boolean>
  readonly suppressionDuration: Read<Duration>
  readonly incident: IncidentRead
  readonly version: Read<string>
  readonly enabled: Read<boolean>
  readonly hunt: HuntBlockRead
  readonly tags: readonly string[]
  readonly requiredTables: readonly string[]
}

export function readDraft(document: RuleDocument): RuleDraft {
  const description = readKey(document, 'description', asDescription)
  const entityMappings = readEntityMappings(document)
  const draft = {
    document,
    id: readId(document),
    name: readKey(document, 'name', asText),
    description: description.text === undefined ? savedSearchTag(document, 'description') : description,
    kind: readKey(document, 'kind', asKind),
    severity: readKey(document, 'severity', asSeverity),
    queryFrequency: readKey(document, 'queryFrequency', asDuration),
    queryPeriod: readKey(document, 'queryPeriod', asDuration),
    triggerOperator: readKey(document, 'triggerOperator', asOperator),
    triggerThreshold: readKey(document, 'triggerThreshold', asInteger),
    tactics: readTactics(document),
    techniques: readTechniques(document),
    entityMappings,
    legacyColumns: readLegacyColumns(document, entityMappings),
    sentinelEntityColumns: readSentinelEntityColumns(document),
    customDetails: readCustomDetails(document),
    alertDetailsOverride: readAlertDetailsOverride(document),
    eventGrouping: readEventGrouping(document),
    suppressionEnabled: readKey(document, 'suppressionEnabled', asBoolean),
    suppressionDuration: readKey(document, 'suppressionDuration', asDuration),
    incident: readIncident(document),
    version: readKey(document, 'version', asText),
    enabled: readKey(document, 'enabled', asBoolean),
    hunt: readHuntBlock(document),
    tags: readTags(document),
    requiredTables: readRequiredTables(document),
  }
  return { ...draft, effectiveKind: effectiveKind(draft) }
}

/**
 * Of the published hunting queries some say `kind: Scheduled` and have no schedule, others have a schedule and no kind
 * (contract B2). A rule is scheduled when it says so or names a trigger, and has at least one readable duration; what is
 * left runs by hand, as a hunting query.
 */
function effectiveKind(draft: Omit<RuleDraft, 'effectiveKind'>): RuleKind {
  if (draft.kind.value === 'NRT' || draft.kind.value === 'Hunting') return draft.kind.value
  const hasDuration = draft.queryFrequency.value !== undefined || draft.queryPeriod.value !== undefined
  const hasTrigger = draft.triggerOperator.text !== undefined || draft.triggerThreshold.text !== undefined
  return hasDuration && (draft.kind.value === 'Scheduled' || hasTrigger) ? 'Scheduled' : 'Hunting'
}

/** Text tags as they are; tags that are mappings (`Schema: ASimDns`) as `key: value`. */
function readTags(document: RuleDocument): readonly string[] {
  return itemsOf(document.keys.get('tags')?.value, 'tags').flatMap(({ node }) => {
    if (node.kind === 'scalar') return [node.text]
    if (node.kind !== 'map' || entryOf(node, 'value') !== undefined) return []
    return node.entries.flatMap(({ key, value }) => (value.kind === 'scalar' ? [`${key}: ${value.text}`] : []))
  })
}
