import { child, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { Expand, Relation } from '../../ir/relation.ts'
import { readsColumn, someRelation } from '../../ir/rewrite.ts'
import { callScalar, findColumn, reference, type Flow } from '../flow.ts'
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
import { expandItems, oneByOne, typedElements, type ExpandItem } from './mv-expand.ts'
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
    refuseOuterRight(subquery)
    const source = elements(node, items, input, context)
    const body = lowerSubquery(subquery, source, context)
    refuseReplaced(items, input, body)
    refuseRandomNames(items, input, source, body, subquery)
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

/**
 * The pipeline sees the elements in place of a column of the row. Where it drops them, the page says both that a column
 * whose name is given to the elements is expanded, so gone, and that one which is only part of the expression stays.
 */
function refuseReplaced(items: readonly ExpandItem[], input: Flow, body: Flow): void {
  const replaced = items.find(
    ({ name, node }) =>
      node.kind === 'SimpleNamedExpression' &&
      findColumn(input.columns, name) !== undefined &&
      findColumn(body.columns, name) === undefined,
  )
  if (replaced === undefined) return
  throw unsupported(
    `mv-apply that expands into the column "${replaced.name}" and drops it`,
    replaced.node.span,
    'give the elements a name of their own',
  )
}

const NAMED: ReadonlySet<string> = new Set(['NameReference', 'SimpleNamedExpression'])

/**
 * The page: what is neither named nor a column has a random name, not that of the language service (`d_items`). Such
 * elements may be counted, and no more.
 */
function refuseRandomNames(items: readonly ExpandItem[], input: Flow, source: Flow, body: Flow, subquery: BoundNode) {
  const nameless = items.filter(({ node }) => !NAMED.has(node.kind))
  const [first] = nameless
  if (first === undefined) return
  const names = new Set(nameless.map(({ name }) => name))
  const random = source.columns.filter((column) => names.has(column.name) && !input.columns.includes(column))
  const ids = new Set(random.map(({ id }) => id))
  // Such as `split(s, ",")`, which the language service calls s.
  const hidesColumn = input.columns.some(({ name }) => name !== '' && names.has(name))
  const isShown = body.columns.some(({ id }) => ids.has(id)) || readsColumn(body.relation, ids)
  // Which reads no column, only their names.
  const showsNames = operatorsOf(subquery).some(({ kind }) => kind === 'GetSchemaOperator')
  if (!hidesColumn && !isShown && !showsNames) return
  throw unsupported('mv-apply with elements that the service gives a random name', first.node.span, 'name them: x = …')
}

/** Rows that come from elsewhere would lack the columns of the row that the pipeline runs for. */
function refuseUnion(subquery: BoundNode): void {
  const union = operatorsOf(subquery).find(({ kind }) => kind === 'UnionOperator')
  if (union !== undefined) throw unsupported('union inside of mv-apply', union.span)
}

/** No page says what the columns of the row are beside a row of the right side that none of its elements meets. */
function refuseOuterRight(subquery: BoundNode): void {
  for (const operator of operatorsOf(subquery)) {
    const kind = operator.kind === 'JoinOperator' ? parametersOf(operator).get('kind') : undefined
    if (kind === undefined || !/^(?:right|full)outer$/i.test(kind.text)) continue
    throw unsupported(`join kind=${kind.text} inside of mv-apply`, operator.span, 'join before it')
  }
}

/** Each row by a number, so that its elements stand together and in their order, as the page says, also where the rows of a table come in any. */
function inOrder(input: Flow, context: OperatorContext, node: BoundNode): Flow {
  if (input.order.length > 0) return oneByOne(input, context, node)
  return { ...numbered(input, context, node), isSerialized: input.isSerialized }
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
