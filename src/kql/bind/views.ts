import type { Column } from '../../domain/kusto.ts'
import type { TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { firstOf, type BoundNode } from './bound.ts'

/**
 * The views (`let V = view () { … }`) of a query that names tables by a wildcard, as tables: a wildcard stands for both
 * (https://learn.microsoft.com/kusto/query/schema-entities/views). The language service lists such views among what the wildcard
 * stands for, but leaves their columns out (12.4.1); beside tables of these names it knows them.
 */
export function viewsBehindWildcards(root: BoundNode, schema: WorkspaceSchema): readonly TableSchema[] {
  const views = (root.lists['Statements'] ?? []).flatMap((statement) => viewOf(statement) ?? [])
  const unknown = views.filter(({ name }) => !schema.tables.has(name))
  return unknown.length > 0 && firstOf(root, isWildcard) !== undefined ? unknown : []
}

export const isView = (declaration: BoundNode): boolean => declaration.tokens['ViewKeyword'] === 'view'

function viewOf({ kind, nodes }: BoundNode): TableSchema | undefined {
  const declaration = nodes['Expression']
  const name = nodes['Name']?.symbol?.name
  if (kind !== 'LetStatement' || name === undefined || declaration === undefined || !isView(declaration))
    return undefined
  // A view has no parameters.
  if ((declaration.nodes['Parameters']?.lists['Parameters'] ?? []).length > 0) return undefined
  const type = declaration.nodes['Body']?.nodes['Expression']?.type
  if (type?.kind !== 'table' || type.isOpen) return undefined
  const columns = type.columns.flatMap(({ name, type }): Column[] => (type === undefined ? [] : [{ name, type }]))
  return columns.length === type.columns.length ? { name, columns } : undefined
}

const isWildcard = ({ kind }: BoundNode): boolean => kind === 'WildcardedName'
