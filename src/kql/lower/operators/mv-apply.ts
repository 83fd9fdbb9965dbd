import { child, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Expand } from '../../ir/relation.ts'
import type { Flow } from '../flow.ts'
import { reference } from '../flow.ts'
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
import { expandItems, typedElements } from './mv-expand.ts'

/** A pipeline of its own over the elements of each row. */
export const mvApply: OperatorLowering = {
  kind: 'MvApplyOperator',
  lower: (node, input, context) => {
    refuseParameters(node, ['kind', 'bagexpansion', 'with_itemindex'])
    if (node.nodes['ContextIdClause'] !== undefined) throw unsupported('mv-apply with an id clause', node.span)
    const body = lowerSubquery(child(child(node, 'Subquery'), 'Expression'), elements(node, input, context), context)
    // Columns of the row, then what the pipeline gives beyond them: the binder has the final list.
    const columns = boundColumns(node).map(({ name }) => {
      const column =
        body.columns.find((candidate) => candidate.name === name) ??
        input.columns.find((candidate) => candidate.name === name)
      if (column === undefined) throw unsupported(`the mv-apply column "${name}"`, node.span)
      return column
    })
    return {
      columns,
      order: [],
      relation: { kind: 'apply', input: input.relation, body: body.relation, span: node.span },
    }
  },
}

/** The elements of one row, as a table beside the row's own columns. */
function elements(node: BoundNode, input: Flow, context: OperatorContext): Flow {
  const items = expandItems(node, input, context)
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
    keepEmpty: false,
    limit: limitNode === undefined ? undefined : constantCount(limitNode, context),
    span: node.span,
  }
  const order = [{ value: reference(position), descending: false, nullsFirst: true }]
  return typedElements(node, { relation, columns: input.columns, order }, items, index, context)
}

/** The pipeline has no source: its first operator takes the elements. */
export function lowerSubquery(node: BoundNode, source: Flow, context: OperatorContext): Flow {
  if (node.kind === 'PipeExpression') {
    return lowerOperator(child(node, 'Operator'), lowerSubquery(child(node, 'Expression'), source, context), context)
  }
  return lowerOperator(node, source, context)
}
