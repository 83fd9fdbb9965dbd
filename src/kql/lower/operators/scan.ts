import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { SortKey } from '../../ir/scalar.ts'
import type { ColumnDef, Computed, Fold, Relation } from '../../ir/relation.ts'
import { callScalar, findColumn, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  constantScalar,
  parametersOf,
  refuseParameters,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { typed, walkSteps, type Declared, type ScanStep } from './scan-steps.ts'
import { numbered } from './serialize.ts'

/** Rows against steps, with what earlier rows left in each; https://learn.microsoft.com/kusto/query/scan-operator. */
export const scan: OperatorLowering = {
  kind: 'ScanOperator',
  lower: (node, input, context) => {
    refuseParameters(node, ['with_match_id'])
    const clause = node.nodes['PartitionByClause'] ?? node.nodes['OrderByClause']
    if (clause !== undefined) {
      throw unsupported('scan with a clause partition by or order by', clause.span, 'sort the rows before scan, inside of partition') // prettier-ignore
    }
    const steps = children(node, 'Steps').map(stepOf)
    if (steps.length === 0) throw unsupported('scan without steps', node.span)
    const twin = steps.find(({ name }, index) => steps.findIndex((step) => step.name === name) !== index)
    if (twin !== undefined) throw invalid(`two steps have the name "${twin.name}"`, twin.node.span)
    const declared = declarations(node, context)
    const flow = numbered(input, context, node)
    const fold = walkSteps(steps, flow, declared, context, node)
    const matchId = parametersOf(node).get('with_match_id')
    // The binder adds a column match_id that the engine gives only where it is asked for (recorded).
    const made = [
      ...fold.columns.slice(0, declared.length),
      ...fold.columns
        .slice(declared.length)
        .flatMap((id) => (matchId === undefined ? [] : [{ ...id, name: nameOf(matchId) }])),
    ]
    const twice = made.find(({ name }) => findColumn(flow.columns, name) !== undefined)
    if (twice !== undefined) throw unsupported(`scan that declares the input's column "${twice.name}"`, node.span)
    // A walk that gives no row has nothing that makes the columns.
    if (fold.outputs.length === 0) return withoutRows(flow, made, node)
    const position: SortKey = { value: reference(fold.position), descending: false, nullsFirst: true }
    const order = fold.outputs.length > 1 ? [...flow.order, position] : flow.order
    const relation = onlyLast(fold, steps, flow, context, node)
    return { ...flow, columns: [...flow.columns, ...made], relation, order }
  },
}

function withoutRows(flow: Flow, made: readonly ColumnDef[], { span }: BoundNode): Flow {
  const columns = made.map((column): Computed => ({ ...column, value: nullLiteral(column.type, span) }))
  const input: Relation = { kind: 'extend', input: flow.relation, columns, span }
  const condition = literal('bool', false, span)
  return { ...flow, columns: [...flow.columns, ...made], relation: { kind: 'filter', input, condition, span } }
}

/** Of a step with `output=last` the last row of each sequence that was in it. */
function onlyLast(
  fold: Fold,
  steps: readonly ScanStep[],
  flow: Flow,
  context: OperatorContext,
  node: BoundNode,
): Relation {
  // The walk tries the steps from the last to the first, and so do its outputs.
  const given = steps.filter(({ output }) => output !== 'none').reverse()
  const [row] = flow.order
  const match = fold.columns.at(-1)
  if (row === undefined || match === undefined || !given.some(({ output }) => output === 'last')) return fold
  const { span } = node
  const within = [fold.position, match, ...(context.part === undefined ? [] : [context.part])]
  const order: SortKey = { value: row.value, descending: true, nullsFirst: false }
  const place: Computed = {
    ...context.lowering.column('$place', 'long'),
    value: { kind: 'window', name: 'place within', type: 'long', args: within.map((column) => reference(column)), order: [order], span }, // prettier-ignore
  }
  const tests = given.flatMap(({ output }, index) =>
    output === 'all'
      ? [callScalar('==', 'bool', [reference(fold.position), literal('long', BigInt(index))], span)]
      : [],
  )
  const isLast = callScalar('==', 'bool', [reference(place), literal('long', 1n)], span)
  const condition = tests.reduce((some, test) => callScalar('or', 'bool', [some, test], span), isLast)
  return { kind: 'filter', input: { kind: 'extend', input: fold, columns: [place], span }, condition, span }
}

function stepOf(step: BoundNode): ScanStep {
  const output = step.nodes['ScanStepOutput']?.text.split('=')[1]?.trim().toLowerCase() ?? 'all'
  if (output !== 'all' && output !== 'none' && output !== 'last') throw unsupported(`scan with output=${output}`, step.span) // prettier-ignore
  const clause = step.nodes['ComputationClause']
  return {
    node: step,
    name: nameOf(child(step, 'Name')),
    condition: step.nodes['Condition'],
    assignments: (clause === undefined ? [] : children(clause, 'Assignments')).map((item) => ({
      name: nameOf(child(item, 'Name')),
      expression: child(item, 'Expression'),
    })),
    output,
  }
}

function declarations(node: BoundNode, context: OperatorContext): Declared[] {
  const clause = node.nodes['DeclareClause']
  return (clause === undefined ? [] : children(clause, 'Declarations')).map((item) => {
    const name = nameOf(child(child(item, 'NameAndType'), 'Name'))
    const type = boundColumns(node).find((column) => column.name === name)?.type
    if (type === undefined) throw unsupported(`the type of the scan column "${name}"`, item.span)
    const given = item.nodes['DefaultValue']?.nodes['Value']
    const value = given === undefined ? nullLiteral(type, item.span) : constantScalar(given, context)
    return { column: context.lowering.column(name, type), standard: typed(value, type, item) }
  })
}
