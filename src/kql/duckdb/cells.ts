import { DuckDBDecimalValue, DuckDBUUIDValue, type DuckDBValue } from '@duckdb/node-api'
import type { Cell, KustoType } from '../../domain/kusto.ts'
import { internal } from '../errors.ts'
import { formatDatetimeShort } from '../values/datetime.ts'
import { formatTimespan } from '../values/timespan.ts'

/** A stored value as domain/kusto.ts wants cells. */
export function toCell(value: DuckDBValue, type: KustoType): Cell {
  if (value === null) {
    if (type === 'string') throw internal('null-string', 'a string column gave NULL')
    return null
  }
  switch (type) {
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    case 'int':
    case 'real':
      if (typeof value === 'number') return value
      break
    case 'long':
      if (typeof value === 'bigint') return value
      break
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'datetime':
      if (typeof value === 'bigint') return formatDatetimeShort(value)
      break
    case 'timespan':
      if (typeof value === 'bigint') return formatTimespan(value)
      break
    case 'guid':
      if (value instanceof DuckDBUUIDValue) return value.toString()
      break
    case 'decimal':
      if (value instanceof DuckDBDecimalValue) return trimDecimal(value.toString())
      break
    case 'dynamic':
      if (typeof value === 'string') return dynamicText(value)
  }
  throw internal('cell', `a ${type} column gave ${typeof value}`)
}

/** Of a column without a value: Kusto's strings are never null. */
export const emptyCell = (type: KustoType): Cell => (type === 'string' ? '' : null)

function trimDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Objects and arrays as JSON, a string bare. */
function dynamicText(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text
}
