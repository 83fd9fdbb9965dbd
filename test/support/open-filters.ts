import { bindQuery } from '../../src/kql/bind/bind-query.ts'
import { nestedNodes, type BoundNode, type TextSpan } from '../../src/kql/bind/bound.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'

/** The query with filters that let all rows pass, so that what stands behind them has rows: `where x > 5` becomes `where ((x > 5) or true)`. */
export function withOpenFilters(text: string, schema: WorkspaceSchema): string {
  const conditions = new Map<number, TextSpan>()
  collectConditions(bindQuery(text, schema).root, conditions)
  const insertions = [...conditions.values()].flatMap(({ offset, length }) => [
    { at: offset, text: '((' },
    { at: offset + length, text: ') or true)' },
  ])
  return insertions
    .sort((one, other) => other.at - one.at)
    .reduce((query, { at, text: inserted }) => query.slice(0, at) + inserted + query.slice(at), text)
}

function collectConditions(node: BoundNode, found: Map<number, TextSpan>): void {
  const condition = node.kind === 'FilterOperator' ? node.nodes['Condition'] : undefined
  if (condition !== undefined) found.set(condition.span.offset, condition.span)
  for (const nested of nestedNodes(node)) collectConditions(nested, found)
}
