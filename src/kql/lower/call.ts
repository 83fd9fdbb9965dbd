import { child, children, type BoundNode, type CalledFunction, type CalledParameter } from '../bind/bound.ts'
import type { KustoType } from '../../domain/kusto.ts'
import { invalid, unsupported } from '../errors.ts'
import { SKETCH_MAKERS } from '../functions/aggregate/sketches.ts'
import { findEntry } from '../functions/index.ts'
import { refusalHint } from '../functions/unsupported.ts'
import type { ColumnDef } from '../ir/relation.ts'
import type { Scalar, SortKey } from '../ir/scalar.ts'
import { constantOf, withSettledPattern } from './constants.ts'
import { Environment, type Binding } from './environment.ts'
import { conversion } from './conversion.ts'
import { callScalar, literal, reference } from './flow.ts'
import { catalogueCall, lowerScalar, nameOf, resultType, type ScalarContext } from './scalar.ts'
import { specialForms } from './special-forms.ts'
import { defineStatements } from './let.ts'
import { lowerTabular } from './tabular.ts'
import { ownPart, SESSION } from './row-rank.ts'
import { shareFlow } from './shared.ts'

/** Of the other functions a type is no value. */
const TAKES_TYPE: ReadonlySet<string> = new Set(['extract', 'extract_json', 'extractjson', 'percentile_tdigest'])

/** A call in a scalar place: built-in function, aggregate, window function, or a function of the user's. */
export function lowerCall(node: BoundNode, context: ScalarContext): Scalar {
  const name = nameOf(child(node, 'Name'))
  const called = node.called?.()
  if (called !== undefined) return lowerUserScalar(node, called, context)
  const special = specialForms[name]
  if (special !== undefined) return special(node, context)
  // `hll_merge` is an aggregate and a function of a row.
  const ofRow = context.scope.aggregates === true ? undefined : findEntry(`${name} scalar`)
  const entry = ofRow ?? findEntry(name)
  if (entry === undefined) {
    const hint = refusalHint('function', name) ?? refusalHint('aggregate', name)
    throw unsupported(`the function ${name}()`, child(node, 'Name').span, hint)
  }
  if (SKETCH_MAKERS.has(entry.name)) context.lowering.hasSketches = true
  const nodes = children(child(node, 'ArgumentList'), 'Expressions')
  // What an aggregate is of stands in a row.
  const inner = entry.kind === 'aggregate' ? { ...context, scope: { ...context.scope, aggregates: false } } : context
  const args = nodes.flatMap((argument) => {
    // `pack_array(*)`: all columns of the row.
    if (argument.kind === 'StarExpression' && entry.name === 'pack_array')
      return context.scope.columns.map((column) => reference(column, argument.span))
    // `typeof(long)` only says what the binder already knows as the call's type.
    if (argument.kind === 'TypeOfLiteralExpression' && TAKES_TYPE.has(name))
      return [literal('string', argument.text, argument.span)]
    return [lowerScalar(argument, inner)]
  })
  if (entry.kind === 'scalar')
    return catalogueCall(node, entry.name, withSettledPattern(entry.name, args, context.lowering))
  const type = resultType(node, name, args) ?? args[0]?.type
  if (type === undefined) throw unsupported(`${name}() with arguments of unknown type`, node.span)
  const { order } = context.scope
  const settled = settledArguments(name, args, context)
  if (entry.kind === 'window') {
    if (name === SESSION && context.part !== undefined) {
      return { kind: 'window', name, type, args: withinPart(settled, context.part, order), order, span: node.span }
    }
    return { kind: 'window', name, type, args: settled, order, ...ownPart(context), span: node.span }
  }
  if (context.scope.aggregates !== true) throw invalid(`${name}() only makes sense inside summarize`, node.span)
  return { kind: 'aggregate', name, type, args: settled, order, span: node.span }
}

/** `row_window_session(t, 1h, 5m)` over the rows of all parts, one part after the other: sessions end with their part. */
function withinPart(args: readonly Scalar[], part: ColumnDef, order: readonly SortKey[]): readonly Scalar[] {
  const [value, fromFirst, between, restart] = args
  if (value === undefined || fromFirst === undefined || between === undefined) return args
  const { span } = value
  const own = reference(part, span)
  const before: Scalar = { kind: 'window', name: 'prev', type: part.type, args: [own], order, span }
  const changes = callScalar('not', 'bool', [callScalar('same value', 'bool', [own, before], span)], span)
  return [value, fromFirst, between, restart === undefined ? changes : callScalar('or', 'bool', [restart, changes], span)] // prettier-ignore
}

/** Sizes and offsets, which stand after what the function is of. The rank of a percentile is part of its column's name, unless the text has one. */
const TAKES_CONSTANTS = /^(?:make_?(?:list|set|bag)|make_dictionary|dcount|(?:prev|next|percentilesw?_array)$)/
const TAKES_RANK = /^percentilew?$/
const TAKES_ARRAY = /^percentilesw?_array$/

