import type { BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Join, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, findColumn, literal, reference, type Flow } from '../flow.ts'
import { boundColumns, rowContext, type OperatorContext } from '../operator.ts'
import { lowerScalar } from '../scalar.ts'
import { readShared, shareFlow } from '../shared.ts'
import { lowerTabular } from '../tabular.ts'
import { constantOption, numberedRows, type PluginLowering } from './plugin.ts'

interface Version {
  readonly name: string
  /** The catalogue's function that keeps the first bits of an address, as text; null for no address. */
  readonly mask: string
  readonly bits: bigint
  /** The lookup table's columns come first (recorded: ipv6-lookup-plugin-00), not the source's. */
  readonly isTableFirst: boolean
}

/**
 * A join of addresses with the networks that hold them. Testing each pair would take rows times networks; instead each
 * address is cut to each of the few prefix lengths that the networks have, and joined on equality.
 * https://learn.microsoft.com/kusto/query/ipv4-lookup-plugin
 */
function ipLookup(version: Version): PluginLowering {
  return {
    name: version.name,
    lower: (node, args, input, context) => {
      const [tableNode, sourceNode, networkNode, ...extra] = args.positional
      if (tableNode === undefined || sourceNode === undefined || networkNode === undefined) {
        throw invalid(`${version.name} needs a table, a column and the table's column`, node.span)
      }
      // `return_unmatched` may also stand last, without its name.
      const flag = extra.at(-1)?.kind === 'BooleanLiteralExpression' ? extra.pop() : undefined
      const { span } = node
      const { rows, number } = numberedRows(input, context, span)
      const source = shareFlow(rows, context.lowering, true, version.name)
      const table = networks(tableNode, networkNode, version, context)
      const pairs = matches(version, source, number.name, [sourceNode, ...extra], table, context, span)
      const outer = readShared(source, context.lowering, span)
      const isOuter = constantOption(args.named.get('return_unmatched') ?? flag, context) === true
      return result(version, node, outer, number.name, pairs, isOuter, input.columns.length)
    },
  }
}

interface Networks {
  readonly flow: Flow
  readonly prefix: ColumnDef
  readonly network: ColumnDef
}

/** The lookup table with its networks as prefix length and first address; rows without a network never match. */
function networks(tableNode: BoundNode, networkNode: BoundNode, version: Version, context: OperatorContext): Networks {
  const { span } = tableNode
  const flow = lowerTabular(tableNode, context)
  const column = findColumn(flow.columns, networkNode.text)
  const value = column === undefined ? lowerScalar(networkNode, rowContext(flow, context)) : reference(column, span)
  if (value.type !== 'string') throw unsupported(`${version.name} of a ${value.type}`, networkNode.span)
  const given = callScalar('extract', 'string', [literal('string', '/(\\d+)\\s*$'), literal('long', 1n), value], span)
  const length = callScalar('coalesce', 'long', [callScalar('tolong', 'long', [given], span), literal('long', version.bits)], span) // prettier-ignore
  const prefix: Computed = { ...context.lowering.column('$prefix', 'long'), value: length }
  const split: Relation = { kind: 'extend', input: flow.relation, columns: [prefix], span }
  const first = callScalar(version.mask, 'string', [value, reference(prefix)], span)
  const network: Computed = { ...context.lowering.column('$network', 'string'), value: first }
  const masked: Relation = { kind: 'extend', input: split, columns: [network], span }
  const condition = callScalar('isnotempty', 'bool', [reference(network)], span)
  return { flow: { ...flow, relation: { kind: 'filter', input: masked, condition, span } }, prefix, network }
}

interface Pairs {
  readonly relation: Relation
  readonly row: ColumnDef
  readonly columns: readonly ColumnDef[]
}

