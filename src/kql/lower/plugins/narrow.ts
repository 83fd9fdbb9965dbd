import type { TextSpan } from '../../bind/bound.ts'
import { unsupported } from '../../errors.ts'
import type { ColumnDef, Computed, Union } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { callScalar, literal, reference } from '../flow.ts'
import { numbered } from '../operators/serialize.ts'
import { readShared, shareFlow } from '../shared.ts'
import type { PluginLowering } from './plugin.ts'

/** As tostring(), but for datetimes, which its page shows with a blank and without a zone. */
function textOf(value: ColumnDef, span: TextSpan): Scalar {
  const column = reference(value, span)
  if (value.type === 'string') return column
  if (value.type !== 'datetime') return callScalar('tostring', 'string', [column], span)
  return callScalar('format_datetime', 'string', [column, literal('string', 'yyyy-MM-dd HH:mm:ss.fffffff', span)], span)
}

/** A row for each cell: the row's number, the column's name, the value's text. */
export const narrow: PluginLowering = {
  name: 'narrow',
  lower: (node, _args, input, context) => {
    const { span } = node
    const flow = numbered(input, context, node)
    const [key] = flow.order
    if (key?.value.kind !== 'column') throw unsupported('narrow over rows without an order', span)
    const row: ColumnDef = { id: key.value.id, name: key.value.name, type: 'long' }
    const shared = shareFlow({ ...flow, columns: [...flow.columns, row] }, context.lowering, false, 'narrow')
    const one = literal('long', 1n, span)
    const inputs = input.columns.map((column, index): Union['inputs'][number] => {
      const leg = readShared(shared, context.lowering, span)
      const value = leg.columns[index] ?? column
      const number = leg.columns.at(-1) ?? row
      return {
        relation: leg.relation,
        sources: [
          callScalar('-', 'long', [reference(number), one], span),
          literal('string', column.name, span),
          textOf(value, span),
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
