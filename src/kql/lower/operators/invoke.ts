import { child, children } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { argumentBinding, callEnvironment } from '../call.ts'
import { literal } from '../flow.ts'
import { defineStatements } from '../let.ts'
import type { OperatorLowering } from '../operator.ts'
import { nameOf } from '../scalar.ts'
import { shareFlow } from '../shared.ts'
import { lowerTabular, missingBody } from '../tabular.ts'

/** `T | invoke f(x)`: calls `f(T, x)`. */
export const invoke: OperatorLowering = {
  kind: 'InvokeOperator',
  lower: (node, input, context) => {
    const call = child(node, 'Function')
    const name = nameOf(child(call, 'Name'))
    if (context.lowering.isBodyless(name)) throw missingBody(name, call)
    const called = call.called?.()
    const [first, ...parameters] = called?.parameters ?? []
    if (called === undefined || first === undefined) throw unsupported(`invoke of ${call.text}`, call.span)
    const bind = context.lowering.takesColumns(name) ? nameOrValue : argumentBinding
    return context.lowering.nested(node.span, { name, parameters: called.parameters.length }, () => {
      const outer = { ...context, scope: { columns: [], order: [] } }
      const environment = callEnvironment(call, { ...called, parameters }, outer, bind)
      const shared = shareFlow(input, context.lowering, false, 'invoke')
      environment.define(first.name, { kind: 'table', value: () => shared })
      const inner = { ...outer, environment }
      defineStatements(children(called.body, 'Statements'), inner)
      return lowerTabular(child(called.body, 'Expression'), inner)
    })
  },
}

/** `FileProfile(SHA1)` means the column, as `FileProfile("SHA1")` does; the binder resolves no columns here. */
const nameOrValue: typeof argumentBinding = (argument, ...rest) => {
  if (argument.kind !== 'NameReference' || argument.symbol !== undefined) return argumentBinding(argument, ...rest)
  return { kind: 'scalar', value: () => literal('string', nameOf(argument), argument.span) }
}
