import type { KustoType } from '../../../domain/kusto.ts'
import { child, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Computed, ColumnDef } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, reference, type Flow } from '../flow.ts'
import { boundColumns, parametersOf, refuseParameters, rowContext, type OperatorContext } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { conversion } from '../conversion.ts'
import { projectTo } from './project.ts'
import { lowerPredicate, tableLegs } from './search.ts'
import { unite, type Leg } from './union.ts'

/**
 * `find [in (tables)] where … project …`: the matching rows of all tables, with the table's name in front. Without
 * `project` the result packs what the condition does not name into a bag whose form no recorded answer shows.
 */
export function lowerFind(node: BoundNode, context: OperatorContext): Flow {
  refuseParameters(node, ['withsource', 'datascope'])
  if (node.nodes['Project'] === undefined || node.nodes['ProjectAway'] !== undefined) {
    throw unsupported('find without project', node.span, 'name the columns with project, or use union')
  }
  const legs = tableLegs(node, context)
  const named = parametersOf(node).get('withsource')
  const source = named === undefined ? 'source_' : nameOf(named)
  const flow = unite(node, legs, [{ name: source, type: 'string' }, ...allColumns(legs, node)], source, context)
  const columns = flow.columns.filter(({ name }) => name !== source)
  const condition = lowerPredicate(child(node, 'Condition'), columns, '', rowContext(flow, context))
  const found: Flow = { ...flow, relation: { kind: 'filter', input: flow.relation, condition, span: node.span } }
  const computed = boundColumns(node).map(({ name, type }): Computed => {
    if (type === undefined) throw unsupported(`the find column "${name}"`, node.span)
    return { ...context.lowering.column(name, type), value: valueOf(found.columns, name, type, node) }
  })
  return projectTo(found, computed, node)
}

function allColumns(legs: readonly Leg[], node: BoundNode): { name: string; type: KustoType }[] {
  const columns = new Map<string, KustoType>()
  for (const { name, type } of legs.flatMap(({ flow }) => flow.columns)) {
    const known = columns.get(name)
    if (known !== undefined && known !== type) throw unsupported(`find over columns "${name}" of ${known} and ${type}`, node.span) // prettier-ignore
    columns.set(name, type)
  }
  return [...columns].map(([name, type]) => ({ name, type }))
}

/** `project v:string` converts. */
function valueOf(columns: readonly ColumnDef[], name: string, type: KustoType, node: BoundNode): Scalar {
  const column = findColumn(columns, name)
  if (column === undefined) throw unsupported(`the find column "${name}"`, node.span)
  const value = reference(column, node.span)
  return column.type === type ? value : callScalar(conversion(type), type, [value], node.span)
}
