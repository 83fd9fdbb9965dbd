import { child, children, type BoundNode } from '../bind/bound.ts'
import { invalid } from '../errors.ts'
import type { LiteralValue } from '../ir/scalar.ts'
import { Environment, type Binding } from './environment.ts'
import type { Flow } from './flow.ts'
import { defineStatements } from './let.ts'
import { literalOf } from './lowering.ts'
import { constantScalar, type OperatorContext } from './operator.ts'
import { nameOf } from './scalar.ts'
import { lowerTabular } from './tabular.ts'

type Pattern = Extract<Binding, { kind: 'pattern' }>

/** The pattern that `country("Canada").Alberta` or `country("Canada")` invokes. */
export function patternOf(node: BoundNode, environment: Environment): Pattern | undefined {
  const call = node.kind === 'PathExpression' ? child(node, 'Expression') : node
  if (call.kind !== 'FunctionCallExpression') return undefined
  const binding = environment.find(nameOf(child(call, 'Name')))
  return binding?.kind === 'pattern' ? binding : undefined
}

/** The query of the arguments and the path; https://learn.microsoft.com/kusto/query/pattern-statement. */
export function lowerPattern(node: BoundNode, pattern: Pattern, context: OperatorContext): Flow {
  const isPath = node.kind === 'PathExpression'
  const call = isPath ? child(node, 'Expression') : node
  const given = children(child(call, 'ArgumentList'), 'Expressions').map((each) =>
    literalOf(constantScalar(each, context)),
  )
  const path = isPath ? pathText(child(node, 'Selector'), context) : undefined
  const match = children(pattern.declaration, 'Patterns').find((each) => matches(each, given, path, context))
  if (match === undefined) throw invalid(`no pattern stands for ${node.text}`, node.span)
  const body = child(match, 'Body')
  return context.lowering.nested(node.span, { name: '', parameters: 0 }, () => {
    const inner = { ...context, environment: new Environment(pattern.environment) }
    defineStatements(children(body, 'Statements'), { ...inner, scope: { columns: [], order: [] } })
    return lowerTabular(child(body, 'Expression'), inner)
  })
}

function pathText(selector: BoundNode, context: OperatorContext): LiteralValue | undefined {
  if (selector.kind === 'NameReference') return nameOf(selector)
  return literalOf(constantScalar(selector, context))
}

function matches(
  match: BoundNode,
  given: readonly (LiteralValue | undefined)[],
  path: LiteralValue | undefined,
  context: OperatorContext,
): boolean {
  const wanted = children(child(match, 'ParameterValues'), 'Expressions').map((each) =>
    literalOf(constantScalar(each, context)),
  )
  const pathValue = match.nodes['PathValue']?.nodes['Value']
  const wantedPath = pathValue === undefined ? undefined : literalOf(constantScalar(pathValue, context))
  return wanted.length === given.length && wanted.every((value, index) => value === given[index]) && wantedPath === path
}
