import type { KustoType } from '../../domain/kusto.ts'
import { RUN_VARIABLES } from '../../domain/run-variables.ts'
import { child, type BoundNode } from '../bind/bound.ts'
import { invalid, unsupported } from '../errors.ts'
import { findEntry } from '../functions/index.ts'
import { operatorName } from '../functions/operators/names.ts'
import type { ColumnDef, Relation } from '../ir/relation.ts'
import { Rewriter } from '../ir/rewrite.ts'
import { anyColumn } from './any-column.ts'
import type { Scalar } from '../ir/scalar.ts'
import { lowerCall } from './call.ts'
import { withSettledPattern } from './constants.ts'
import type { Binding, Environment } from './environment.ts'
import { callScalar, findColumn, literal, reference } from './flow.ts'
import { isCurrentTime, isLiteralNode, lowerLiteral, lowerNegated } from './literals.ts'
import { boundType, literalOf, type Lowering, type RowScope } from './lowering.ts'
import { lowerMembership } from './membership.ts'
import { lowerTabular } from './tabular.ts'
import { readShared, shareFlow } from './shared.ts'

/** Everything that a scalar expression may refer to. */
export interface ScalarContext {
  readonly lowering: Lowering
  readonly environment: Environment
  readonly scope: RowScope
  /** In a query in braces that `partition` runs for each part: the part's value, and the name by which `toscalar` knows it. Nothing in it is computed once for all. */
  readonly partKey?: { readonly name: string; readonly value: ColumnDef; readonly binding: Binding }
  /** Inside a `partition` that runs over all its parts at once: the column whose value is the part. */
  readonly part?: ColumnDef | undefined
  /** The column of the expression has a name in the text: none follows from its arguments. */
  readonly isNamed?: boolean
}

/** Operators whose left side may be `*`, any column: those over text. The page of search has `* matches regex`. */
const ANY_COLUMN = new Set([
  ...['has', 'contains', 'hasprefix', 'hassuffix', 'startswith', 'endswith'].flatMap((name) => [name, `${name}_cs`]),
  'matches regex',
])

const EQUAL_TEXTS = new Set(['==', '=~'])

/** `* !has "x"`: no column has it (recorded: r3-parse-search/0013). */
function lowerAnyColumn(node: BoundNode, operator: string, context: ScalarContext): Scalar {
  const positive = operator.replace(/^!/, '')
  const { columns } = context.scope
  const wanted = lowerScalar(child(node, 'Right'), context)
  // How a text is compared with columns of other types no page says.
  const isOfTexts = [wanted, ...columns].every(({ type }) => type === 'string')
  if (!ANY_COLUMN.has(positive) && !(EQUAL_TEXTS.has(positive) && isOfTexts))
    throw unsupported(`* before "${operator}"`, node.span)
  const found = anyColumn(positive, columns, wanted, node)
  return positive === operator ? found : callScalar('not', 'bool', [found], node.span)
}

/** An expression of one row (inside `summarize`: of one group). */
export function lowerScalar(node: BoundNode, context: ScalarContext): Scalar {
  const known = context.scope.values?.get(node)
  if (known !== undefined) return known
  if (isCurrentTime(node)) return literal('datetime', context.lowering.now, node.span)
  if (isLiteralNode(node)) return lowerLiteral(node)
  const spelling = node.tokens['Operator']
  const operator = spelling === undefined ? undefined : operatorName(spelling)
  switch (node.kind) {
    case 'ParenthesizedExpression':
    case 'SimpleNamedExpression':
    case 'BracketedExpression':
    case 'OrderedExpression':
      return lowerScalar(child(node, 'Expression'), context)
    case 'NameReference':
      return lowerName(node, context)
    case 'PathExpression':
    case 'ElementExpression':
      return lowerPath(node, context)
    case 'FunctionCallExpression':
      return lowerCall(node, context)
    case 'ToScalarExpression':
      return lowerToScalar(node, context)
    case 'BetweenExpression':
    case 'NotBetweenExpression': {
      const bounds = child(node, 'Right')
      return operatorCall(
        node,
        operator ?? '',
        [child(node, 'Left'), child(bounds, 'First'), child(bounds, 'Second')],
        context,
      )
    }
    case 'UnaryMinusExpression':
    case 'UnaryPlusExpression':
      return lowerSign(node, context)
    case 'TypeOfLiteralExpression':
      throw unsupported(`${node.text} as a value`, node.span)
  }
  if (node.nodes['Right']?.kind === 'ExpressionList') return lowerMembership(node, context)
  if (operator !== undefined && node.nodes['Left']?.kind === 'StarExpression') {
    return lowerAnyColumn(node, operator, context)
  }
  if (operator !== undefined && node.nodes['Right'] !== undefined) {
    return operatorCall(node, operator, [child(node, 'Left'), child(node, 'Right')], context)
  }
  throw unsupported(`${node.kind} (${node.text.slice(0, 40)})`, node.span)
}

function operatorCall(
  node: BoundNode,
  operator: string,
  operands: readonly BoundNode[],
  context: ScalarContext,
): Scalar {
  const args = operands.map((operand) => lowerScalar(operand, context))
  return catalogueCall(node, operator, withSettledPattern(operator, args, context.lowering))
}

