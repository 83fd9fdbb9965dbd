import { isMissingLeg } from '../../bind/fuzzy-legs.ts'
import { child, children, type BoundColumn, type BoundNode } from '../../bind/bound.ts'
import { isView } from '../../bind/views.ts'
import type { KustoType } from '../../../domain/kusto.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Union } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { Environment, type Binding } from '../environment.ts'
import { callScalar, findColumn, literal, NO_SPAN, reference, type Flow } from '../flow.ts'
import {
  boundColumns,
  parametersOf,
  refuseParameters,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { defineStatements } from '../let.ts'
import { nameOf } from '../scalar.ts'
import { scanTable } from '../scan.ts'
import { lowerTabular } from '../tabular.ts'

export interface Leg {
  readonly flow: Flow
  /** Value of the `withsource` column: a name, or a column of the leg. */
  readonly source: string | Scalar
}

export interface UnionFlow extends Flow {
  readonly relation: Union
}

export const union: OperatorLowering = {
  kind: 'UnionOperator',
  lower: (node, input, context) => lowerUnion(node, { flow: input, source: input.givenName ?? 'union_arg0' }, context),
}

/** `union` at the head of a statement, or after a pipe with `first`. */
export function lowerUnion(node: BoundNode, first: Leg | undefined, context: OperatorContext): Flow {
  refuseParameters(node, ['kind', 'withsource', 'isfuzzy'])
  const parameters = parametersOf(node)
  const sourceName = parameters.get('withsource')
  if (sourceName !== undefined) refuseNameOfForeign(node)
  const legs = [...(first === undefined ? [] : [first])]
  for (const item of children(node, 'Expressions')) legs.push(...lowerLeg(item, legs.length, context))
  const source = sourceName === undefined ? undefined : nameOf(sourceName)
  const isInner = parameters.get('kind')?.text.toLowerCase() === 'inner'
  const names = isInner ? commonColumns(node, legs, source) : splitByType(boundColumns(node), legs, source)
  return unite(node, legs, names, source, context)
}

/** Of tables of other databases the service says more than the name; what it says of those of other workspaces, no page tells. */
function refuseNameOfForeign(node: BoundNode): void {
  const inner = (leg: BoundNode): BoundNode =>
    leg.kind === 'ParenthesizedExpression' ? inner(child(leg, 'Expression')) : leg
  const foreign = children(node, 'Expressions').find((leg) => inner(leg).kind === 'PathExpression')
  if (foreign === undefined) return
  const hint = 'put a query in its place: (… | extend Source = "…")'
  throw unsupported(`withsource over the table of another place ${foreign.text}`, foreign.span, hint)
}

/** `kind=inner`: the columns that all tables have, which the binder knows but for those that it does not know the columns of. */
function commonColumns(node: BoundNode, legs: readonly Leg[], source: string | undefined): readonly BoundColumn[] {
  const names = boundColumns(node)
  const isEverywhere = (name: string): boolean => legs.every(({ flow }) => findColumn(flow.columns, name) !== undefined)
  const split = legs.flatMap(({ flow }) => flow.columns).find(({ name }) => isEverywhere(name) && !names.some((each) => each.name === name)) // prettier-ignore
  if (split !== undefined) throw unsupported(`union kind=inner of a column "${split.name}" of several types`, node.span)
  const mixed = names.find(({ name }) => isEverywhere(name) && typesOf(name, legs).length > 1)
  if (mixed !== undefined) throw unsupported(`union kind=inner of a column "${mixed.name}" of several types`, node.span)
  const common = names.filter(({ name }, index) => (index === 0 && name === source) || isEverywhere(name))
  if (common.length === 0) throw unsupported('union kind=inner of tables without a common column', node.span)
  return common
}

/**
 * A column of one name and two types becomes two, `x_long` and `x_string`. The binder does so too, but for the types that it does
 * not know, and in a union over the whole catalogue: what follows then finds no `x`, as in the service.
 */
export function splitByType(
  names: readonly BoundColumn[],
  legs: readonly Leg[],
  source: string | undefined,
): readonly BoundColumn[] {
  return names.flatMap((column, index) => {
    const types = index === 0 && column.name === source ? [] : typesOf(column.name, legs)
    return types.length < 2 ? [column] : types.map((type) => ({ name: `${column.name}_${type}`, type }))
  })
}

/** In the order of the legs. Not int beside long, which the engine gives for much that the binder calls int. */
function typesOf(name: string, legs: readonly Leg[]): readonly KustoType[] {
  const found = [...new Set(legs.flatMap(({ flow }) => findColumn(flow.columns, name)?.type ?? []))]
  return found.filter((type) => type !== 'int' || !found.includes('long'))
}

/** The legs under the binder's columns, of which `sourceName` holds the leg's name. */
export function unite(
  node: BoundNode,
  legs: readonly Leg[],
  names: readonly BoundColumn[],
  sourceName: string | undefined,
  context: OperatorContext,
): UnionFlow {
  if (names.length === 0) throw invalid('none of the tables of this union exists', node.span)
  const columns = names.map(({ name, type }): ColumnDef => {
    if (type === undefined) throw unsupported(`a union whose column "${name}" has no known type`, node.span)
    return context.lowering.column(name, engineType(name, type, legs))
  })
  refuseTakenNames(node, columns, legs)
  const inputs = legs.map((leg): Union['inputs'][number] => ({
    relation: leg.flow.relation,
    sources: columns.map((column) => sourceOf(column, leg, columns, sourceName)),
  }))
  const empty = columns.find((_, index) => inputs.every(({ sources }) => sources[index] === undefined))
  // The binder took a column for one of another type than the engine gives it.
  if (empty !== undefined) throw unsupported(`a union with a column "${empty.name}" of this type`, node.span)
  return inOrderOfLegs({ kind: 'union', columns, inputs, span: node.span }, legs, context)
}

/** No page says that a union loses the order of its legs, and window functions may follow: one leg after the other, each in its own. */
function inOrderOfLegs(relation: Union, legs: readonly Leg[], context: OperatorContext): UnionFlow {
  const { columns } = relation
  const keys = legs.flatMap((leg) =>
    leg.flow.order.map((key) => ({ leg, key, column: context.lowering.column('$order', key.value.type) })),
  )
  if (keys.length === 0) return { columns, order: [], relation }
  const place = context.lowering.column('$leg', 'long')
  const inputs = relation.inputs.map(({ sources, ...input }, index): Union['inputs'][number] => {
    const own = keys.map(({ leg, key }) => (leg === legs[index] ? key.value : undefined))
    return { ...input, sources: [...sources, literal('long', BigInt(index)), ...own] }
  })
  return {
    columns,
    order: [
      { value: reference(place), descending: false, nullsFirst: true },
      ...keys.map(({ key, column }) => ({ ...key, value: reference(column) })),
    ],
    relation: { ...relation, columns: [...columns, place, ...keys.map(({ column }) => column)], inputs },
  }
}

/** `x` becomes `x_string`, and a leg has a column of that name already: which of the two keeps it, no page says. */
function refuseTakenNames(node: BoundNode, columns: readonly ColumnDef[], legs: readonly Leg[]): void {
  for (const { name, type } of columns) {
    const split = name.endsWith(`_${type}`) ? name.slice(0, -type.length - 1) : name
    const isSplit = findColumn(columns, split) === undefined && legs.some(({ flow }) => findColumn(flow.columns, split))
    if (isSplit && legs.some(({ flow }) => findColumn(flow.columns, name))) {
      throw unsupported(`a union of columns "${split}" of several types and a column "${name}"`, node.span)
    }
  }
}

/**
 * The engine's type where it is another than the binder's, in the legs too: longs for int (`hourofday(d)`, int + int; the
 * ints of other legs become long), or what all legs agree on (`datetime_diff('week', …)` is a real).
 */
function engineType(name: string, type: KustoType, legs: readonly Leg[]): KustoType {
  const [only, ...others] = typesOf(name, legs)
  return only !== undefined && others.length === 0 ? only : type
}

/** A column of one name and two types becomes two: `x_long` and `x_string`. */
function sourceOf(
  column: ColumnDef,
  leg: Leg,
  columns: readonly ColumnDef[],
  withSource: string | undefined,
): Scalar | undefined {
  if (column.name === withSource && column === columns[0])
    return typeof leg.source === 'string' ? literal('string', leg.source) : leg.source
  const same = findColumn(leg.flow.columns, column.name)
  if (same !== undefined && same.type === column.type) return reference(same)
  if (same?.type === 'int' && column.type === 'long') return callScalar('tolong', 'long', [reference(same)], NO_SPAN)
  if (same !== undefined) return ofOtherType(column, same, leg)
  const suffix = `_${column.type}`
  if (!column.name.endsWith(suffix)) return undefined
  const split = findColumn(leg.flow.columns, column.name.slice(0, -suffix.length))
  const isSplit = split !== undefined && findColumn(columns, split.name) === undefined
  return isSplit && split.type === column.type ? reference(split) : undefined
}

/** `search` over text in one table and dynamic in another: two views of one value. */
function ofOtherType(column: ColumnDef, same: ColumnDef, { flow }: Leg): Scalar {
  if (column.type === 'dynamic' && same.type === 'string')
    return callScalar('parse_json', 'dynamic', [reference(same)], NO_SPAN)
  if (column.type === 'string' && same.type === 'dynamic')
    return callScalar('tostring', 'string', [reference(same)], NO_SPAN)
  throw unsupported(`a union of "${column.name}" as ${same.type} and ${column.type}`, flow.relation.span)
}

export function lowerLeg(item: BoundNode, index: number, context: OperatorContext): Leg[] {
  const node = item.kind === 'ParenthesizedExpression' ? child(item, 'Expression') : item
  const members = membersOf(node)
  if (members !== undefined) return [...new Set(members)].flatMap((name) => memberLeg(name, members, node, context))
  // An unknown table of `isfuzzy=true` stands for no rows and no columns.
  if (node.kind === 'NameReference' && isMissingLeg(nameOf(node)) && !context.lowering.tables.has(nameOf(node)))
    return []
  // Only tables and views have a name here; a `let` table counts as an expression (recorded: r1-joins 0032), whose name is
  // what `as` gives it, as the page of `as` says.
  const isTable = node.symbol?.kind === 'table' || (node.kind === 'NameReference' && node.symbol?.kind === 'function')
  const flow = lowerTabular(item, context)
  const given = node.kind === 'PipeExpression' ? flow.givenName : undefined
  return [{ flow, source: isTable ? nameOf(node) : (given ?? `union_arg${index}`) }]
}

/** What a wildcard stands for: several tables are a group to the binder, one is itself. Undefined for any other leg. */
function membersOf({ kind, symbol, nodes }: BoundNode): readonly string[] | undefined {
  if (kind !== 'NameReference' || symbol === undefined) return undefined
  if (symbol.kind === 'group') return symbol.members
  return nodes['Name']?.kind === 'WildcardedName' ? [symbol.name] : undefined
}

/** A table or view that a wildcard stands for. */
function memberLeg(name: string, members: readonly string[], node: BoundNode, context: OperatorContext): Leg[] {
  const isTable = context.lowering.tables.has(name)
  const view = viewNamed(name, context)
  if (view === undefined) return isTable ? [{ flow: scanTable(name, node.span, context.lowering), source: name }] : []
  const { declaration, environment } = view
  // The binder knows the columns of a view that it has as a table too: one of the query itself, without parameters.
  const isKnown = members.filter((member) => member === name).length > 1
  const { offset, length } = declaration.span
  if (!isKnown || isTable || offset + length > node.span.offset) {
    throw unsupported(`the view ${name} behind the wildcard ${node.text}`, node.span, 'name it')
  }
  const body = child(declaration, 'Body')
  const flow = context.lowering.nested(node.span, { name, parameters: 0 }, () => {
    const inner = { ...context, scope: { columns: [], order: [] }, environment: new Environment(environment) }
    defineStatements(children(body, 'Statements'), inner)
    return lowerTabular(child(body, 'Expression'), inner)
  })
  return [{ flow, source: name }]
}

export function viewNamed(name: string, context: OperatorContext): Extract<Binding, { kind: 'function' }> | undefined {
  const binding = context.environment.find(name)
  return binding?.kind === 'function' && isView(binding.declaration) ? binding : undefined
}
