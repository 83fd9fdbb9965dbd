import { children, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, reference } from '../flow.ts'
import { boundColumns, parametersOf, refuseParameters } from '../operator.ts'
import { readEdges, readNodes } from './graph.ts'
import type { GraphReader } from './index.ts'

/** The nodes or the edges as a table; https://learn.microsoft.com/kusto/query/graph-to-table-operator. */
export const graphToTable: GraphReader = {
  kind: 'GraphToTableOperator',
  lower: (node, graph, { lowering }) => {
    const [clause, other] = children(node, 'OutputClause')
    if (clause === undefined || other !== undefined) {
      throw unsupported('graph-to-table of nodes and edges at once', node.span, 'run one query for each')
    }
    const { span } = node
    const { relation, hashes, properties } =
      clause.tokens['EntityKeyword'] === 'edges'
        ? edgeTable(readEdges(graph, lowering, span), clause)
        : nodeTable(readNodes(graph, lowering, span), clause)
    const names = boundColumns(node)
    const values = [...hashes, ...properties.map((property) => reference(property))]
    if (names.length !== values.length) throw unsupported('a graph whose columns the binder does not know', span)
    if (values.length === 0) throw unsupported('a table without columns, of nodes without properties', span)
    const columns = values.map((value, index): Computed => {
      return { ...lowering.column(names[index]?.name ?? '', value.type), value }
    })
    return { relation: { kind: 'project', input: relation, columns, span }, columns, order: [] }
  },
}

interface Table {
  readonly relation: Relation
  readonly hashes: readonly Scalar[]
  readonly properties: readonly ColumnDef[]
}

function nodeTable({ relation, id, properties }: ReturnType<typeof readNodes>, clause: BoundNode): Table {
  return { relation, hashes: hashesOf(clause, new Map([['with_node_id', id]])), properties }
}

function edgeTable(edges: ReturnType<typeof readEdges>, clause: BoundNode): Table {
  const ids = new Map([
    ['with_source_id', edges.sourceId],
    ['with_target_id', edges.targetId],
  ])
  return { relation: edges.relation, hashes: hashesOf(clause, ids), properties: edges.properties }
}

/** The source before the target, whatever the text says first. */
function hashesOf(clause: BoundNode, ids: ReadonlyMap<string, ColumnDef>): Scalar[] {
  refuseParameters(clause, [...ids.keys()])
  const given = parametersOf(clause)
  return [...ids].flatMap(([name, id]) => (given.has(name) ? [nodeHash(id, clause)] : []))
}

/** `hash()` of the id, of a null that of the empty text. */
function nodeHash(id: ColumnDef, { span }: BoundNode): Scalar {
  const hash = callScalar('hash', 'long', [reference(id)], span)
  if (id.type === 'string') return hash
  return callScalar('coalesce', 'long', [hash, callScalar('hash', 'long', [literal('string', '')], span)], span)
}
