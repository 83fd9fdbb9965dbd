import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { Computed, Relation } from '../../ir/relation.ts'
import type { Flow } from '../flow.ts'
import { boundColumns, parametersOf, refuseParameters, type OperatorContext } from '../operator.ts'
import { usesWindow } from '../operators/serialize.ts'
import { lowerScalar, type ScalarContext } from '../scalar.ts'
import { Assembly, type Cycles } from './assembly.ts'
import { conjunctsOf, namesIn } from './conditions.ts'
import { ElementReader } from './elements.ts'
import type { GraphReader } from './index.ts'
import { readPattern, type Pattern } from './pattern.ts'

const CYCLES: ReadonlySet<string> = new Set(['all', 'none', 'unique_edges'])

/** Every way in which the pattern lies in the graph; https://learn.microsoft.com/kusto/query/graph-match-operator. */
export const graphMatch: GraphReader = {
  kind: 'GraphMatchOperator',
  lower: (node, graph, context) => {
    refuseParameters(node, ['cycles'])
    const cycles = parametersOf(node).get('cycles')?.text ?? 'unique_edges'
    if (!CYCLES.has(cycles)) throw unsupported(`graph-match cycles=${cycles}`, node.span)
    const pattern = readPattern(node, context)
    if (cycles === 'none') refuseOwnCycle(pattern, node)
    const expressions = readExpressions(node, context)
    const elements = new ElementReader(pattern, context.lowering)
    for (const each of expressions.conditions) elements.condition(each)
    for (const each of expressions.values) elements.value(each.expression)
    const assembly = new Assembly(graph, pattern, { cycles: cycles as Cycles }, elements.wanted, context, node)
    const scope = { columns: [], records: assembly.records, values: elements.wanted.values, order: [] }
    const inner: ScalarContext = { ...context, scope }
    for (const each of expressions.conditions) {
      assembly.require(lowerScalar(each, inner), namesIn(each, elements.names))
    }
    return projected(node, expressions.values, assembly.relation(), inner)
  },
}

/** The page: of `none` no cycle is matched. Whether that empties a pattern which asks for one, it does not say. */
function refuseOwnCycle({ nodes, edges }: Pattern, node: BoundNode): void {
  // All nodes hang together, so that each edge beyond a tree closes a cycle.
  if (edges.length < nodes.length) return
  throw unsupported('cycles=none with a pattern that has a cycle', node.span, 'leave cycles=none out')
}

interface Value {
  readonly expression: BoundNode
}

export interface Expressions {
  /** All of which must hold. */
  readonly conditions: readonly BoundNode[]
  readonly values: readonly Value[]
}

export function readExpressions(node: BoundNode, { environment }: OperatorContext): Expressions {
  const where = node.nodes['WhereClause']
  const project = node.nodes['ProjectClause']
  if (project === undefined) throw invalid('a graph operator over a pattern needs a project', node.span)
  const window = [where, project].find((clause) => clause !== undefined && usesWindow(clause, environment))
  if (window !== undefined) throw unsupported('a function of the rows around inside of a graph operator', window.span)
  return {
    conditions: where === undefined ? [] : conjunctsOf(child(where, 'Condition')),
    values: children(project, 'Expressions').map(valueOf),
  }
}

/** The service names `map(e, x)` and its like in a way that the binder does not know. */
function valueOf(node: BoundNode): Value {
  if (node.kind === 'SimpleNamedExpression') return { expression: child(node, 'Expression') }
  const base = node.kind === 'PathExpression' ? child(node, 'Expression') : node
  if (base.kind !== 'NameReference') {
    throw unsupported(`the name that ${node.text} gets as a column`, node.span, 'give it one: name = …')
  }
  return { expression: node }
}

export function projected(
  node: BoundNode,
  values: readonly Value[],
  input: Relation,
  context: OperatorContext & ScalarContext,
): Flow {
  const names = boundColumns(node)
  if (names.length !== values.length) throw unsupported('a project whose columns the binder does not know', node.span)
  const columns = values.map(({ expression }, index): Computed => {
    const value = lowerScalar(expression, context)
    return { ...context.lowering.column(names[index]?.name ?? '', value.type), value }
  })
  return { relation: { kind: 'project', input, columns, span: node.span }, columns, order: [] }
}
