import { child, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Computed, Relation } from '../../ir/relation.ts'
import { callScalar, findColumn, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  parametersOf,
  refuseParameters,
  rowContext,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerScalar, nameOf } from '../scalar.ts'
import { Environment, type SharedFlow } from '../environment.ts'
import { readShared, shareFlow } from '../shared.ts'
import { lowerTabular } from '../tabular.ts'
import { lowerSubquery } from './mv-apply.ts'
import { usesWindow } from './serialize.ts'

/**
 * A pipeline for the rows of each value of a column. The strategies say how the service spreads the work, which is no
 * matter here, and what it refuses: operators with a source of their own, or more than 64 values.
 */
export const partition: OperatorLowering = {
  kind: 'PartitionOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const scope = node.nodes['Scope']
    if (scope !== undefined) throw unsupported('partition with a scope', scope.span)
    const operand = child(node, 'Operand')
    const subquery = operand.nodes['Subquery']
    const { span } = node
    const strategy = parametersOf(node).get('hint.strategy')?.text ?? 'legacy'
    if (subquery !== undefined && strategy !== 'legacy') refuseOwnSources(subquery, strategy)
    if (subquery !== undefined && runsOverAllParts(subquery)) return lowerOverAllParts(node, subquery, input, context)
    const shared = shareFlow(input, context.lowering, false, 'partition')
    const by = child(node, 'ByExpression')
    const all = readShared(shared, context.lowering, span)
    const value = lowerScalar(by, rowContext(all, context))
    const key: Computed = { ...context.lowering.column('$key', value.type), value }
    const keys: Relation = { kind: 'aggregate', input: all.relation, keys: [key], measures: [], span }
    const body =
      subquery === undefined ? lowerInBraces(operand, by, key, context) : lowerSubquery(subquery, partOf(shared, by, key, context), context) // prettier-ignore
    const columns = boundColumns(node).map(({ name }) => {
      const column = findColumn(body.columns, name)
      if (column === undefined) throw unsupported(`the partition column "${name}"`, span)
      return column
    })
    const limit = strategy === 'legacy' ? { atMost: MOST_LEGACY_PARTS } : {}
    return { columns, order: [], relation: { kind: 'apply', input: keys, body: body.relation, ...limit, span } }
  },
}

/** https://learn.microsoft.com/kusto/query/partition-operator, «Legacy strategy». */
const MOST_LEGACY_PARTS = 64

/** Same page, «Supported operators for the native and shuffle strategies». */
const OF_PARTS_ALONE = new Set([
  'CountOperator', 'DistinctOperator', 'ExtendOperator', 'FilterOperator', 'MakeSeriesOperator', 'MvApplyOperator',
  'MvExpandOperator', 'ParseOperator', 'ParseWhereOperator', 'ProjectAwayOperator', 'ProjectKeepOperator',
  'ProjectOperator', 'ProjectRenameOperator', 'ProjectReorderOperator', 'ReduceByOperator', 'SampleDistinctOperator',
  'SampleOperator', 'ScanOperator', 'SearchOperator', 'SerializeOperator', 'SortOperator', 'SummarizeOperator',
  'TakeOperator', 'TopHittersOperator', 'TopNestedOperator', 'TopOperator',
]) // prettier-ignore

function refuseOwnSources(subquery: BoundNode, strategy: string): void {
  const other = operatorsOf(subquery).find(({ kind }) => !OF_PARTS_ALONE.has(kind))
  if (other === undefined) return
  const name = other.text.split(/[\s(]/, 1)[0] ?? other.kind
  throw invalid(`partition with hint.strategy=${strategy} takes no ${name}`, other.span, 'leave out hint.strategy')
}

/** Of a pipeline without a source, last first. */
function operatorsOf(subquery: BoundNode): BoundNode[] {
  const operators: BoundNode[] = []
  for (let node = subquery; ; node = child(node, 'Expression')) {
    operators.push(node.kind === 'PipeExpression' ? child(node, 'Operator') : node)
    if (node.kind !== 'PipeExpression') return operators
  }
}

/** Operators that look at one row at a time, or that heed `context.part`. */
const OF_ONE_ROW = new Set([
  'AsOperator',
  'ExtendOperator',
  'FilterOperator',
  'ProjectAwayOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'ScanOperator',
  'SerializeOperator',
  'SortOperator',
])

/** `scan` walks over the rows once, so it goes over all parts in turn, and begins anew with each. */
function runsOverAllParts(subquery: BoundNode): boolean {
  const operators = operatorsOf(subquery)
  return (
    operators.some(({ kind }) => kind === 'ScanOperator') &&
    operators.every((operator) => OF_ONE_ROW.has(operator.kind) && !usesWindow(operator))
  )
}

function lowerOverAllParts(node: BoundNode, subquery: BoundNode, input: Flow, context: OperatorContext): Flow {
  const { span } = node
  const by = child(node, 'ByExpression')
  const value = lowerScalar(by, rowContext(input, context))
  const part: Computed = { ...context.lowering.column('$part', value.type), value }
  const extended: Relation = { kind: 'extend', input: input.relation, columns: [part], span }
  const known = callScalar('isnotnull', 'bool', [reference(part)], span)
  const relation: Relation = value.type === 'string' ? extended : { kind: 'filter', input: extended, condition: known, span } // prettier-ignore
  const order = [{ value: reference(part, span), descending: false, nullsFirst: true }, ...input.order]
  return { ...lowerSubquery(subquery, { ...input, relation, order }, { ...context, part }), order: [] }
}

/** The rows whose value is that of the key. */
function partOf(shared: SharedFlow, by: BoundNode, key: Computed, context: OperatorContext): Flow {
  const { span } = by
  const rows = readShared(shared, context.lowering, span)
  const own = lowerScalar(by, rowContext(rows, context))
  const condition = callScalar('==', 'bool', [own, reference(key)], span)
  return { ...rows, relation: { kind: 'filter', input: rows.relation, condition, span } }
}

/** `partition by k { T | where a == toscalar(k) }`: a whole query for each value, which it knows by the column's name. */
function lowerInBraces(operand: BoundNode, by: BoundNode, key: Computed, context: OperatorContext): Flow {
  if (by.kind !== 'NameReference') throw unsupported('partition by an expression with a query in braces', by.span)
  const environment = new Environment(context.environment)
  environment.define(nameOf(by), { kind: 'scalar', value: () => reference(key, by.span) })
  return lowerTabular(child(operand, 'Query'), { ...context, environment, isForEachPart: true })
}
