/**
 * Plug-ins that count users in windows over a timeline: the rows of each combination of dimensions go through one
 * function in JavaScript (functions/scalar/windows.ts). https://learn.microsoft.com/kusto/query/useranalytics
 */
import type { KustoType } from '../../../domain/kusto.ts'
import type { BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, reference, type Flow } from '../flow.ts'
import { boundColumns, constantScalar, rowContext, type OperatorContext } from '../operator.ts'
import { conversion } from '../conversion.ts'
import { projectTo } from '../operators/project.ts'
import { lowerScalar } from '../scalar.ts'
import type { PluginArguments, PluginLowering } from './plugin.ts'

interface Form {
  readonly name: string
  /** The catalogue's function. */
  readonly function: string
  /** Positions of the column that is counted or measured, and of the timeline. */
  readonly value: number
  readonly time: number
  /** Positions of the constants, in the order in which the function takes them. */
  readonly constants: readonly number[]
  /** Positions of those that the name of the answer's column has in it. */
  readonly named?: readonly number[]
  /** Where the dimensions begin. */
  readonly dimensions: number
  /** How many columns of times the answer begins with: 1 without. */
  readonly times?: number
}

/** Times and spans as ticks, numbers as they are, and a period of the calendar by its name; the same for every row. */
function constantOf(node: BoundNode | undefined, form: Form, time: KustoType, context: OperatorContext): Scalar {
  if (node === undefined) throw unsupported(`${form.name} with fewer arguments`, { offset: 0, length: 0 })
  const value = constantScalar(node, context)
  if (!TIMES[time]?.has(value.type)) throw unsupported(`a ${value.type} in ${form.name} along a ${time}`, node.span)
  if (value.type === 'long' || value.type === 'real' || value.type === 'string') return value
  return callScalar('tolong', 'long', [value], node.span)
}

/** The types that a timeline has by the pages, but for the real, and those of its constants: spans of it, counts, a percentile. */
const TIMES: Partial<Record<KustoType, ReadonlySet<KustoType>>> = {
  datetime: new Set(['datetime', 'timespan', 'int', 'long', 'real', 'string']),
  timespan: new Set(['timespan', 'int', 'long', 'real']),
  int: new Set(['int', 'long', 'real']),
  long: new Set(['int', 'long', 'real']),
}

function windows(form: Form): PluginLowering {
  return { name: form.name, lower: (node, args, input, context) => lowerWindows(form, node, args, input, context) }
}

function lowerWindows(
  form: Form,
  node: BoundNode,
  { positional }: PluginArguments,
  input: Flow,
  context: OperatorContext,
): Flow {
  // prettier-ignore
  const { span } = node
  const row = rowContext(input, context)
  const columnAt = (index: number): Scalar => {
    const argument = positional[index]
    if (argument === undefined) throw invalid(`${form.name} needs more arguments`, span)
    return lowerScalar(argument, row)
  }
  const [value, time] = [columnAt(form.value), columnAt(form.time)]
  if (TIMES[time.type] === undefined) throw unsupported(`${form.name} along a ${time.type}`, span)
  for (const index of form.named ?? []) {
    const argument = positional[index]
    // The binder reads 0 from anything else.
    if (argument === undefined || argument.kind.endsWith('LiteralExpression')) continue
    throw unsupported(`${form.name} with ${argument.text} in the name of its column`, argument.span, 'write the number')
  }
  const constants = form.constants.map((index) => constantOf(positional[index], form, time.type, context))
  const keys = positional.slice(form.dimensions).map((item): Computed => {
    const dimension = lowerScalar(item, row)
    if (dimension.kind !== 'column') throw unsupported(`${form.name} by anything but a column`, item.span)
    return { ...context.lowering.column(dimension.name, dimension.type), value: dimension }
  })
  const ticks = callScalar('tolong', 'long', [time], span)
  const known: Relation = { kind: 'filter', input: input.relation, condition: callScalar('isnotnull', 'bool', [time], span), span } // prettier-ignore
  const points: Computed = {
    ...context.lowering.column('$points', 'dynamic'),
    value: { kind: 'aggregate', name: 'series points', type: 'dynamic', args: [ticks, value], order: [], span },
  }
  const grouped: Relation = { kind: 'aggregate', input: known, keys, measures: [points], span }
  const parameters = callScalar('pack_array', 'dynamic', [literal('string', time.type, span), ...constants], span)
  const windowed = callScalar(form.function, 'dynamic', [reference(points), parameters], span)
  return spread(node, form, { relation: grouped, columns: keys, order: [] }, windowed, context)
}

