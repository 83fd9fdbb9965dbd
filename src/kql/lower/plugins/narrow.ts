import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Union } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, reference } from '../flow.ts'
import { numbered } from '../operators/serialize.ts'
import { readShared, shareFlow } from '../shared.ts'
import type { PluginLowering } from './plugin.ts'

/** Types whose text form in this plug-in is known to be that of tostring(); its page shows `True` for a bool. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['string', 'int', 'long', 'real', 'decimal', 'guid', 'dynamic'])

/** A row for each cell: the row's number, the column's name, the value's text. */
export const narrow: PluginLowering = {
  name: 'narrow',
  lower: (node, _args, input, context) => {
    const { span } = node
    const odd = input.columns.find(({ type }) => !TEXT_TYPES.has(type))
    if (odd !== undefined)
      throw unsupported(`narrow of a ${odd.type} ("${odd.name}")`, span, 'use tostring() before it')
    const flow = numbered(input, context, node)
    const [key] = flow.order
    if (key?.value.kind !== 'column') throw unsupported('narrow over rows without an order', span)
    const row: ColumnDef = { id: key.value.id, name: key.value.name, type: 'long' }
    const shared = shareFlow({ ...flow, columns: [...flow.columns, row] }, context.lowering, false, 'narrow')
    const one = literal('long', 1n, span)
    const inputs = input.columns.map((column, index): Union['inputs'][number] => {
      const leg = readShared(shared, context.lowering, span)
      const value = leg.columns[index] ?? column
      const text: Scalar = value.type === 'string' ? reference(value) : callScalar('tostring', 'string', [reference(value)], span) // prettier-ignore
      const number = leg.columns.at(-1) ?? row
      return {
        relation: leg.relation,
        sources: [
          callScalar('-', 'long', [reference(number), one], span),
          literal('string', column.name, span),
          text,
          literal('long', BigInt(index), span),
        ],
      }
    })
    const define = (name: string, type: ColumnDef['type']): ColumnDef => context.lowering.column(name, type)
    const columns = [define('Row', 'long'), define('Column', 'string'), define('Value', 'string')]
    const position = define('$position', 'long')
    const ascending = (column: ColumnDef): Computed['value'] => reference(column, span)
    return {
      relation: { kind: 'union', columns: [...columns, position], inputs, span },
      columns,
      order: [columns[0] ?? row, position].map((column) => ({
        value: ascending(column),
        descending: false,
        nullsFirst: true,
      })),
    }
  },
}
