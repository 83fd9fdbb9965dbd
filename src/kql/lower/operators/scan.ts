import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { SortKey } from '../../ir/scalar.ts'
import { findColumn, nullLiteral, reference } from '../flow.ts'
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
    const steps = children(node, 'Steps').map(stepOf)
    if (steps.length === 0) throw unsupported('scan without steps', node.span)
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
    const position: SortKey = { value: reference(fold.position), descending: false, nullsFirst: true }
    const order = fold.outputs.length > 1 ? [...flow.order, position] : flow.order
    return { ...flow, columns: [...flow.columns, ...made], relation: fold, order }
  },
}

function stepOf(step: BoundNode): ScanStep {
  const output = step.nodes['ScanStepOutput']?.text.split('=')[1]?.trim().toLowerCase() ?? 'all'
  // In which place of the answer the last row of a series stands no recorded answer shows.
  if (output !== 'all' && output !== 'none') throw unsupported(`scan with output=${output}`, step.span)
  const clause = step.nodes['ComputationClause']
  return {
    node: step,
    name: nameOf(child(step, 'Name')),
    condition: step.nodes['Condition'],
    assignments: (clause === undefined ? [] : children(clause, 'Assignments')).map((item) => ({
      name: nameOf(child(item, 'Name')),
      expression: child(item, 'Expression'),
    })),
    hasOutput: output === 'all',
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
