import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { Scalar, SortKey } from '../../ir/scalar.ts'
import type { SharedFlow } from '../environment.ts'
import { callScalar, findColumn, literal, NO_SPAN, reference, type Flow } from '../flow.ts'
import type { OperatorContext } from '../operator.ts'
import { numbered } from '../operators/serialize.ts'
import { nameOf } from '../scalar.ts'
import { readShared, shareFlow } from '../shared.ts'
import { lowerTabular } from '../tabular.ts'
import { readNodes, type Graph } from './graph.ts'

/** Types whose values are equal or not; reals are not for sure (NaN, -0), and the service refuses dynamics. */
const ID_TYPES: ReadonlySet<string> = new Set(['bool', 'datetime', 'guid', 'int', 'long', 'string', 'timespan'])

/** A table of nodes, one row for each id. */
interface NodeTable {
  /** Columns: row number, then those of the table. */
  readonly shared: SharedFlow
  readonly key: string
}

/** A property of the nodes, and whether it is the key of a table: those hold the id of a node that no table has. */
interface Property {
  readonly name: string
  readonly type: ColumnDef['type']
  readonly isKey: boolean
}

/**
 * Every row is an edge; every id of a node table or at an end of an edge is a node, null too. Of several rows with an id
 * the first counts. https://learn.microsoft.com/kusto/query/make-graph-operator
 */
export function lowerMakeGraph(node: BoundNode, input: Flow, context: OperatorContext): Graph {
  if (node.tokens['DirectionToken'] !== '-->') throw unsupported('make-graph of an undirected graph', node.span)
  if (context.partKey !== undefined) throw unsupported('make-graph inside of partition', node.span)
  const source = endColumn(child(node, 'SourceColumn'), input)
  const target = endColumn(child(node, 'TargetColumn'), input)
  if (source.type !== target.type) {
    throw invalid(`the ids of an edge are of two types, ${source.type} and ${target.type}`, node.span)
  }
  const rows = sharedRows(input, context, node, 'edge rows')
  const at = { source: input.columns.indexOf(source) + 1, target: input.columns.indexOf(target) + 1 }
  const nodes = lowerNodes(node, { rows, at, type: source.type }, context)
  return { nodes, edges: joinedEdges({ rows, at, type: source.type }, nodes, context, node) }
}

/** Rows of the edge table, numbered in their first column, and where the ids of the ends are. */
interface EdgeRows {
  readonly rows: SharedFlow
  readonly at: { readonly source: number; readonly target: number }
  readonly type: ColumnDef['type']
}

function endColumn(node: BoundNode, input: Flow): ColumnDef {
  const column = node.kind === 'NameReference' ? findColumn(input.columns, nameOf(node)) : undefined
  if (column === undefined) throw unsupported('make-graph with a computed id', node.span)
  if (!ID_TYPES.has(column.type)) throw unsupported(`a ${column.type} as the id of a node`, node.span)
  return column
}

/** A table with its row numbers as the first column, computed once. */
function sharedRows(input: Flow, context: OperatorContext, node: BoundNode, name: string): SharedFlow {
  const flow = numbered(input, context, node)
  const [key] = flow.order
  if (key?.value.kind !== 'column') throw unsupported('make-graph over rows without a number', node.span)
  const row: ColumnDef = { id: key.value.id, name: key.value.name, type: 'long' }
  return shareFlow({ ...flow, columns: [row, ...flow.columns], order: [] }, context.lowering, true, name)
}

function lowerNodes(node: BoundNode, edges: EdgeRows, context: OperatorContext): SharedFlow {
  const clause = node.nodes['WithClause']
  if (clause?.kind === 'MakeGraphWithImplicitIdClause') {
    const name = nameOf(child(clause, 'Name'))
    return allNodes([], [{ name, type: edges.type, isKey: true }], edges, context, node)
  }
  const tables = (clause === undefined ? [] : children(clause, 'TablesAndKeys')).map((item) =>
    nodeTable(item, edges, context),
  )
  return allNodes(tables, propertiesOf(tables, node), edges, context, node)
}

