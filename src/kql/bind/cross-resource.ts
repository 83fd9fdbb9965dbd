import type { WorkspaceSchema } from '../../domain/schema.ts'
import { firstOf, type BoundNode } from './bound.ts'

/**
 * Functions that Azure Monitor adds to KQL to reach other places and that no data folder stands in for, with what to do without
 * them in a local run. The language service does not know them, so what it says of them is no fault of the query.
 * https://learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query
 */
export const CROSS_RESOURCE: ReadonlyMap<string, string> = new Map([
  ['resource', 'a data folder is one workspace: name the table without resource()'],
  ['adx', 'a cluster is a service: export the table into the data folder and name it without adx()'],
])

/** The first call of `graph()`: what it names is kept in a database of the service, so nothing of it is known here. */
export function findPersistentGraph(root: BoundNode): BoundNode | undefined {
  return firstOf(root, ({ kind, type, symbol }) => {
    return kind === 'FunctionCallExpression' && type?.kind === 'graph' && symbol?.name === 'graph'
  })
}

/** The first table that the query takes from another place. */
export function findCrossResource(root: BoundNode): BoundNode | undefined {
  return firstOf(root, ({ kind, nodes: { Expression: call } }) => {
    const isCall = kind === 'PathExpression' && call?.kind === 'FunctionCallExpression'
    return isCall && CROSS_RESOURCE.has(call.nodes['Name']?.text ?? '')
  })
}

/** The first call of a saved function of which neither the text nor the columns are known. */
export function findUnknownFunction(root: BoundNode, { functions, tables }: WorkspaceSchema): BoundNode | undefined {
  return firstOf(root, ({ kind, symbol }) => {
    if (kind !== 'FunctionCallExpression' || symbol?.kind !== 'function' || tables.has(symbol.name)) return false
    const saved = functions.get(symbol.name)
    return saved !== undefined && saved.body === undefined && saved.columns === undefined
  })
}
