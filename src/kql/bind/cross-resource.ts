import type { BoundNode } from './bound.ts'

/**
 * Functions that Azure Monitor adds to KQL to reach other places, with what to do without them in a local run. The language
 * service does not know them, so what it says of them is no fault of the query.
 * https://learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query
 */
export const CROSS_RESOURCE: ReadonlyMap<string, string> = new Map([
  ['workspace', 'a data folder is one workspace: name the table without workspace()'],
  ['app', 'a data folder is one workspace: put the table into it and name it without app()'],
  ['resource', 'a data folder is one workspace: name the table without resource()'],
  ['arg', 'Azure Resource Graph is a service: export the table into the data folder and name it without arg()'],
  ['adx', 'a cluster is a service: export the table into the data folder and name it without adx()'],
])

/** The first call of `graph()`: what it names is kept in a database of the service, so nothing of it is known here. */
export function findPersistentGraph(node: BoundNode): BoundNode | undefined {
  if (node.kind === 'FunctionCallExpression' && node.type?.kind === 'graph' && node.symbol?.name === 'graph')
    return node
  for (const nested of [...Object.values(node.nodes), ...Object.values(node.lists).flat()]) {
    const found = findPersistentGraph(nested)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first table that the query takes from another place. */
export function findCrossResource(node: BoundNode): BoundNode | undefined {
  const call = node.nodes['Expression']
  const isCall = node.kind === 'PathExpression' && call?.kind === 'FunctionCallExpression'
  if (isCall && CROSS_RESOURCE.has(call.nodes['Name']?.text ?? '')) return node
  for (const nested of [...Object.values(node.nodes), ...Object.values(node.lists).flat()]) {
    const found = findCrossResource(nested)
    if (found !== undefined) return found
  }
  return undefined
}
