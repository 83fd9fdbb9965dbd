import type { Column, KustoType, Row } from '../../../domain/kusto.ts'
import { child, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Expand, Relation } from '../../ir/relation.ts'
import { UNDECIDED_TYPE, type Scalar } from '../../ir/scalar.ts'
import { fromStorage, isArray } from '../../values/json.ts'
import { DATETIME_TEXT, TIME_TEXT } from '../../values/typed-text.ts'
import { callScalar, findColumn, literal, reference, type Flow } from '../flow.ts'
import { boundColumns, rowContext, type OperatorContext } from '../operator.ts'
import { conversion } from '../conversion.ts'
import { isReadFromJson } from '../json-origin.ts'
import { projectTo } from '../operators/project.ts'
import { lowerScalar } from '../scalar.ts'
import { NO_COLUMN, UnresolvedColumns, WITHOUT_COLUMNS, type Discovery } from '../unresolved-columns.ts'
import { constantOption, type PluginArguments, type PluginLowering } from './plugin.ts'

interface Options {
  readonly bag: ColumnDef
  readonly prefix: string
  readonly conflict: 'error' | 'replace_source' | 'keep_source'
  readonly ignored: ReadonlySet<string>
}

/** Members of a bag become columns; https://learn.microsoft.com/kusto/query/bag-unpack-plugin. */
export const bagUnpack: PluginLowering = {
  name: 'bag_unpack',
  lower: (node, args, input, context) => {
    const options = readOptions(node, args, input, context)
    if (node.nodes['Schema'] === undefined) throw new UnresolvedColumns(node, discover(node, options, input, context))
    const columns = boundColumns(node)
      .filter(({ name }) => name !== options.bag.name || !includesAll(node))
      .map(({ name, type }): Computed => {
        if (type === undefined) throw unsupported(`the type of the column "${name}"`, node.span)
        const value = context.lowering.undecided.has(undecidedKey(name, node, context))
          ? undecidedValue(name, type, options, node)
          : valueOf(name, type, options, input, node)
        return { ...context.lowering.column(name, type), value }
      })
    return projectTo(input, columns, node)
  },
}

