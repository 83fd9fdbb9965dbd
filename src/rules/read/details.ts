import type { EventGrouping } from '../../domain/rule.ts'
import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import type { Read } from './value.ts'
import { asChoice, asText, itemsOf, readField, readNode } from './value.ts'

export interface CustomDetailRead {
  readonly key: string
  readonly column: Read<string>
}

export function readCustomDetails(document: RuleDocument): readonly CustomDetailRead[] {
  const node = document.keys.get('customDetails')?.value
  if (node?.kind !== 'map') return []
  return node.entries.map(({ key, value }) => ({ key, column: readNode(value, `customDetails.${key}`, asText) }))
}

export const asEventGrouping = asChoice<EventGrouping>(['SingleAlert', 'AlertPerResult'])

export function readEventGrouping(document: RuleDocument): Read<EventGrouping> {
  const node = document.keys.get('eventGroupingSettings')?.value
  return readField(node, 'eventGroupingSettings', ['aggregationKind'], asEventGrouping)
}

export interface AlertDetailsOverrideRead {
  readonly isPresent: boolean
  readonly displayName: Read<string>
  readonly description: Read<string>
  readonly tacticsColumn: Read<string>
  readonly severityColumn: Read<string>
  readonly dynamicProperties: readonly { readonly property: Read<string>; readonly value: Read<string> }[]
}

export function readAlertDetailsOverride(document: RuleDocument): AlertDetailsOverrideRead {
  const path = 'alertDetailsOverride'
  const node = document.keys.get(path)?.value
  const dynamic = node === undefined ? undefined : entryOf(node, 'alertDynamicProperties')?.value
  return {
    isPresent: node?.kind === 'map',
    displayName: readField(node, path, ['alertDisplayNameFormat'], asText),
    description: readField(node, path, ['alertDescriptionFormat'], asText),
    tacticsColumn: readField(node, path, ['alertTacticsColumnName'], asText),
    severityColumn: readField(node, path, ['alertSeverityColumnName'], asText),
    dynamicProperties: itemsOf(dynamic, `${path}.alertDynamicProperties`).map((item) => ({
      property: readField(item.node, item.path, ['alertProperty'], asText),
      value: readField(item.node, item.path, ['value'], asText),
    })),
  }
}

export interface Placeholder {
  /** Between the braces, as written. */
  readonly text: string
  readonly column: string
  /** Range in the format, braces included. */
  readonly offset: number
  readonly length: number
}

/** `{{Column}}` in a format text. */
export function placeholdersOf(format: string): readonly Placeholder[] {
  return [...format.matchAll(/\{\{([^{}]*)\}\}/g)].map(({ 0: whole, 1: text = '', index }) => {
    return { text, column: text.trim(), offset: index, length: whole.length }
  })
}
