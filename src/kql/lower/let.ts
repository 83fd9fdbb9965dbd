import { child, type BoundNode } from '../bind/bound.ts'
import { unsupported } from '../errors.ts'
import type { Scalar } from '../ir/scalar.ts'
import { lowerScalar, nameOf, type ScalarContext } from './scalar.ts'
import { shareFlow } from './shared.ts'
import type { SharedFlow } from './environment.ts'
import { isMaterializeCall, lowerTabular } from './tabular.ts'

/** Binds the `let` statements of a query or function body. Nothing is lowered before its first use. */
export function defineStatements(statements: readonly BoundNode[], context: ScalarContext): void {
  for (const statement of statements) {
    if (statement.kind === 'LetStatement') defineLet(statement, context)
    else if (statement.kind === 'SetOptionStatement' || statement.kind === 'ExpressionStatement') continue
    else throw unsupported(`the statement ${statement.kind}`, statement.span)
  }
}

function defineLet(statement: BoundNode, context: ScalarContext): void {
  const name = nameOf(child(statement, 'Name'))
  const expression = child(statement, 'Expression')
  const environment = context.environment
  if (expression.kind === 'FunctionDeclaration') {
    environment.define(name, { kind: 'function', declaration: expression, environment })
  } else if (expression.type?.kind === 'table') {
    const value = lazily((): SharedFlow => {
      const flow = lowerTabular(expression, context)
      return shareFlow(flow, context.lowering, isMaterializeCall(expression), name)
    })
    environment.define(name, { kind: 'table', value })
  } else {
    const value = lazily((): Scalar => lowerScalar(expression, { ...context, scope: { columns: [], order: [] } }))
    environment.define(name, { kind: 'scalar', value })
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}
