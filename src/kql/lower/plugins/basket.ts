/**
 * Frequent patterns: which values of which columns often stand in a row together. The values that pass the threshold are
 * numbered, rows become combinations of those numbers, and one function in JavaScript finds the patterns among them
 * (functions/scalar/baskets.ts). https://learn.microsoft.com/kusto/query/basket-plugin
 *
 * The service samples rows to find frequent values first, and says that answers differ near the threshold; these are exact.
 * Its page has no word on the order in which patterns are numbered: here the heaviest is the first.
 */
import type { KustoType } from '../../../domain/kusto.ts'
import type { BoundNode, TextSpan } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Aggregate, ColumnDef, Computed, Expand, Join, Relation, Union } from '../../ir/relation.ts'
import type { LiteralValue, Scalar } from '../../ir/scalar.ts'
import { conversion } from '../conversion.ts'
import type { SharedFlow } from '../environment.ts'
import { callScalar, literal, nullLiteral, reference, type Flow } from '../flow.ts'
import { literalOf } from '../lowering.ts'
import { boundColumns, constantScalar, rowContext, type OperatorContext } from '../operator.ts'
import { projectTo } from '../operators/project.ts'
import { lowerScalar } from '../scalar.ts'
import { readShared, shareFlow } from '../shared.ts'
import type { PluginArguments, PluginLowering } from './plugin.ts'

const DEFAULT_THRESHOLD = 0.05
const DEFAULT_DIMENSIONS = 5n
/** SegmentId, Count and Percent, before the columns of the input. */
const MEASURES = 3
/** Positions of threshold, weight and dimensions; wildcards follow. */
const WILDCARDS = 3

interface Options {
  readonly threshold: number
  readonly dimensions: bigint
  readonly weight: ColumnDef | undefined
  /** What stands for any value, by type. */
  readonly wildcards: ReadonlyMap<KustoType, LiteralValue>
}

/** Undefined where the default is asked for. */
function given(node: BoundNode | undefined, context: OperatorContext): Scalar | undefined {
  if (node === undefined) return undefined
  const value = constantScalar(node, context)
  return literalOf(value) === '~' ? undefined : value
}

function readOptions({ positional }: PluginArguments, input: Flow, context: OperatorContext): Options {
  const [thresholdNode, weightNode, dimensionsNode, ...wildcardNodes] = positional
  const threshold = Number(literalOf(given(thresholdNode, context) ?? literal('real', DEFAULT_THRESHOLD)))
  if (thresholdNode !== undefined && !(threshold > 0 && threshold <= 1)) {
    throw invalid('the threshold of basket is a number from 0.015 to 1', thresholdNode.span)
  }
  const dimensions = literalOf(given(dimensionsNode, context) ?? literal('long', DEFAULT_DIMENSIONS))
  if (typeof dimensions !== 'bigint' || dimensions < 1n) {
    throw invalid('basket takes a number of dimensions from 1', dimensionsNode?.span ?? { offset: 0, length: 0 })
  }
  const wildcards = new Map<KustoType, LiteralValue>()
  for (const node of wildcardNodes) {
    const value = given(node, context)
    const constant = value === undefined ? undefined : literalOf(value)
    if (value === undefined) continue
    if (constant === undefined) throw unsupported('a computed wildcard of basket', node.span)
    wildcards.set(value.type, constant)
  }
  return { threshold, dimensions, weight: weightColumn(weightNode, input, context), wildcards }
}

function weightColumn(node: BoundNode | undefined, input: Flow, context: OperatorContext): ColumnDef | undefined {
  if (node === undefined) return undefined
  const value = lowerScalar(node, rowContext(input, context))
  if (literalOf(value) === '~') return undefined
  const column = value.kind === 'column' ? input.columns.find(({ id }) => id === value.id) : undefined
  if (column === undefined) throw invalid('the weight of basket is a column of numbers', node.span)
  // How sums of reals become a Count, which is long, is not documented.
  if (column.type !== 'int' && column.type !== 'long') throw unsupported(`basket by a weight that is ${column.type}`, node.span) // prettier-ignore
  return column
}

export const basket: PluginLowering = {
  name: 'basket',
  lower: (node, args, input, context) => {
    const options = readOptions(args, input, context)
    const dimensions = input.columns.filter((column) => column !== options.weight)
    for (const { name, type } of dimensions) {
      // Whether the service takes it for its text, or leaves it out, is not documented.
      if (type === 'dynamic') throw unsupported(`basket over the dynamic column ${name}`, node.span, 'convert it, for example with tostring()') // prettier-ignore
    }
    return new Basket(node, options, dimensions, context).lower(input)
  },
}

