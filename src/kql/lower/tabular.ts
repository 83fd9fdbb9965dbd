import { child, children, type BoundNode } from '../bind/bound.ts'
import { CROSS_RESOURCE } from '../bind/cross-resource.ts'
import type { KqlError } from '../../domain/errors.ts'
import { foreignPath, foreignName, foreignTable, PLACES } from '../../domain/foreign-tables.ts'
import { invalid, unsupported } from '../errors.ts'
import { refusalHint } from '../functions/unsupported.ts'
import { lowerScalar, nameOf } from './scalar.ts'
import { callEnvironment } from './call.ts'
import { literalOf } from './lowering.ts'
import { defineStatements } from './let.ts'
import type { Flow } from './flow.ts'
import type { OperatorContext } from './operator.ts'
import { findGraphReader, isGraphOperator, lowerGraph } from './graph/index.ts'
import { findOperator, findSource } from './operators/index.ts'
import { lowerPattern, patternOf } from './pattern.ts'
import { scanTable } from './scan.ts'
import { withSerialization } from './serialization.ts'
import { readShared, shareFlow } from './shared.ts'

/** A tabular expression: a source, then operators. What runs over the parts of a `partition` has none of them in its own queries. */
export function lowerTabular(node: BoundNode, outside: OperatorContext): Flow {
  const context: OperatorContext = { ...outside, part: undefined }
  const pattern = patternOf(node, context.environment)
  if (pattern !== undefined) return lowerPattern(node, pattern, context)
  const reader = node.kind === 'PipeExpression' ? findGraphReader(child(node, 'Operator').kind) : undefined
  if (reader === undefined && node.type?.kind === 'graph') {
    throw invalid('a graph is no table', node.span, 'make one of it with graph-match or graph-to-table')
  }
  switch (node.kind) {
    case 'PipeExpression': {
      const operator = child(node, 'Operator')
      if (reader !== undefined) return reader.lower(operator, lowerGraph(child(node, 'Expression'), context), context)
      return lowerOperator(operator, lowerTabular(child(node, 'Expression'), context), context)
    }
    case 'ParenthesizedExpression':
    case 'DataScopeExpression':
      return lowerTabular(child(node, 'Expression'), context)
    case 'MaterializeExpression': {
      const flow = lowerTabular(child(node, 'Expression'), context)
      return readShared(shareFlow(flow, context.lowering, true, 'materialized'), context.lowering, node.span)
    }
    case 'NameReference':
      return lowerTableName(node, context)
    case 'FunctionCallExpression':
      return lowerTableCall(node, context)
    case 'PathExpression':
      return lowerForeignTable(node, context)
  }
  const source = findSource(node.kind)
  if (source === undefined) {
    const name = operatorName(node)
    if (name.startsWith('.'))
      throw unsupported(
        `the management command ${name}`,
        node.span,
        'the engine runs queries, which begin with a table; commands are for the service',
      )
    throw unsupported(`${name} as a source of rows`, node.span)
  }
  return checked(node, source.lower(node, context))
}

export function isMaterializeCall(node: BoundNode): boolean {
  return node.kind === 'ParenthesizedExpression'
    ? isMaterializeCall(child(node, 'Expression'))
    : node.kind === 'MaterializeExpression'
}

export function lowerOperator(node: BoundNode, input: Flow, context: OperatorContext): Flow {
  const operator = findOperator(node.kind)
  if (isGraphOperator(node.kind)) {
    const isSplit = node.nodes['PartitionedByClause'] !== undefined
    throw unsupported(`${operatorName(node)} ${isSplit ? 'with partitioned-by' : 'inside of a subquery'}`, node.span)
  }
  if (operator === undefined) {
    throw unsupported(`the operator ${operatorName(node)}`, node.span, refusalHint('operator', node.kind))
  }
  return checked(node, operator.lower(node, input, context), input)
}

/** No table of the service has two columns of one name; where the binder gives two, the service gives one of them another. */
function checked(node: BoundNode, output: Flow, input?: Flow): Flow {
  const names = output.columns.map(({ name }) => name)
  if (names.length === 0 && node.kind !== 'EvaluateOperator')
    throw invalid(`${operatorName(node)} leaves no column`, node.span)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw unsupported(`a table with two columns "${twice}"`, node.span, 'give one of them another name') // prettier-ignore
  const givenName = node.kind === 'AsOperator' ? nameOf(child(node, 'Name')) : undefined
  return { ...withSerialization(node, output, input), givenName }
}