/** `: (*, a: long)`: the columns of the input first, without the bag. */
function includesAll(node: BoundNode): boolean {
  return /^\(\s*\*/.test(node.nodes['Schema']?.nodes['Schema']?.text ?? '')
}

function readOptions(node: BoundNode, args: PluginArguments, input: Flow, context: OperatorContext): Options {
  const [bagNode, prefixNode, conflictNode, ignoredNode] = args.positional
  if (bagNode === undefined) throw invalid('bag_unpack needs a column', node.span)
  const bag = lowerScalar(bagNode, rowContext(input, context))
  if (bag.kind !== 'column' || bag.type !== 'dynamic') throw unsupported('bag_unpack of anything but a dynamic column', bagNode.span) // prettier-ignore
  const option = (name: string, positional: BoundNode | undefined) =>
    constantOption(args.named.get(name) ?? positional, context)
  const prefix = option('OutputColumnPrefix', prefixNode) ?? ''
  const conflict = option('columnsConflict', conflictNode) ?? 'error'
  const ignored = option('ignoredProperties', ignoredNode) ?? null
  if (conflict !== 'error' && conflict !== 'replace_source' && conflict !== 'keep_source') {
    throw invalid(`"${String(conflict)}" is no way to resolve conflicts of columns`, node.span)
  }
  const names = typeof ignored === 'string' ? fromStorage(ignored) : null
  return {
    bag,
    prefix: String(prefix),
    conflict,
    ignored: new Set(isArray(names) ? names.map(String) : []),
  }
}

function valueOf(name: string, type: KustoType, options: Options, input: Flow, node: BoundNode): Scalar {
  if (name === NO_COLUMN) return undecided(type, WITHOUT_COLUMNS, options, node)
  const source = name === options.bag.name ? undefined : findColumn(input.columns, name)
  if (source !== undefined && (options.conflict === 'keep_source' || !isMember(node, name, options))) {
    if (source.type === type) return reference(source)
    throw unsupported(`the column "${name}" as ${type}, which is ${source.type}`, node.span)
  }
  const key = name.startsWith(options.prefix) ? name.slice(options.prefix.length) : name
  const path = [reference(options.bag), literal('string', key, node.span)]
  const member = callScalar('dynamic path', 'dynamic', path, node.span)
  return type === 'dynamic' ? member : callScalar(conversion(type), type, [member], node.span)
}

/** A name of the output schema that the input has too means the input's column, unless the bag's is to replace it. */
function isMember(node: BoundNode, name: string, { conflict, prefix }: Options): boolean {
  return conflict === 'replace_source' && name.startsWith(prefix) && node.nodes['Schema'] !== undefined
}

/** Which members there are, and of which types. */
function discover(node: BoundNode, options: Options, input: Flow, context: OperatorContext): Discovery {
  const { span } = node
  const bag = reference(options.bag, span)
  const isBag = callScalar('==', 'bool', [callScalar('dynamic kind', 'string', [bag], span), literal('string', 'dictionary')], span) // prettier-ignore
  const pair = context.lowering.column('$pair', 'dynamic')
  const expanded: Expand = {
    kind: 'expand',
    input: { kind: 'filter', input: input.relation, condition: isBag, span },
    items: [{ value: bag, column: pair, asPairs: true }],
    position: context.lowering.column('$position', 'long'),
    indexColumn: undefined,
    keepEmpty: false,
    limit: undefined,
    span,
  }
  const part = (index: bigint): Scalar => callScalar('dynamic path', 'dynamic', [reference(pair), literal('long', index)], span) // prettier-ignore
  const text = (value: Scalar): Scalar => callScalar('tostring', 'string', [value], span)
  const isDatetime = callScalar('matches regex', 'bool', [text(part(1n)), literal('string', DATETIME_TEXT)], span)
  const isSettled = isReadFromJson(bag, input.relation) ? isDatetime : literal('bool', false)
  const keys: Computed[] = [
    { ...context.lowering.column('Key', 'string'), value: text(part(0n)) },
    { ...context.lowering.column('Type', 'string'), value: callScalar('dynamic kind', 'string', [part(1n)], span) },
    {
      ...context.lowering.column('IsTime', 'bool'),
      value: callScalar('matches regex', 'bool', [text(part(1n)), literal('string', TIME_TEXT)], span),
    },
    { ...context.lowering.column('IsDatetime', 'bool'), value: isSettled },
  ]
  const relation: Relation = { kind: 'aggregate', input: expanded, keys, measures: [], span }
  return {
    plan: { relation, columns: keys, order: [] },
    columns: (rows) => outputColumns(rows, node, options, input),
    undecided: (rows) => {
      const names = undecidedColumns(rows, options, input)
      for (const name of names) context.lowering.undecided.add(undecidedKey(name, node, context))
      return names.map((name) => ({ name, type: 'dynamic' }))
    },
    typeWithoutRows: 'dynamic',
  }
}

const MEMBER_TYPES: Readonly<Record<string, KustoType>> = {
  bool: 'bool',
  long: 'long',
  double: 'real',
  string: 'string',
}

interface Member {
  readonly types: Set<KustoType>
  mayBeTime: boolean
}

function membersOf(rows: readonly Row[], { ignored }: Options): ReadonlyMap<string, Member> {
  const members = new Map<string, Member>()
  for (const [key, kind, isTime, isDatetime] of rows) {
    const name = String(key)
    if (ignored.has(name)) continue
    const member = members.get(name) ?? { types: new Set<KustoType>(), mayBeTime: false }
    members.set(name, member)
    const isText = kind === 'string'
    if (isText && isDatetime === true) member.types.add('datetime')
    else if (kind !== 'null') member.types.add(MEMBER_TYPES[String(kind)] ?? 'dynamic')
    member.mayBeTime ||= isText && isTime === true && isDatetime !== true
  }
  return members
}

/** A text or a time, as far as we know: the page does not say which. Beside a number either makes a dynamic. */
const isUndecided = ({ types, mayBeTime }: Member): boolean => mayBeTime && types.size === 1

/** The input's columns without the bag, then the members by name; values of several types make a dynamic. */
function outputColumns(rows: readonly Row[], node: BoundNode, options: Options, input: Flow): Column[] {
  const columns = new Map<string, KustoType>()
  for (const { name, type } of input.columns) if (name !== options.bag.name) columns.set(name, type)
  for (const [key, member] of [...membersOf(rows, options)].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const name = options.prefix + key
    const [only] = member.types
    if (columns.has(name) && options.conflict === 'error') {
      throw invalid(
        `bag_unpack makes a column "${name}", which the table has already`,
        child(node, 'FunctionCall').span,
      )
    }
    if (columns.has(name) && options.conflict === 'keep_source') continue
    if (isUndecided(member)) columns.delete(name)
    else columns.set(name, member.types.size === 1 && only !== undefined ? only : 'dynamic')
  }
  return [...columns].map(([name, type]) => ({ name, type }))
}

/** Columns that may be read no more than to be left out. */
function undecidedColumns(rows: readonly Row[], options: Options, input: Flow): string[] {
  const isKept = (name: string): boolean =>
    options.conflict === 'keep_source' && input.columns.some((column) => column.name === name && column.id !== options.bag.id) // prettier-ignore
  return [...membersOf(rows, options)]
    .filter(([, member]) => isUndecided(member))
    .map(([key]) => options.prefix + key)
    .filter((name) => !isKept(name))
    .sort()
}

/** Two calls may have one text: the place in the query as it was given is the same with and without a schema behind it. */
const undecidedKey = (name: string, node: BoundNode, { lowering }: OperatorContext): string =>
  `${lowering.originalOffset(child(node, 'FunctionCall').span.offset)} ${name}`

function undecidedValue(name: string, type: KustoType, options: Options, node: BoundNode): Scalar {
  const key = name.slice(options.prefix.length)
  return undecided(type, `bag_unpack of "${key}", whose text may be a datetime or timespan`, options, node)
}

/** Refused for the first row that it is read of. */
function undecided(type: KustoType, refusal: string, { bag }: Options, { span }: BoundNode): Scalar {
  return callScalar(UNDECIDED_TYPE, type, [reference(bag), literal('string', refusal)], span)
}