/** A row for each pattern: its number from 1, and `[count, percent, item or null, …]`. */
interface Found {
  readonly relation: Relation
  readonly segment: ColumnDef
  readonly line: ColumnDef
}

class Basket {
  readonly #node: BoundNode
  readonly #span: TextSpan
  readonly #options: Options
  readonly #dimensions: readonly ColumnDef[]
  readonly #context: OperatorContext

  constructor(node: BoundNode, options: Options, dimensions: readonly ColumnDef[], context: OperatorContext) {
    this.#node = node
    this.#span = node.span
    this.#options = options
    this.#dimensions = dimensions
    this.#context = context
  }

  lower(input: Flow): Flow {
    const rows = this.#weighed(input)
    const items = this.#frequent(rows)
    const found = this.#patterns(this.#combinations(rows, items), rows)
    return this.#decoded(found, items, input)
  }

  #column(name: string, type: KustoType): ColumnDef {
    return this.#context.lowering.column(name, type)
  }

  #call(name: string, type: KustoType, ...args: readonly Scalar[]): Scalar {
    return callScalar(name, type, args, this.#span)
  }

  #sum(column: ColumnDef, input: Relation, keys: readonly Computed[]): { relation: Aggregate; sum: Computed } {
    const value: Scalar = { kind: 'aggregate', name: 'sum', type: 'long', args: [reference(column)], order: [], span: this.#span } // prettier-ignore
    const sum: Computed = { ...this.#column('$sum', 'long'), value }
    return { relation: { kind: 'aggregate', input, keys, measures: [sum], span: this.#span }, sum }
  }

  /** Rows as their weight and the texts of their values: `$weight, a, b, …`, read once for each column. */
  #weighed(input: Flow): SharedFlow {
    const { weight } = this.#options
    const one = literal('long', 1n, this.#span)
    const number = weight === undefined ? one : this.#call('tolong', 'long', reference(weight))
    const texts = this.#dimensions.map((column): Computed => {
      const value = reference(column, this.#span)
      return { ...this.#column(column.name, 'string'), value: column.type === 'string' ? value : this.#call('tostring', 'string', value) } // prettier-ignore
    })
    const weighed: Computed = { ...this.#column('$weight', 'long'), value: number }
    const columns = [weighed, ...texts]
    const projected: Relation = { kind: 'project', input: input.relation, columns, span: this.#span }
    const condition = this.#call('>', 'bool', reference(weighed), literal('long', 0n))
    const relation: Relation = { kind: 'filter', input: projected, condition, span: this.#span }
    return shareFlow({ relation, columns, order: [] }, this.#context.lowering, true, 'basket rows')
  }

  #read(shared: SharedFlow): { readonly relation: Relation; readonly columns: readonly [ColumnDef, ...ColumnDef[]] } {
    const { relation, columns } = readShared(shared, this.#context.lowering, this.#span)
    return { relation, columns: columns as [ColumnDef, ...ColumnDef[]] }
  }

  #total(rows: SharedFlow): Scalar {
    const { relation, columns } = this.#read(rows)
    const total = this.#sum(columns[0], relation, [])
    return { kind: 'subquery', type: 'long', relation: total.relation, column: total.sum.id, span: this.#span }
  }

  /** Values that pass the threshold: `$item, $position, $text`. */
  #frequent(rows: SharedFlow): SharedFlow {
    const [position, text, weight] = [this.#column('$position', 'long'), this.#column('$text', 'string'), this.#column('$weight', 'long')] // prettier-ignore
    const inputs = this.#dimensions.map((_, index): Union['inputs'][number] => {
      const { relation, columns } = this.#read(rows)
      const value = columns[index + 1] ?? columns[0]
      const key: Computed = { ...this.#column(value.name, 'string'), value: reference(value) }
      const grouped = this.#sum(columns[0], relation, [key])
      return { relation: grouped.relation, sources: [literal('long', BigInt(index)), reference(key), reference(grouped.sum)] } // prettier-ignore
    })
    const values: Relation = { kind: 'union', columns: [position, text, weight], inputs, span: this.#span }
    const real = (value: Scalar): Scalar => this.#call('todouble', 'real', value)
    const share = this.#call('/', 'real', real(reference(weight)), real(this.#total(rows)))
    const condition = this.#call('>=', 'bool', share, literal('real', this.#options.threshold))
    const item = this.#column('$item', 'long')
    const keys = [position, text].map((column) => ({ value: reference(column), descending: false, nullsFirst: true }))
    const relation: Relation = {
      kind: 'number',
      input: { kind: 'filter', input: values, condition, span: this.#span },
      keys,
      column: item,
      span: this.#span,
    }
    return shareFlow({ relation, columns: [item, position, text], order: [] }, this.#context.lowering, true, 'basket items') // prettier-ignore
  }

  /** The input beside the item of one column, if the two agree on it. */
  #withItem(
    input: Relation,
    items: SharedFlow,
    index: number,
    agree: 'text' | 'item',
    value: Scalar,
  ): { readonly relation: Join; readonly item: ColumnDef; readonly text: ColumnDef } {
    // prettier-ignore
    const { relation, columns } = this.#read(items)
    const [item, position = item, text = item] = columns
    const condition = this.#call('==', 'bool', reference(position), literal('long', BigInt(index)))
    const right: Relation = { kind: 'filter', input: relation, condition, span: this.#span }
    const keys = [{ left: value, right: reference(agree === 'text' ? text : item) }]
    return { relation: { kind: 'join', join: 'left', left: input, right, keys, span: this.#span }, item, text }
  }

  /** Rows with the same frequent items, and what they weigh together, as one list. */
  #combinations(rows: SharedFlow, items: SharedFlow): { readonly relation: Relation; readonly points: Computed } {
    const { relation, columns } = this.#read(rows)
    const [weight, ...texts] = columns
    let joined = relation
    const keys = texts.map((text, index): Computed => {
      const step = this.#withItem(joined, items, index, 'text', reference(text))
      joined = step.relation
      return { ...this.#column(text.name, 'long'), value: reference(step.item) }
    })
    const grouped = this.#sum(weight, joined, keys)
    const args = [grouped.sum, ...keys].map((column) => reference(column))
    const points: Computed = {
      ...this.#column('$points', 'dynamic'),
      value: { kind: 'aggregate', name: 'series points', type: 'dynamic', args, order: [], span: this.#span },
    }
    return {
      relation: { kind: 'aggregate', input: grouped.relation, keys: [], measures: [points], span: this.#span },
      points,
    }
  }

  #patterns({ relation, points }: { readonly relation: Relation; readonly points: Computed }, rows: SharedFlow): Found {
    const { threshold, dimensions } = this.#options
    const limits = [this.#total(rows), literal('real', threshold), literal('long', dimensions)]
    const line = this.#column('$line', 'dynamic')
    const expanded: Expand = {
      kind: 'expand',
      input: relation,
      items: [{ value: this.#call('frequent patterns', 'dynamic', reference(points), ...limits), column: line, asPairs: false }], // prettier-ignore
      position: this.#column('$segment', 'long'),
      indexColumn: undefined,
      keepEmpty: false,
      limit: undefined,
      span: this.#span,
    }
    return { relation: expanded, segment: expanded.position, line }
  }

  #decoded(found: Found, items: SharedFlow, input: Flow): Flow {
    const cell = (at: number, type: KustoType): Scalar => {
      const value = this.#call('dynamic path', 'dynamic', reference(found.line), literal('long', BigInt(at)))
      return this.#call(conversion(type), type, value)
    }
    const names = boundColumns(this.#node)
    const define = (index: number, type: KustoType): ColumnDef => this.#column(names[index]?.name ?? '', type)
    let joined = found.relation
    const segment = this.#call('-', 'long', reference(found.segment), literal('long', 1n))
    const measures: readonly Computed[] = [
      { ...define(0, 'long'), value: segment },
      { ...define(1, 'long'), value: cell(0, 'long') },
      { ...define(2, 'real'), value: cell(1, 'real') },
    ]
    const values = input.columns.map(({ type }, index): Computed => {
      const column = define(index + MEASURES, type)
      const wildcard = this.#wildcard(type)
      const at = this.#dimensions.findIndex(({ id }) => id === input.columns[index]?.id)
      if (at === -1) return { ...column, value: wildcard }
      const step = this.#withItem(joined, items, at, 'item', cell(at + WILDCARDS - 1, 'long'))
      joined = step.relation
      const text = reference(step.text)
      const value = type === 'string' ? text : this.#call(conversion(type), type, text)
      const isAny = this.#call('isnull', 'bool', reference(step.item))
      return { ...column, value: this.#call('iff', type, isAny, wildcard, value) }
    })
    const order = [{ value: reference(found.segment), descending: false, nullsFirst: true }]
    return projectTo({ relation: joined, columns: [], order }, [...measures, ...values], this.#node)
  }

  #wildcard(type: KustoType): Scalar {
    const value = this.#options.wildcards.get(type)
    return value === undefined ? nullLiteral(type, this.#span) : literal(type, value, this.#span)
  }
}