function operatorName(node: BoundNode): string {
  return node.text.split(/[\s(]/, 1)[0] ?? node.kind
}

function lowerTableName(node: BoundNode, context: OperatorContext): Flow {
  const name = nameOf(node)
  // `let T = T | where …`: to the right of its own name, and in a let before it, T is the table of the workspace.
  const binding = node.symbol?.kind === 'table' ? undefined : context.environment.find(name)
  if (binding?.kind === 'table') return readShared(binding.value(), context.lowering, node.span)
  if (binding?.kind === 'function' || node.symbol?.kind === 'function') return lowerTableCall(node, context)
  return scanTable(name, node.span, context.lowering)
}

/** `workspace("contoso").T`, `app("shop").T`, `arg("").T`. */
function lowerForeignTable(node: BoundNode, context: OperatorContext): Flow {
  const call = child(node, 'Expression')
  const called = call.kind === 'FunctionCallExpression' ? nameOf(child(call, 'Name')) : undefined
  const place = PLACES.find((each) => each === called)
  const selector = child(node, 'Selector')
  if (place === undefined || selector.kind !== 'NameReference') return lowerQualified(node)
  const [argument] = children(child(call, 'ArgumentList'), 'Expressions')
  const identifier = argument === undefined ? '' : constantName(argument, place, context)
  const table = foreignTable(place, identifier, nameOf(selector))
  const name = foreignName(table)
  if (context.lowering.tables.has(name)) return scanTable(name, node.span, context.lowering)
  throw unsupported(
    `the table ${node.text}, of which nothing is at hand`,
    node.span,
    `put its rows into ${foreignPath(table)}.ndjson of the data folder, or run this query against the workspace (--backend azure)`,
  )
}

/** `resource("r").T`, `database("d").T`: whose rows these would be, local files do not say. */
export function lowerQualified(node: BoundNode): never {
  const [, name = ''] = /^\s*(\w+)\s*\(/.exec(node.text) ?? []
  const instead = CROSS_RESOURCE.get(name) ?? 'a data folder is one workspace: name the table by itself'
  throw unsupported(
    `the qualified table ${node.text}`,
    node.span,
    `${instead}, or run this query against the workspace (--backend azure)`,
  )
}

function lowerTableCall(node: BoundNode, context: OperatorContext): Flow {
  const name = nameOf(node.kind === 'NameReference' ? node : child(node, 'Name'))
  if (context.lowering.isBodyless(name)) throw missingBody(name, node)
  const called = node.called?.()
  if (called === undefined) {
    if (name === 'table') return lowerTableFunction(node, context)
    throw unsupported(`the tabular function ${name}()`, node.span, refusalHint('function', name))
  }
  return context.lowering.nested(node.span, { name, parameters: called.parameters.length }, () => {
    const outer = { ...context, scope: { columns: [], order: [] } }
    const environment = callEnvironment(node, called, outer)
    const inner = { ...outer, environment }
    defineStatements(children(called.body, 'Statements'), inner)
    return lowerTabular(child(called.body, 'Expression'), inner)
  })
}

export function missingBody(name: string, node: BoundNode): KqlError {
  return unsupported(
    `the saved function ${name}, whose KQL is not at hand`,
    node.span,
    `put its KQL into functions/${name}.kql, or its result into a table file of that name`,
  )
}

/** The text that a function of names is given; a `let` or a parameter may stand for it, a column may not. */
function constantName(argument: BoundNode, called: string, context: OperatorContext): string {
  const name = literalOf(lowerScalar(argument, { ...context, scope: { columns: [], order: [] } }))
  if (typeof name !== 'string') throw unsupported(`${called}() with a computed name`, argument.span)
  return name
}

function lowerTableFunction(node: BoundNode, context: OperatorContext): Flow {
  const [first] = children(child(node, 'ArgumentList'), 'Expressions')
  if (first === undefined) throw invalid('table() needs a name', node.span)
  const name = constantName(first, 'table', context)
  const binding = context.environment.find(name)
  if (binding?.kind === 'table') return readShared(binding.value(), context.lowering, node.span)
  return scanTable(name, node.span, context.lowering)
}
