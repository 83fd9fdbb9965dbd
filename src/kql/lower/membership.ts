import { child, children, type BoundNode } from '../bind/bound.ts'
import { unsupported } from '../errors.ts'
import type { ColumnDef, Computed, Relation } from '../ir/relation.ts'
import type { Scalar } from '../ir/scalar.ts'
import { callScalar, reference } from './flow.ts'
import { conversion } from './conversion.ts'
import { catalogueCall, lowerScalar, type ScalarContext } from './scalar.ts'
import { lowerTabular } from './tabular.ts'

/** `in`, `!in`, `in~`, `has_any`, `has_all` …: a list of values, a dynamic array, or a one-column table. */
export function lowerMembership(node: BoundNode, context: ScalarContext): Scalar {
  const operator = (node.tokens['Operator'] ?? '').toLowerCase()
  const needle = lowerScalar(child(node, 'Left'), context)
  const items = children(child(node, 'Right'), 'Expressions')
  const [first] = items
  if (items.length === 1 && first !== undefined && first.type?.kind === 'table') {
    return lowerTableMembership(node, operator, needle, first, context)
  }
  return catalogueCall(node, operator, [needle, ...items.map((item) => lowerScalar(item, context))])
}

function lowerTableMembership(
  node: BoundNode,
  operator: string,
  needle: Scalar,
  table: BoundNode,
  context: ScalarContext,
): Scalar {
  const flow = lowerTabular(table, context)
  const [column] = flow.columns
  if (column === undefined) throw unsupported(`"${operator}" over a table without columns`, node.span)
  if (!/^!?in~?$/.test(operator)) {
    return lowerSetOperator(node, operator, needle, flow.relation, column, context)
  }
  const values =
    column.type === 'dynamic' && needle.type !== 'dynamic'
      ? flattened(flow.relation, column, needle.type, node, context)
      : { relation: flow.relation, column }
  return {
    kind: 'membership',
    type: 'bool',
    span: node.span,
    needle,
    relation: values.relation,
    column: values.column.id,
    fold: operator.endsWith('~'),
    negated: operator.startsWith('!'),
  }
}

/**
 * `x in (T | summarize make_set(y))`, which many published rules write: arrays count as their elements, as the
 * operator's page says of nested arrays (https://learn.microsoft.com/kusto/query/in-operator).
 */
function flattened(
  input: Relation,
  column: ColumnDef,
  type: ColumnDef['type'],
  { span }: BoundNode,
  context: ScalarContext,
): { readonly relation: Relation; readonly column: ColumnDef } {
  const element = context.lowering.column('$element', 'dynamic')
  const expanded: Relation = {
    kind: 'expand',
    input,
    items: [{ value: reference(column, span), column: element, asPairs: false }],
    position: context.lowering.column('$position', 'long'),
    indexColumn: undefined,
    keepEmpty: false,
    limit: undefined,
    span,
  }
  const value = callScalar(conversion(type), type, [reference(element, span)], span)
  const converted: Computed = { ...context.lowering.column('$value', type), value }
  return { relation: { kind: 'extend', input: expanded, columns: [converted], span }, column: converted }
}

/** `has_any (table)`: the table becomes one dynamic array, evaluated once. */
function lowerSetOperator(
  node: BoundNode,
  operator: string,
  needle: Scalar,
  relation: Relation,
  column: ColumnDef,
  context: ScalarContext,
): Scalar {
  const list = context.lowering.column('list', 'dynamic')
  const values: Scalar = {
    kind: 'aggregate',
    name: 'make_list',
    type: 'dynamic',
    span: node.span,
    order: [],
    args: [{ kind: 'column', id: column.id, name: column.name, type: column.type, span: node.span }],
  }
  const subquery: Scalar = {
    kind: 'subquery',
    type: 'dynamic',
    span: node.span,
    column: list.id,
    relation: { kind: 'aggregate', span: node.span, input: relation, keys: [], measures: [{ ...list, value: values }] },
  }
  return catalogueCall(node, operator, [needle, subquery])
}
