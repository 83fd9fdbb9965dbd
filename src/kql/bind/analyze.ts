import type { Column } from '../../domain/kusto.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { bindQuery } from './bind-query.ts'
import { nestedNodes, type BoundNode, type BoundType } from './bound.ts'
import { isOfAnotherPlace } from './places.ts'
import type { KqlDiagnostic } from './diagnostics.ts'

export interface Analysis {
  readonly diagnostics: readonly KqlDiagnostic[]
  /** Columns of the result; undefined where they depend on data or the query does not bind. */
  readonly columns: readonly Column[] | undefined
  /** Tables of the workspace that the query reads, or would read in legs that a fuzzy union goes on without, in order of appearance. */
  readonly tables: readonly string[]
}

/** Checks a query against a schema without running it. Loads the Kusto language service on the first call (0.5 s). */
export function analyzeQuery(text: string, schema: WorkspaceSchema): Analysis {
  const bound = bindQuery(text, schema)
  const tables = new Set<string>()
  collectTables(bound.written, schema, tables)
  return { diagnostics: bound.diagnostics, columns: knownColumns(bound.resultType), tables: [...tables] }
}

function knownColumns(type: BoundType | undefined): Column[] | undefined {
  if (type?.kind !== 'table' || type.isOpen) return undefined
  const columns = type.columns.flatMap(({ name, type }) => (type === undefined ? [] : [{ name, type }]))
  return columns.length === type.columns.length ? columns : undefined
}

function collectTables(node: BoundNode, schema: WorkspaceSchema, tables: Set<string>): void {
  // Of another place, whatever the workspace has under that name.
  if (isOfAnotherPlace(node)) return
  if (node.kind === 'NameReference' && node.symbol?.kind === 'table') {
    tables.add(node.symbol.name)
  }
  // A wildcard is a group of tables; the column that both sides of a join have is a group too.
  if (node.symbol?.kind === 'group') {
    for (const member of node.symbol.members) if (schema.tables.has(member)) tables.add(member)
  }
  const table = node.type?.kind === 'table' ? node.type.name : undefined
  if (node.kind === 'FunctionCallExpression' && node.nodes['Name']?.text === 'table' && table !== undefined) {
    tables.add(table)
  }
  const called = node.called?.()
  if (called !== undefined) collectTables(called.body, schema, tables)
  for (const nested of nestedNodes(node)) collectTables(nested, schema, tables)
}