function nodeTable(item: BoundNode, { type }: EdgeRows, context: OperatorContext): NodeTable {
  const input = lowerTabular(child(item, 'Table'), context)
  const keyNode = child(item, 'Column')
  const key = endColumn(keyNode, input)
  if (key.type !== type) throw invalid(`the nodes have ids of type ${key.type}, the edges of type ${type}`, keyNode.span) // prettier-ignore
  const flow = numbered(input, context, item)
  const place: Computed = {
    ...context.lowering.column('$place', 'long'),
    value: { kind: 'window', name: 'place within', type: 'long', args: [reference(key)], order: flow.order, span: item.span }, // prettier-ignore
  }
  const relation: Relation = {
    kind: 'filter',
    input: { kind: 'extend', input: flow.relation, columns: [place], span: item.span },
    condition: callScalar('==', 'bool', [reference(place), literal('long', 1n)], item.span),
    span: item.span,
  }
  return { shared: sharedRows({ ...flow, relation }, context, item, 'node rows'), key: key.name }
}

function propertiesOf(tables: readonly NodeTable[], node: BoundNode): readonly Property[] {
  const keys = new Set(tables.map(({ key }) => key))
  const properties = new Map<string, Property>()
  for (const { shared } of tables) {
    for (const { name, type } of shared.flow.columns.slice(1)) {
      const known = properties.get(name)
      if (known !== undefined && known.type !== type) {
        throw unsupported(`node tables whose columns "${name}" differ in type`, node.span, 'rename one of them')
      }
      properties.set(name, { name, type, isKey: keys.has(name) })
    }
  }
  return [...properties.values()]
}

/** Those of the tables, then those that only edges name: in this order they get their numbers. */
function allNodes(
  tables: readonly NodeTable[],
  properties: readonly Property[],
  edges: EdgeRows,
  context: OperatorContext,
  node: BoundNode,
): SharedFlow {
  const { lowering } = context
  const { span } = node
  const id = lowering.column('$id', edges.type)
  const part = lowering.column('$part', 'long')
  const row = lowering.column('$first', 'long')
  const columns = properties.map(({ name, type }) => lowering.column(name, type))
  const inputs = tables.map(({ shared, key }, index) => {
    const { relation, columns: read } = readShared(shared, lowering, span)
    const cell = (name: string): Scalar | undefined => {
      const found = findColumn(read.slice(1), name)
      return found === undefined ? undefined : reference(found)
    }
    const values = properties.map(({ name }) => cell(name))
    return { relation, sources: [cell(key), partNumber(index), firstOf(read), ...values] }
  })
  const ends = edgeOnly(tables, edges, context, node)
  const values = properties.map(({ isKey }) => (isKey ? reference(ends.id) : undefined))
  const sources = [reference(ends.id), partNumber(tables.length), reference(ends.first), ...values]
  const union: Relation = {
    kind: 'union',
    columns: [id, part, row, ...columns],
    inputs: [...inputs, { relation: ends.relation, sources }],
    span,
  }
  const relation = tables.length > 1 ? refuseTwofold(union, id, part, context, node) : union
  const number = lowering.column('$node', 'long')
  const keys = [part, row].map((column): SortKey => ({ value: reference(column), descending: false, nullsFirst: true }))
  const flow: Flow = {
    relation: { kind: 'number', input: relation, keys, column: number, span },
    columns: [number, id, ...columns],
    order: [],
  }
  return shareFlow(flow, lowering, true, 'nodes')
}

const partNumber = (index: number): Scalar => literal('long', BigInt(index))

function firstOf([first]: readonly ColumnDef[]): Scalar | undefined {
  return first === undefined ? undefined : reference(first)
}

interface Ends {
  readonly relation: Relation
  readonly id: ColumnDef
  /** Where it appears first: twice the number of the edge, one more for its target. */
  readonly first: ColumnDef
}

