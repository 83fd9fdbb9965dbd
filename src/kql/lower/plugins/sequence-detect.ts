/**
 * Steps that follow each other in time: the rows of each combination of dimensions that satisfy any step go through one
 * function in JavaScript (functions/scalar/sequences.ts). https://learn.microsoft.com/kusto/query/sequence-detect-plugin
 */
import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Computed, Expand, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { conversion } from '../conversion.ts'
import { callScalar, literal, reference, type Flow } from '../flow.ts'
import { boundColumns, constantScalar, rowContext, type OperatorContext } from '../operator.ts'
import { lowerNamed, type NamedScalar } from '../operators/named.ts'
import { projectTo } from '../operators/project.ts'
import { lowerScalar, type ScalarContext } from '../scalar.ts'
import type { PluginLowering } from './plugin.ts'

/** Timeline, window of a step, window of the whole. */
const FIXED = 3

interface Parts {
  readonly time: Scalar & { readonly kind: 'column' }
  readonly limits: readonly Scalar[]
  readonly steps: readonly NamedScalar[]
  readonly dimensions: readonly NamedScalar[]
}

/** A span as ticks. */
function limitOf(node: BoundNode, context: OperatorContext): Scalar {
  const value = constantScalar(node, context)
  if (value.type !== 'timespan') throw unsupported('sequence_detect with a window that is no timespan', node.span)
  return callScalar('tolong', 'long', [value], node.span)
}

/** Steps are the conditions that come first, dimensions what is left. */
function partsOf(node: BoundNode, row: ScalarContext, context: OperatorContext): Parts {
  // pluginArguments() parts named arguments from others, and here their order counts.
  const args = children(child(child(node, 'FunctionCall'), 'ArgumentList'), 'Expressions')
  const [timeNode, ...windows] = args.slice(0, FIXED)
  const time = timeNode === undefined ? undefined : lowerScalar(timeNode, row)
  if (time?.kind !== 'column' || time.type !== 'datetime' || windows.length < FIXED - 1) {
    throw unsupported('sequence_detect along anything but a column of datetimes', node.span)
  }
  const values = args.slice(FIXED).flatMap((item) => lowerNamed(item, row))
  const rest = values.findIndex(({ value }) => value.type !== 'bool')
  const [steps, dimensions] = rest === -1 ? [values, []] : [values.slice(0, rest), values.slice(rest)]
  if (steps.length === 0) throw invalid('sequence_detect needs a condition', node.span)
  if (dimensions.some(({ value }) => value.type === 'bool')) {
    throw unsupported('sequence_detect by a bool, which reads like a step', node.span)
  }
  return { time, limits: windows.map((item) => limitOf(item, context)), steps, dimensions }
}

/** Refuses names that would be the service's own invention. */
function checkedNames(node: BoundNode, { time, steps, dimensions }: Parts): readonly string[] {
  const names = boundColumns(node).map(({ name }) => name)
  const expected = [...dimensions.map(({ name }) => name), ...steps.map(({ name }) => `${name}_${time.name}`), 'Duration'] // prettier-ignore
  const isNamed = [...steps, ...dimensions].every(({ name }) => name !== '')
  if (!isNamed || names.join('\n') !== expected.join('\n')) {
    throw unsupported('sequence_detect with steps or dimensions without a name', node.span, 'name them: `login = (Action == "login")`') // prettier-ignore
  }
  return names
}

export const sequenceDetect: PluginLowering = {
  name: 'sequence_detect',
  lower: (node, _args, input, context) => {
    const { span } = node
    const parts = partsOf(node, rowContext(input, context), context)
    const names = checkedNames(node, parts)
    const conditions = parts.steps.map(({ value }) => value)
    const isAny = conditions.reduce((left, right) => callScalar('or', 'bool', [left, right], span))
    const isPlaced = callScalar('isnotnull', 'bool', [parts.time], span)
    const wanted: Relation = { kind: 'filter', input: input.relation, condition: callScalar('and', 'bool', [isPlaced, isAny], span), span } // prettier-ignore
    const keys = parts.dimensions.map(({ name, value }): Computed => {
      return { ...context.lowering.column(name, value.type), value }
    })
    const ticks = callScalar('tolong', 'long', [parts.time], span)
    const held = callScalar('pack_array', 'dynamic', conditions, span)
    const points: Computed = {
      ...context.lowering.column('$points', 'dynamic'),
      value: { kind: 'aggregate', name: 'series points', type: 'dynamic', args: [ticks, held], order: [], span },
    }
    const grouped: Relation = { kind: 'aggregate', input: wanted, keys, measures: [points], span }
    const count = literal('long', BigInt(conditions.length), span)
    const found = callScalar('sequences in time', 'dynamic', [reference(points), count, ...parts.limits], span)
    return rowsOf(node, grouped, found, keys, names, context)
  },
}

/** A row for each sequence: dimensions, the time of each step, how long it took. */
function rowsOf(
  node: BoundNode,
  groups: Relation,
  found: Scalar,
  keys: readonly Computed[],
  names: readonly string[],
  context: OperatorContext,
): Flow {
  // prettier-ignore
  const { span } = node
  const line = context.lowering.column('$line', 'dynamic')
  const expanded: Expand = {
    kind: 'expand',
    input: groups,
    items: [{ value: found, column: line, asPairs: false }],
    position: context.lowering.column('$position', 'long'),
    indexColumn: undefined,
    keepEmpty: false,
    limit: undefined,
    span,
  }
  const columns = names.map((name, index): Computed => {
    const key = keys[index]
    if (key !== undefined) return { ...context.lowering.column(name, key.type), value: reference(key) }
    const type = index === names.length - 1 ? 'timespan' : 'datetime'
    const at = literal('long', BigInt(index - keys.length), span)
    const cell = callScalar('dynamic path', 'dynamic', [reference(line), at], span)
    return { ...context.lowering.column(name, type), value: callScalar(conversion(type), type, [cell], span) }
  })
  return projectTo({ relation: expanded, columns: [], order: [] }, columns, node)
}
