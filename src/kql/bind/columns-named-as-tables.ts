import type { WorkspaceSchema } from '../../domain/schema.ts'
import { firstOf, nestedNodes, type BoundNode } from './bound.ts'

/**
 * Tables that a text names only where a value stands, if it has columns that nobody knows yet. `Operation` is a member of most
 * audit records and a table of every workspace: behind `evaluate bag_unpack(RawEventData)` the service knows the column,
 * since it has run what comes before; the binder, which has not, takes the table.
 */
export function tablesNamedAsColumns(root: BoundNode): ReadonlySet<string> {
  const asTables = new Set<string>()
  const asValues = new Set<string>()
  if (firstOf(root, mayHaveMoreColumns) === undefined) return asValues
  const visit = (node: BoundNode, ancestors: readonly BoundNode[]): void => {
    if (node.kind === 'NameReference' && node.symbol?.kind === 'table') {
      const names = mayBeTable(node, ancestors) ? asTables : asValues
      names.add(node.symbol.name)
    }
    const path = node.kind === 'ParenthesizedExpression' ? ancestors : [...ancestors, node]
    for (const nested of nestedNodes(node)) visit(nested, path)
  }
  visit(root, [])
  return new Set([...asValues].filter((name) => !asTables.has(name)))
}

/** Once columns of the data are written into the text it is open no more, though a member that no row has may still be named. */
const mayHaveMoreColumns = ({ kind, type }: BoundNode): boolean =>
  kind === 'EvaluateOperator' || (type?.kind === 'table' && type.isOpen)

export function withoutTables(schema: WorkspaceSchema, names: ReadonlySet<string>): WorkspaceSchema {
  return { ...schema, tables: new Map([...schema.tables].filter(([name]) => !names.has(name))) }
}

const TAKES_TABLE =
  /^(?:Pipe|ToScalar|ToTable|Materialize)Expression$|^(?:Join|Lookup|Union|Find|Search)Operator$|^FindInClause$|^MakeGraph|Statement$|^FunctionBody$/
/** Lists may come from a table of one column. */
const TAKES_LIST = /^(?:Not)?In(?:Cs)?Expression$|^Has(?:Any|All)Expression$/

function mayBeTable(name: BoundNode, ancestors: readonly BoundNode[]): boolean {
  const parent = ancestors.at(-1)
  if (parent?.kind === 'PathExpression') return parent.nodes['Selector'] === name
  if (parent?.kind !== 'ExpressionList') return parent === undefined || TAKES_TABLE.test(parent.kind)
  const holder = ancestors.at(-2)
  if (holder?.kind !== 'FunctionCallExpression') return holder === undefined || TAKES_LIST.test(holder.kind)
  return holder.called?.() !== undefined || /_lookup$/.test(holder.nodes['Name']?.text ?? '')
}
