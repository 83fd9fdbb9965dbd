import type { KustoType } from '../../../domain/kusto.ts'
import { child, children, type BoundNode, type TextSpan } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  constantScalar,
  parametersOf,
  refuseDynamicKey,
  refuseParameters,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerNamed, type NamedScalar } from './named.ts'
import { conversion } from '../conversion.ts'
import { lowerMeasure } from './summarize.ts'

/** The axis: bins count steps from `origin`. */
interface Axis {
  readonly value: Scalar
  readonly type: KustoType
  readonly origin: Scalar
  readonly step: Scalar
  /** From and to as given; without them a series reaches from its first to its last bin that has rows. */
  readonly from: Scalar | undefined
  readonly to: Scalar | undefined
  /** `in range(from, to, step)`: bins begin at multiples of the step, and `to` is part of the last one. */
  readonly isInRange: boolean
}

interface Measure {
  readonly value: Scalar
  readonly standard: Scalar
}

/**
 * `summarize` by the groups and the bin, then one array for each group: bins that have rows at their places, the
 * default elsewhere. Rows off the axis do not count; without rows there is no series, unless `kind=nonempty`.
 */
export const makeSeries: OperatorLowering = {
  kind: 'MakeSeriesOperator',
  lower: (node, input, context) => {
    refuseParameters(node, ['kind'])
    const isNonEmpty = parametersOf(node).get('kind')?.text.toLowerCase() === 'nonempty'
    const row = rowContext(input, context)
    const axis = lowerAxis(node, lowerNamed(child(child(node, 'OnClause'), 'Expression'), row), context)
    const by = node.nodes['ByClause']
    const keyValues = by === undefined ? [] : children(by, 'Expressions').flatMap((key) => lowerNamed(key, row))
    for (const { value } of keyValues) refuseDynamicKey(value, 'make-series', by ?? node)
    const measures = children(node, 'Aggregates').map((item): Measure => {
      const values = lowerMeasure(child(item, 'Expression'), input, keyValues, rowContext(input, context, true))
      const [only] = values
      if (only === undefined || values.length > 1) throw unsupported('several values of one aggregate', item.span)
      return { value: only.value, standard: defaultOf(item, only.value, context) }
    })
    return assemble(node, input.relation, axis, keyValues, measures, isNonEmpty, context)
  },
}

function lowerAxis(node: BoundNode, [axis]: readonly NamedScalar[], context: OperatorContext): Axis {
  const range = child(node, 'RangeClause')
  if (axis === undefined) throw unsupported('make-series without an axis', range.span)
  const { value } = axis
  const type: KustoType = value.type === 'int' ? 'long' : value.type
  if (!['long', 'real', 'datetime', 'timespan'].includes(type)) throw unsupported(`make-series along a ${type}`, node.span) // prettier-ignore
  const isInRange = range.kind === 'MakeSeriesInRangeClause'
  const listed = isInRange ? children(child(range, 'Arguments'), 'Expressions') : []
  const bound = (index: number, wanted: KustoType): Scalar | undefined => {
    const clause = ['MakeSeriesFromClause', 'MakeSeriesToClause', 'MakeSeriesStepClause'][index] ?? ''
    const inner = isInRange ? listed[index] : range.nodes[clause]?.nodes['Expression']
    return inner === undefined ? undefined : coerced(constantScalar(inner, context), wanted, inner)
  }
  const step = bound(2, type === 'datetime' ? 'timespan' : type)
  const from = bound(0, type)
  const to = bound(1, type)
  if (step === undefined) throw unsupported('make-series without a step', range.span)
  if (step.kind === 'literal' && typeof step.value !== 'string' && Number(step.value) <= 0) {
    throw invalid('the step of make-series must be positive', step.span)
  }
  const zero = type === 'real' ? literal('real', 0) : literal(type, 0n)
  const origin = isInRange ? zero : (from ?? zero)
  return { value: coerced(value, type, node), type, origin, step, from, to, isInRange }
}

const isNumber = (type: KustoType): boolean => ['int', 'long', 'real', 'decimal'].includes(type)

/** The value as one of the type; a literal stays one. */
function coerced(value: Scalar, type: KustoType, node: BoundNode): Scalar {
  if (value.type === type) return value
  if (value.kind === 'literal' && value.value === null) return nullLiteral(type, node.span)
  if (value.kind === 'literal' && typeof value.value === 'bigint') {
    if (type === 'long') return literal('long', value.value, node.span)
    if (type === 'real') return literal('real', Number(value.value), node.span)
  }
  if (!isNumber(value.type) || !isNumber(type) || (type === 'long' && value.type !== 'int')) {
    throw unsupported(`a ${value.type} where make-series needs a ${type}`, node.span)
  }
  return callScalar(conversion(type), type, [value], node.span)
}

