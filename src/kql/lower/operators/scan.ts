import { child, children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Fold, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import { boundColumns, constantScalar, refuseParameters, type OperatorContext, type OperatorLowering } from '../operator.ts' // prettier-ignore
import { lowerScalar, nameOf, type ScalarContext } from '../scalar.ts'
import { conversion } from '../conversion.ts'
import { numbered } from './serialize.ts'

interface Declared {
  readonly column: ColumnDef
  /** The default, null (empty) without one. */
  readonly standard: Scalar
}

/**
 * `scan` with one step. Several steps follow several half-done matches at once, which a walk from row to row with one
 * state cannot; https://learn.microsoft.com/kusto/query/scan-operator.
 */
export const scan: OperatorLowering = {
  kind: 'ScanOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const steps = children(node, 'Steps')
    const [step] = steps
    if (step === undefined || steps.length > 1) throw unsupported('scan with several steps', node.span)
    const output = step.nodes['ScanStepOutput']?.tokens['OutputKind'] ?? 'all'
    if (output !== 'all') throw unsupported(`scan with output=${output}`, step.span)
    const declared = declarations(node, context)
    const flow = numbered(input, context, node)
    const standards: Computed[] = declared.map(({ column, standard }) => ({ ...column, value: standard }))
    const extended: Relation = { kind: 'extend', input: flow.relation, columns: standards, span: node.span }
    const fold = foldOf(step, { ...flow, relation: extended }, declared, context)
    // The binder adds a column match_id that the engine gives only where it is asked for (recorded).
    const made = fold.next.slice(0, declared.length).map(({ id, name, type }): ColumnDef => ({ id, name, type }))
    const twice = made.find(({ name }) => findColumn(flow.columns, name) !== undefined)
    if (twice !== undefined) throw unsupported(`scan that declares the input's column "${twice.name}"`, node.span)
    const columns = [...flow.columns, ...made]
    return { ...flow, columns, relation: fold }
  },
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

function typed(value: Scalar, type: ColumnDef['type'], node: BoundNode): Scalar {
  if (value.type === type) return value
  if (value.kind === 'literal' && value.value === null) return nullLiteral(type, node.span)
  return callScalar(conversion(type), type, [value], node.span)
}

/** The state: declared columns, and all columns of the last match. */
function foldOf(step: BoundNode, flow: Flow, declared: readonly Declared[], context: OperatorContext): Fold {
  const { span } = step
  const [row] = flow.order
  if (row?.value.kind !== 'column') throw unsupported('scan over rows without an order', span)
  const fresh = ({ name, type }: ColumnDef): ColumnDef => context.lowering.column(name, type)
  const inputs = flow.columns.filter(({ name }) => readsMember(step, nameOf(child(step, 'Name')), name))
  const states = [...declared.map(({ column }) => fresh(column)), ...inputs.map(fresh)]
  const scope: ScalarContext['scope'] = {
    // A declared column without the step's name is the current row's: its default until it is assigned.
    columns: [...flow.columns, ...declared.map(({ column }) => column)],
    order: flow.order,
    records: new Map([[nameOf(child(step, 'Name')), states]]),
  }
  const inRow = { ...context, scope }
  const assigned = assignments(step, declared, inRow)
  const next = [
    ...declared.map(({ column, standard }): Computed => ({
      ...fresh(column),
      value: typed(assigned.get(column.name) ?? standard, column.type, step),
    })),
    ...inputs.map((column): Computed => ({ ...fresh(column), value: reference(column, span) })),
  ]
  return {
    kind: 'fold',
    input: flow.relation,
    row: { id: row.value.id, name: row.value.name, type: 'long' },
    previous: states,
    initial: [...declared.map(({ standard }) => standard), ...inputs.map(({ type }) => nullLiteral(type, span))],
    condition: conditionOf(step, inRow),
    next,
    span,
  }
}

function conditionOf(step: BoundNode, context: ScalarContext): Scalar {
  const condition = step.nodes['Condition']
  return condition === undefined ? literal('bool', true, step.span) : lowerScalar(condition, context)
}

function assignments(step: BoundNode, declared: readonly Declared[], context: ScalarContext): Map<string, Scalar> {
  const values = new Map<string, Scalar>()
  const clause = step.nodes['ComputationClause']
  for (const item of clause === undefined ? [] : children(clause, 'Assignments')) {
    const expression = child(item, 'Expression')
    // Whether it would see the new value or the default no recorded answer shows.
    const early = declared.find(({ column }) => values.has(column.name) && readsName(expression, column.name))
    if (early !== undefined) throw unsupported(`"${early.column.name}" after it was assigned in the same step`, item.span) // prettier-ignore
    values.set(nameOf(child(item, 'Name')), lowerScalar(expression, context))
  }
  return values
}

const nested = (node: BoundNode): BoundNode[] => [...Object.values(node.nodes), ...Object.values(node.lists).flat()]

/** `name` by itself, not as a member. */
function readsName(node: BoundNode, name: string): boolean {
  if (node.kind === 'PathExpression') return readsName(child(node, 'Expression'), name)
  if (node.kind === 'NameReference') return nameOf(node) === name
  return nested(node).some((part) => readsName(part, name))
}

/** `step.name` somewhere inside. */
function readsMember(node: BoundNode, step: string, name: string): boolean {
  const isMember = node.kind === 'PathExpression' && child(node, 'Expression').text === step
  if (isMember && nameOf(child(node, 'Selector')) === name) return true
  return nested(node).some((part) => readsMember(part, step, name))
}