/** A row for each array of the answer: times of windows, then numbers; the dimensions stand between. */
function spread(node: BoundNode, form: Form, groups: Flow, windowed: Scalar, context: OperatorContext): Flow {
  const { span } = node
  const line = context.lowering.column('$line', 'dynamic')
  const expanded: Relation = {
    kind: 'expand',
    input: groups.relation,
    items: [{ value: windowed, column: line, asPairs: false }],
    position: context.lowering.column('$position', 'long'),
    indexColumn: undefined,
    keepEmpty: false,
    limit: undefined,
    span,
  }
  const names = boundColumns(node)
  const [width, times] = [groups.columns.length, form.times ?? 1]
  const columns = names.map(({ name, type }, index): Computed => {
    const key: ColumnDef | undefined = groups.columns[index - times]
    if (key !== undefined) return { ...context.lowering.column(name, key.type), value: reference(key) }
    if (type === undefined) throw unsupported(`the type of the column "${name}" of ${form.name}`, span)
    const at = literal('long', BigInt(index < times ? index : index - width), span)
    const cell = callScalar('dynamic path', 'dynamic', [reference(line), at], span)
    return { ...context.lowering.column(name, type), value: callScalar(conversion(type), type, [cell], span) }
  })
  return projectTo({ relation: expanded, columns: [], order: [] }, columns, node)
}

/** The sixth argument is the cohort where it is no column; a table of earlier users, as the last one, is refused. */
const newActivityMetrics: PluginLowering = {
  name: 'new_activity_metrics',
  lower: (node, args, input, context) => {
    const sixth = args.positional[5]
    const isDimension = sixth === undefined || sixth.symbol?.kind === 'column'
    if (args.positional.some(({ type }) => type?.kind === 'table')) throw unsupported('new_activity_metrics with a look-back', node.span) // prettier-ignore
    const form: Form = {
      name: 'new_activity_metrics',
      function: 'new activity metrics',
      value: 0,
      time: 1,
      constants: isDimension ? [2, 3, 4] : [2, 3, 4, 5],
      dimensions: isDimension ? 5 : 6,
      times: 2,
    }
    return lowerWindows(form, node, args, input, context)
  },
}

export const windowPlugins: readonly PluginLowering[] = [
  newActivityMetrics,
  windows({
    name: 'activity_metrics',
    function: 'activity metrics',
    value: 0,
    time: 1,
    constants: [2, 3, 4],
    dimensions: 5,
  }),
  windows({
    name: 'activity_counts_metrics',
    function: 'activity counts',
    value: 0,
    time: 1,
    constants: [2, 3, 4],
    dimensions: 5,
  }),
  windows({
    name: 'active_users_count',
    function: 'active users',
    value: 0,
    time: 1,
    constants: [2, 3, 4, 5, 6, 7],
    dimensions: 8,
  }),
  windows({
    name: 'rolling_percentile',
    function: 'rolling percentile',
    value: 0,
    time: 2,
    constants: [1, 3, 4],
    named: [1, 4],
    dimensions: 5,
  }),
  windows({
    name: 'sliding_window_counts',
    function: 'sliding counts',
    value: 0,
    time: 1,
    constants: [2, 3, 4, 5],
    dimensions: 6,
  }),
]
