import type { Column, KustoType } from '../../domain/kusto.ts'
import { RUN_VARIABLES } from '../../domain/run-variables.ts'
import type { RunVariable } from '../../domain/run-variables.ts'
import type { FunctionSchema, TableSchema } from '../../domain/schema.ts'
import { internal } from '../errors.ts'
import { kustoLibrary, perLibrary, type ForeignSymbol } from './library.ts'
import { nameForBinder } from './unnamed-column.ts'

/** `['odd name']:string`: any column name survives in brackets. */
export function schemaText(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${bracketName(nameForBinder(name))}:${type}`).join(', ')
}

/** A line cannot end within it, and values of a pivot have lines. */
export function bracketName(name: string): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return `['${escaped.replace(/[\p{Cc}\u2028\u2029]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}']`
}

const tableSymbols = perLibrary(() => new WeakMap<TableSchema, ForeignSymbol>())
const functionSymbols = perLibrary(() => new WeakMap<FunctionSchema, ForeignSymbol>())

const SERVICE_TYPES: Readonly<Record<KustoType, string>> = {
  bool: 'Bool',
  datetime: 'DateTime',
  decimal: 'Decimal',
  dynamic: 'Dynamic',
  guid: 'Guid',
  int: 'Int',
  long: 'Long',
  real: 'Real',
  string: 'String',
  timespan: 'TimeSpan',
}

/** Column by column: letting the service parse a schema's text takes twenty times as long (1 ms a table). */
export function tableSymbol(table: TableSchema): ForeignSymbol {
  let symbol = tableSymbols().get(table)
  if (symbol === undefined) {
    symbol = newTableSymbol(table.name, table.columns)
    tableSymbols().set(table, symbol)
  }
  return symbol
}

function newTableSymbol(tableName: string, columns: readonly Column[]): ForeignSymbol {
  const { ColumnSymbol, ScalarTypes, TableSymbol } = kustoLibrary().Symbols
  const symbols = columns.map(({ name, type }) => {
    const scalar = ScalarTypes[SERVICE_TYPES[type]]
    if (scalar === undefined) throw internal('scalar-type', `the language service has no type ${type}`)
    return new ColumnSymbol(name, scalar, null, null, null, null)
  })
  return new TableSymbol.$ctor6(tableName, symbols, null)
}

/** A result of which nothing is known beforehand may have any column, as that of a watchlist. */
function resultSymbol({ columns }: FunctionSchema): ForeignSymbol {
  const table = newTableSymbol('', columns ?? [])
  return columns === undefined ? (table.WithIsOpen?.(true) ?? table) : table
}

export function functionSymbol(saved: FunctionSchema): ForeignSymbol {
  let symbol = functionSymbols().get(saved)
  if (symbol === undefined) {
    const { FunctionSymbol, Parameter } = kustoLibrary().Symbols
    const parameters = `(${saved.parameters})`
    symbol =
      saved.body === undefined
        ? // Only the result's shape is known: running it is refused.
          new FunctionSymbol.$ctor6(saved.name, resultSymbol(saved), Parameter.ParseList(parameters), null)
        : new FunctionSymbol.$ctor16(saved.name, parameters, `{ ${saved.body}\n}`, null)
    functionSymbols().set(saved, symbol)
  }
  return symbol
}

export function variableSymbol(name: RunVariable): ForeignSymbol {
  const { ParameterSymbol, ScalarTypes } = kustoLibrary().Symbols
  const type = ScalarTypes[SERVICE_TYPES[RUN_VARIABLES[name]]]
  if (type === undefined) throw internal('scalar-type', `the language service has no type for ${name}`)
  return new ParameterSymbol(name, type, null)
}