/** 0 where none is given (recorded: r2-window-series-scan/0018). */
function defaultOf(item: BoundNode, measure: Scalar, context: OperatorContext): Scalar {
  const given = item.nodes['DefaultExpression']?.nodes['Expression']
  const value = given === undefined ? literal('long', 0n, item.span) : constantScalar(given, context)
  if (value.kind === 'literal' && value.value === null) return nullLiteral(measure.type, item.span)
  if (measure.type === 'long' || measure.type === 'int') {
    // A default of its own type stands as it is: `count() default=0.5` would have to become a long or not.
    if (value.type !== 'long' && value.type !== 'int') throw unsupported(`a ${value.type} as default of a ${measure.type}`, item.span) // prettier-ignore
    return value
  }
  if (measure.type !== value.type && !isNumber(value.type)) throw unsupported(`a ${value.type} as default of a ${measure.type}`, item.span) // prettier-ignore
  return measure.type === value.type ? value : coerced(value, measure.type, item)
}

function assemble(
  node: BoundNode,
  input: Relation,
  axis: Axis,
  keyValues: readonly NamedScalar[],
  measures: readonly Measure[],
  isNonEmpty: boolean,
  context: OperatorContext,
): Flow {
  const { span } = node
  const names = boundColumns(node)
  const define = ({ name, type }: { name: string; type: KustoType }): ColumnDef => context.lowering.column(name, type)
  const on: Relation = { kind: 'filter', input, condition: onAxis(axis, node), span }
  const bin: Computed = {
    ...define({ name: '$bin', type: 'long' }),
    value: callScalar('series bin', 'long', [axis.value, axis.origin, axis.step], span),
  }
  const keys = keyValues.map(({ name, value }, index): Computed => ({ ...define({ name: names[index]?.name ?? name, type: value.type }), value })) // prettier-ignore
  const values = measures.map(({ value }): Computed => ({ ...define({ name: '$value', type: value.type }), value }))
  const binned: Relation = { kind: 'aggregate', input: on, keys: [...keys, bin], measures: values, span }

  const gathered = keys.map((key): Computed => ({ ...define(key), value: reference(key) }))
  const points = aggregateColumn('series points', 'dynamic', [bin, ...values], node, context)
  const first = aggregateColumn('min', 'long', [bin], node, context)
  const last = aggregateColumn('max', 'long', [bin], node, context)
  const all: Relation = { kind: 'aggregate', input: binned, keys: gathered, measures: [points, first, last], span }
  const some: Relation = isNonEmpty && axis.to !== undefined ? all : { kind: 'filter', input: all, condition: callScalar('isnotnull', 'bool', [reference(first)], span), span } // prettier-ignore

  const start = axis.from === undefined ? reference(first) : axis.isInRange ? binOf(axis.from, axis, span) : literal('long', 0n, span) // prettier-ignore
  const count = countOf(axis, start, last, node)
  const offset = keys.length
  const series = measures.map(({ standard }, index): Computed => ({
    ...define({ name: names[offset + index]?.name ?? '', type: 'dynamic' }),
    value: callScalar('series values', 'dynamic', [reference(points), literal('long', BigInt(index + 1)), start, count, standard], span), // prettier-ignore
  }))
  const steps: Computed = {
    ...define({ name: names[offset + measures.length]?.name ?? '', type: 'dynamic' }),
    value: callScalar('series axis', 'dynamic', [axis.origin, axis.step, start, count], span),
  }
  if (names.length !== offset + measures.length + 1) throw unsupported('this form of make-series', span)
  const relation: Relation = { kind: 'extend', input: some, columns: [...series, steps], span }
  const columns = [...gathered, ...series, steps].map(({ id, name, type }): ColumnDef => ({ id, name, type }))
  return { relation, columns, order: [] }
}

const binOf = (value: Scalar, { origin, step }: Axis, span: TextSpan): Scalar =>
  callScalar('series bin', 'long', [value, origin, step], span)

/** Number of bins of a series that begins with the bin `start`. */
function countOf(axis: Axis, start: Scalar, last: ColumnDef, { span }: BoundNode): Scalar {
  const from = (end: Scalar): Scalar => callScalar('-', 'long', [end, start], span)
  const { to, origin, step, isInRange } = axis
  if (to !== undefined && !isInRange) return from(callScalar('series length', 'long', [origin, to, step], span))
  const end = to === undefined ? reference(last) : binOf(to, axis, span)
  return callScalar('+', 'long', [from(end), literal('long', 1n, span)], span)
}

function aggregateColumn(
  name: string,
  type: KustoType,
  args: readonly ColumnDef[],
  node: BoundNode,
  context: OperatorContext,
): Computed {
  const value: Scalar = { kind: 'aggregate', name, type, args: args.map((column) => reference(column)), order: [], span: node.span } // prettier-ignore
  return { ...context.lowering.column(`$${name}`, type), value }
}

function onAxis({ value, from, to, isInRange }: Axis, { span }: BoundNode): Scalar {
  const tests = [
    callScalar('isnotnull', 'bool', [value], span),
    ...(from === undefined ? [] : [callScalar('>=', 'bool', [value, from], span)]),
    ...(to === undefined ? [] : [callScalar(isInRange ? '<=' : '<', 'bool', [value, to], span)]),
  ]
  return tests.reduce((all, one) => callScalar('and', 'bool', [all, one], span))
}
