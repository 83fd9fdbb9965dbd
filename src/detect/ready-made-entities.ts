import { ENTITY_TYPES } from '../domain/entity.ts'
import type { Entity, EntityType } from '../domain/entity.ts'
import type { Column, Row } from '../domain/kusto.ts'
import { cellText } from '../text/cell-text.ts'
import { makeEntity } from './entities.ts'
import type { Remarks } from './remarks.ts'
import { factsOf } from './strength.ts'

/** Entity types by the spelling of `Type` in alerts: `azure-resource` is AzureResource (shared/reference/azure-contract.md C). */
const TYPES = new Map(Object.keys(ENTITY_TYPES).map((type) => [type.toLowerCase(), type as EntityType]))

/**
 * Makes the function that reads the entities that a row carries ready-made, as the `Entities` column of an alert does:
 * a JSON list of objects with `Type` and identifiers. What cannot be read is noted.
 */
export function readyMadeEntityReader(
  columnNames: readonly string[],
  columns: readonly Column[],
  remarks: Remarks,
): (row: Row) => readonly Entity[] {
  const positions = columnNames.flatMap((name) => {
    const position = columns.findIndex((column) => column.name === name)
    if (position < 0) remarks.warn(`sentinelEntitiesMappings: the result has no column "${name}"`)
    return position < 0 ? [] : [{ name, position }]
  })
  return (row) =>
    positions.flatMap(({ name, position }) => {
      const text = cellText(row[position] ?? null)
      return text === '' ? [] : readEntities(text, name, remarks)
    })
}

function readEntities(text: string, columnName: string, remarks: Remarks): readonly Entity[] {
  const items = parseItems(text)
  if (items === undefined) {
    remarks.warn(`sentinelEntitiesMappings: a value of column "${columnName}" is no JSON list of entities`)
    return []
  }
  return items.flatMap((item) => {
    // A reference repeats an object that stands in full elsewhere in the list.
    if ('$ref' in item) return []
    const typeText = String(item['Type'] ?? item['type'] ?? '')
    const type = TYPES.get(typeText.replace(/-/g, '').toLowerCase())
    if (type === undefined) {
      remarks.warn(`sentinelEntitiesMappings: column "${columnName}" holds an entity of unknown type`)
      return []
    }
    const made = makeEntity(type, identifiersIn(type, item))
    if (made.kind === 'made') return [made.entity]
    const why = made.kind === 'generic' ? 'has a generic account name' : 'lacks the identifiers it needs'
    remarks.warn(`sentinelEntitiesMappings: an entity of type ${type} in column "${columnName}" ${why}`)
    return []
  })
}

function parseItems(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    const items: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
    return items.every(isObject) ? items : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function identifiersIn(type: EntityType, item: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const found: [string, string][] = []
  for (const name of factsOf(type).identifiers) {
    const value = item[name]
    if (value === null || value === undefined || typeof value === 'object') continue
    const text = String(value).trim()
    if (text !== '') found.push([name, text])
  }
  return Object.fromEntries(found)
}
