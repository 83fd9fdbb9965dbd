import { child, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Expand, Relation } from '../../ir/relation.ts'
import { someRelation } from '../../ir/rewrite.ts'
import { callScalar, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  constantCount,
  parametersOf,
  refuseParameters,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { lowerOperator } from '../tabular.ts'
import { UnresolvedColumns } from '../unresolved-columns.ts'
import { expandItems, typedElements, type ExpandItem } from './mv-expand.ts'
import { numbered } from './serialize.ts'

/** A pipeline of its own over the elements of each row. */
export const mvApply: OperatorLowering = {
  kind: 'MvApplyOperator',
  lower: (node, given, context) => {
    // The page: unlike mv-expand it has no expansion of bags to pairs.
    refuseParameters(node, ['with_itemindex'])
    if (node.nodes['ContextIdClause'] !== undefined) throw unsupported('mv-apply with an id clause', node.span)
    const input = inOrder(given, context, node)
    const items = expandItems(node, input, context)
    const subquery = child(child(node, 'Subquery'), 'Expression')
    refuseUnion(subquery)
    const body = lowerSubquery(subquery, elements(node, items, input, context), context)
    // Columns of the row, then what the pipeline gives beyond them: the binder has the final list.
    const columns = boundColumns(node).map(({ name }) => {
      const column =
        body.columns.find((candidate) => candidate.name === name) ??
        input.columns.find((candidate) => candidate.name === name)
      if (column === undefined) throw unsupported(`the mv-apply column "${name}"`, node.span)
      return column
    })
    const rows = answersNothing(body.relation) ? withoutEmpty(items, input.relation, node) : input.relation
    return {
      columns,
      order: input.order.length === 0 ? [] : [...input.order, ...body.order],
      relation: { kind: 'apply', input: rows, body: body.relation, span: node.span },
    }
  },
}

/** Rows that come from elsewhere would lack the columns of the row that the pipeline runs for. */
function refuseUnion(subquery: BoundNode): void {
  const union = operatorsOf(subquery).find(({ kind }) => kind === 'UnionOperator')
  if (union !== undefined) throw unsupported('union inside of mv-apply', union.span)
}

/** The order of rows that a query writes down is kept, as the page says; those of a table have none, and need no number. */
function inOrder(input: Flow, context: OperatorContext, node: BoundNode): Flow {
  if (input.order.length > 0 || !isWrittenDown(input.relation)) return input
  return { ...numbered(input, context, node), isSerialized: input.isSerialized }
}

function isWrittenDown(relation: Relation): boolean {
  return !someRelation(relation, ({ kind }) => kind === 'scan' || kind === 'walk')
}

/** Does the pipeline give a row where there is none, as `summarize count()` does? */
function answersNothing(body: Relation): boolean {
  return someRelation(body, (relation) => relation.kind === 'aggregate' && relation.keys.length === 0)
}

/**
 * The page: records are expanded into subtables as mv-expand does it, and the pipeline runs for each of the subtables. A row
 * without elements, which mv-expand drops, has none; users who ask why such rows are gone after mv-apply say the same.
 */
function withoutEmpty(items: readonly ExpandItem[], input: Relation, node: BoundNode): Relation {
  const values = items.map(({ item }) => item.value)
  return { kind: 'filter', input, condition: callScalar('mv-apply has elements', 'bool', values, node.span), span: node.span } // prettier-ignore
}

/** The elements of one row, as a table beside the row's own columns. */
function elements(node: BoundNode, items: readonly ExpandItem[], input: Flow, context: OperatorContext): Flow {
  const indexName = parametersOf(node).get('with_itemindex')
  const index = indexName === undefined ? undefined : context.lowering.column(nameOf(indexName), 'long')
  const limitNode = node.nodes['RowLimitClause']?.nodes['RowLimit']
  const position = context.lowering.column('$position', 'long')
  const relation: Expand = {
    kind: 'expand',
    input: { kind: 'values', columns: [], rows: [[]], span: node.span },
    items: items.map(({ item }) => item),
    position,
    indexColumn: index,
    keepEmpty: true,
    limit: limitNode === undefined ? undefined : constantCount(limitNode, context),
    span: node.span,
  }
  const order = [{ value: reference(position), descending: false, nullsFirst: true }]
  return typedElements(node, { relation, columns: input.columns, order }, items, index, context)
}

/** Of a pipeline without a source, last first. */
export function operatorsOf(subquery: BoundNode): BoundNode[] {
  const operators: BoundNode[] = []
  for (let node = subquery; ; node = child(node, 'Expression')) {
    operators.push(node.kind === 'PipeExpression' ? child(node, 'Operator') : node)
    if (node.kind !== 'PipeExpression') return operators
  }
}

/** The pipeline has no source: its first operator takes the elements. */
export function lowerSubquery(node: BoundNode, source: Flow, context: OperatorContext): Flow {
  return operatorsOf(node).reduceRight((flow, operator) => lowerInside(operator, flow, context), source)
}

function lowerInside(operator: BoundNode, input: Flow, context: OperatorContext): Flow {
  try {
    return lowerOperator(operator, input, context)
  } catch (error) {
    if (!(error instanceof UnresolvedColumns)) throw error
    // What to ask the data for them hangs on the rows around, one subtable at a time.
    throw unsupported('columns that depend on the data, inside of mv-apply or partition', operator.span, error.hint) // prettier-ignore
  }
}