/** Ids at the ends of edges that no table has. */
function edgeOnly(
  tables: readonly NodeTable[],
  edges: EdgeRows,
  { lowering }: OperatorContext,
  { span }: BoundNode,
): Ends {
  const end = lowering.column('$id', edges.type)
  const place = lowering.column('$place', 'long')
  const inputs = [edges.at.source, edges.at.target].map((at, side) => {
    const { relation, columns } = readShared(edges.rows, lowering, span)
    const [row, id] = [columns[0], columns[at]]
    if (row === undefined || id === undefined) throw unsupported('make-graph over these edges', span)
    const twice = callScalar('*', 'long', [reference(row), literal('long', 2n)], span)
    return { relation, sources: [reference(id), callScalar('+', 'long', [twice, literal('long', BigInt(side))], span)] }
  })
  const id = lowering.column('$id', edges.type)
  const first = lowering.column('$first', 'long')
  const distinct: Relation = {
    kind: 'aggregate',
    input: { kind: 'union', columns: [end, place], inputs, span },
    keys: [{ ...id, value: reference(end) }],
    measures: [{ ...first, value: { kind: 'aggregate', name: 'min', type: 'long', args: [reference(place)], order: [], span } }], // prettier-ignore
    span,
  }
  const relation = tables.reduce<Relation>((left, { shared, key }) => {
    const { relation: right, columns } = readShared(shared, lowering, span)
    const column = findColumn(columns.slice(1), key)
    if (column === undefined) throw unsupported(`node tables without "${key}"`, span)
    return { kind: 'join', join: 'anti', left, right, keys: [{ left: reference(id), right: reference(column) }], span }
  }, distinct)
  return { relation, id, first }
}

/** The page says that rows of two tables are merged, the service takes either row as a whole, now this, now that. */
function refuseTwofold(
  input: Relation,
  id: ColumnDef,
  part: ColumnDef,
  { lowering }: OperatorContext,
  { span }: BoundNode,
): Relation {
  const order: SortKey[] = [{ value: reference(part), descending: false, nullsFirst: true }]
  const place: Computed = {
    ...lowering.column('$place', 'long'),
    value: { kind: 'window', name: 'place within', type: 'long', args: [reference(id)], order, span },
  }
  const isTwofold = callScalar('>', 'bool', [reference(place), literal('long', 1n)], span)
  const reason = literal('string', 'make-graph of a node that two tables have, of which the service takes any')
  const condition = callScalar('refuse when', 'bool', [isTwofold, literal('bool', true), reason], span)
  return { kind: 'filter', input: { kind: 'extend', input, columns: [place], span }, condition, span }
}

/** The rows with the numbers of their nodes. */
function joinedEdges(
  { rows, at }: EdgeRows,
  nodes: SharedFlow,
  { lowering }: OperatorContext,
  { span }: BoundNode,
): SharedFlow {
  const read = readShared(rows, lowering, NO_SPAN)
  const [row, sourceId, targetId] = [read.columns[0], read.columns[at.source], read.columns[at.target]]
  if (row === undefined || sourceId === undefined || targetId === undefined) {
    throw unsupported('make-graph over these edges', span)
  }
  const graph = { nodes, edges: rows }
  const [source, target] = [readNodes(graph, lowering, span), readNodes(graph, lowering, span)]
  const withSource: Relation = {
    kind: 'join',
    join: 'inner',
    left: read.relation,
    right: source.relation,
    keys: [{ left: reference(sourceId), right: reference(source.id) }],
    span,
  }
  const relation: Relation = {
    kind: 'join',
    join: 'inner',
    left: withSource,
    right: target.relation,
    keys: [{ left: reference(targetId), right: reference(target.id) }],
    span,
  }
  const copies = [row, source.node, target.node, sourceId, targetId, ...read.columns.slice(1)]
  const names = ['$edge', '$source', '$target', '$sourceId', '$targetId']
  const columns = copies.map((copied, index): Computed => {
    return { ...lowering.column(names[index] ?? copied.name, copied.type), value: reference(copied) }
  })
  const flow: Flow = { relation: { kind: 'project', input: relation, columns, span }, columns, order: [] }
  return shareFlow(flow, lowering, true, 'edges')
}
