import { child } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import { refuseParameters, type OperatorLowering } from '../operator.ts'
import { findPlugin } from '../plugins/index.ts'
import { pluginArguments } from '../plugins/plugin.ts'
import { nameOf } from '../scalar.ts'

export const evaluate: OperatorLowering = {
  kind: 'EvaluateOperator',
  lower: (node, input, context) => {
    refuseParameters(node, [])
    const call = child(node, 'FunctionCall')
    const name = nameOf(child(call, 'Name'))
    const plugin = findPlugin(name)
    if (plugin === undefined) throw unsupported(`the plug-in ${name}`, call.span)
    if (node.nodes['Schema'] === undefined && node.type?.kind === 'table' && node.type.isOpen) {
      // Its columns go into the text once; another call of the function might have others.
      if (context.lowering.differsByCall) {
        throw unsupported(
          `${name} without an output schema in a function with parameters that is called more than once`,
          call.span,
          'give it an output schema: evaluate bag_unpack(d) : (a: string, b: long)',
        )
      }
    }
    return plugin.lower(node, pluginArguments(node), input, context)
  },
}
