import type { Column, Row } from '../../../domain/kusto.ts'
import type { BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import { findEntry } from '../../functions/index.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { AggregateScalar, Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, reference, type Flow } from '../flow.ts'
import { boundColumns, rowContext, type OperatorContext } from '../operator.ts'
import { lowerMeasure } from '../operators/summarize.ts'
import { lowerScalar } from '../scalar.ts'
import { NO_COLUMN, UnresolvedColumns, WITHOUT_COLUMNS, type Discovery } from '../unresolved-columns.ts'
import type { PluginArguments, PluginLowering } from './plugin.ts'

interface Pivot {
  /** Text of the column whose values become columns. */
  readonly value: Scalar
  readonly measure: AggregateScalar
  readonly groups: readonly ColumnDef[]
}

/** Values of a column become columns; https://learn.microsoft.com/kusto/query/pivot-plugin. */
export const pivot: PluginLowering = {
  name: 'pivot',
  lower: (node, args, input, context) => {
    const shape = readShape(node, args, input, context)
    if (node.nodes['Schema'] === undefined) throw new UnresolvedColumns(node, discover(node, shape, input, context))
    const names = boundColumns(node)
    if (names.some(({ name }) => name === NO_COLUMN)) throw unsupported(WITHOUT_COLUMNS, node.span)
    const keys = shape.groups.map((group): Computed => ({ ...context.lowering.column(group.name, group.type), value: reference(group) })) // prettier-ignore
    const measures = names
      .filter(({ name }) => findColumn(shape.groups, name) === undefined)
      .map(({ name }): Computed => ({
        ...context.lowering.column(name, shape.measure.type),
        value: conditional(shape, name, node),
      }))
    const made = [...keys, ...measures]
    const columns = names.map(({ name, type }): ColumnDef => {
      const column = findColumn(made, name)
      if (column === undefined || column.type !== type)
        throw unsupported(`the pivot column "${name}" as ${type ?? 'unknown'}`, node.span)
      return { id: column.id, name, type: column.type }
    })
    return {
      columns,
      order: [],
      relation: { kind: 'aggregate', input: input.relation, keys, measures, span: node.span },
    }
  },
}

function readShape(node: BoundNode, args: PluginArguments, input: Flow, context: OperatorContext): Pivot {
  const [pivotNode, second, ...rest] = args.positional
  if (pivotNode === undefined) throw invalid('pivot needs a column', node.span)
  const row = rowContext(input, context)
  const value = lowerScalar(pivotNode, row)
  const hasMeasure = second?.kind === 'FunctionCallExpression'
  const measures = hasMeasure ? lowerMeasure(second, input, [], rowContext(input, context, true)) : []
  const [first] = measures
  const measure: Scalar = first?.value ?? { kind: 'aggregate', name: 'count', type: 'long', args: [], order: [], span: node.span } // prettier-ignore
  if (measure.kind !== 'aggregate' || measures.length > 1) throw unsupported('this aggregate in pivot', node.span)
  const named = (hasMeasure || second === undefined ? rest : [second, ...rest]).map((item): ColumnDef => {
    const column = lowerScalar(item, row)
    if (column.kind !== 'column') throw unsupported('pivot by anything but a column', item.span)
    return { id: column.id, name: column.name, type: column.type }
  })
  const used = new Set([value, ...measure.args].flatMap((item) => (item.kind === 'column' ? [item.id] : [])))
  const groups = named.length > 0 ? named : input.columns.filter(({ id }) => !used.has(id))
  if (value.kind !== 'column') throw unsupported('pivot of anything but a column', pivotNode.span)
  const text = value.type === 'string' ? value : callScalar('tostring', 'string', [value], node.span)
  return { value: text, measure, groups }
}

/** The measure over the rows of one value: its `…if` form, so that cells without rows are what it gives for none. */
function conditional({ value, measure }: Pivot, name: string, node: BoundNode): Scalar {
  const test = callScalar('==', 'bool', [value, literal('string', name, node.span)], node.span)
  const entry = [`${measure.name}if`, `${measure.name}_if`].find((form) => findEntry(form)?.kind === 'aggregate')
  if (entry === undefined) throw unsupported(`${measure.name}() in pivot`, node.span)
  return { ...measure, name: entry, args: [...measure.args, test] }
}

/** Beyond this a pivot is a mistake, and the SQL grows with each column. */
const MAX_COLUMNS = 1_000

function discover(node: BoundNode, shape: Pivot, input: Flow, context: OperatorContext): Discovery {
  const key: Computed = { ...context.lowering.column('Value', 'string'), value: shape.value }
  const relation: Relation = { kind: 'aggregate', input: input.relation, keys: [key], measures: [], span: node.span }
  return {
    plan: { relation, columns: [key], order: [] },
    columns: (rows) => outputColumns(rows, node, shape),
    typeWithoutRows: shape.measure.type,
  }
}

function outputColumns(rows: readonly Row[], node: BoundNode, { groups, measure }: Pivot): Column[] {
  const values = rows.map(([value]) => String(value)).sort((left, right) => (left < right ? -1 : 1))
  if (values.length > MAX_COLUMNS) throw unsupported(`pivot into more than ${MAX_COLUMNS} columns`, node.span)
  const taken = values.find((value) => findColumn(groups, value) !== undefined)
  if (taken !== undefined) throw unsupported(`pivot into a column named "${taken}"`, node.span)
  return [...groups.map(({ name, type }) => ({ name, type })), ...values.map((name) => ({ name, type: measure.type }))]
}
