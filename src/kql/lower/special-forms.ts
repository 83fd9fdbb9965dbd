import { child, children, type BoundNode } from '../bind/bound.ts'
import { invalid, unsupported } from '../errors.ts'
import { columnsOf } from '../ir/relation.ts'
import type { Scalar } from '../ir/scalar.ts'
import { binAutoOf } from './bin-auto.ts'
import { constantOf, isSettledEarly } from './constants.ts'
import { callScalar, findColumn, literal, reference } from './flow.ts'
import { literalOf } from './lowering.ts'
import { rowRankDense, rowRankMin } from './row-rank.ts'
import { INGESTION_TIME } from './scan.ts'
import { lowerScalar, type ScalarContext } from './scalar.ts'
import { lowerTabular } from './tabular.ts'
import { isDatetime } from '../values/datetime.ts'
import { toStorage } from '../values/json.ts'

/** Calls that are more than a function of their arguments' values. */
export const specialForms: Readonly<Record<string, (node: BoundNode, context: ScalarContext) => Scalar>> = {
  assert: assertion,
  bin_auto: (node, context) => binAutoOf(lowerScalar(argument(node, 0), context), context.lowering.binAuto, node),
  column_ifexists: columnIfExists,
  column_names_of: columnNamesOf,
  columnifexists: columnIfExists,
  iscolumnexists: isColumnExists,
  now: (node, context) => nowPlus(node, context, 'binary +'),
  ago: (node, context) => nowPlus(node, context, 'binary -'),
  gettype: gettypeOf,
  ingestion_time: ingestionTime,
  materialize: (node, context) => lowerScalar(argument(node, 0), context),
  pack_all: packAll,
  bag_pack_columns: packColumns,
  row_rank: rowRankDense,
  row_rank_dense: rowRankDense,
  row_rank_min: rowRankMin,
}

/** Functions that are none of the catalogue's: these, and those that lower/tabular.ts knows. */
export const specialFunctionNames = (): readonly string[] => [...Object.keys(specialForms), 'table', 'toscalar']

function argument(node: BoundNode, index: number): BoundNode {
  const found = children(child(node, 'ArgumentList'), 'Expressions')[index]
  if (found === undefined) throw invalid(`${node.text} lacks its argument ${index + 1}`, node.span)
  return found
}

/** The service settles the condition before it runs the query, so a row or the result of another query is none. */
function assertion(node: BoundNode, context: ScalarContext): Scalar {
  const condition = lowerScalar(argument(node, 0), context)
  const message = literalOf(lowerScalar(argument(node, 1), context))
  if (typeof message !== 'string') throw invalid('the message of assert() is not a string literal', node.span)
  if (!isSettledEarly(condition)) throw invalid('the condition of assert() is not a constant', node.span)
  const settled = literalOf(constantOf(condition, context.lowering, 'assert() here'))
  if (settled === false) throw invalid(`assert() has failed with message: '${message}'`, node.span)
  if (settled !== true) throw unsupported('assert() of a condition that is null', node.span)
  return literal('bool', true, node.span)
}

function columnIfExists(node: BoundNode, context: ScalarContext): Scalar {
  const name = literalOf(lowerScalar(argument(node, 0), context))
  if (typeof name !== 'string') throw unsupported('column_ifexists with a computed name', node.span)
  const column = findColumn(context.scope.columns, name)
  return column === undefined ? lowerScalar(argument(node, 1), context) : reference(column, node.span)
}

function isColumnExists(node: BoundNode, context: ScalarContext): Scalar {
  const name = literalOf(lowerScalar(argument(node, 0), context))
  if (typeof name !== 'string') throw unsupported('iscolumnexists with a computed name', node.span)
  return literal('bool', findColumn(context.scope.columns, name) !== undefined, node.span)
}

/** `now()`, `now(-1h)`, `ago(1h)`: the same instant throughout a query. */
function nowPlus(node: BoundNode, context: ScalarContext, operator: 'binary +' | 'binary -'): Scalar {
  const now = literal('datetime', context.lowering.now, node.span)
  const [offset] = children(child(node, 'ArgumentList'), 'Expressions')
  if (offset === undefined) return now
  const value = lowerScalar(offset, context)
  if (value.kind === 'literal' && typeof value.value === 'bigint') {
    const ticks = operator === 'binary -' ? context.lowering.now - value.value : context.lowering.now + value.value
    return literal('datetime', isDatetime(ticks) ? ticks : null, node.span)
  }
  return callScalar(operator === 'binary -' ? '-' : '+', 'datetime', [now, value], node.span)
}

/** Static types are known here; only a dynamic has to look. */
function gettypeOf(node: BoundNode, context: ScalarContext): Scalar {
  const value = lowerScalar(argument(node, 0), context)
  if (value.type === 'dynamic') return callScalar('gettype', 'string', [value], node.span)
  return literal('string', value.type, node.span)
}

/** The hidden column of the scan, as long as it flows; null for tables without one and behind operators that drop it. */
function ingestionTime(node: BoundNode, context: ScalarContext): Scalar {
  const { relation } = context.scope
  const hidden = relation === undefined ? undefined : findColumn(columnsOf(relation), INGESTION_TIME)
  if (hidden !== undefined) return reference(hidden, node.span)
  return literal('datetime', null, node.span)
}

function packed(columns: readonly { readonly name: string; readonly value: Scalar }[], node: BoundNode): Scalar {
  const args = columns.flatMap(({ name, value }) => [literal('string', name, node.span), value])
  return callScalar('bag_pack', 'dynamic', args, node.span)
}

/** `pack_all(true)` leaves out nulls and empty strings. */
function packAll(node: BoundNode, context: ScalarContext): Scalar {
  const [flag] = children(child(node, 'ArgumentList'), 'Expressions')
  const isSparse = flag === undefined ? false : literalOf(lowerScalar(flag, context))
  if (typeof isSparse !== 'boolean') throw unsupported('pack_all with a computed argument', node.span)
  const bag = packed(
    context.scope.columns.map((column) => ({ name: column.name, value: reference(column, node.span) })),
    node,
  )
  return isSparse ? callScalar('bag without empty', 'dynamic', [bag], node.span) : bag
}

/** Names of the columns of a tabular expression, which is compiled but not run. */
function columnNamesOf(node: BoundNode, context: ScalarContext): Scalar {
  const { columns } = lowerTabular(argument(node, 0), context)
  return literal('dynamic', toStorage(columns.map(({ name }) => name)), node.span)
}

function packColumns(node: BoundNode, context: ScalarContext): Scalar {
  const args = children(child(node, 'ArgumentList'), 'Expressions')
  return packed(
    args.map((column) => ({ name: column.resultName, value: lowerScalar(column, context) })),
    node,
  )
}
