import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { constantOf } from '../constants.ts'
import { conversion } from '../conversion.ts'
import { reference, type Flow } from '../flow.ts'
import { boundColumns, refuseParameters, rowContext, type OperatorContext, type OperatorLowering } from '../operator.ts'
import { lowerScalar, nameOf, type ScalarContext } from '../scalar.ts'
import { lowerNamed, type NamedScalar } from './named.ts'

export const summarize: OperatorLowering = {
  kind: 'SummarizeOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const clause = node.nodes['ByClause']
    const keys = clause === undefined ? [] : children(clause, 'Expressions')
    const keyValues = keys.flatMap((key) => lowerNamed(key, rowContext(input, context)))
    const scope = rowContext(input, context, true)
    const measures = children(node, 'Aggregates').flatMap((item) => lowerMeasure(item, input, keyValues, scope))
    return grouped(node, input, keyValues, measures, context)
  },
}

/** Keys come first, whatever the text says; names come from the binder, by position. */
function grouped(
  node: BoundNode,
  input: Flow,
  keyValues: readonly NamedScalar[],
  measureValues: readonly NamedScalar[],
  context: OperatorContext,
): Flow {
  const bin = node.nodes['ByClause']?.nodes['BinClause']
  if (bin !== undefined) throw unsupported('summarize with a clause bin=', bin.span, 'group by bin()')
  const names = boundColumns(node)
  if (names.length === 0) throw invalid('summarize needs an aggregate or a column to group by', node.span)
  if (names.length !== keyValues.length + measureValues.length) throw unsupported('this form of summarize', node.span)
  const computed = [...keyValues, ...measureValues].map(({ value }, index): Computed => ({
    ...context.lowering.column(names[index]?.name ?? '', value.type),
    value,
  }))
  const keys = computed.slice(0, keyValues.length)
  const measures = computed.slice(keyValues.length)
  const columns = computed.map(({ id, name, type }): ColumnDef => ({ id, name, type }))
  const { span } = node
  // Constants alone are one row, too, whatever rows there are; SQL would have one for each.
  if (keys.length === 0 && !measures.some(({ value }) => readsRows(value))) {
    const row = { kind: 'values', columns: [], rows: [[]], span } as const
    return { columns, order: [], relation: { kind: 'project', input: row, columns: measures, span } }
  }
  return { columns, order: [], relation: { kind: 'aggregate', input: input.relation, keys, measures, span } }
}

const readsRows = (value: Scalar): boolean =>
  value.kind === 'aggregate' || value.kind === 'window' || (value.kind === 'call' && value.args.some(readsRows))

/** One measure, or the several columns of `arg_max(x, a, *)`, `take_any(*)` and `percentiles(x, 5, 95)`. */
export function lowerMeasure(
  item: BoundNode,
  input: Flow,
  keys: readonly NamedScalar[],
  context: ScalarContext,
): NamedScalar[] {
  const expression =
    item.kind === 'SimpleNamedExpression' || item.kind === 'CompoundNamedExpression' ? child(item, 'Expression') : item
  const name = expression.kind === 'FunctionCallExpression' ? nameOf(child(expression, 'Name')) : ''
  if (name === 'arg_max' || name === 'arg_min' || name === 'argmax' || name === 'argmin') {
    return lowerArgExtreme(expression, name.endsWith('max') ? 'arg_max' : 'arg_min', input, keys, context)
  }
  if (name === 'take_any' || name === 'any') return lowerTakeAny(expression, input, keys, context)
  const ofItem = { ...context, isNamed: namesOf(item) >= columnsOf(expression, name) }
  if (SEVERAL_RANKS.has(name)) return lowerPercentiles(expression, name, ofItem)
  return lowerNamed(item, ofItem)
}

function namesOf(item: BoundNode): number {
  if (item.kind === 'CompoundNamedExpression') return children(child(item, 'Names'), 'Names').length
  return item.kind === 'SimpleNamedExpression' ? 1 : 0
}

const SEVERAL_RANKS: ReadonlySet<string> = new Set(['percentiles', 'percentilesw'])

/** Value, and weight, stand before the ranks. */
const columnsOf = (call: BoundNode, name: string): number =>
  SEVERAL_RANKS.has(name) ? argumentsOf(call).length - (name === 'percentilesw' ? 2 : 1) : 1

function argumentsOf(call: BoundNode): readonly BoundNode[] {
  return children(child(call, 'ArgumentList'), 'Expressions')
}

