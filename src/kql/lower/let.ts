import { child, children, firstOf, type BoundNode } from '../bind/bound.ts'
import { invalid, unsupported } from '../errors.ts'
import type { Scalar } from '../ir/scalar.ts'
import { lowerGraph } from './graph/index.ts'
import { lowerScalar, nameOf, type ScalarContext } from './scalar.ts'
import { shareFlow } from './shared.ts'
import type { SharedFlow } from './environment.ts'
import { isMaterializeCall, lowerTabular } from './tabular.ts'

/** As a query has them. */
const STATEMENTS: Readonly<Record<string, string>> = { AliasStatement: 'alias' }

/** Binds the `let` statements of a query or function body. Nothing is lowered before its first use. */
export function defineStatements(statements: readonly BoundNode[], context: ScalarContext): void {
  for (const [index, statement] of statements.entries()) {
    if (statement.kind === 'LetStatement') defineLet(statement, context)
    else if (statement.kind === 'RestrictStatement') restrict(statement, statements.slice(index + 1), context)
    else if (statement.kind === 'QueryParametersStatement') defineParameters(statement, context)
    else if (statement.kind === 'PatternStatement') definePattern(statement, context)
    else if (statement.kind === 'SetOptionStatement' || statement.kind === 'ExpressionStatement') continue
    else throw unsupported(`the statement ${STATEMENTS[statement.kind] ?? statement.kind}`, statement.span)
  }
}

/** `restrict access to (A, B)`: of tables and functions, what follows may name these alone, which are those of `let`. */
function restrict(statement: BoundNode, following: readonly BoundNode[], { environment }: ScalarContext): void {
  const allowed = new Set(children(statement, 'Expressions').map(nameOf))
  for (const name of allowed) {
    if (environment.find(name) === undefined)
      throw unsupported('restrict access to what no let defines', statement.span)
  }
  const hides = (node: BoundNode): boolean => {
    if (node.kind.startsWith('Wildcarded')) return true
    if (node.kind !== 'NameReference' || allowed.has(nameOf(node))) return false
    const kind = environment.find(nameOf(node))?.kind
    return node.symbol?.kind === 'table' || (kind !== undefined && kind !== 'scalar')
  }
  const hidden = following.map((each) => firstOf(each, hides)).find((node) => node !== undefined)
  if (hidden !== undefined) throw unsupported(`${hidden.text} behind restrict access to other names`, hidden.span)
}

/** `declare query_parameters(x: string = "a")`: nobody gives values, so the defaults hold. */
function defineParameters(statement: BoundNode, context: ScalarContext): void {
  for (const parameter of children(statement, 'Parameters')) {
    const name = nameOf(child(child(parameter, 'NameAndType'), 'Name'))
    const standard = parameter.nodes['DefaultValue']?.nodes['Value']
    if (standard === undefined) throw invalid(`the query parameter "${name}" has no value`, parameter.span, 'give it a default') // prettier-ignore
    const value = lazily((): Scalar => lowerScalar(standard, { ...context, scope: { columns: [], order: [] } }))
    context.environment.define(name, { kind: 'scalar', value })
  }
}

function defineLet(statement: BoundNode, { environment, ...rest }: ScalarContext): void {
  const name = nameOf(child(statement, 'Name'))
  const expression = child(statement, 'Expression')
  const context = { ...rest, environment: environment.soFar() }
  if (expression.kind === 'FunctionDeclaration') {
    environment.define(name, { kind: 'function', declaration: expression, environment: context.environment })
  } else if (expression.type?.kind === 'table') {
    const value = lazily((): SharedFlow => {
      const flow = lowerTabular(expression, context)
      return shareFlow(flow, context.lowering, isMaterializeCall(expression), name)
    })
    environment.define(name, { kind: 'table', value })
  } else if (expression.type?.kind === 'graph') {
    environment.define(name, { kind: 'graph', value: lazily(() => lowerGraph(expression, context)) })
  } else {
    const value = lazily((): Scalar => lowerScalar(expression, { ...context, scope: { columns: [], order: [] } }))
    environment.define(name, { kind: 'scalar', value })
  }
}

/** Without a body a pattern only declares what something between author and service replaces. */
function definePattern(statement: BoundNode, { environment }: ScalarContext): void {
  const declaration = statement.nodes['Pattern']
  if (declaration === undefined) throw unsupported('a pattern without a body', statement.span)
  const name = nameOf(child(statement, 'Name'))
  environment.define(name, { kind: 'pattern', declaration, environment: environment.soFar() })
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
