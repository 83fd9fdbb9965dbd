import type { WorkspaceSchema } from '../../domain/schema.ts'
import type { Duration } from '../../domain/time.ts'
import { parseTimespan, TICKS } from '../values/timespan.ts'
import { bindQuery } from './bind-query.ts'
import type { BoundNode, TextSpan } from './bound.ts'
import { childrenOf } from './row-local.ts'

/** A filter that keeps what is later than a moment counted back from `now()`: `TimeGenerated > ago(1h)`. */
export interface TimeFilter {
  readonly text: string
  readonly position: TextSpan
  /** How far before `now()` that moment lies. */
  readonly reach: Duration
}

/**
 * The filters of a query by which it sees less than the window that is asked for, however long that is. Only those whose moment
 * is plain (`ago(1h)`, `now(-1h)`, `now() - 1h`, or a `let` of them): of others nothing is said.
 */
export function timeFiltersOf(text: string, schema: WorkspaceSchema): readonly TimeFilter[] {
  if (!/\b(?:ago|now)\s*\(/.test(text)) return []
  const { root } = bindQuery(text, schema)
  const lets = new Map(
    (root.lists['Statements'] ?? []).flatMap(
      ({ kind, nodes: { Name: name, Expression: value } }): readonly [string, BoundNode][] =>
        kind === 'LetStatement' && name !== undefined && value !== undefined ? [[name.text, value]] : [],
    ),
  )
  return filtersIn(root, lets)
}

type Lets = ReadonlyMap<string, BoundNode>

function filtersIn(node: BoundNode, lets: Lets): readonly TimeFilter[] {
  const condition = node.kind === 'FilterOperator' ? node.nodes['Condition'] : undefined
  const own = condition === undefined ? [] : conjuncts(condition).flatMap((each) => filterOf(each, lets) ?? [])
  return [...own, ...childrenOf(node).flatMap((each) => filtersIn(each, lets))]
}

/** What must all hold; of an `or` nothing must. */
function conjuncts(node: BoundNode): readonly BoundNode[] {
  const { Left: left, Right: right, Expression: inner } = node.nodes
  if (node.kind === 'ParenthesizedExpression' && inner !== undefined) return conjuncts(inner)
  if (node.kind !== 'AndExpression' || left === undefined || right === undefined) return [node]
  return [...conjuncts(left), ...conjuncts(right)]
}

function filterOf(node: BoundNode, lets: Lets): TimeFilter | undefined {
  const [later, earlier] = sidesOf(node)
  if (later === undefined || earlier === undefined || !isTimeColumn(later)) return undefined
  const ticks = beforeNow(earlier, lets)
  if (ticks === undefined || ticks < 0n) return undefined
  return { text: node.text, position: node.span, reach: Number(ticks / TICKS.millisecond) as Duration }
}

/** Of `later > earlier` and its other spellings. */
function sidesOf({ kind, nodes }: BoundNode): readonly [later?: BoundNode, earlier?: BoundNode] {
  const { Left: left, Right: right } = nodes
  if (left === undefined || right === undefined) return []
  if (kind === 'GreaterThanExpression' || kind === 'GreaterThanOrEqualExpression') return [left, right]
  if (kind === 'LessThanExpression' || kind === 'LessThanOrEqualExpression') return [right, left]
  const first = kind === 'BetweenExpression' ? right.nodes['First'] : undefined
  return first === undefined ? [] : [left, first]
}

function isTimeColumn({ symbol, type }: BoundNode): boolean {
  return symbol?.kind === 'column' && type?.kind === 'scalar' && type.type === 'datetime'
}

/** How many ticks before `now()` a moment lies; undefined where that is not plain. */
function beforeNow(node: BoundNode, lets: Lets): bigint | undefined {
  const { Left: left, Right: right, Expression: inner } = node.nodes
  const value = valueOf(node, lets)
  if (value !== undefined) return beforeNow(value, lets)
  if (node.kind === 'ParenthesizedExpression' && inner !== undefined) return beforeNow(inner, lets)
  if (node.kind === 'SubtractExpression' && left !== undefined && right !== undefined) {
    const [moment, length] = [beforeNow(left, lets), timespanOf(right, lets)]
    return moment === undefined || length === undefined ? undefined : moment + length
  }
  if (node.kind !== 'FunctionCallExpression') return undefined
  const name = node.nodes['Name']?.text
  const [argument, ...more] = node.nodes['ArgumentList']?.lists['Expressions'] ?? []
  if (more.length > 0) return undefined
  if (name === 'now' && argument === undefined) return 0n
  const length = argument === undefined ? undefined : timespanOf(argument, lets)
  if (length === undefined) return undefined
  return name === 'ago' ? length : name === 'now' ? -length : undefined
}

function timespanOf(node: BoundNode, lets: Lets): bigint | undefined {
  const value = valueOf(node, lets)
  if (value !== undefined) return timespanOf(value, lets)
  const { Expression: inner } = node.nodes
  if (node.kind === 'ParenthesizedExpression' && inner !== undefined) return timespanOf(inner, lets)
  if (node.kind === 'UnaryMinusExpression' && inner !== undefined) {
    const length = timespanOf(inner, lets)
    return length === undefined ? undefined : -length
  }
  if (node.kind !== 'TimespanLiteralExpression') return undefined
  return parseTimespan(node.text.replace(/^[a-z]+\s*\(([^]*)\)$/i, '$1'))
}

/** What a name of a `let` stands for. */
function valueOf({ kind, symbol }: BoundNode, lets: Lets): BoundNode | undefined {
  return kind === 'NameReference' && symbol?.kind === 'variable' ? lets.get(symbol.name) : undefined
}
