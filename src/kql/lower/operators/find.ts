import type { KustoType } from '../../../domain/kusto.ts'
import { child, children, nestedNodes, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Computed, ColumnDef } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import { boundColumns, parametersOf, refuseParameters, type OperatorContext } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { conversion } from '../conversion.ts'
import { projectTo } from './project.ts'
import { filterBy, tableLegs } from './search.ts'
import { unite, type Leg } from './union.ts'

/**
 * `find [in (tables)] where … project …`: the matching rows of all tables, with the table's name in front. Without
 * `project` the result has the columns that the condition names and those that all tables have, and packs the others into
 * a bag, as `project pack(*)` does with all of them; https://learn.microsoft.com/kusto/query/find-operator, «output schema».
 */
export function lowerFind(node: BoundNode, context: OperatorContext): Flow {
  refuseParameters(node, ['withsource', 'datascope'])
  if (node.nodes['ProjectAway'] !== undefined) throw unsupported('find with project-away', node.span, 'use project')
  const condition = child(node, 'Condition')
  const legs = withNamedColumns(tableLegs(node, context), condition)
  const named = parametersOf(node).get('withsource')
  const source = named === undefined ? 'source_' : nameOf(named)
  const names = boundColumns(node)
  // `project-smart` says what an absent clause means.
  const clause = node.nodes['Project']
  const project = clause?.text.startsWith('project-smart') === true ? undefined : clause
  const projected = project === undefined ? [] : children(project, 'Columns')
  // A table may have a column of that name, too.
  const isPacking = project === undefined ? names.at(-1)?.name === PACKED : projected.some(isPack)
  if (isPacking && projected.length > 1) {
    // The page's text packs the columns before it, too, and its example leaves them out.
    throw unsupported('find with pack(*) behind other columns', node.span, 'project pack(*) alone, or name the columns')
  }
  const visible = new Set(isPacking ? names.map(({ name }) => name) : [])
  const packed = isPacking ? legs.map((leg) => withPacked(leg, visible, node, context)) : legs
  const flow = unite(node, packed, [{ name: source, type: 'string' }, ...allColumns(packed)], source, context)
  const columns = flow.columns.filter(({ name }) => name !== source && !(isPacking && name === PACKED))
  const found = filterBy(condition, flow, columns, '', context)
  const computed = names.map(({ name, type }): Computed => {
    if (type === undefined) throw unsupported(`the find column "${name}"`, node.span)
    return { ...context.lowering.column(name, type), value: valueOf(found.columns, name, type, node) }
  })
  return projectTo(found, computed, node)
}

const PACKED = 'pack_'

const isPack = ({ kind }: BoundNode): boolean => kind === 'PackExpression'

/** Tables without any of the columns that the condition names are left out, as the page says. */
function withNamedColumns(legs: readonly Leg[], condition: BoundNode): readonly Leg[] {
  const named = new Set(columnsNamed(condition))
  if (named.size === 0) return legs
  return legs.filter(({ flow }) => flow.columns.some(({ name }) => named.has(name)))
}

function columnsNamed(node: BoundNode): string[] {
  if (node.kind === 'NameReference') return node.symbol?.kind === 'column' ? [nameOf(node)] : []
  return nestedNodes(node).flatMap(columnsNamed)
}

/** The columns that the result does not show, as a bag. */
function withPacked(leg: Leg, visible: ReadonlySet<string>, node: BoundNode, context: OperatorContext): Leg {
  const rest = leg.flow.columns.filter(({ name }) => !visible.has(name))
  const args = rest.flatMap((column) => [literal('string', column.name, node.span), reference(column, node.span)])
  const value = callScalar('bag_pack', 'dynamic', args, node.span)
  const bag: Computed = { ...context.lowering.column(PACKED, 'dynamic'), value }
  const relation = { kind: 'extend', input: leg.flow.relation, columns: [bag], span: node.span } as const
  return { ...leg, flow: { ...leg.flow, columns: [...leg.flow.columns, bag], relation } }
}

/** A column of one name and two types becomes two, as in a union: `x_long` and `x_string`. */
function allColumns(legs: readonly Leg[]): { name: string; type: KustoType }[] {
  const types = new Map<string, Set<KustoType>>()
  for (const { name, type } of legs.flatMap(({ flow }) => flow.columns)) {
    types.set(name, (types.get(name) ?? new Set()).add(type))
  }
  return [...types].flatMap(([name, found]) =>
    [...found].map((type) => ({ name: found.size === 1 ? name : `${name}_${type}`, type })),
  )
}

/** `project v:string` converts. A column of tables alone that are left out has no values. */
function valueOf(columns: readonly ColumnDef[], name: string, type: KustoType, node: BoundNode): Scalar {
  const column = findColumn(columns, name)
  if (column === undefined) {
    const isSplit = columns.some((each) => each.name === `${name}_${each.type}`)
    if (isSplit) throw unsupported(`the find column "${name}"`, node.span)
    return nullLiteral(type, node.span)
  }
  const value = reference(column, node.span)
  return column.type === type ? value : callScalar(conversion(type), type, [value], node.span)
}
