import type { EntityType } from '../../domain/entity.ts'
import type { MatchingMethod } from '../../domain/rule.ts'
import type { Duration } from '../../domain/time.ts'
import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import type { MapEntry, YamlNode } from '../document/tree.ts'
import { GROUPING_ALERT_DETAILS } from '../facts/limits.ts'
import { asEntityType } from './entities.ts'
import { asDuration } from './schedule.ts'
import type { Parse, Read } from './value.ts'
import { asBoolean, asChoice, asText, itemsOf, readField, readNode } from './value.ts'

export const MATCHING_METHODS: readonly MatchingMethod[] = ['AllEntities', 'AnyAlert', 'Selected']

/** The names of API versions before 2021, which files and Terraform modules still carry. */
export const OLDER_NAMES: Readonly<Record<string, string>> = {
  groupingconfigurationenabled: 'enabled',
  reopenclosedincidents: 'reopenClosedIncident',
  entitiesmatchingmethod: 'matchingMethod',
  groupby: 'groupByEntities',
}

const OLDER_METHODS: Readonly<Record<string, MatchingMethod>> = {
  All: 'AllEntities',
  None: 'AnyAlert',
  Custom: 'Selected',
}

export const asMatchingMethod = asChoice(MATCHING_METHODS, OLDER_METHODS)

export interface IncidentRead {
  readonly isPresent: boolean
  readonly createIncident: Read<boolean>
  readonly grouping: GroupingRead | undefined
}

export interface GroupingRead {
  readonly path: string
  readonly enabled: Read<boolean>
  readonly reopenClosedIncident: Read<boolean>
  readonly lookbackDuration: Read<Duration>
  readonly matchingMethod: Read<MatchingMethod>
  readonly groupByEntities: readonly Read<EntityType>[]
  readonly groupByAlertDetails: readonly Read<string>[]
  readonly groupByCustomDetails: readonly Read<string>[]
  /** Keys under an older name. */
  readonly olderNames: readonly { readonly entry: MapEntry; readonly name: string }[]
  /** Keys of the grouping that have a value. */
  readonly given: ReadonlySet<string>
}

export function readIncident(document: RuleDocument): IncidentRead {
  const path = 'incidentConfiguration'
  const node = document.keys.get(path)?.value
  const grouping = node === undefined ? undefined : entryOf(node, 'groupingConfiguration')
  return {
    isPresent: node?.kind === 'map',
    createIncident: readField(node, path, ['createIncident'], asBoolean),
    grouping: grouping === undefined ? undefined : readGrouping(grouping.value, `${path}.${grouping.key}`),
  }
}

function readGrouping(node: YamlNode, path: string): GroupingRead | undefined {
  if (node.kind !== 'map') return undefined
  const olderNames = node.entries.flatMap((entry) => {
    const name = OLDER_NAMES[entry.key.toLowerCase()]
    return name === undefined ? [] : [{ entry, name }]
  })
  const namesOf = (name: string): readonly string[] => [
    name,
    ...Object.keys(OLDER_NAMES).filter((older) => OLDER_NAMES[older] === name),
  ]
  const given = new Set(node.entries.filter(({ value }) => value.kind !== 'null').map(({ key }) => currentName(key)))
  const list = <T>(name: string, parse: Parse<T>): readonly Read<T>[] => {
    const entry = namesOf(name).flatMap((candidate) => entryOf(node, candidate) ?? [])[0]
    return itemsOf(entry?.value, `${path}.${entry?.key ?? name}`).map((item) => readNode(item.node, item.path, parse))
  }
  return {
    path,
    enabled: readField(node, path, namesOf('enabled'), asBoolean),
    reopenClosedIncident: readField(node, path, namesOf('reopenClosedIncident'), asBoolean),
    lookbackDuration: readField(node, path, ['lookbackDuration'], asDuration),
    matchingMethod: readField(node, path, namesOf('matchingMethod'), asMatchingMethod),
    groupByEntities: list('groupByEntities', asEntityType),
    groupByAlertDetails: list('groupByAlertDetails', asChoice(GROUPING_ALERT_DETAILS)),
    groupByCustomDetails: list('groupByCustomDetails', asText),
    olderNames,
    given,
  }
}

function currentName(key: string): string {
  return OLDER_NAMES[key.toLowerCase()] ?? key.charAt(0).toLowerCase() + key.slice(1)
}
