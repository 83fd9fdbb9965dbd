import type { KustoType } from '../../../domain/kusto.ts'
import type { ColumnDef } from '../../ir/relation.ts'
import { unsupported } from '../../errors.ts'
import { literal } from '../flow.ts'
import type { OperatorLowering } from '../operator.ts'

/** .NET names of the `DataType` column; https://learn.microsoft.com/kusto/query/getschema-operator. */
const DATA_TYPES: Readonly<Record<KustoType, string>> = {
  bool: 'System.SByte',
  datetime: 'System.DateTime',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  dynamic: 'System.Object',
  guid: 'System.Guid',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  string: 'System.String',
  timespan: 'System.TimeSpan',
}

export const getschema: OperatorLowering = {
  kind: 'GetSchemaOperator',
  lower: (node, input, context) => {
    const kind = node.nodes['KindParameter']
    if (kind !== undefined) throw unsupported('getschema with a kind', kind.span)
    const names: readonly (readonly [string, KustoType])[] = [
      ['ColumnName', 'string'],
      ['ColumnOrdinal', 'int'],
      ['DataType', 'string'],
      ['ColumnType', 'string'],
    ]
    const columns = names.map(([name, type]): ColumnDef => context.lowering.column(name, type))
    const rows = input.columns.map((column, index) => [
      literal('string', column.name),
      literal('int', BigInt(index)),
      literal('string', DATA_TYPES[column.type]),
      literal('string', column.type),
    ])
    return { columns, order: [], relation: { kind: 'values', columns, rows, span: node.span } }
  },
}
