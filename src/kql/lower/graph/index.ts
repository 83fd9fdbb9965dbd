/** Graph operators by the language service's SyntaxKind: those that give a graph, and those that make a table of one. */
import { child, type BoundNode } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { refusalHint } from '../../functions/unsupported.ts'
import type { Flow } from '../flow.ts'
import type { OperatorContext } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { lowerTabular } from '../tabular.ts'
import { graphMarkComponents } from './components.ts'
import type { Graph } from './graph.ts'
import { lowerMakeGraph } from './make-graph.ts'
import { graphMatch } from './match.ts'
import { graphShortestPaths } from './shortest-paths.ts'
import { graphToTable } from './to-table.ts'

/** An operator that makes a table of a graph. */
export interface GraphReader {
  readonly kind: string
  readonly lower: (node: BoundNode, graph: Graph, context: OperatorContext) => Flow
}

/** An operator that makes a graph of a graph. */
export interface GraphChange {
  readonly kind: string
  readonly lower: (node: BoundNode, graph: Graph, context: OperatorContext) => Graph
}

const MAKE_GRAPH = 'MakeGraphOperator'
const READERS: readonly GraphReader[] = [graphMatch, graphShortestPaths, graphToTable]
const CHANGES: readonly GraphChange[] = [graphMarkComponents]

const readers = new Map(READERS.map((reader) => [reader.kind, reader]))
const changes = new Map(CHANGES.map((change) => [change.kind, change]))

export const graphOperatorKinds = (): readonly string[] => [MAKE_GRAPH, ...readers.keys(), ...changes.keys()]
export const isGraphOperator = (kind: string): boolean => graphOperatorKinds().includes(kind)
export const findGraphReader = (kind: string): GraphReader | undefined => readers.get(kind)

/** An expression that gives a graph: `make-graph`, what changes one, or a `let` name of one. */
export function lowerGraph(node: BoundNode, context: OperatorContext): Graph {
  switch (node.kind) {
    case 'PipeExpression': {
      const operator = child(node, 'Operator')
      const input = child(node, 'Expression')
      if (operator.kind === MAKE_GRAPH) return lowerMakeGraph(operator, lowerTabular(input, context), context)
      const change = changes.get(operator.kind)
      if (change !== undefined) return change.lower(operator, lowerGraph(input, context), context)
      throw unsupported(`the operator ${firstWord(operator)}`, operator.span, refusalHint('operator', operator.kind))
    }
    case 'ParenthesizedExpression':
      return lowerGraph(child(node, 'Expression'), context)
    case 'NameReference': {
      const binding = context.environment.find(nameOf(node))
      if (binding?.kind === 'graph') return binding.value()
      break
    }
    case 'FunctionCallExpression': {
      const name = nameOf(child(node, 'Name'))
      throw unsupported(`${name}() as a graph`, node.span, refusalHint('function', name))
    }
  }
  throw unsupported(`${node.text.slice(0, 40)} as a graph`, node.span, 'make it with make-graph')
}

const firstWord = ({ text, kind }: BoundNode): string => text.split(/[\s(]/, 1)[0] ?? kind