/** `*` stands for the columns that are neither keys nor named; where there is one, no column comes twice. */
function expandStar(
  args: readonly BoundNode[],
  taken: ReadonlySet<string>,
  input: Flow,
  context: ScalarContext,
): Scalar[] {
  const star = args.findIndex(({ kind }) => kind === 'StarExpression')
  const inner = { ...context, scope: { ...context.scope, aggregates: false } }
  if (star === -1) return args.map((argument) => lowerScalar(argument, inner))
  const seen = new Set(taken)
  return args.flatMap((argument): readonly Scalar[] => {
    const value = argument.kind === 'StarExpression' ? undefined : lowerScalar(argument, inner)
    if (value !== undefined && value.kind !== 'column') {
      // tostring(b) is called b.
      const [converted] = value.kind === 'call' && value.name === conversion(value.type) ? value.args : []
      seen.add(converted?.kind === 'column' ? converted.name : argument.resultName)
      return [value]
    }
    const named = value === undefined ? input.columns : [value]
    const fresh = named.filter(({ name }) => !seen.has(name))
    for (const { name } of fresh) seen.add(name)
    return fresh.map((column) => reference(column, argument.span))
  })
}

function keyNames(keys: readonly NamedScalar[]): string[] {
  return keys.flatMap(({ value }) => (value.kind === 'column' ? [value.name] : []))
}

/** The column that an expression is: `todatetime(x)` of a datetime is `x`, and has its name. */
function columnItself(value: Scalar): Extract<Scalar, { kind: 'column' }> | undefined {
  if (value.kind === 'column') return value
  const isConversion = value.kind === 'call' && (value.name === conversion(value.type) || value.name === 'toreal')
  const [argument] = isConversion ? value.args : []
  return argument?.kind === 'column' && argument.type === value.type ? argument : undefined
}

function lowerArgExtreme(
  call: BoundNode,
  name: string,
  input: Flow,
  keys: readonly NamedScalar[],
  context: ScalarContext,
): NamedScalar[] {
  const [by, ...rest] = argumentsOf(call)
  if (by === undefined) throw unsupported(`${name} without arguments`, call.span)
  const value = lowerScalar(by, { ...context, scope: { ...context.scope, aggregates: false } })
  const named = columnItself(value)
  const taken = new Set([...keyNames(keys), ...(named === undefined ? [] : [named.name])])
  const extreme = name === 'arg_max' ? 'max' : 'min'
  const measure = (aggregate: string, args: readonly Scalar[], type: Scalar['type']): NamedScalar => ({
    name: '',
    value: { kind: 'aggregate', name: aggregate, args, type, order: context.scope.order, span: call.span },
  })
  return [
    measure(extreme, [value], value.type),
    ...expandStar(rest, taken, input, context).map((output) => measure(name, [value, output], output.type)),
  ]
}

/** Of one column a value that is not empty where there is one; of several those of one record, as the page says. */
function lowerTakeAny(
  call: BoundNode,
  input: Flow,
  keys: readonly NamedScalar[],
  context: ScalarContext,
): NamedScalar[] {
  const args = argumentsOf(call)
  const isOfOne = args.length === 1 && args[0]?.kind !== 'StarExpression'
  return expandStar(args, new Set(keyNames(keys)), input, context).map((value) => ({
    name: '',
    value: {
      kind: 'aggregate',
      name: isOfOne ? 'take_any' : 'any of one record',
      args: [value],
      type: value.type,
      order: context.scope.order,
      span: call.span,
    },
  }))
}

/** One column for each rank; `percentilesw` has the weight between value and ranks. */
function lowerPercentiles(call: BoundNode, name: string, context: ScalarContext): NamedScalar[] {
  const args = argumentsOf(call).map((argument) =>
    lowerScalar(argument, { ...context, scope: { ...context.scope, aggregates: false } }),
  )
  const [operands, ranks] = name === 'percentilesw' ? [args.slice(0, 2), args.slice(2)] : [args.slice(0, 1), args.slice(1)] // prettier-ignore
  const type = operands[0]?.type
  if (type === undefined) throw unsupported(`${name} without arguments`, call.span)
  const settled = (rank: Scalar): Scalar =>
    context.isNamed === true ? constantOf(rank, context.lowering, `${name}() with a computed argument`) : rank
  return ranks.map((rank) => ({
    name: '',
    value: { kind: 'aggregate', name, args: [...operands, settled(rank)], type, order: [], span: call.span },
  }))
}