/** Row numbers of the source beside the rows of the table that hold their address. */
function matches(
  version: Version,
  source: ReturnType<typeof shareFlow>,
  rowName: string,
  [sourceNode, ...extra]: readonly BoundNode[],
  { flow, prefix, network }: Networks,
  context: OperatorContext,
  span: BoundNode['span'],
): Pairs {
  const shared = shareFlow({ ...flow, columns: [...flow.columns, prefix, network] }, context.lowering, true, 'networks')
  const lengths = readShared(shared, context.lowering, span)
  const length: Computed = {
    ...context.lowering.column('$length', 'long'),
    value: reference(hidden(lengths, prefix.name)),
  }
  const all: Relation = { kind: 'aggregate', input: lengths.relation, keys: [length], measures: [], span }
  const left = readShared(source, context.lowering, span)
  if (sourceNode === undefined) throw invalid(`${version.name} needs a column`, span)
  const address = lowerScalar(sourceNode, rowContext(left, context))
  if (address.type !== 'string') throw unsupported(`${version.name} of a ${address.type}`, sourceNode.span)
  const one: Scalar = literal('long', 1n, span)
  const crossed: Relation = { kind: 'join', join: 'inner', left: left.relation, right: all, keys: [{ left: one, right: one }], span } // prettier-ignore
  const cut: Computed = {
    ...context.lowering.column('$cut', 'string'),
    value: callScalar(version.mask, 'string', [address, reference(length)], span),
  }
  const addresses: Relation = { kind: 'extend', input: crossed, columns: [cut], span }
  const known: Relation = { kind: 'filter', input: addresses, condition: callScalar('isnotempty', 'bool', [reference(cut)], span), span } // prettier-ignore
  const right = readShared(shared, context.lowering, span)
  const keys: Join['keys'] = [
    { left: reference(length), right: reference(hidden(right, prefix.name)) },
    { left: reference(cut), right: reference(hidden(right, network.name)) },
    // Further keys are columns that both tables have by the same name.
    ...extra.map((key) => ({
      left: lowerScalar(key, rowContext(left, context)),
      right: lowerScalar(key, rowContext(right, context)),
    })),
  ]
  const row = hidden(left, rowName)
  return {
    relation: { kind: 'join', join: 'inner', left: known, right: right.relation, keys, span },
    row,
    // The source has those columns already.
    columns: right.columns.slice(0, flow.columns.length).filter(({ name }) => !extra.some(({ text }) => text === name)),
  }
}

function hidden(flow: Flow, name: string): ColumnDef {
  const column = flow.columns.findLast((candidate) => candidate.name === name)
  if (column === undefined) throw invalid(`there is no column "${name}" here`, { offset: 0, length: 0 })
  return column
}

function result(
  version: Version,
  node: BoundNode,
  outer: Flow,
  rowName: string,
  pairs: Pairs,
  isOuter: boolean,
  width: number,
): Flow {
  const { span } = node
  const keys = [{ left: reference(hidden(outer, rowName)), right: reference(pairs.row) }]
  const relation: Relation = { kind: 'join', join: isOuter ? 'left' : 'inner', left: outer.relation, right: pairs.relation, keys, span } // prettier-ignore
  const own = outer.columns.slice(0, width)
  if (version.isTableFirst) {
    const columns = [...pairs.columns, ...own]
    const twice = columns.find(({ id, name }) => columns.some((other) => other.name === name && other.id !== id))
    if (twice !== undefined) throw unsupported(`${version.name} of two columns "${twice.name}"`, span)
    return { relation, columns, order: [] }
  }
  const columns = [...own, ...pairs.columns]
  const names = boundColumns(node)
  if (names.length !== columns.length) throw unsupported('a lookup whose columns the binder does not know', span)
  const named = columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }))
  return { relation, columns: named, order: [] }
}

export const ipv4Lookup = ipLookup({ name: 'ipv4_lookup', mask: 'format_ipv4', bits: 32n, isTableFirst: false })
export const ipv6Lookup = ipLookup({ name: 'ipv6_lookup', mask: 'parse_ipv6_mask', bits: 128n, isTableFirst: true })