function settledArguments(
  name: string,
  args: readonly Scalar[],
  { lowering, isNamed = false }: ScalarContext,
): readonly Scalar[] {
  if (!TAKES_CONSTANTS.test(name) && !(isNamed && TAKES_RANK.test(name))) return args
  const what = `${name}() with a computed argument`
  return args.map((argument, index) => {
    const isNumber = argument.type === 'int' || argument.type === 'long' || argument.type === 'real'
    const isArray = argument.type === 'dynamic' && TAKES_ARRAY.test(name)
    return index > 0 && (isNumber || isArray) ? constantOf(argument, lowering, what) : argument
  })
}

function lowerUserScalar(node: BoundNode, called: CalledFunction, context: ScalarContext): Scalar {
  const name = nameOf(child(node, 'Name'))
  return context.lowering.nested(node.span, { name, parameters: called.parameters.length }, () => {
    const environment = callEnvironment(node, called, context)
    // A function sees its parameters, not the columns of the row it is called for.
    const { columns, order, outer = [] } = context.scope
    const inner: ScalarContext = {
      ...context,
      environment,
      scope: { columns: [], order, outer: [...outer, ...columns] },
    }
    defineStatements(children(called.body, 'Statements'), inner)
    return lowerScalar(child(called.body, 'Expression'), inner)
  })
}

/** Parameters by name: arguments by position or by name, then defaults. Arguments are lowered where they stand. */
export function callEnvironment(
  node: BoundNode,
  called: CalledFunction,
  context: ScalarContext,
  bind: typeof argumentBinding = argumentBinding,
): Environment {
  // A bare name calls a function that needs no argument.
  const isBare = node.kind === 'NameReference'
  const name = nameOf(isBare ? node : child(node, 'Name'))
  const known = context.environment.find(name)
  const environment = new Environment(known?.kind === 'function' ? known.environment : context.environment)
  const given = isBare ? [] : children(child(node, 'ArgumentList'), 'Expressions')
  let position = 0
  const named = new Map<string, BoundNode>()
  const positional: BoundNode[] = []
  for (const argument of given) {
    if (argument.kind === 'SimpleNamedExpression')
      named.set(nameOf(child(argument, 'Name')), child(argument, 'Expression'))
    else positional.push(argument)
  }
  for (const parameter of called.parameters) {
    const argument = named.get(parameter.name) ?? positional[position++] ?? parameter.defaultValue
    if (argument === undefined) throw invalid(`${name}() needs the parameter "${parameter.name}"`, node.span)
    environment.define(parameter.name, bind(argument, parameter, name, context))
  }
  return environment
}

export function argumentBinding(
  argument: BoundNode,
  parameter: CalledParameter,
  name: string,
  context: ScalarContext,
): Binding {
  if (argument.type?.kind === 'table') {
    const shared = shareFlow(lowerTabular(argument, context), context.lowering, false, 'argument')
    return { kind: 'table', value: () => shared }
  }
  const value = lowerScalar(argument, context)
  // Published rules give a time for a span that the function then does not use.
  const used = (): Scalar => {
    refuseMismatch(value, parameter, name, argument)
    return asDeclared(value, parameter.type)
  }
  return { kind: 'scalar', value: used }
}

const WHOLE: ReadonlySet<string> = new Set(['int', 'long'])
const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal'])

/** Whole numbers do for any number, and dynamics for anything. */
function refuseMismatch({ type }: Scalar, parameter: CalledParameter, name: string, argument: BoundNode): void {
  const wanted = parameter.type
  if (wanted === undefined || type === wanted || type === 'dynamic' || wanted === 'dynamic') return
  if (WHOLE.has(type) && NUMBERS.has(wanted)) return
  if (NUMBERS.has(type) && NUMBERS.has(wanted)) throw unsupported(`a ${type} where ${name}() takes a ${wanted}`, argument.span) // prettier-ignore
  throw invalid(`${name}() takes a ${wanted} for "${parameter.name}", not a ${type}`, argument.span)
}

/** The binder binds the body for the declared type. A literal stays one, since a parameter may say how many rows to take. */
function asDeclared(value: Scalar, wanted: KustoType | undefined): Scalar {
  if (wanted === undefined || value.type === wanted || !WHOLE.has(value.type) || !NUMBERS.has(wanted)) return value
  if (value.kind === 'literal' && typeof value.value === 'bigint') {
    if (wanted === 'real') return literal(wanted, Number(value.value), value.span)
    const fits = wanted === 'long' || (wanted === 'int' && BigInt.asIntN(32, value.value) === value.value)
    if (fits) return literal(wanted, value.value, value.span)
  }
  return callScalar(conversion(wanted), wanted, [value], value.span)
}