/** A call of a scalar entry with the binder's result type; refuses what the catalogue lacks. */
export function catalogueCall(node: BoundNode, name: string, given: readonly Scalar[]): Scalar {
  const args = KIND_TESTS.has(name) ? comparedKinds(given) : given
  const entry = findEntry(name)
  if (entry?.kind !== 'scalar') throw unsupported(`"${name}"`, node.span)
  const types = args.map((argument) => argument.type)
  entry.check?.(types, { name, span: node.span })
  const type = entry.type?.(types, args.map(literalOf)) ?? resultType(node, name, args)
  if (type === undefined) throw unsupported(`"${name}" with operands of these types`, node.span)
  return callScalar(name, type, args, node.span)
}

const KIND_TESTS: ReadonlySet<string> = new Set(['==', '!=', '<>', '=~', '!~', 'in', '!in', 'in~', '!in~'])
/** What gettype() may say of what is a text to us. */
const KINDS_OF_TEXTS: ReadonlySet<string> = new Set([
  'string',
  'datetime',
  'timespan',
  'guid',
  'double',
  'real',
  'decimal',
])

/** `gettype(x) == "array"`: whether a text is one or a datetime, which gettype() would have to know, does not matter there. */
function comparedKinds(args: readonly Scalar[]): readonly Scalar[] {
  const isOther = (each: Scalar): boolean =>
    each.kind === 'literal' && each.type === 'string' && !KINDS_OF_TEXTS.has(String(each.value).toLowerCase())
  const isCertain = args.some(isGettype) && args.every((each) => isGettype(each) !== isOther(each))
  if (!isCertain) return args
  return args.map((each) => (isGettype(each) ? { ...each, name: 'dynamic kind' } : each))
}

const isGettype = (scalar: Scalar): scalar is Scalar & { kind: 'call' } =>
  scalar.kind === 'call' && scalar.name === 'gettype'

/**
 * The binder's type. Where an entry corrects the binder (int + int is long, weeks of datetime_diff() are real), what is made
 * of such a value is wider too: the binder's type was a conclusion from its own.
 */
export function resultType(node: BoundNode, name: string, args: readonly Scalar[]): KustoType | undefined {
  const bound = boundType(node)
  if (bound !== 'int' && bound !== 'long') return bound
  // The ordinal of getschema is an int that the binder takes for a long.
  if (EXTREMES.has(name) && args[0]?.type === 'int') return 'int'
  const sources = TYPE_OF_ALL.has(name) ? args : TYPE_OF_FIRST.has(name) ? args.slice(0, 1) : []
  if (sources.some(({ type }) => type === 'real')) return 'real'
  return sources.some(({ type }) => type === 'long') ? 'long' : bound
}

/** Whose result is of the widest type of its arguments: of the binder's own whole numbers none would be a real. */
const TYPE_OF_ALL: ReadonlySet<string> = new Set([
  '+', '-', '*', '/', '%', 'unary -', 'bin', 'floor', 'bin_at', 'iff', 'iif', 'case', 'coalesce', 'max_of', 'min_of',
]) // prettier-ignore

/** Whose result is of the type of its first argument. */
const TYPE_OF_FIRST: ReadonlySet<string> = new Set([
  'abs', 'prev', 'next', 'row_cumsum', 'min', 'minif', 'max', 'maxif', 'sum', 'sumif', 'any', 'anyif', 'take_any',
  'take_anyif', 'percentile', 'percentiles', 'percentilew', 'percentilesw',
]) // prettier-ignore

const EXTREMES: ReadonlySet<string> = new Set(['min', 'minif', 'max', 'maxif'])

function lowerSign(node: BoundNode, context: ScalarContext): Scalar {
  const inner = child(node, 'Expression')
  const isMinus = node.kind === 'UnaryMinusExpression'
  const negated = isMinus && isLiteralNode(inner) ? lowerNegated(inner) : undefined
  if (negated !== undefined) return { ...negated, span: node.span }
  const operand = lowerScalar(inner, context)
  return isMinus ? catalogueCall(node, 'unary -', [operand]) : operand
}

function lowerName(node: BoundNode, context: ScalarContext): Scalar {
  const name = nameOf(node)
  const column = findColumn(context.scope.columns, name)
  if (column !== undefined && (node.symbol?.kind !== 'variable' || context.scope.hidesVariables === true))
    return reference(column, node.span)
  const binding = context.environment.find(name)
  if (binding?.kind === 'scalar') return binding.value()
  if (column !== undefined) return reference(column, node.span)
  throw invalid(
    `"${name}" is no column, variable or parameter here`,
    node.span,
    name in RUN_VARIABLES ? 'it has a value only where a rule runs over a window' : undefined,
  )
}

/** Name of a NameReference or NameDeclaration, brackets and quotes taken off; parameters take it as a text, too: `withsource="Table"`. */
export function nameOf(node: BoundNode): string {
  const name = node.nodes['Name']
  if (name === undefined) return node.tokens['TokenValue'] ?? node.text
  const literalName = name.nodes['Name']
  if (literalName !== undefined) return literalName.tokens['TokenValue'] ?? literalName.text
  return name.tokens['NameValue'] ?? name.tokens['PatternValue'] ?? name.text
}

