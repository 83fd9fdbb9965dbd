import type { TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { SYSTEM_COLUMNS } from '../../schemas/index.ts'

/**
 * What is known of a table's columns before its files are looked at. A file may hold what a parser returns, under the
 * parser's name. A custom table that no schema describes still has the columns that the service gives every table.
 */
export function schemaOfTable(name: string, { tables, functions }: WorkspaceSchema): TableSchema | undefined {
  const known = tables.get(name) ?? functions.get(name)
  if (known?.columns !== undefined) return { name, columns: known.columns }
  return name.endsWith('_CL') ? { name, columns: SYSTEM_COLUMNS } : undefined
}
