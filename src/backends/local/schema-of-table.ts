import { parseForeignName, RESOURCE_GRAPH_COLUMNS } from '../../domain/foreign-tables.ts'
import type { TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { SYSTEM_COLUMNS } from '../../schemas/index.ts'

/**
 * What is known of a table's columns before its files are looked at. A file may hold what a parser returns, under the
 * parser's name. A custom table that no schema describes still has the columns that the service gives every table.
 */
export function schemaOfTable(name: string, { tables, functions }: WorkspaceSchema): TableSchema | undefined {
  const foreign = parseForeignName(name)
  if (foreign?.place === 'arg') return { name, columns: RESOURCE_GRAPH_COLUMNS }
  if (foreign !== undefined) return renamed(name, schemaOfTable(foreign.table, { tables, functions: new Map() }))
  const known = tables.get(name) ?? functions.get(name)
  if (known?.columns !== undefined) return { name, columns: known.columns }
  return name.endsWith('_CL') ? { name, columns: SYSTEM_COLUMNS } : undefined
}

function renamed(name: string, schema: TableSchema | undefined): TableSchema | undefined {
  return schema === undefined ? undefined : { ...schema, name }
}
