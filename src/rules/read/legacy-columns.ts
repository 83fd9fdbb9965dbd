import type { RuleDocument } from '../document/rule-document.ts'
import { LEGACY_ENTITY_COLUMNS } from '../facts/limits.ts'
import { kqlCode } from '../source/kql-scan.ts'
import type { EntityMappingRead } from './entities.ts'

export type LegacyColumn = keyof typeof LEGACY_ENTITY_COLUMNS

export interface LegacyColumnRead {
  readonly column: LegacyColumn
  /** Where the query names it first. */
  readonly offset: number
}

const LEGACY_COLUMNS = Object.keys(LEGACY_ENTITY_COLUMNS) as readonly LegacyColumn[]

/** Legacy entity columns in the query's code, not in its comments or strings, that no mapping names. */
export function readLegacyColumns(
  { query }: RuleDocument,
  mappings: readonly EntityMappingRead[],
): readonly LegacyColumnRead[] {
  const text = query?.text ?? ''
  const mapped = new Set(
    mappings.flatMap(({ fieldMappings }) => fieldMappings.map(({ columnName }) => columnName.value)),
  )
  const named = LEGACY_COLUMNS.filter((column) => text.includes(column) && !mapped.has(column))
  if (named.length === 0) return []
  const code = kqlCode(text)
  return named.flatMap((column) => {
    const offset = code.search(new RegExp(`\\b${column}\\b`))
    return offset === -1 ? [] : [{ column, offset }]
  })
}