function sideColumns(node: BoundNode, context: ScalarContext): readonly ColumnDef[] | undefined {
  const { sides, records } = context.scope
  if (node.kind !== 'NameReference') return undefined
  const record = records?.get(nameOf(node))
  if (record !== undefined || sides === undefined) return record
  return node.text === '$left' ? sides.left : node.text === '$right' ? sides.right : undefined
}

/** `$left.a`, `d.a.b[0]['c']`: constant steps make one path, so that DuckDB walks the JSON once. */
function lowerPath(node: BoundNode, context: ScalarContext): Scalar {
  const steps: Scalar[] = []
  let base = node
  while (base.kind === 'PathExpression' || base.kind === 'ElementExpression') {
    const side = sideColumns(child(base, 'Expression'), context)
    if (side !== undefined) return sidePath(base, side, steps)
    const step = lowerStep(base, context)
    if (step.kind !== 'literal') return computedElement(base, step, steps, context)
    steps.unshift(step)
    base = child(base, 'Expression')
  }
  return pathCall(lowerScalar(base, context), steps, node)
}

function sidePath(base: BoundNode, side: readonly ColumnDef[], steps: readonly Scalar[]): Scalar {
  const selector = child(base, 'Selector')
  const name = nameOf(selector.kind === 'BracketedExpression' ? child(selector, 'Expression') : selector)
  const column = findColumn(side, name)
  if (column === undefined) throw invalid(`this side of the join has no column "${name}"`, base.span)
  return pathCall(reference(column, base.span), steps, base)
}

function computedElement(base: BoundNode, step: Scalar, outer: readonly Scalar[], context: ScalarContext): Scalar {
  const inner = lowerScalar(child(base, 'Expression'), context)
  return pathCall(callScalar('dynamic element', 'dynamic', [inner, step], base.span), outer, base)
}

function pathCall(base: Scalar, steps: readonly Scalar[], node: BoundNode): Scalar {
  if (steps.length === 0) return base
  // Access into anything but a dynamic is null: a string is no bag.
  if (base.type !== 'dynamic')
    return callScalar('dynamic path', 'dynamic', [literal('dynamic', null), ...steps], node.span)
  return callScalar('dynamic path', 'dynamic', [base, ...steps], node.span)
}

function lowerStep(node: BoundNode, context: ScalarContext): Scalar {
  const selector = child(node, 'Selector')
  if (node.kind === 'PathExpression') {
    return selector.kind === 'NameReference'
      ? literal('string', nameOf(selector), selector.span)
      : lowerScalar(selector, context)
  }
  const step = lowerScalar(selector, context)
  if (step.kind === 'call' && step.name === 'unary -' && step.args[0]?.kind === 'literal') {
    const value = step.args[0].value
    if (typeof value === 'bigint') return literal('long', -value, selector.span)
  }
  return step
}

function lowerToScalar(node: BoundNode, context: ScalarContext): Scalar {
  const expression = child(node, 'Expression')
  const { partKey } = context
  // Also where the query's own rows have a column of the name, which toscalar() could not take, but not where a parameter has it.
  const named = expression.kind === 'NameReference' ? nameOf(expression) : undefined
  if (partKey !== undefined && named === partKey.name && context.environment.find(named) === partKey.binding)
    return reference(partKey.value, node.span)
  if (expression.type?.kind === 'scalar') return lowerScalar(expression, context)
  const flow = lowerTabular(expression, context)
  const [first] = flow.columns
  if (first === undefined) throw invalid('toscalar of a table without columns', node.span)
  refuseForEachRow(node, flow.relation, context)
  // Sorted rows have a first one, which only the order of the flow tells.
  const rows = readShared(shareFlow({ ...flow, columns: [first] }, context.lowering, true), context.lowering, node.span)
  const [column = first] = rows.columns
  return {
    kind: 'subquery',
    type: first.type,
    span: node.span,
    column: column.id,
    relation: { kind: 'limit', count: 1n, keys: rows.order, span: node.span, input: rows.relation },
  }
}

/**
 * A function that hands a column on to a query: the service computes `toscalar()` once, and refuses what it would have to
 * compute for each row.
 */
function refuseForEachRow(node: BoundNode, relation: Relation, context: ScalarContext): void {
  const { columns, outer: handedOn = [] } = context.scope
  const outer = new Map([...handedOn, ...columns].map(({ id, name }) => [id, name]))
  const visitor = new Rewriter({
    scalar: (scalar) => {
      const name = scalar.kind === 'column' ? outer.get(scalar.id) : undefined
      if (name === undefined) return scalar
      throw invalid(
        `toscalar() of a query that reads the column "${name}" of each row`,
        node.span,
        'use join or lookup',
      )
    },
  })
  if (outer.size > 0) visitor.relation(relation)
}

export function lowerList(nodes: readonly BoundNode[], context: ScalarContext): Scalar[] {
  return nodes.map((item) => lowerScalar(item, context))
}
